"""After the round's review session, usually the second, each of the two is asked alone how they would like to go on."""

from datetime import timedelta

from django.utils.translation import gettext as _

from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.notifications import notices
from turnabout.notifications.about.pairs import pair_of
from turnabout.notifications.about.scheduling import reader_side, readers, with_contact
from turnabout.notifications.content import Button, Message, action_url, content
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.scheduling.models import Session
from turnabout.scheduling.queries import was_met

TEMPLATE = "review.asked"
LET_IT_SETTLE = timedelta(days=1)  # the three quick questions come first, and not on the same day
TIME_TO_ANSWER = timedelta(days=30)


@events.on("session.held")
def ask_each_alone(event: Event) -> None:
    session = Session.objects.get(pk=event.subject_id)
    pair = Pair.objects.with_people().get(pk=session.pair_id)
    if session.number != pair.cohort.review_after_session:
        return
    notices.forget_dropped(TEMPLATE, pair)
    for account, _side in readers(pair):
        notices.write(
            TEMPLATE,
            account=account,
            subject=pair,
            dedupe_key=f"{TEMPLATE}:{pair.pk}:{account.pk}",
            now=event.at,
            send_after=event.at + LET_IT_SETTLE,
            cohort=pair.cohort,
        )


def review_button(pair: Pair, label: str) -> Button:
    return Button(label=label, url=action_url("pair.review", pair, clock.now() + TIME_TO_ANSWER))


@content(TEMPLATE)
def review_asked(notice: Notice) -> Message | None:
    pair = pair_of(notice)
    side = None if pair is None else reader_side(notice, pair)
    if pair is None or side is None or not pair.is_unfinished:
        return None
    if not was_met(pair, pair.cohort.review_after_session):
        return None
    names = {"name": pair.partner_of(side.person).person.first_name}
    return with_contact(
        Message(
            subject=_("How is it going with %(name)s?") % names,
            first_line=_("How is it going with %(name)s?") % names,
            paragraphs=(
                _("One question for you alone: continue, adjust, change partner or stop. If all is well, you need not answer."),
            ),
            button=review_button(pair, _("Decide in one press")),
            note=_("Your answer is not kept, and nobody is told that you were asked."),
        ),
        pair,
        side,
    )

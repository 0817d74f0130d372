"""A coordinator's one press: a kind message to the side that can help first, about dates and states only."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.enrolments.models import Enrolment
from turnabout.insights.condition import Reason
from turnabout.insights.queries import conditions_of
from turnabout.notifications import notices
from turnabout.notifications.about.pairs import find_time_button, sign_button
from turnabout.notifications.about.preparation import before_session_1, prepare_button
from turnabout.notifications.about.reviews import review_button
from turnabout.notifications.about.scheduling import move_button, report_button
from turnabout.notifications.about.surveys import has_looked_back, look_back_button
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Button, Message, content, page_url
from turnabout.notifications.models import Notice
from turnabout.pairs import services
from turnabout.pairs.models import Agreement, Pair
from turnabout.scheduling.queries import last_was_met, next_session, next_without_date, to_report

TEMPLATE = "pair.nudge"


@transaction.atomic
def write(pair: Pair, *, by: Account, now: datetime) -> int:
    """Write to whom the pair's condition names first; returns to how many now. Refused while the last message is fresh."""
    condition = conditions_of([pair], on=now.date())[pair.pk]
    places = [place for place in (pair.mentor, pair.mentee) if condition.first and condition.ask in (place.role, "both")]
    readers = {place.role: place.person.account for place in places if place.person.account is not None}
    written = services.nudge_pair(pair, list(readers), by=by, now=now)
    for role in written:
        account = readers[role]
        notices.write(
            TEMPLATE,
            account=account,
            subject=pair,
            dedupe_key=f"{TEMPLATE}:{pair.pk}:{account.pk}:{now:%Y%m%d%H%M%S}",
            now=now,
            cohort=pair.cohort,
        )
    return len(written)


@content(TEMPLATE)
def nudge(notice: Notice) -> Message | None:
    """What is true when it is sent; nothing when the pair has helped itself meanwhile."""
    pair = Pair.objects.with_people().filter(pk=notice.subject_id, state=Pair.State.ACTIVE).first()
    if pair is None:
        return None
    condition = conditions_of([pair], on=clock.today())[pair.pk]
    me = pair.mentor if pair.mentor.person.account_id == notice.account_id else pair.mentee
    if condition.first is None:
        return None
    return _message(notice, pair, me, condition.first)


def _message(notice: Notice, pair: Pair, me: Enrolment, reason: Reason) -> Message | None:
    names = {"name": pair.partner_of(me.person).person.first_name}
    subject = {
        "rebook": _("Shall we find a time for you and %(name)s?"),
        "prepare": _("Before you meet %(name)s"),
        "report": _("Did you and %(name)s meet?"),
        "sign": _("The agreement with %(name)s waits for its signatures"),
        "declare": _("One declaration is still open for you and %(name)s"),
        "review": _("How is it going with %(name)s?"),
        "close": _("Time for the closing session with %(name)s"),
    }[reason.action] % names
    button = BUTTONS[reason.action](notice, pair, me)
    if button is None:
        return None
    return Message(
        subject=subject,
        first_line=subject if subject.endswith("?") else f"{subject}.",
        paragraphs=(before_session_1(me) if reason.action == "prepare" else _about_you(reason.key, names),),
        button=button,
        note=_(
            "If this is not the right moment, moving a date is fine, and so is ending the pair: two clicks on your page, no reason asked."
        ),
        contact=named_contact(pair.cohort.programme_id) if me.role == Enrolment.Role.MENTOR else None,
    )


def _find_a_time(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    """For the next session: a first date where it has none, else another one."""
    now = clock.now()
    ahead = next_session(pair, now=now)
    if ahead is None or next_without_date(pair, now=now) is not None:
        return find_time_button(pair, _("Find a time"))
    return move_button(ahead)


def _say_how_it_went(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    session = to_report(pair, now=clock.now())
    return None if session is None else report_button(notice, session, _("Say how it went"))


def _sign(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    """Read and signed from the mail; written, where nothing is yet, on the page of the two."""
    agreement = Agreement.objects.defer("words").get(pair=pair)
    if agreement.signed_at(me.role) is not None:
        return None
    if agreement.drafted_at is None:
        return Button(label=_("Write the agreement"), url=page_url("agreement", pair_id=pair.pk))
    return sign_button(pair)


def _prepare(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    return prepare_button(me)


def _declare(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    return Button(label=_("Read and declare it"), url=page_url("pair_declare", pair_id=pair.pk))


def _review(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    return review_button(pair, _("Decide how to go on"))


def _close(notice: Notice, pair: Pair, me: Enrolment) -> Button | None:
    """The closing form after the last session; before it, a date for the last one or for the next that has none."""
    if last_was_met(pair):
        return None if has_looked_back(pair, me) else look_back_button(pair)
    ahead = next_session(pair, now=clock.now())
    return _find_a_time(notice, pair, me) if ahead is None else move_button(ahead)


BUTTONS: dict[str, Callable[[Notice, Pair, Enrolment], Button | None]] = {
    "rebook": _find_a_time,
    "prepare": _prepare,
    "report": _say_how_it_went,
    "sign": _sign,
    "declare": _declare,
    "review": _review,
    "close": _close,
}


def _about_you(key: str, names: dict[str, str]) -> str:
    """The reason as said to the person, never as a reproach."""
    return {
        "no_first_date": _("You and %(name)s have no date for your first session yet."),
        "no_first_session": _("You and %(name)s have not met yet. A first half hour is enough to begin."),
        "gap": _("It has been a while since you and %(name)s met."),
        "cancellations": _("Some of your dates with %(name)s fell through. A shorter session or another weekday may be easier."),
        "untold": _("A session with %(name)s was planned and nobody has said yet whether it took place."),
        "unsigned": _("Signing turns the dates that are held for you and %(name)s into invitations."),
        "undeclared": _(
            "Our records do not say who reports to whom between you and %(name)s, so we ask each of you to declare that neither manages the other."
        ),
        "no_next_date": _("You and %(name)s have no further date yet."),
        "review": _("You and %(name)s have met a few times: a good moment to see whether it is what you hoped for."),
    }.get(key, _("The round is coming to its end for you and %(name)s.")) % names

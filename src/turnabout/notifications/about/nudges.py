"""A coordinator's one press: a kind message to the side that can help first, about dates and states only."""

from datetime import datetime

from django.utils.translation import gettext as _

from turnabout.core import clock
from turnabout.enrolments.models import Enrolment
from turnabout.insights.condition import Condition
from turnabout.insights.queries import conditions_of
from turnabout.notifications import notices
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Button, Message, content, page_url
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair

TEMPLATE = "pair.nudge"
PAGES = {"review": "pair_review", "declare": "pair_declare"}  # by action; for the others, the page of the pair


def write(pair: Pair, *, now: datetime) -> int:
    """Write to whom the pair's condition names first; returns how many messages there are now."""
    condition = conditions_of([pair], on=now.date())[pair.pk]
    places = [place for place in (pair.mentor, pair.mentee) if condition.first and condition.ask in (place.role, "both")]
    readers = [place.person.account for place in places if place.person.account is not None]
    for account in readers:
        notices.write(
            TEMPLATE,
            account=account,
            subject=pair,
            dedupe_key=f"{TEMPLATE}:{pair.pk}:{account.pk}:{now:%Y%m%d}",
            now=now,
            cohort=pair.cohort,
        )
    return len(readers)


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
    return _message(pair, me, condition)


def _message(pair: Pair, me: Enrolment, condition: Condition) -> Message:
    partner = pair.partner_of(me.person).person
    names = {"name": partner.first_name}
    asks = {
        "rebook": (_("Shall we find a time for you and %(name)s?") % names, _("Find a time")),
        "report": (_("Did you and %(name)s meet?") % names, _("Say how it went")),
        "sign": (_("The agreement with %(name)s waits for its signatures") % names, _("Read and sign")),
        "declare": (_("One declaration is still open for you and %(name)s") % names, _("Read and declare it")),
        "review": (_("How is it going with %(name)s?") % names, _("Decide how to go on")),
        "close": (_("Time for the closing session with %(name)s") % names, _("Open your page")),
    }
    first = condition.first
    assert first is not None  # looked at by the caller  # noqa: S101
    subject, label = asks[first.action]
    return Message(
        subject=subject,
        first_line=subject if subject.endswith("?") else f"{subject}.",
        paragraphs=(_about_you(first.key, names),),
        button=Button(label=label, url=page_url(PAGES.get(first.action, "pair"), pair_id=pair.pk)),
        note=_(
            "If this is not the right moment, moving a date is fine, and so is ending the pair: two clicks on your page, no reason asked."
        ),
        contact=named_contact(pair.cohort.programme_id) if me.role == Enrolment.Role.MENTOR else None,
    )


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

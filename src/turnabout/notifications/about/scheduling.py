"""What we write about sessions. Whoever moved or cancelled one is never named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.notifications import notices
from turnabout.notifications.about.preparation import with_door
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Button, Calendar, Message, action_url, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.scheduling import queries
from turnabout.scheduling.calendar import Guest, Invitation, calendar_file
from turnabout.scheduling.models import Session
from turnabout.scheduling.wording import in_words, warning

TIME_TO_TELL = timedelta(days=30)
TIME_TO_CHOOSE = timedelta(days=30)


def readers(pair: Pair) -> Iterator[tuple[Account, Enrolment]]:
    """Both sides that have an account."""
    for side in (pair.mentor, pair.mentee):
        if side.person.account is not None:
            yield side.person.account, side


def reader_side(notice: Notice, pair: Pair) -> Enrolment | None:
    return next((side for account, side in readers(pair) if account.pk == notice.account_id), None)


def with_contact(message: Message, pair: Pair, side: Enrolment) -> Message:
    """Every mail to a mentor ends with the named contact."""
    if side.role != Enrolment.Role.MENTOR:
        return message
    return replace(message, contact=named_contact(pair.cohort.programme_id))


def title_for(session: Session, partner: Enrolment) -> str:
    return _("Session %(number)s with %(name)s") % {"number": session.number, "name": partner.person.first_name}


def invitation_to(session: Session, pair: Pair, side: Enrolment) -> Calendar:
    """The session as a calendar file, with the title as this side reads it.

    Entries live long and are passed on, so their address is no way in: it asks for a sign-in and leads to the session then.
    """
    title = title_for(session, pair.partner_of(side.person))
    return calendar_entry(session, pair, title=title, url=page_url("session", pair_id=pair.pk, session_id=session.pk))


def calendar_entry(session: Session, pair: Pair, *, title: str, url: str, also: tuple[Guest, ...] = ()) -> Calendar:
    """The session as it stands, an invitation or its end; `also` gets this copy without being one of the two."""
    both = (Guest(name=each.person.name, email=account.email) for account, each in readers(pair) if account.email)
    invitation = Invitation(
        uid=session.uid,
        sequence=session.sequence,
        starts_at=session.starts_at,
        minutes=session.minutes,
        title=title,
        organiser=settings.DEFAULT_FROM_EMAIL,
        guests=(*both, *also),
        place=session.place,
        url=url,
        is_cancelled=session.state == Session.State.CANCELLED,
    )
    return Calendar(content=calendar_file(invitation, stamp=clock.now()), method=invitation.method)


def a_day_before(notice: Notice) -> datetime | None:
    """Urgent in the last day before the session."""
    starts_at = Session.objects.filter(pk=notice.subject_id).values_list("starts_at", flat=True).first()
    return None if starts_at is None else starts_at - timedelta(days=1)


def guide_button(session: Session) -> Button:
    """The guide, without signing in, as often as one likes until the session is over."""
    return Button(label=_("Prepare in two minutes"), url=action_url("session.prepare", session, queries.ends_at(session)))


def move_button(session: Session) -> Button:
    return Button(label=_("Find another time"), url=action_url("session.move", session, session.starts_at))


def report_button(notice: Notice, session: Session, label: str) -> Button:
    """Open for a month after the session, or after a later mail that asks once more."""
    until = max(session.starts_at, notice.created_at) + TIME_TO_TELL
    return Button(label=label, url=action_url("session.report", session, until))


def session_and_side(notice: Notice) -> tuple[Session, Pair, Enrolment] | None:
    """What a notice speaks of and to whom; None when it has gone."""
    session = Session.objects.filter(pk=notice.subject_id).first()
    pair = None if session is None else Pair.objects.with_people().get(pk=session.pair_id)
    side = None if pair is None else reader_side(notice, pair)
    return None if session is None or pair is None or side is None else (session, pair, side)


def write_to_both(template: str, event: Event, *, mark: str = "", **data: Any) -> None:
    session = Session.objects.get(pk=event.subject_id)
    pair = Pair.objects.with_people().get(pk=session.pair_id)
    for account, _side in readers(pair):
        notices.write(
            template,
            account=account,
            subject=session,
            dedupe_key=f"{template}:{session.pk}:{account.pk}:{mark or session.sequence}",
            now=event.at,
            data={"sequence": session.sequence, **data},
            cohort=pair.cohort,
        )


@events.on("session.invited")
def invite_both(event: Event) -> None:
    write_to_both("session.invited", event)


@events.on("session.moved")
def tell_both_of_the_move(event: Event) -> None:
    """Called a new place where the date has been announced; while its own mail still waits, a new date."""
    waiting = Notice.objects.filter(subject=event.subject, state__in=[Notice.State.WAITING, Notice.State.SENDING])
    dates = waiting.filter(template__in=["session.invited", "session.moved"]).values_list("data", flat=True)
    is_announced = all(data.get("only_place") for data in dates)
    write_to_both("session.moved", event, only_place=is_announced and "only_place" in event.data)


@events.on("session.cancelled")
def tell_both_of_the_cancellation(event: Event) -> None:
    """A date that was only held is in no calendar, so nothing is sent."""
    if event.data.get("invited"):
        write_to_both("session.cancelled", event)


@events.on("session.reminded")
def remind_both(event: Event) -> None:
    write_to_both("session.reminded", event)


@events.on("session.asked")
def ask_both(event: Event) -> None:
    write_to_both("session.asked", event)


@content("session.invited", urgent_from=a_day_before)
def session_invited(notice: Notice) -> Message | None:
    return _dated(notice, _("%(title)s: %(when)s"), _("%(title)s is on %(when)s."))


@content("session.moved", urgent_from=at_once)
def session_moved(notice: Notice) -> Message | None:
    if notice.data.get("only_place"):
        return _dated(
            notice,
            _("Another place: %(title)s, %(when)s"),
            _("%(title)s stays on %(when)s. Where it takes place has changed, and your calendar entry says it."),
        )
    return _dated(notice, _("New date: %(title)s, %(when)s"), _("%(title)s is now on %(when)s."))


@content("session.reminded", urgent_from=a_day_before)
def session_reminded(notice: Notice) -> Message | None:
    message = _dated(notice, _("Coming up: %(title)s, %(when)s"), _("%(title)s is on %(when)s."))
    return None if message is None else replace(message, calendar=None)


def _dated(notice: Notice, subject: str, first_line: str) -> Message | None:
    """A date in somebody's calendar; nothing once it is over, or a newer change of the same session was announced."""
    found = session_and_side(notice)
    if found is None:
        return None
    session, pair, side = found
    if session.state != Session.State.INVITED or session.sequence != notice.data.get("sequence"):
        return None
    if queries.ends_at(session) <= clock.now():
        return None
    words = {"title": title_for(session, pair.partner_of(side.person)), "when": in_words(session.starts_at, side.person.zone)}
    message = Message(
        subject=subject % words,
        first_line=first_line % words,
        paragraphs=tuple(filter(None, [warning(session, side.role)])),
        button=guide_button(session),
        links=(move_button(session),),
        calendar=invitation_to(session, pair, side),
    )
    return with_contact(with_door(message, side, number=session.number), pair, side)


@content("session.cancelled", urgent_from=at_once)
def session_cancelled(notice: Notice) -> Message | None:
    found = session_and_side(notice)
    if found is None:
        return None
    session, pair, side = found
    words = {"title": title_for(session, pair.partner_of(side.person)), "when": in_words(session.starts_at, side.person.zone)}
    is_asked = pair.state == Pair.State.ACTIVE and session.number in queries.missing_numbers(pair)
    rebook = action_url("session.rebook", session, clock.now() + TIME_TO_CHOOSE)
    return with_contact(
        Message(
            subject=_("Cancelled: %(title)s") % words,
            first_line=_("%(title)s on %(when)s is cancelled.") % words,
            paragraphs=(
                _("It is nobody's fault. Choose a new date when it suits you.")
                if is_asked
                else _("There is nothing you need to do."),
            ),
            button=Button(label=_("Choose a new date"), url=rebook) if is_asked else None,
            calendar=invitation_to(session, pair, side),
        ),
        pair,
        side,
    )


@content("session.asked")
def session_asked(notice: Notice) -> Message | None:
    found = session_and_side(notice)
    if found is None:
        return None
    session, pair, side = found
    if session.state not in Session.AHEAD or session.sequence != notice.data.get("sequence") or not pair.is_unfinished:
        return None
    partner = pair.partner_of(side.person)
    words = {"name": partner.person.first_name, "number": session.number}
    return with_contact(
        Message(
            subject=_("Did you and %(name)s meet?") % words,
            first_line=_("Did you and %(name)s meet?") % words,
            paragraphs=(_("One press is enough, from either of you: met, moved or missed. None of the three is wrong."),),
            button=report_button(notice, session, _("Tell us in one press")),
            note=_("Your coordinator sees whether you met and when, and nothing of what you said."),
        ),
        pair,
        side,
    )

"""What we write to an assistant who keeps a diary: dates as calendar entries, and nothing that a pair writes."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.core.references import id_of
from turnabout.notifications import notices
from turnabout.notifications.about.scheduling import a_day_before, calendar_entry
from turnabout.notifications.content import Button, Calendar, Message, action_url, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.people.queries import assistants_of
from turnabout.scheduling.calendar import Guest, Invitation, calendar_file
from turnabout.scheduling.models import Session
from turnabout.scheduling.policies import assists
from turnabout.scheduling.wording import in_words

DATED, CANCELLED, ENDED = "diary.dated", "diary.cancelled", "diary.ended"


def assistants(pair: Pair) -> Iterator[Account]:
    return (delegation.assistant for delegation in assistants_of(pair.mentee.person))


def entry_for(session: Session, pair: Pair, assistant: Account) -> Calendar:
    """The entry of the mentee's own calendar, titled so that its keeper knows whose it is."""
    return calendar_entry(
        session,
        pair,
        title=_title(session, pair),
        url=page_url("diary"),
        also=(Guest(name=assistant.display_name, email=assistant.email),) if assistant.has_mailbox else (),
    )


@events.on("session.invited", "session.moved")
def tell_assistants_of_the_date(event: Event) -> None:
    _write(DATED, Session.objects.get(pk=event.subject_id), now=event.at)


@events.on("sessions.planned")
def tell_assistants_of_the_first_date(event: Event) -> None:
    """The first session becomes an invitation with the news that the pair has begun, which is for the two alone."""
    for session in Session.objects.filter(pair=event.subject_id, number=1, state=Session.State.INVITED):
        _write(DATED, session, now=event.at)


@events.on("session.cancelled")
def tell_assistants_of_the_cancellation(event: Event) -> None:
    if event.data.get("invited"):
        _write(CANCELLED, Session.objects.get(pk=event.subject_id), now=event.at)


@events.on("assistant.ended")
def take_the_dates_back(event: Event) -> None:
    """Whoever kept the diary keeps none of its entries: one mail for each date to come that they were told of."""
    assistant = Account.objects.get(delegations=event.data["delegation"])
    told = Notice.objects.filter(template=DATED, account=assistant).values_list("subject", flat=True).distinct()
    coming = Session.objects.filter(
        pk__in=[id_of(subject) for subject in told],
        pair__mentee__person=event.subject_id,
        state=Session.State.INVITED,
        starts_at__gt=event.at,
    )
    for session in coming.select_related("pair__cohort").order_by("starts_at", "pk"):
        notices.write(
            ENDED,
            account=assistant,
            subject=session,
            dedupe_key=f"{ENDED}:{session.pk}:{event.pk}",
            now=event.at,
            data={"sequence": session.sequence, "starts_at": session.starts_at.isoformat()},
            cohort=session.pair.cohort,
        )


def _write(template: str, session: Session, *, now: datetime) -> None:
    pair = Pair.objects.with_people().get(pk=session.pair_id)
    for account in assistants(pair):
        notices.write(
            template,
            account=account,
            subject=session,
            dedupe_key=f"{template}:{session.pk}:{account.pk}:{session.sequence}",
            now=now,
            data={"sequence": session.sequence},
            cohort=pair.cohort,
        )


def once_moved_or_near(notice: Notice) -> datetime | None:
    """A first date is urgent in its last day only, like the two's own invitation; a moved one at once."""
    return at_once(notice) if notice.data.get("sequence") else a_day_before(notice)


@content(DATED, urgent_from=once_moved_or_near)
def dated(notice: Notice) -> Message | None:
    """Nothing where a newer change was announced since, or where somebody else keeps the diary now."""
    found = _found(notice)
    if found is None:
        return None
    session, pair, assistant = found
    if session.state != Session.State.INVITED or session.sequence != notice.data.get("sequence"):
        return None
    words = {"title": _title(session, pair), "when": in_words(session.starts_at, pair.mentee.person.zone)}
    return Message(
        subject=_("%(title)s, %(when)s") % words,
        first_line=_("%(title)s is on %(when)s.") % words,
        button=Button(label=_("Open the diary you keep"), url=page_url("diary")),
        links=(Button(label=_("Find another time"), url=action_url("session.move", session, session.starts_at)),),
        note=_("You get dates only. What the two write is theirs alone."),
        calendar=entry_for(session, pair, assistant),
    )


@content(CANCELLED, urgent_from=at_once)
def cancelled(notice: Notice) -> Message | None:
    found = _found(notice)
    if found is None:
        return None
    session, pair, assistant = found
    words = {"title": _title(session, pair), "when": in_words(session.starts_at, pair.mentee.person.zone)}
    return Message(
        subject=_("Cancelled: %(title)s") % words,
        first_line=_("%(title)s on %(when)s is cancelled.") % words,
        button=Button(label=_("Open the diary you keep"), url=page_url("diary")),
        note=_("You get dates only. What the two write is theirs alone."),
        calendar=entry_for(session, pair, assistant),
    )


@content(ENDED)
def ended(notice: Notice) -> Message | None:
    """Out of this one calendar, as it stood when the duty ended; what happens to the date later is not theirs to know."""
    session = Session.objects.filter(pk=notice.subject_id).first()
    pair = None if session is None else Pair.objects.with_people().get(pk=session.pair_id)
    if session is None or pair is None or notice.account is None or assists(notice.account, pair):
        return None
    starts_at = datetime.fromisoformat(notice.data["starts_at"])
    if starts_at <= clock.now():
        return None
    words = {"title": _title(session, pair), "name": pair.mentee.person.name}
    return Message(
        subject=_("Out of your calendar: %(title)s") % words,
        first_line=_("You no longer keep the diary of %(name)s, so this date leaves your calendar.") % words,
        calendar=_without(session, starts_at, notice, assistant=notice.account, title=_title(session, pair)),
    )


def _without(session: Session, starts_at: datetime, notice: Notice, *, assistant: Account, title: str) -> Calendar | None:
    """A cancellation that names the assistant alone; for the two the session goes on."""
    if not assistant.has_mailbox:
        return None
    invitation = Invitation(
        uid=session.uid,
        sequence=notice.data["sequence"] + 1,
        starts_at=starts_at,
        minutes=session.minutes,
        title=title,
        organiser=settings.DEFAULT_FROM_EMAIL,
        guests=(Guest(name=assistant.display_name, email=assistant.email),),
        is_cancelled=True,
    )
    return Calendar(content=calendar_file(invitation, stamp=clock.now()), method=invitation.method)


def _found(notice: Notice) -> tuple[Session, Pair, Account] | None:
    session = Session.objects.filter(pk=notice.subject_id).first()
    pair = None if session is None else Pair.objects.with_people().get(pk=session.pair_id)
    if session is None or pair is None or notice.account is None or not assists(notice.account, pair):
        return None
    return session, pair, notice.account


def _title(session: Session, pair: Pair) -> str:
    return _("%(for_whom)s: session %(number)s with %(name)s") % {
        "for_whom": pair.mentee.person.name,
        "number": session.number,
        "name": pair.mentor.person.first_name,
    }

"""What can be done to the sessions of a pair."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.pairs import policies as pair_policies
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Agreement, Pair
from turnabout.scheduling import planning, policies, queries
from turnabout.scheduling.models import Attendance, Session
from turnabout.scheduling.planning import Diary, NoSuchTime, Slot, Terms

FURTHEST = timedelta(days=400)
LONGEST_PLACE = 300


@transaction.atomic
def plan_sessions(pair: Pair, *, now: datetime) -> list[Session]:
    """Give every session without a date one: the first is booked at once, later ones are held until the agreement
    is signed. Runs twice without harm. A pair without any common hour is asked instead."""
    pair = _locked(pair)
    numbers = queries.missing_numbers(pair)
    if pair.state != Pair.State.ACTIVE or not numbers:
        return []
    mentor, mentee = _diaries(pair, now=now)
    cohort = pair.cohort
    terms = Terms(
        now=now, sessions=len(numbers), minutes=cohort.minutes, interval_weeks=cohort.interval_weeks,
        zone=pair.mentee.person.zone, starts_on=cohort.starts_on, ends_on=cohort.ends_on,
    )  # fmt: skip
    slots = planning.plan(terms, mentor=mentor, mentee=mentee)
    signed = Agreement.objects.get(pair=pair).is_signed
    planned = [
        _new(pair, number, slot, minutes=cohort.minutes, is_invited=number == 1 or signed)
        for number, slot in zip(numbers, slots, strict=True)
        if slot is not None
    ]
    Session.objects.bulk_create(planned)
    events.record("sessions.planned", subject=pair, at=now, cohort=cohort, count=len(planned))
    for session in planned:
        if session.state == Session.State.INVITED and session.number > 1:
            events.record("session.invited", subject=session, at=now, cohort=cohort)
    return planned


@transaction.atomic
def invite_reserved(pair: Pair, *, now: datetime) -> int:
    """Turn held dates into invitations, once both have signed."""
    pair = _locked(pair)
    if pair.state != Pair.State.ACTIVE:
        return 0
    invited = 0
    for session in Session.objects.filter(pair=pair, state=Session.State.RESERVED, starts_at__gt=now).order_by("number"):
        if Session.objects.filter(pk=session.pk, state=Session.State.RESERVED).update(state=Session.State.INVITED):
            events.record("session.invited", subject=session, at=now, cohort=pair.cohort)
            invited += 1
    return invited


@transaction.atomic
def schedule_session(
    pair: Pair, number: int, *, local_start: str, zone: str, by: Account, now: datetime, place: str = ""
) -> Session:
    """Give one session a date chosen by hand, after it was cancelled or missed or when none was found."""
    pair = _open_pair(pair, by=by)
    if number not in range(1, pair.cohort.sessions + 1):
        raise NotPossible(_("Your round has no session with this number. Choose one from your pair's page."))
    slot = _wanted_slot(pair, local_start=local_start, zone=zone, minutes=pair.cohort.minutes, now=now)
    is_invited = number == 1 or Agreement.objects.get(pair=pair).is_signed
    session = _new(pair, number, slot, minutes=pair.cohort.minutes, is_invited=is_invited)
    session.place = _checked_place(place)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        raise NotPossible(_("This session already has a date. You can move it.")) from error
    events.record("session.scheduled", subject=session, at=now, cohort=pair.cohort)
    if is_invited:
        events.record("session.invited", subject=session, at=now, cohort=pair.cohort)
    return session


@transaction.atomic
def move_session(
    session: Session, *, local_start: str, zone: str, by: Account, now: datetime, place: str | None = None
) -> Session:
    """Put a session at another time for both; whoever moves it, nobody is asked why."""
    pair = _open_pair(session.pair, by=by)
    slot = _wanted_slot(pair, local_start=local_start, zone=zone, minutes=session.minutes, now=now, session=session)
    ahead = Session.objects.filter(pk=session.pk, sequence=session.sequence, state__in=Session.AHEAD)
    moved = ahead.update(
        starts_at=slot.starts_at,
        local_start=slot.local_start,
        time_zone=slot.zone,
        outside_hours=sorted(slot.outside),
        place=session.place if place is None else _checked_place(place),
        sequence=F("sequence") + 1,
        moves=F("moves") + 1,
        moved_by_role=policies.diary_side(by, pair),
        asked_at=None,
        reminded_at=None,
    )
    if not moved:
        raise NotPossible(_("Somebody else changed this session meanwhile. Look at its date again, then move it."))
    Attendance.objects.filter(session=session).delete()
    events.record("session.moved", subject=session, at=now, cohort=pair.cohort)
    return _reloaded(session)


@transaction.atomic
def change_place(session: Session, place: str, *, by: Account, now: datetime) -> Session:
    """Say where the session takes place; calendars follow, and nothing happens where it is said already."""
    pair = _open_pair(session.pair, by=by)
    wanted = _checked_place(place)
    fresh = Session.objects.select_for_update().get(pk=session.pk)
    if fresh.state not in Session.AHEAD or queries.ends_at(fresh) <= now:
        raise NotPossible(_("This session is over, so its place stays as it is."))
    if wanted != fresh.place:
        Session.objects.filter(pk=fresh.pk).update(place=wanted, sequence=F("sequence") + 1)
        events.record("session.moved", subject=fresh, at=now, cohort=pair.cohort, only_place=True)
    return _reloaded(session)


@transaction.atomic
def cancel_session(session: Session, *, by: Account, now: datetime) -> Session:
    """Take one date back; the session can be given another at any time."""
    pair = _open_pair(session.pair, by=by)
    was_invited = session.state == Session.State.INVITED
    by_mentee = policies.diary_side(by, pair) == "mentee"
    if not _cancel([session], by_mentee=by_mentee):
        raise NotPossible(_("This session has no date that could be cancelled any more."))
    events.record("session.cancelled", subject=session, at=now, cohort=pair.cohort, invited=was_invited)
    return _reloaded(session)


@transaction.atomic
def cancel_upcoming(pair: Pair, *, now: datetime) -> int:
    """Take every future date back, when a pair ends, closes or rests."""
    ahead = list(Session.objects.select_for_update().filter(pair=pair, starts_at__gt=now, state__in=Session.AHEAD).order_by("pk"))
    for session in ahead:
        _cancel([session], by_mentee=False)
        events.record(
            "session.cancelled", subject=session, at=now, cohort=pair.cohort, invited=session.state == Session.State.INVITED
        )
    return len(ahead)


def cancel_upcoming_of_round(cohort_id: int, *, now: datetime) -> int:
    """The same for every pair of a round that has ended, each by itself; whoever was done before is passed over."""
    ahead = Session.objects.filter(starts_at__gt=now, state__in=Session.AHEAD)
    ended = Pair.objects.filter(cohort=cohort_id, state=Pair.State.ENDED, pk__in=ahead.values("pair"))
    return sum(cancel_upcoming(pair, now=now) for pair in ended.select_related("cohort").order_by("pk"))


@transaction.atomic
def report_session(session: Session, *, said: str, by: Account, now: datetime, met_on: date | None = None) -> Session:
    """Take one side's word that they met or missed each other. One "we met" is enough; each side speaks once."""
    pair = session.pair
    side = pair_policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("Only the two of you can say whether you met."))
    fresh = Session.objects.select_for_update().get(pk=session.pk)
    if fresh.state == Session.State.CANCELLED:
        raise NotPossible(_("This session was cancelled. Give it a new date, and tell us after that one."))
    if now < fresh.starts_at and not (met_on and said == Attendance.Said.MET):
        raise NotPossible(_("This session is still ahead. Tell us afterwards, or say on which day you met already."))
    try:
        with transaction.atomic():
            Attendance.objects.create(session=fresh, enrolment=side, said=said, at=now)
    except IntegrityError as error:
        raise NotPossible(_("You have already told us about this session. Thank you, there is nothing more to do.")) from error
    if said == Attendance.Said.MET:
        _met(fresh, pair, told_by=by, is_told_to_coordinator=False, met_on=met_on, now=now)
    elif Session.objects.filter(pk=fresh.pk, state__in=Session.AHEAD).update(state=Session.State.MISSED, told_from=fresh.state):
        events.record("session.missed", subject=fresh, at=now, cohort=pair.cohort)
    return _reloaded(session)


@transaction.atomic
def record_told(session: Session, *, by: Account, met_on: date, now: datetime) -> Session:
    """A coordinator notes "they told me they met"; it is shown as such."""
    if not pair_policies.coordinates(by, session.pair):
        raise NotAllowed(_("Only a coordinator of this pair can note what the two told them."))
    fresh = Session.objects.select_for_update().get(pk=session.pk)
    if fresh.state in (Session.State.MET, Session.State.CANCELLED):
        raise NotPossible(_("This session is already settled. Nothing was changed."))
    _met(fresh, session.pair, told_by=by, is_told_to_coordinator=True, met_on=met_on, now=now)
    return _reloaded(session)


@transaction.atomic
def reopen_session(session: Session, *, told: str, by: Account, now: datetime) -> Session:
    """Take back what was told of a session, whoever of the two told it: as if nobody had said anything yet.

    `told` is what the reader saw, so that a late press never takes back what was said since.
    """
    if not pair_policies.takes_part(by, session.pair):
        raise NotAllowed(_("Only the two of you can correct what was said about a session."))
    pair = _locked(session.pair)
    if not pair.is_unfinished:
        raise NotPossible(_("This pair has closed, so what was said about its sessions stays as it is."))
    fresh = Session.objects.select_for_update().get(pk=session.pk)
    if told not in Session.TOLD or fresh.state != told:
        raise NotPossible(_("Something else is said about this session by now. Look at it again, then correct it."))
    if fresh.starts_at > now:
        _refuse_lost_date(fresh, pair, now=now)
    was_invited = fresh.told_from == Session.State.INVITED
    is_invited = was_invited or fresh.number == 1 or Agreement.objects.get(pair=pair).is_signed
    _untell(fresh, Session.State.INVITED if is_invited else Session.State.RESERVED)
    events.record("session.reopened", subject=fresh, at=now, cohort=pair.cohort)
    if is_invited and fresh.told_from == Session.State.RESERVED and fresh.starts_at > now:
        events.record("session.invited", subject=fresh, at=now, cohort=pair.cohort)
    return _reloaded(session)


@transaction.atomic
def keep_wall_time(session: Session, *, now: datetime) -> bool:
    """Hold the promised wall time when a country has changed its clocks; True when the instant moved."""
    try:
        instant = planning.instant_of(session.local_start, session.time_zone)
    except NoSuchTime:
        return False  # the wall time is no longer plain: the old instant stays until the two choose
    ahead = Session.objects.filter(pk=session.pk, state__in=Session.AHEAD, starts_at=session.starts_at)
    if instant == session.starts_at or not ahead.update(starts_at=instant, sequence=F("sequence") + 1):
        return False
    events.record("session.moved", subject=session, at=now, cohort=session.pair.cohort)
    return True


def suggest_times(pair: Pair, *, minutes: int, now: datetime, zone: str, session: Session | None = None) -> Sequence[Slot]:
    """A few times that suit both, near the session's own date and never that date itself."""
    mentor, mentee = _diaries(pair, now=now)
    begins = planning.day_begins(pair.cohort.starts_on, zone, otherwise=now)
    near = max(session.starts_at, begins) if session else begins
    after, until = max(now + timedelta(hours=2), begins), near + timedelta(days=21)
    return planning.suggest(after=after, until=until, minutes=minutes, zone=zone, mentor=mentor, mentee=mentee, near=near)


def _met(
    session: Session, pair: Pair, *, told_by: Account, is_told_to_coordinator: bool, met_on: date | None, now: datetime
) -> None:
    day = met_on or session.starts_at.astimezone(planning.zone_of(session.time_zone)).date()
    if day > now.date() + timedelta(days=1):
        raise NotPossible(
            _("That day is still ahead. Say on which day the two met.")
            if is_told_to_coordinator
            else _("That day is still ahead. Say on which day you met.")
        )
    theme = session.theme or pair_queries.themes_of(pair)[session.number - 1]
    open_states = [*Session.AHEAD, Session.State.MISSED]
    try:
        with transaction.atomic():
            held = Session.objects.filter(pk=session.pk, state__in=open_states).update(
                state=Session.State.MET,
                met_on=day,
                theme=theme,
                told_by=told_by,
                is_told_to_coordinator=is_told_to_coordinator,
                told_from=session.told_from if session.state == Session.State.MISSED else session.state,
            )
    except IntegrityError as error:
        raise NotPossible(
            _("This session has a new date by now. Note it for that one, once the two have met.")
            if is_told_to_coordinator
            else _("This session has a new date by now. Tell us after that one.")
        ) from error
    if held:
        events.record("session.held", subject=session, by=told_by, at=now, cohort=pair.cohort)


def _untell(session: Session, state: str) -> None:
    """Back to a date of which nobody has said anything; both sides may speak again."""
    try:
        with transaction.atomic():
            Session.objects.filter(pk=session.pk).update(
                state=state, met_on=None, theme="", told_by=None, is_told_to_coordinator=False, told_from=""
            )
    except IntegrityError as error:
        raise NotPossible(_("This session has another date by now. Cancel that one first, then correct this one.")) from error
    Attendance.objects.filter(session=session).delete()


def _refuse_lost_date(session: Session, pair: Pair, *, now: datetime) -> None:
    """A date still ahead comes back only where both are still free for it."""
    if pair.state == Pair.State.PAUSED:
        raise NotPossible(_("This pair rests at the moment. Take it up again first, then correct what was said."))
    if not all(planning.is_free(session.starts_at, session.minutes, diary) for diary in _diaries(pair, now=now, without=session)):
        raise NotPossible(
            _("One of you has another session at the time of this one. Move that one first, then correct this one.")
        )


def _wanted_slot(pair: Pair, *, local_start: str, zone: str, minutes: int, now: datetime, session: Session | None = None) -> Slot:
    """The time somebody asked for, or a refusal that names the remedy."""
    try:
        instant = planning.instant_of(local_start, zone)
    except NoSuchTime as error:
        raise NotPossible(
            _("The clocks change that night, so this hour is skipped or comes twice. Choose a time two hours later.")
        ) from error
    except (ValueError, OverflowError) as error:
        raise NotPossible(_("This date and time could not be read. Write them like 2027-03-04T09:00.")) from error
    if instant <= now:
        raise NotPossible(_("That time has passed. Choose one that is still ahead."))
    if instant > now + FURTHEST:
        raise NotPossible(_("That is more than a year away. Choose a nearer date."))
    first_day = pair.cohort.starts_on
    if first_day is not None and instant < planning.day_begins(first_day, zone, otherwise=now):
        raise NotPossible(
            _("Your round begins on %(day)s. Choose that day or a later one.") % {"day": date_format(first_day, "j F Y")}
        )
    mentor, mentee = _diaries(pair, now=now, without=session)
    if not (planning.is_free(instant, minutes, mentor) and planning.is_free(instant, minutes, mentee)):
        raise NotPossible(_("One of you has another session at that time. Choose another one."))
    outside = planning.outside_hours(instant, minutes, mentor=mentor, mentee=mentee)
    return Slot(starts_at=instant, local_start=planning.wall_time(instant, zone), zone=zone, outside=outside)


def _new(pair: Pair, number: int, slot: Slot, *, minutes: int, is_invited: bool) -> Session:
    return Session(
        pair=pair,
        number=number,
        state=Session.State.INVITED if is_invited else Session.State.RESERVED,
        starts_at=slot.starts_at,
        time_zone=slot.zone,
        local_start=slot.local_start,
        minutes=minutes,
        outside_hours=sorted(slot.outside),
        uid=f"session-{uuid.uuid4()}@{urlsplit(settings.SITE_URL).hostname}",
    )


def _cancel(sessions: Sequence[Session], *, by_mentee: bool) -> int:
    ahead = Session.objects.filter(pk__in=[session.pk for session in sessions], state__in=Session.AHEAD)
    return ahead.update(
        state=Session.State.CANCELLED, sequence=F("sequence") + 1, mentee_cancellations=F("mentee_cancellations") + int(by_mentee)
    )


def _diaries(pair: Pair, *, now: datetime, without: Session | None = None) -> tuple[Diary, Diary]:
    return (
        queries.diary_of(pair.mentor.person, now=now, without=without),
        queries.diary_of(pair.mentee.person, now=now, without=without),
    )


def _open_pair(pair: Pair, *, by: Account) -> Pair:
    """The pair, locked and fit for new dates; refused for outsiders and for a pair that rests or has closed."""
    if not policies.can_keep_diary(by, pair):
        raise NotAllowed(_("Only the two of you, or the assistant who keeps the diary, can change dates."))
    pair = _locked(pair)
    if pair.state == Pair.State.PAUSED:
        raise NotPossible(_("This pair rests at the moment. Take it up again first, then choose a time."))
    if not pair.is_unfinished:
        raise NotPossible(_("This pair has closed, so it has no more sessions."))
    return pair


def _locked(pair: Pair) -> Pair:
    return Pair.objects.with_people().select_for_update(of=("self",)).get(pk=pair.pk)


def _checked_place(place: str) -> str:
    place = " ".join("".join(letter if letter.isprintable() else " " for letter in place).split())
    if len(place) > LONGEST_PLACE:
        raise NotPossible(_("The place is longer than %(count)s characters. Shorten it.") % {"count": LONGEST_PLACE})
    return place


def _reloaded(session: Session) -> Session:
    return Session.objects.select_related("pair__cohort__programme").get(pk=session.pk)

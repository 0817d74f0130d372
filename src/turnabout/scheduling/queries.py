"""Dates of pairs: facts only, which a coordinator may see as well. What a pair writes is elsewhere."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from turnabout.accounts.models import Account
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import Diary
from turnabout.scheduling.public_holidays import public_holidays

OFFICE = {day: (time(9), time(17)) for day in range(5)}
HORIZON = timedelta(days=500)


def timeline(pair: Pair) -> list[Session]:
    """Every session of a pair that still counts: no date that was cancelled and replaced, in order of number and time."""
    return list(Session.objects.filter(pair=pair).exclude(state=Session.State.CANCELLED).order_by("number", "starts_at"))


def sessions_of(pairs: Iterable[Pair]) -> dict[int, list[Session]]:
    """All sessions, cancelled ones too, of many pairs in one query, by the pair's id."""
    found: dict[int, list[Session]] = defaultdict(list)
    rows = Session.objects.filter(pair__in=[pair.pk for pair in pairs]).defer("place")
    for session in rows.order_by("number", "starts_at"):
        found[session.pair_id].append(session)
    return found


def next_session(pair: Pair, *, now: datetime) -> Session | None:
    """The next date, including one that is running."""
    ahead = Session.objects.filter(pair=pair).upcoming()
    return next((session for session in ahead if ends_at(session) > now), None)


def to_report(pair: Pair, *, now: datetime) -> Session | None:
    """The earliest session whose time has passed and of which nobody has told anything."""
    past = Session.objects.filter(pair=pair, starts_at__lte=now).upcoming()
    return next((session for session in past if ends_at(session) <= now), None)


def ends_at(session: Session) -> datetime:
    return session.starts_at + timedelta(minutes=session.minutes)


def missing_numbers(pair: Pair) -> list[int]:
    """Numbers without a date: never planned, cancelled or missed."""
    dated = set(Session.objects.filter(pair=pair, state__in=[*Session.AHEAD, Session.State.MET]).values_list("number", flat=True))
    return [number for number in range(1, pair.cohort.sessions + 1) if number not in dated]


def next_without_date(pair: Pair, *, now: datetime) -> int | None:
    """The session to be given a date first; None while a date that comes before it stands, or when all have one."""
    missing, ahead = missing_numbers(pair), Session.objects.filter(pair=pair).upcoming()
    numbers = [session.number for session in ahead if ends_at(session) > now]
    return missing[0] if missing and all(number > missing[0] for number in numbers) else None


def was_met(pair: Pair, number: int) -> bool:
    return Session.objects.filter(pair=pair, number=number, state=Session.State.MET).exists()


def has_another_date(session: Session) -> bool:
    """Whether a session that was missed was given a new date since."""
    others = Session.objects.filter(pair=session.pair_id, number=session.number).exclude(pk=session.pk)
    return others.exclude(state__in=[Session.State.CANCELLED, Session.State.MISSED]).exists()


def last_was_met(pair: Pair) -> bool:
    return was_met(pair, pair.cohort.sessions)


def kept_by(account: Account, *, now: datetime) -> QuerySet[Session]:
    """Upcoming dates of everybody whose diary this assistant keeps."""
    return (
        Session.objects.filter(
            pair__mentee__person__delegations__assistant=account,
            pair__mentee__person__delegations__ended_at__isnull=True,
            pair__state=Pair.State.ACTIVE,
            starts_at__gte=now - timedelta(hours=2),
        )
        .upcoming()
        .select_related("pair__cohort__programme", "pair__mentor__person__entity", "pair__mentee__person__entity")
    )


def dateless_of(account: Account) -> list[tuple[Pair, int]]:
    """Pairs whose mentee's diary this assistant keeps, each with the first number of a plan that has begun and lost its date."""
    kept = Pair.objects.with_people().filter(
        mentee__person__delegations__assistant=account,
        mentee__person__delegations__ended_at__isnull=True,
        state=Pair.State.ACTIVE,
    )
    pairs = list(kept.order_by("pk"))
    planned, found = sessions_of(pairs), []
    for pair in pairs:
        dated = {one.number for one in planned[pair.pk] if one.state in (*Session.AHEAD, Session.State.MET)}
        first = next((number for number in range(1, pair.cohort.sessions + 1) if number not in dated), 0)
        if first and planned[pair.pk]:
            found.append((pair, first))
    return found


def diary_of(person: Person, *, now: datetime, without: Session | None = None) -> Diary:
    """The person's hours, their country's holidays and their other sessions."""
    years = range(now.year, (now + HORIZON).year + 1)
    country = person.entity.country if person.entity else ""
    return Diary(
        zone=person.zone,
        hours=weekly_hours(person.weekly_hours),
        days_off=public_holidays(country, years),
        busy=tuple(_busy(person, now=now, without=without)),
    )


def weekly_hours(stored: dict[str, list[str]]) -> dict[int, tuple[time, time]]:
    """The stored hours; nine to five on weekdays where none or none that can be read are known."""
    found: dict[int, tuple[time, time]] = {}
    for day, hours in stored.items():
        try:
            start, end = (_hour(text) for text in hours)
            found[int(day)] = (start, end)
        except ValueError:
            continue
    return found or OFFICE


def _hour(text: str) -> time:
    return time() if text.startswith("24") else time.fromisoformat(text.zfill(5))


def _busy(person: Person, *, now: datetime, without: Session | None) -> Iterable[tuple[datetime, datetime]]:
    theirs = Q(pair__mentor__person=person) | Q(pair__mentee__person=person)
    ahead = Session.objects.filter(theirs, starts_at__gte=now - timedelta(days=1), pair__state__in=Pair.UNFINISHED).upcoming()
    for session in ahead:
        if without is None or session.pk != without.pk:
            yield session.starts_at, ends_at(session)

"""Finding times for two people. Pure: diaries and a moment in, times out; wall time in one zone is the promise.

Holidays, hours and other sessions are arguments. Costs a few milliseconds a pair: windows of working hours are
intersected day by day, and only starts inside the intersection are looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=30)
DAY = timedelta(days=1)
NOTICE = timedelta(days=2)  # nobody is booked for tomorrow
FIRST_AIM = timedelta(days=7)
FIRST_WITHIN = timedelta(days=14)
FIRST_AT_THE_LATEST = timedelta(days=28)
EARLIER, LATER = timedelta(days=5), timedelta(days=10)  # how far a later date may lie from its rhythm
LEAST_GAP = timedelta(days=7)
REASONABLE = (time(7), time(21))  # outside their own hours nobody is asked earlier or later than this
PLEASANT_MINUTE = 10 * 60 + 30

Interval = tuple[datetime, datetime]


class NoSuchTime(ValueError):
    """The clocks skip this wall time, or show it twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Diary:
    """When one person can meet: weekday (0 is Monday) -> start and end in their own zone; an end at or before the
    start lies on the next day."""

    zone: str
    hours: Mapping[int, tuple[time, time]]
    days_off: frozenset[date] = frozenset()
    busy: tuple[Interval, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is to be planned, seen from `now`; `zone` is the one in which wall time is promised."""

    now: datetime
    sessions: int
    minutes: int
    interval_weeks: int
    zone: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One time for both; `outside` names the sides whose own working hours it leaves."""

    starts_at: datetime
    local_start: str
    zone: str
    outside: frozenset[str] = frozenset()


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The named zone, or UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")


def wall_time(instant: datetime, zone: str) -> str:
    """`2027-03-04T09:00`: what a clock on the wall shows."""
    return instant.astimezone(zone_of(zone)).strftime("%Y-%m-%dT%H:%M")


def instant_of(local_start: str, zone: str) -> datetime:
    """The instant at which the wall shows this; raises NoSuchTime where clocks skip it or show it twice."""
    wall = datetime.fromisoformat(local_start).replace(tzinfo=zone_of(zone))
    if is_strange(wall):
        raise NoSuchTime(local_start)
    return wall.astimezone(UTC)


def is_strange(wall: datetime) -> bool:
    """Whether a change of the clocks skips this wall time or shows it twice."""
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def day_begins(day: date | None, zone: str, *, otherwise: datetime) -> datetime:
    """The first instant of a day on the wall of `zone`, or the other moment where no day is set or it has begun."""
    if day is None:
        return otherwise
    return max(otherwise, datetime.combine(day, time(), tzinfo=zone_of(zone)).astimezone(UTC))


def plan(terms: Terms, *, mentor: Diary, mentee: Diary) -> tuple[Slot | None, ...]:
    """A time for each session in its rhythm, or None for one that has no hour both could accept."""
    first = _first(terms, mentor, mentee)
    if first is None:
        return (None,) * terms.sessions
    slots: list[Slot | None] = [first]
    last = first.starts_at
    for number in range(1, terms.sessions):
        slot = _later(terms, first, number, last, mentor, mentee)
        slots.append(slot)
        last = slot.starts_at if slot else last
    return tuple(slots)


def suggest(
    *,
    after: datetime,
    until: datetime,
    minutes: int,
    zone: str,
    mentor: Diary,
    mentee: Diary,
    count: int = 4,
    near: datetime | None = None,
) -> tuple[Slot, ...]:
    """Up to `count` free times on different days, those nearest to `near` (or the earliest) first found, in order of time."""
    best: dict[date, tuple[tuple[float, ...], Slot]] = {}
    for slot in _common(after, until, minutes, zone, mentor, mentee):
        day = slot.starts_at.astimezone(zone_of(zone)).date()
        cost = (_discomfort(slot.starts_at, mentor, mentee),)
        if day not in best or cost < best[day][0]:
            best[day] = (cost, slot)
    found = [slot for _cost, slot in best.values()]
    if not found:
        stretched = _stretched(after, until, minutes, zone, mentor, mentee)
        found = [] if stretched is None else [stretched]
    aim = near or after
    chosen = sorted(found, key=lambda slot: abs(slot.starts_at - aim))[:count]
    return tuple(sorted(chosen, key=lambda slot: slot.starts_at))


def outside_hours(starts_at: datetime, minutes: int, *, mentor: Diary, mentee: Diary) -> frozenset[str]:
    """The sides for whom a session then lies outside their hours or on a day off."""
    span = (starts_at, starts_at + timedelta(minutes=minutes))
    sides = {"mentor": mentor, "mentee": mentee}
    return frozenset(side for side, diary in sides.items() if not _within(span, _windows(diary, span[0] - DAY, span[1] + DAY)))


def is_free(starts_at: datetime, minutes: int, diary: Diary) -> bool:
    """Whether the person has no other session then."""
    ends_at = starts_at + timedelta(minutes=minutes)
    return all(ends_at <= start or starts_at >= end for start, end in diary.busy)


def _first(terms: Terms, mentor: Diary, mentee: Diary) -> Slot | None:
    """Within days of the yes, and never before the round's first day."""
    begins = day_begins(terms.starts_on, terms.zone, otherwise=terms.now)
    earliest, aim = max(terms.now + NOTICE, begins), max(terms.now + FIRST_AIM, begins)
    zone = zone_of(terms.zone)

    def cost(slot: Slot) -> tuple[float, ...]:
        days = abs((slot.starts_at.astimezone(zone).date() - aim.astimezone(zone).date()).days)
        return (days, _discomfort(slot.starts_at, mentor, mentee), slot.starts_at.timestamp())

    for within in (FIRST_WITHIN, FIRST_AT_THE_LATEST):
        found = min(_common(earliest, begins + within, terms.minutes, terms.zone, mentor, mentee), key=cost, default=None)
        if found is not None:
            return found
    return _stretched(earliest, begins + FIRST_WITHIN, terms.minutes, terms.zone, mentor, mentee)


def _later(terms: Terms, first: Slot, number: int, last: datetime, mentor: Diary, mentee: Diary) -> Slot | None:
    zone = zone_of(terms.zone)
    promised = datetime.fromisoformat(first.local_start)
    target = promised + timedelta(weeks=_interval(terms, promised.date()) * number)
    aim = target.replace(tzinfo=zone)
    earliest = max(aim - EARLIER, last + LEAST_GAP)

    def cost(slot: Slot) -> tuple[float, ...]:
        wall = datetime.fromisoformat(slot.local_start)
        minutes = abs((wall.hour - target.hour) * 60 + wall.minute - target.minute)
        return (abs((wall.date() - target.date()).days), minutes, slot.starts_at.timestamp())

    if not first.outside:
        found = min(_common(earliest, aim + LATER, terms.minutes, terms.zone, mentor, mentee), key=cost, default=None)
        if found is not None:
            return found
    return _stretched(earliest, aim + LATER, terms.minutes, terms.zone, mentor, mentee)


def _interval(terms: Terms, first: date) -> int:
    """The rhythm in weeks, made closer (never under two weeks) where the last date would pass the round's end."""
    if terms.ends_on is None or terms.sessions < 2:
        return terms.interval_weeks
    weeks = (terms.ends_on - first).days // 7
    return max(2, min(terms.interval_weeks, weeks // (terms.sessions - 1)))


def _common(after: datetime, until: datetime, minutes: int, zone: str, mentor: Diary, mentee: Diary) -> Iterator[Slot]:
    """Every half hour at which both work, neither is busy and no clock is strange."""
    length = timedelta(minutes=minutes)
    both = _intersect(_windows(mentor, after - DAY, until + DAY), _windows(mentee, after - DAY, until + DAY))
    for start, end in both:
        for instant in _starts(max(start, after), min(end, until + length) - length, zone):
            if _is_open(instant, minutes, zone, mentor, mentee):
                yield Slot(starts_at=instant, local_start=wall_time(instant, zone), zone=zone)


def _stretched(after: datetime, until: datetime, minutes: int, zone: str, mentor: Diary, mentee: Diary) -> Slot | None:
    """The time that leaves the hours of the two least, never before seven or after nine in the evening."""
    sides = {"mentor": mentor, "mentee": mentee}
    allowed = {name: _windows(_widened(diary), after - DAY, until + DAY) for name, diary in sides.items()}
    own = {name: _windows(diary, after - DAY, until + DAY) for name, diary in sides.items()}
    length = timedelta(minutes=minutes)
    best: tuple[tuple[float, ...], datetime, frozenset[str]] | None = None
    for start, end in _intersect(allowed["mentor"], allowed["mentee"]):
        for instant in _starts(max(start, after), min(end, until + length) - length, zone):
            if not _is_open(instant, minutes, zone, mentor, mentee):
                continue
            beyond = {name: _beyond((instant, instant + length), own[name]) for name in sides}
            cost = (max(beyond.values()), sum(beyond.values()), instant.timestamp())
            if best is None or cost < best[0]:
                best = (cost, instant, frozenset(name for name, far in beyond.items() if far))
    if best is None:
        return None
    return Slot(starts_at=best[1], local_start=wall_time(best[1], zone), zone=zone, outside=best[2])


def _is_open(instant: datetime, minutes: int, zone: str, mentor: Diary, mentee: Diary) -> bool:
    walls = (instant.astimezone(zone_of(name)) for name in {zone, mentor.zone, mentee.zone})
    return not any(map(is_strange, walls)) and is_free(instant, minutes, mentor) and is_free(instant, minutes, mentee)


def _starts(earliest: datetime, latest: datetime, zone: str) -> Iterator[datetime]:
    """Full and half hours on the wall of `zone`."""
    wall = earliest.astimezone(zone_of(zone))
    past = timedelta(minutes=wall.minute % 30, seconds=wall.second, microseconds=wall.microsecond)
    instant = earliest.astimezone(UTC) + (STEP - past if past else timedelta())
    while instant <= latest:
        yield instant
        instant += STEP


def _windows(diary: Diary, since: datetime, until: datetime) -> list[Interval]:
    """The person's working hours as instants, in order, without days off; hours past midnight join the next day."""
    zone = zone_of(diary.zone)
    day, last = (since - DAY).astimezone(zone).date(), until.astimezone(zone).date()
    found: list[Interval] = []
    while day <= last:
        for start, end in _parts(diary, day):
            found.append((start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)))
        day += DAY
    return _joined(sorted(found))


def _parts(diary: Diary, day: date) -> Iterator[Interval]:
    """The stretches of one working day as naive wall times, cut at midnight where a day off follows."""
    hours = diary.hours.get(day.weekday())
    if hours is None or day in diary.days_off:
        return
    start, end = (datetime.combine(day, hour) for hour in hours)
    midnight = datetime.combine(day + DAY, time())
    if end > start:
        yield start, end
        return
    yield start, midnight
    if end.time() != time() and day + DAY not in diary.days_off:
        yield midnight, end + DAY


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    whole: list[Interval] = []
    for start, end in intervals:
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        elif end > start:
            whole.append((start, end))
    return whole


def _intersect(ours: list[Interval], theirs: list[Interval]) -> Iterator[Interval]:
    one, two = 0, 0
    while one < len(ours) and two < len(theirs):
        start, end = max(ours[one][0], theirs[two][0]), min(ours[one][1], theirs[two][1])
        if start < end:
            yield start, end
        if ours[one][1] <= theirs[two][1]:
            one += 1
        else:
            two += 1


def _within(span: Interval, windows: Iterable[Interval]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in windows)


def _beyond(span: Interval, windows: Iterable[Interval]) -> float:
    """Minutes by which a session leaves the nearest stretch of somebody's hours."""
    far = (max(start - span[0], span[1] - end, timedelta()) for start, end in windows)
    return min((distance.total_seconds() / 60 for distance in far), default=24 * 60.0)


def _widened(diary: Diary) -> Diary:
    """The same days with every reasonable hour open."""
    hours = {
        day: (min(start, REASONABLE[0]), max(end, REASONABLE[1])) if end > start else (start, end)
        for day, (start, end) in diary.hours.items()
    }
    return Diary(zone=diary.zone, hours=hours, days_off=diary.days_off, busy=diary.busy)


def _discomfort(instant: datetime, mentor: Diary, mentee: Diary) -> float:
    """Minutes away from the middle of the morning, both sides together."""
    walls = (instant.astimezone(zone_of(diary.zone)) for diary in (mentor, mentee))
    return float(sum(abs(wall.hour * 60 + wall.minute - PLEASANT_MINUTE) for wall in walls))

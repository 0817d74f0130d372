"""Weekly hours as everybody says them, turned into minutes since Monday 00:00 UTC."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from turnabout.engine.problem import WEEK_MINUTES, Refusal

# A Monday with winter time in the northern hemisphere; any fixed date makes two people comparable.
REFERENCE_MONDAY = dt.date(2025, 1, 6)
DAYS = {day: place for place, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
PART = re.compile(r"^\s*([a-z]{3})(?:-([a-z]{3}))?\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$", re.IGNORECASE)
HOUR_MINUTES = 60
DAY_MINUTES = 24 * 60

Interval = tuple[int, int]


def parse_hours(text: str) -> tuple[Interval, ...]:
    """Local minutes since Monday 00:00 from "Mon-Fri 09:00-12:00; Tue 14:00-16:00".

    Raises Refusal naming the part that could not be read.
    """
    intervals: list[Interval] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        found = PART.match(part)
        if found is None or found[1].lower() not in DAYS or (found[2] or found[1]).lower() not in DAYS:
            raise Refusal(f"the hours {part!r} cannot be read; write them like Mon-Fri 09:00-12:00; Tue 14:00-16:00")
        first, last = DAYS[found[1].lower()], DAYS[(found[2] or found[1]).lower()]
        if max(int(found[4]), int(found[6])) >= HOUR_MINUTES:
            raise Refusal(f"the hours {part!r} have more than 59 minutes; write them like 09:30-12:00")
        start = int(found[3]) * 60 + int(found[4])
        end = int(found[5]) * 60 + int(found[6])
        if not start < end <= DAY_MINUTES or last < first:
            raise Refusal(f"the hours {part!r} end before they start; write the earlier day and time first")
        intervals += [(day * DAY_MINUTES + start, day * DAY_MINUTES + end) for day in range(first, last + 1)]
    return tuple(sorted(intervals))


def hours_in_utc(local: tuple[Interval, ...], time_zone: str | None, on: dt.date = REFERENCE_MONDAY) -> tuple[Interval, ...]:
    """Shift local weekly intervals by the zone's offset on one date, wrapping round the week.

    local      (start, end) minutes since Monday 00:00 local time
    time_zone  an IANA name; None counts as UTC
    Returns sorted (start, end) minutes since Monday 00:00 UTC. Raises Refusal for an unknown zone.
    """
    offset = 0
    if time_zone:
        try:
            noon = dt.datetime.combine(on, dt.time(12), tzinfo=ZoneInfo(time_zone))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Refusal(f"the time zone {time_zone!r} is not known; use a name like Europe/Paris") from error
        shift = noon.utcoffset()
        offset = int(shift.total_seconds() // 60) if shift else 0
    moved: list[Interval] = []
    for start, end in local:
        begin = (start - offset) % WEEK_MINUTES
        finish = begin + end - start
        if finish <= WEEK_MINUTES:
            moved.append((begin, finish))
        else:
            moved += [(begin, WEEK_MINUTES), (0, finish - WEEK_MINUTES)]
    return tuple(sorted(moved))

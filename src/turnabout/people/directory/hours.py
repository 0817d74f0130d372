"""Weekly hours as a line of text: 'Mon-Thu 08:00-16:30; Fri 08:00-12:00'."""

import re

from django.utils.translation import gettext as _

from turnabout.people.directory.values import BadValue

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"^(?:([A-Za-z]{3,9})(?:\s*[-–]\s*([A-Za-z]{3,9}))?\s+)?(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")

Week = dict[str, list[str]]


def parse(text: str) -> Week:
    """Weekday (0 is Monday) -> start and end; hours without days stand for Monday to Friday."""
    week: Week = {}
    for part in re.split(r"[;,\n]", text):
        if part.strip():
            week |= _days_of(part.strip())
    return dict(sorted(week.items()))


def _days_of(part: str) -> Week:
    match = _PART.match(part)
    if match is None:
        raise _bad(part)
    first, last, *clock = match.groups()
    start, end = f"{int(clock[0]):02}:{clock[1]}", f"{int(clock[2]):02}:{clock[3]}"
    if not ("00:00" <= start < end <= "24:00") or max(clock[1], clock[3]) > "59":
        raise _bad(part)
    begin = _day(first, part) if first else 0
    until = _day(last, part) if last else begin if first else 4
    days = range(begin, until + 1) if until >= begin else [*range(begin, 7), *range(until + 1)]
    return {str(day): [start, end] for day in days}


def _day(name: str, part: str) -> int:
    if name[:3].casefold() not in DAYS:
        raise _bad(part)
    return DAYS.index(name[:3].casefold())


def _bad(part: str) -> BadValue:
    return BadValue(
        _("“%(text)s” is no working time.") % {"text": part[:60]},
        _("Write it as “Mon-Fri 09:00-17:00”, with several parts divided by semicolons."),
    )


def as_text(week: Week) -> str:
    """The shortest line that `parse` reads back as this week."""
    parts: list[tuple[int, int, str]] = []
    for day in sorted(int(key) for key in week):
        span = "-".join(week[str(day)])
        if parts and parts[-1][1] == day - 1 and parts[-1][2] == span:
            parts[-1] = (parts[-1][0], day, span)
        else:
            parts.append((day, day, span))
    return "; ".join(f"{_range(first, last)} {span}" for first, last, span in parts)


def _range(first: int, last: int) -> str:
    names = [day.capitalize() for day in DAYS]
    return names[first] if first == last else f"{names[first]}-{names[last]}"

"""Days as files write them. An order that could be read two ways is asked, never guessed."""

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from turnabout.people.directory.values import BadValue

_NUMBERS = re.compile(r"^(\d{1,4})[./\- ]\s?(\d{1,2})[./\- ]\s?(\d{1,4})(?:[ T]\d{1,2}:\d{2}.*)?$")
_MONTH_NAMED = re.compile(r"^(\d{1,2})[. \-/]+([A-Za-zéûä]{3,12})\.?[ \-/]+(\d{4})$")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier januar enero gennaio januari", "feb february fevrier februar febrero febbraio februari fev",
            "mar march mars marz marzo maart mrz", "apr april avril abril aprile avr", "may mai mayo maggio mei maj",
            "jun june juin juni junio giugno", "jul july juillet juli julio luglio", "aug august aout agosto augustus augusti",
            "sep september septembre septiembre settembre sept", "oct october octobre oktober octubre ottobre okt",
            "nov november novembre noviembre", "dec december decembre dezember diciembre dicembre dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
EARLIEST_YEAR = 1930


def orders(texts: Iterable[str]) -> frozenset[str]:
    """The orders in which every one of these days exists: {"ymd"}, {"dmy"}, {"mdy"}, both of the last, or none."""
    possible = {"dmy", "mdy"}
    is_any_year_last = False
    for text in texts:
        parts = _NUMBERS.match(text)
        if parts is None or len(parts.group(1)) == 4:
            continue
        is_any_year_last = True
        possible &= {"dmy"} if "." in text else possible
        possible &= {order for order in ("dmy", "mdy") if _in_order(text, order) is not None}
    return frozenset(possible) if is_any_year_last else frozenset({"ymd"})


def parse(text: str, order: str) -> date:
    """The day, year first always understood; else in the given order."""
    found = _year_first(text) or _with_month_name(text) or _in_order(text, order)
    if found is None:
        raise BadValue(
            _("“%(text)s” is no date in this file's order.") % {"text": text[:40]},
            _("Write it as year-month-day, such as 2021-04-30, with the year in four digits."),
        )
    if found.year < EARLIEST_YEAR or found.year > 2100:
        raise BadValue(
            _("The year of “%(text)s” cannot be right.") % {"text": text[:40]},
            _("Write the year in four digits, such as 2021-04-30."),
        )
    return found


def _day(year: str, month: int | str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _year_first(text: str) -> date | None:
    parts = _NUMBERS.match(text)
    if parts and len(parts.group(1)) == 4 and len(parts.group(3)) <= 2:
        return _day(parts.group(1), parts.group(2), parts.group(3))
    return _day(text[:4], text[4:6], text[6:]) if re.fullmatch(r"(19|20)\d{6}", text) else None


def _with_month_name(text: str) -> date | None:
    parts = _MONTH_NAMED.match(text)
    if parts is None:
        return None
    name = parts.group(2).casefold().translate(str.maketrans("éûä", "eua"))
    month = MONTHS.get(name) or MONTHS.get(name[:3])
    return _day(parts.group(3), month, parts.group(1)) if month else None


def _in_order(text: str, order: str) -> date | None:
    parts = _NUMBERS.match(text)
    if parts is None or len(parts.group(3)) != 4 or len(parts.group(1)) > 2:
        return None
    first, second, year = parts.groups()
    return _day(year, second, first) if order == "dmy" else _day(year, first, second)

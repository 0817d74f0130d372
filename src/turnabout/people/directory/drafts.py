"""Rows become drafts of people, or problems with row, field, reason and remedy."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from turnabout.core.text import folded
from turnabout.people.directory import dates, hours, values
from turnabout.people.directory.fields import BY_KEY, DATES, label_of
from turnabout.people.directory.mapping import ColumnMapping, fill
from turnabout.people.directory.sheet import Sheet
from turnabout.people.directory.values import BadValue

Value = Any  # what the field of that name holds


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a row cannot be taken; row 0 stands for the whole file."""

    row: int
    field: str
    reason: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One row, read: `values` holds only the fields that the mapping fills."""

    row: int
    employee_number: str
    values: Mapping[str, Value] = field(default_factory=dict)
    manager: str | None = None  # None: the file says nothing of managers; empty: the cell is empty


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What only a person can decide before the rows can be read."""

    field: str
    kind: str  # "date_order" | "grade_order"
    examples: tuple[str, ...]


def questions(sheet: Sheet, mapping: ColumnMapping) -> tuple[Question, ...]:
    """Days that can be read two ways, and grades in words without an order."""
    asked: list[Question] = []
    for key in DATES:
        texts = texts_of(sheet, mapping, key) if key in mapping.fields and key not in mapping.date_orders else []
        if texts and len(dates.orders(texts)) != 1:
            asked.append(Question(field=key, kind="date_order", examples=tuple(dict.fromkeys(texts))[:3]))
    if "grade" in mapping.fields and not mapping.grade_order:
        labels = tuple(sorted(set(texts_of(sheet, mapping, "grade")), key=folded))
        if any(not label.lstrip("-").isdigit() for label in labels):
            asked.append(Question(field="grade", kind="grade_order", examples=labels[:200]))
    return tuple(asked)


def texts_of(sheet: Sheet, mapping: ColumnMapping, key: str) -> list[str]:
    """Every filled cell of a field, before it is read."""
    if key in mapping.columns:
        return [text for text in sheet.values_of(mapping.columns[key]) if text]
    if key in mapping.constants:
        return [mapping.constants[key]]
    cells = (dict(zip(sheet.columns, row, strict=True)) for _number, row in sheet.rows)
    return [text for text in (fill(mapping.patterns[key], row) for row in cells) if text]


def read_rows(sheet: Sheet, mapping: ColumnMapping) -> Iterator[tuple[Draft | None, list[Problem]]]:
    """Each row in turn as a draft, with its problems; None where the employee number itself is missing."""
    reader = _Reader(sheet, mapping)
    for number, cells in sheet.rows:
        yield reader.draft(number, dict(zip(sheet.columns, cells, strict=True)))


class _Reader:
    """Reads rows of one file; equal cells are read once."""

    def __init__(self, sheet: Sheet, mapping: ColumnMapping) -> None:
        self.mapping = mapping
        self.fields = [key for key in BY_KEY if key in mapping.fields and key not in ("employee_number", "manager")]
        self.read = {key: lru_cache(maxsize=4096)(self._reading(key, sheet)) for key in self.fields}

    def _reading(self, key: str, sheet: Sheet) -> Callable[[str], Value]:
        mapping = self.mapping
        if key in DATES:
            order = mapping.date_orders.get(key) or next(iter(sorted(dates.orders(texts_of(sheet, mapping, key)))), "ymd")
            return lambda text: dates.parse(text, order)
        special: dict[str, Callable[[str], Value]] = {
            "email": values.email,
            "country": values.country,
            "time_zone": values.time_zone,
            "languages": values.languages,
            "locale": values.locale,
            "weekly_hours": hours.parse,
            "grade": lambda text: values.grade(text, mapping.grade_order),
            "full_name": lambda text: values.full_name(text, mapping.name_order),
        }
        return special.get(key, lambda text: text)

    def _text(self, key: str, cells: Mapping[str, str]) -> str:
        if key in self.mapping.columns:
            return cells[self.mapping.columns[key]]
        if key in self.mapping.patterns:
            return fill(self.mapping.patterns[key], cells)
        return self.mapping.constants.get(key, "")

    def draft(self, row: int, cells: Mapping[str, str]) -> tuple[Draft | None, list[Problem]]:
        number = self._text("employee_number", cells)
        if not number or len(number) > BY_KEY["employee_number"].longest:
            return None, [_no_number(row, number)]
        taken: dict[str, Value] = {}
        problems: list[Problem] = []
        for key in self.fields:
            text = self._text(key, cells)
            try:
                taken[key] = self.read[key](values.short(text, BY_KEY[key].longest)) if text else None
            except BadValue as bad:
                problems.append(Problem(row=row, field=label_of(key), reason=bad.reason, remedy=bad.remedy))
        manager = self._text("manager", cells) if "manager" in self.mapping.fields else None
        return Draft(row=row, employee_number=number, values=taken, manager=manager), problems


def _no_number(row: int, number: str) -> Problem:
    reason = _("The employee number is longer than 60 characters.") if number else _("The employee number is missing.")
    return Problem(
        row=row,
        field=label_of("employee_number"),
        reason=reason,
        remedy=_("Write the number in this row, or delete the row if it stands for nobody."),
    )


def doubles(drafts: Iterable[Draft]) -> Iterator[Problem]:
    """Employee numbers and addresses that stand in more than one row."""
    numbers: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for draft in drafts:
        first = numbers.setdefault(draft.employee_number, draft.row)
        if first != draft.row:
            yield Problem(
                row=draft.row,
                field=label_of("employee_number"),
                reason=_("The employee number %(number)s already stands in row %(row)s.")
                % {"number": draft.employee_number, "row": first},
                remedy=_("Keep one row per person, or correct the number."),
            )
        address = draft.values.get("email") or ""
        first = addresses.setdefault(address, draft.row)
        if address and first != draft.row:
            yield Problem(
                row=draft.row,
                field=label_of("email"),
                reason=_("The address %(address)s already stands in row %(row)s.") % {"address": address, "row": first},
                remedy=_("Give each person an address of their own, or leave the cell empty for somebody without a mailbox."),
            )

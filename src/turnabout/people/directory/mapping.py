"""What the columns of a file mean: chosen by a person, kept, and offered again for the same columns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.utils.translation import gettext as _

from turnabout.core.errors import NotPossible
from turnabout.people.directory.fields import BY_KEY, FIELDS, label_of, words
from turnabout.people.directory.left_out import reason_to_leave_out

PLACE = re.compile(r"\{([^{}]+)\}")
NAME_ORDERS = ("given_first", "family_first")
DATE_ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """Per field at most one source: a column, a constant for everyone, or a pattern over the row's columns."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)  # field -> dmy | mdy | ymd, once somebody was asked
    grade_order: tuple[str, ...] = ()  # lowest first; empty: a higher number is more senior
    name_order: str = "given_first"

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.columns) | frozenset(self.constants) | frozenset(self.patterns)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            columns=dict(stored.get("columns", {})),
            constants=dict(stored.get("constants", {})),
            patterns=dict(stored.get("patterns", {})),
            date_orders=dict(stored.get("date_orders", {})),
            grade_order=tuple(stored.get("grade_order", ())),
            name_order=stored.get("name_order", "given_first"),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "patterns": dict(self.patterns),
            "date_orders": dict(self.date_orders),
            "grade_order": list(self.grade_order),
            "name_order": self.name_order,
        }

    def with_constant(self, key: str, value: str) -> Self:
        return replace(self._without(key), constants={**self._without(key).constants, key: value})

    def with_pattern(self, key: str, pattern: str) -> Self:
        return replace(self._without(key), patterns={**self._without(key).patterns, key: pattern})

    def with_column(self, key: str, column: str) -> Self:
        return replace(self._without(key), columns={**self._without(key).columns, key: column})

    def _without(self, key: str) -> Self:
        kept = (
            {name: value for name, value in source.items() if name != key}
            for source in (self.columns, self.constants, self.patterns)
        )
        columns, constants, patterns = kept
        return replace(self, columns=columns, constants=constants, patterns=patterns)


def suggest(columns: Iterable[str]) -> ColumnMapping:
    """A first mapping by the columns' names; a department stands for the business where no column names one."""
    usable = [column for column in columns if reason_to_leave_out(column) is None]
    named: dict[str, str] = {}
    for column in usable:
        named.setdefault("".join(words(column)), column)
    found: dict[str, str] = {}
    for each in FIELDS:
        match = next(
            (column for name, column in named.items() if name in each.synonyms and column not in found.values()),
            None,
        )
        if match is not None:
            found[each.key] = match
    if "full_name" in found and {"given_name", "family_name"} <= set(found):
        del found["full_name"]
    if "entity" not in found and "unit" in found:
        found["entity"] = found.pop("unit")
    return ColumnMapping(columns=found)


def check(mapping: ColumnMapping, columns: Iterable[str]) -> None:
    """Raise NotPossible when the mapping does not fit these columns, naming the field and the remedy."""
    present = tuple(columns)
    _refuse_unknown_fields(mapping)
    if "employee_number" not in mapping.columns and "employee_number" not in mapping.patterns:
        raise NotPossible(
            _("No column is chosen for the employee number, which tells people apart. Choose one of: %(columns)s.")
            % {"columns": ", ".join(present)}
        )
    for key, column in mapping.columns.items():
        _refuse_column(key, column, present)
    for key, pattern in mapping.patterns.items():
        _refuse_pattern(key, pattern, present)
    _refuse_other_orders(mapping)


def _refuse_unknown_fields(mapping: ColumnMapping) -> None:
    for key in mapping.fields:
        if key not in BY_KEY:
            raise NotPossible(
                _("“%(field)s” is no field of a person. The fields are: %(fields)s.")
                % {"field": key, "fields": ", ".join(BY_KEY)}
            )
    for key in ("employee_number", "manager", "email"):
        if key in mapping.constants:
            raise NotPossible(
                _(
                    "%(field)s cannot be the same for everyone. Choose a column, or a pattern such as {EmployeeNumber}@example.test."
                )
                % {"field": label_of(key)}
            )


def _refuse_column(key: str, column: str, present: tuple[str, ...]) -> None:
    if column not in present:
        raise NotPossible(
            _("%(field)s should come from the column “%(column)s”, which this file does not have. Its columns are: %(columns)s.")
            % {"field": label_of(key), "column": column, "columns": ", ".join(present)}
        )
    reason = reason_to_leave_out(column)
    if reason is not None:
        raise NotPossible(
            _("The column “%(column)s” is left out. %(reason)s Choose another for %(field)s.")
            % {"column": column, "reason": reason, "field": label_of(key)}
        )


def _refuse_pattern(key: str, pattern: str, present: tuple[str, ...]) -> None:
    named = PLACE.findall(pattern)
    if not named:
        raise NotPossible(
            _("The pattern for %(field)s names no column. Put a column's name in braces, such as {%(column)s}@example.test.")
            % {"field": label_of(key), "column": present[0]}
        )
    for column in named:
        _refuse_column(key, column, present)
    if "{" in PLACE.sub("", pattern) or "}" in PLACE.sub("", pattern):
        raise NotPossible(
            _("The pattern for %(field)s has a brace without its partner. Write it as {%(column)s}@example.test.")
            % {"field": label_of(key), "column": present[0]}
        )


def _refuse_other_orders(mapping: ColumnMapping) -> None:
    if mapping.name_order not in NAME_ORDERS or any(order not in DATE_ORDERS for order in mapping.date_orders.values()):
        raise NotPossible(
            _("The order of names is “given_first” or “family_first”, that of dates “dmy”, “mdy” or “ymd”. Choose one of these.")
        )
    if len(set(mapping.grade_order)) != len(mapping.grade_order):
        raise NotPossible(_("A grade stands twice in the order of grades. Name each once, the lowest first."))


def fill(pattern: str, cells: Mapping[str, str]) -> str:
    """The pattern with the row's values; empty when any of them is missing."""
    values = [cells[column] for column in PLACE.findall(pattern)]
    return PLACE.sub(lambda place: cells[place.group(1)], pattern) if all(values) else ""

"""A CSV of people as candidates, by the mapping of rules.toml. Every refusal names row, column and remedy."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from turnabout.engine.entries import LANGUAGE_LEVELS
from turnabout.engine.hours import hours_in_utc, parse_hours
from turnabout.engine.problem import Candidate, Problem, Refusal
from turnabout.engine.rulesfile import ATTRIBUTES, Condition, RulesFile, SideMapping, Source
from turnabout.engine.validation import complaints

LARGEST_FILE = 200 * 1024 * 1024
YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0", ""})
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a file, with its number for messages."""

    file: str
    number: int
    cells: Mapping[str, str]

    def refuse(self, column: str, complaint: str) -> Refusal:
        return Refusal(f"{self.file}, row {self.number}, {column}: {complaint}")


def read_people(mentors: tuple[str, bytes], mentees: tuple[str, bytes], settings: RulesFile) -> Problem:
    """A problem from two files, each given as (name, content). They may be the same file.

    Reporting lines are followed through the rows of both files, also those that `where` leaves out.
    Raises Refusal. O(rows x columns).
    """
    left, right = _table(*mentors), _table(*mentees)
    managers = _Managers([(left, settings.mentors), (right, settings.mentees)])
    return Problem(
        mentors=_side(left, settings.mentors, managers),
        mentees=_side(right, settings.mentees, managers),
        rules=settings.rules,
        weights=settings.weights,
        mentee_share=settings.mentee_share,
        locks=settings.locks,
        forbidden=settings.forbidden,
        nominations=settings.nominations,
        last_plan=settings.last_plan,
        constraints=settings.constraints,
    )


def _table(name: str, raw: bytes) -> list[Row]:
    if len(raw) > LARGEST_FILE:
        raise Refusal(f"{name} is larger than 200 MB: split it, or leave out columns that are not used.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(f"{name} is not UTF-8 text: save it as CSV UTF-8.") from None
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _rows(name, reader)
    except csv.Error as error:
        raise Refusal(f"{name}, row {reader.line_num}: {error}; save it again as CSV UTF-8.") from None


def _rows(name: str, reader: Iterator[list[str]]) -> list[Row]:
    names = [column.strip() for column in next(reader, [])]
    if not any(names):
        raise Refusal(f"{name} is empty: it needs a first row with the names of the columns.")
    for column in names:
        if column and names.count(column) > 1:
            raise Refusal(f"{name} has the column {column} twice: rename or remove one of them.")
    rows = []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise Refusal(f"{name}, row {number}: it has {len(cells)} cells and the first row {len(names)}.")
        stripped = (cell.strip() for cell in cells)
        rows.append(Row(file=name, number=number, cells=dict(zip(names, stripped, strict=True))))
    if not rows:
        raise Refusal(f"{name} has no people: add one row per person below the names of the columns.")
    return rows


def _sources(rows: Sequence[Row], mapping: SideMapping) -> dict[str, Source]:
    """The mapping as said, and for the rest every column that is called like an attribute."""
    columns = rows[0].cells
    for attribute, source in mapping.sources.items():
        for column in source.columns:
            if column not in columns:
                raise Refusal(
                    f"{rows[0].file} has no column {column!r}, which rules.toml names for {attribute}. "
                    f"It has: {', '.join(columns)}."
                )
    same = {name: Source(columns=(name,)) for name in ATTRIBUTES if name in columns}
    found = {**same, **mapping.sources}
    if "key" not in found:
        raise Refusal(f"{rows[0].file} has no column called key: name the right one in rules.toml, [columns] key.")
    return found


def _side(rows: Sequence[Row], mapping: SideMapping, managers: _Managers) -> tuple[Candidate, ...]:
    sources = _sources(rows, mapping)
    people, seen = [], dict[str, int]()
    for row in rows:
        if not all(_holds(row, condition) for condition in mapping.where):
            continue
        person = _candidate(row, sources, managers)
        if person.key in seen:
            raise row.refuse(sources["key"].columns[0], f"{person.key} is in row {seen[person.key]} already.")
        seen[person.key] = row.number
        people.append(person)
    if not people:
        raise Refusal(f"{rows[0].file}: no row is left after the conditions of rules.toml; change where.")
    return tuple(people)


def _holds(row: Row, condition: Condition) -> bool:
    if condition.column not in row.cells:
        raise Refusal(f"{row.file} has no column {condition.column!r}, which rules.toml names under where.")
    text = row.cells[condition.column]
    if condition.any_of is not None and text not in condition.any_of:
        return False
    if condition.at_least is None and condition.at_most is None:
        return True
    if not text:
        return False
    value = _as_number(text, row, condition.column)
    return not (
        (condition.at_least is not None and value < condition.at_least)
        or (condition.at_most is not None and value > condition.at_most)
    )


def _candidate(row: Row, sources: Mapping[str, Source], managers: _Managers) -> Candidate:
    values: dict[str, Any] = {}
    for attribute, source in sources.items():
        if attribute == "manager":
            continue
        cells = _cells(row, source)
        if cells:
            values[attribute] = READERS[attribute](cells, source, row)
    if not values.get("key"):
        raise row.refuse(sources["key"].columns[0] if sources["key"].columns else "key", "the key is empty.")
    if "hours" in values:
        try:
            values["hours"] = hours_in_utc(values["hours"], values.get("time_zone"))
        except Refusal as refusal:
            raise row.refuse("time_zone", f"{refusal}.") from None
    ancestors, is_partial = managers.line(values["key"])
    if ancestors is not None:
        values |= {"ancestors": ancestors, "line_is_partial": is_partial}
        if not is_partial:
            values.setdefault("tree_level", len(ancestors))
    person = Candidate(**values)
    for complaint in complaints(person):
        raise Refusal(f"{row.file}, row {row.number}, {complaint}")
    return person


def _cells(row: Row, source: Source) -> list[str]:
    """The texts an attribute is read from; empty cells take the default, and count for nothing without one."""
    if source.constant is not None:
        return [source.constant]
    cells = [row.cells[column] or source.default or "" for column in source.columns]
    return [cell for cell in cells if cell]


class _Managers:
    """Reporting lines through the rows of both files."""

    def __init__(self, files: Sequence[tuple[Sequence[Row], SideMapping]]) -> None:
        self.of: dict[str, str] = {}
        for rows, mapping in files:
            sources = _sources(rows, mapping)
            if "manager" not in sources:
                continue
            for row in rows:
                self._add(row, sources)
        for key in self.of:
            self.line(key)

    def _add(self, row: Row, sources: Mapping[str, Source]) -> None:
        key = "".join(_cells(row, sources["key"])[:1])
        manager = "".join(_cells(row, sources["manager"])[:1])
        if self.of.setdefault(key, manager) != manager:
            column = sources["manager"].columns[0]
            raise row.refuse(column, f"{key} has another manager elsewhere; give the same one in both files.")

    def line(self, key: str) -> tuple[tuple[str, ...] | None, bool]:
        """The known line above a person, and whether it stops before the head; None if nothing is known."""
        if key not in self.of:
            return None, False
        line: list[str] = []
        manager = self.of[key]
        while manager:
            if manager == key or manager in line:
                circle = " -> ".join([key, *line, manager])
                raise Refusal(f"The reporting lines go round in a circle: {circle}. Correct one of the managers.")
            line.append(manager)
            if manager not in self.of:
                return tuple(line), True
            manager = self.of[manager]
        return tuple(line), False


Reader = Callable[[list[str], Source, Row], Any]


def _text(cells: list[str], _source: Source, _row: Row) -> str:
    return " ".join(cells)


def _as_number(text: str, row: Row, column: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise row.refuse(column, f"{text!r} is not a number; write one, or leave it empty.") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise row.refuse(column, f"{text!r} is not a number; write one, or leave it empty.")
    return value


def _whole(cells: list[str], source: Source, row: Row) -> int:
    text = cells[0]
    if source.order:
        if text not in source.order:
            listed = ", ".join(source.order)
            raise row.refuse(_name(source), f"{text!r} is not in the order of rules.toml: {listed}.")
        return source.order.index(text) + 1
    value = _as_number(text, row, _name(source))
    if value != int(value):
        raise row.refuse(_name(source), f"{text!r} is not a whole number; write one, or leave it empty.")
    return int(value)


def _years(cells: list[str], source: Source, row: Row) -> float:
    if source.years_until is None:
        return _as_number(cells[0], row, _name(source))
    try:
        since, until = dt.date.fromisoformat(cells[0][:10]), dt.date.fromisoformat(source.years_until)
    except ValueError:
        raise row.refuse(_name(source), f"{cells[0]!r} is not a date; write it as 2026-01-31.") from None
    return (until - since).days / DAYS_A_YEAR


def _yes_no(cells: list[str], source: Source, row: Row) -> bool:
    text = cells[0].casefold()
    if text not in YES | NO:
        raise row.refuse(_name(source), f"{cells[0]!r} is neither yes nor no; write one of them.")
    return text in YES


def _list(cells: list[str], source: Source, _row: Row) -> frozenset[str]:
    return frozenset(_parts(cells, source))


def _levels(cells: list[str], source: Source, row: Row) -> dict[str, int]:
    """ "AI:3; web" -> {"AI": 3, "web": the mapping's level}; languages may say B2 for 4."""
    found: dict[str, int] = {}
    for part in _parts(cells, source):
        name, colon, level = part.rpartition(":")
        if not colon:
            found[part] = source.level
            continue
        text = level.strip().upper()
        number = LANGUAGE_LEVELS.get(text, int(text) if text.isascii() and text.isdigit() else 0)
        if not number or not name.strip():
            raise row.refuse(_name(source), f"{part!r} has no level; write it like AI:3, or English:B2.")
        found[name.strip()] = number
    return found


def _hours(cells: list[str], source: Source, row: Row) -> tuple[tuple[int, int], ...]:
    try:
        return parse_hours("; ".join(cells))
    except Refusal as refusal:
        raise row.refuse(_name(source), f"{refusal}.") from None


def _parts(cells: list[str], source: Source) -> list[str]:
    return [part.strip() for cell in cells for part in cell.split(source.separator) if part.strip()]


def _name(source: Source) -> str:
    return source.columns[0] if source.columns else "rules.toml, constant"


READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("key", "time_zone", "entity", "country", "unit", "team", "function", "interests"), _text),
    **dict.fromkeys(("capacity", "minimum", "grade", "tree_level", "priority"), _whole),
    **dict.fromkeys(("years_of_service", "years_in_profession"), _years),
    **dict.fromkeys(("offers", "wishes", "languages"), _levels),
    **dict.fromkeys(("decides_for", "formats", "past_partners", "conflicts", "not_available"), _list),
    "hours": _hours,
    "is_opted_out": _yes_no,
}

"""Candidates as arrays: the form in which rules and scores are computed for all pairs at once."""

from __future__ import annotations

import dataclasses
import itertools
import operator
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.problem import WEEK_MINUTES, Candidate, Problem

SLOT_MINUTES = 15
SLOTS = WEEK_MINUTES // SLOT_MINUTES
UNKNOWN = -1
NOTHING = frozenset[Any]()
WORD = re.compile(r"[^\W\d_]{3,}")

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Counts = NDArray[np.float32]
Places = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)
Row = TypeVar("Row", bound=Hashable)
Values = Mapping[str, tuple[Any, ...]]

_NAMES = tuple(item.name for item in dataclasses.fields(Candidate))


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Which words each person uses, as one long list: person k has `ids[starts[k]:starts[k + 1]]`."""

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    vocabulary: int

    @property
    def counts(self) -> Floats:
        """Distinct words per person."""
        return np.diff(self.starts).astype(np.float64)

    def used(self, first: int, last: int) -> Counts:
        """(people, last - first) table of 0 and 1 for the words from `first` up to `last`."""
        table = np.zeros((len(self.starts) - 1, last - first), dtype=np.float32)
        inside = np.flatnonzero((self.ids >= first) & (self.ids < last))
        table[np.searchsorted(self.starts, inside, side="right") - 1, self.ids[inside] - first] = 1
        return table


@dataclass(frozen=True, kw_only=True, slots=True)
class Patterns:
    """What many people have in common: every distinct row once, and whose it is.

    table   (patterns, width) whole numbers in float32
    of      (people,) which row is theirs
    """

    table: Counts
    of: Places

    @property
    def is_unknown(self) -> NDArray[np.bool_]:
        """Per person, whether nothing is known."""
        return is_empty(self.table)[self.of]


@dataclass(frozen=True, kw_only=True, slots=True)
class SideColumns:
    """One side as columns, a row per candidate in key order.

    Codes are shared by both sides, -1 is unknown. `offers`, `wishes` and the tables of patterns hold whole
    numbers in float32, so that a matrix product of two of them is exact on any machine.
    """

    keys: tuple[str, ...]
    capacity: Ints
    minimum: Ints
    is_closed: NDArray[np.bool_]
    priority: Ints
    measures: Mapping[str, Floats]
    codes: Mapping[str, Codes]
    offers: Counts
    wishes: Counts
    languages: Patterns
    hours: Patterns
    formats: Patterns
    words: Words
    line_unknown: NDArray[np.bool_]
    is_head: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lens:
    """Which pairs to look at: every pair of some rows and some columns, or a list of single pairs.

    rows, cols   index of mentors and of mentees
    is_grid      every row with every column; otherwise rows[k] with cols[k]
    """

    rows: NDArray[np.intp]
    cols: NDArray[np.intp]
    is_grid: bool

    def left(self, column: NDArray[Scalar]) -> NDArray[Scalar]:
        """The mentors' values, shaped to meet the mentees'."""
        values = column[self.rows]
        return values[:, None] if self.is_grid else values

    def right(self, column: NDArray[Scalar]) -> NDArray[Scalar]:
        """The mentees' values, shaped to meet the mentors'."""
        values = column[self.cols]
        return values[None, :] if self.is_grid else values

    def dot(self, left: Counts, right: Counts) -> Floats:
        """Row-by-row products of two whole-number matrices; exact."""
        if self.is_grid:
            products: Floats = (left[self.rows] @ right[self.cols].T).astype(np.float64)
            return products
        sums: Floats = np.einsum("kt,kt->k", left[self.rows], right[self.cols]).astype(np.float64)
        return sums

    def by_pattern(self, left: Patterns, right: Patterns, values: Callable[[Lens, Counts, Counts], Floats]) -> Floats:
        """Values that depend on two patterns alone: computed once for each two that meet here."""
        if self.is_grid:
            mine, at = np.unique(left.of[self.rows], return_inverse=True)
            theirs, to = np.unique(right.of[self.cols], return_inverse=True)
            spread: Floats = values(grid(mine, theirs), left.table, right.table)[at][:, to]
            return spread
        met, at = np.unique(left.of[self.rows] * len(right.table) + right.of[self.cols], return_inverse=True)
        mine, theirs = np.divmod(met, max(len(right.table), 1))
        single: Floats = values(single_pairs(mine, theirs), left.table, right.table)[at]
        return single

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one number per pair."""
        return (len(self.rows), len(self.cols)) if self.is_grid else (len(self.rows),)


def grid(mentors: Iterable[int] | Codes | Places, mentees: Iterable[int] | Codes | Places) -> Lens:
    """Every pair of some mentors and some mentees."""
    return Lens(rows=_index(mentors), cols=_index(mentees), is_grid=True)


def single_pairs(mentors: Iterable[int] | Codes | Places, mentees: Iterable[int] | Codes | Places) -> Lens:
    """The pairs (mentors[k], mentees[k])."""
    return Lens(rows=_index(mentors), cols=_index(mentees), is_grid=False)


def _index(people: Iterable[int] | Codes | Places) -> Places:
    return np.asarray(people if isinstance(people, np.ndarray) else list(people), dtype=np.intp)


def is_empty(table: Counts) -> NDArray[np.bool_]:
    """Rows in which nothing is known."""
    empty: NDArray[np.bool_] = table.max(axis=1, initial=0) == 0
    return empty


def values_of(people: Sequence[Candidate]) -> Values:
    """Each attribute of some people as one column. O(people x attributes)."""
    # A column at a time: a row for each person would be a hundred thousand objects for Python's collector to look through.
    return {name: tuple(map(operator.attrgetter(name), people)) for name in _NAMES}


def encode(problem: Problem) -> tuple[SideColumns, SideColumns]:
    """Both sides of a canonical problem as columns. O(people x attributes)."""
    left, right = values_of(problem.mentors), values_of(problem.mentees)
    book = _Codebook(left, right)
    return book.columns(left), book.columns(right)


CODED = ("entity", "country", "unit", "team", "function", "time_zone")
MEASURED = {"grade": "grade", "service": "years_of_service", "profession": "years_in_profession", "level": "tree_level"}


class _Codebook:
    """Numbers for the words that both sides use, the same for any order of rows."""

    def __init__(self, left: Values, right: Values) -> None:
        def every(*names: str) -> Iterator[Any]:
            """What is set, of both sides."""
            return filter(None, itertools.chain.from_iterable(side[name] for name in names for side in (left, right)))

        self.topics = _numbered(itertools.chain.from_iterable(every("offers", "wishes")))
        self.languages = _numbered(itertools.chain.from_iterable(every("languages")))
        self.formats = _numbered(itertools.chain.from_iterable(every("formats")))
        self.words = _numbered(word for text in every("interests") for word in _words(text))
        self.codes = {name: _numbered({*left[name], *right[name]} - {None}) for name in CODED}
        self.managers = _numbered(line[0] for line in every("ancestors"))

    def columns(self, side: Values) -> SideColumns:
        opted_out = np.array(side["is_opted_out"], dtype=bool)
        capacity = np.array(side["capacity"], dtype=np.int64)
        managers = [line[0] if line else None for line in side["ancestors"]]
        return SideColumns(
            keys=side["key"],
            capacity=np.where(opted_out, 0, capacity),
            minimum=np.where(opted_out, 0, np.array(side["minimum"], dtype=np.int64)),
            is_closed=opted_out | (capacity == 0),
            priority=np.array(side["priority"], dtype=np.int64),
            # What is not known becomes NaN.
            measures={name: _measured(side[attribute]) for name, attribute in MEASURED.items()},
            codes={
                **{name: _coded(side[name], self.codes[name]) for name in CODED},
                "manager": _coded(managers, self.managers),
            },
            offers=_levels(side["offers"], self.topics),
            wishes=_levels(side["wishes"], self.topics),
            languages=_patterns(
                (frozenset(spoken.items()) if spoken else NOTHING for spoken in side["languages"]),
                lambda rows: _levels(map(dict, rows), self.languages),
            ),
            hours=_patterns(side["hours"], _slots),
            formats=_patterns(side["formats"], lambda rows: _levels((dict.fromkeys(row, 1) for row in rows), self.formats)),
            words=_worded(side["interests"], self.words),
            line_unknown=np.array([line is None for line in side["ancestors"]], dtype=bool)
            | np.array(side["line_is_partial"], dtype=bool),
            is_head=np.array([line == () for line in side["ancestors"]], dtype=bool),
        )


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)))}


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))


def _worded(texts: Sequence[str], numbers: Mapping[str, int]) -> Words:
    rows = [sorted(numbers[word] for word in _words(text)) if text else () for text in texts]
    ids = [number for row in rows for number in row]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return Words(ids=np.array(ids, dtype=np.int64), starts=starts.astype(np.int64), vocabulary=len(numbers))


def _measured(values: Sequence[float | None]) -> Floats:
    return np.full(len(values), np.nan) if values.count(None) == len(values) else np.array(values, dtype=np.float64)


def _coded(values: Sequence[str | None], numbers: Mapping[Any, int]) -> Codes:
    if not numbers:
        return np.full(len(values), UNKNOWN, dtype=np.int32)
    return np.array(list(map(numbers.get, values, itertools.repeat(UNKNOWN))), dtype=np.int32)


def _patterns(rows: Iterable[Row], table_of: Callable[[list[Row]], Counts]) -> Patterns:
    """Every distinct row once, in the order in which they come."""
    listed = list(rows)
    numbers = {row: number for number, row in enumerate(dict.fromkeys(listed))}
    of = np.fromiter(map(numbers.__getitem__, listed), dtype=np.intp, count=len(listed))
    return Patterns(table=table_of(list(numbers)), of=of)


def _levels(rows: Iterable[Mapping[str, int]], numbers: Mapping[str, int]) -> Counts:
    listed = list(rows)
    table = np.zeros((len(listed), len(numbers)), dtype=np.float32)
    if not numbers:
        return table
    for place, row in enumerate(listed):
        for name, level in row.items():
            table[place, numbers[name]] = level
    return table


def _slots(rows: Sequence[Iterable[tuple[int, int]]]) -> Counts:
    table = np.zeros((len(rows), SLOTS), dtype=np.float32)
    for place, row in enumerate(rows):
        for start, end in row:
            table[place, -(-start // SLOT_MINUTES) : end // SLOT_MINUTES] = 1
    return table

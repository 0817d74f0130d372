"""Which pairs of some rows and columns the rules allow: by class, then by team and by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.classes import Classes
from turnabout.engine.encode import UNKNOWN, grid
from turnabout.engine.prices import ranges
from turnabout.engine.reasons import EXCLUDING
from turnabout.engine.rules import Eligibility, Flags, is_eligible

Places = NDArray[np.intp]
Codes = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Openness:
    """The rules, seen from one side: rows are mentors, or mentees.

    allowed      (row classes, column classes) pairs of classes that the rules allow
    row_class, column_class   everybody's class
    teams        codes of rows and of columns that must not be equal
    starts, named   per row, the columns that are closed by name: `named[starts[row]:starts[row + 1]]`
    """

    rules: Eligibility
    left_out: tuple[str, ...]
    is_mentee_first: bool
    allowed: Flags
    row_class: Places
    column_class: Places
    teams: tuple[tuple[Codes, Codes], ...]
    starts: Places
    named: Places

    @staticmethod
    def of(rules: Eligibility, groups: Classes, *, by_mentee: bool) -> Openness:
        """Prepare one side's view. O(people + pairs named)."""
        sides = (rules.mentors, rules.mentees)
        both = (groups.of_mentor, groups.of_mentee)
        row, column = (1, 0) if by_mentee else (0, 1)
        names = ("team", "manager") if rules.rules.same_team else ()
        closed = (rules.marks.bits & np.uint32(EXCLUDING)) != 0
        pairs = np.divmod(rules.marks.places[closed], max(len(rules.mentees.keys), 1))
        order = np.argsort(pairs[row], kind="stable")
        people = np.arange(len(sides[row].keys) + 1)
        return Openness(
            rules=rules,
            left_out=groups.left_out,
            is_mentee_first=by_mentee,
            allowed=groups.allowed.T if by_mentee else groups.allowed,
            row_class=both[row],
            column_class=both[column],
            teams=tuple((sides[row].codes[name], sides[column].codes[name]) for name in names),
            starts=np.searchsorted(pairs[row][order], people),
            named=pairs[column][order].astype(np.intp),
        )

    def near(self, rows: Places, columns: Places) -> Flags:
        """Which columns the classes allow for any of the rows."""
        near: Flags = np.any(self.allowed[np.unique(self.row_class[rows])], axis=0)[self.column_class[columns]]
        return near

    def table(self, rows: Places, columns: Places) -> Flags:
        """(rows, columns) exactly which pairs are eligible."""
        present, which = np.unique(self.row_class[rows], return_inverse=True)
        table: Flags = self.allowed[present][:, self.column_class[columns]][which]
        for own, other in self.teams:
            mine, theirs = own[rows][:, None], other[columns][None, :]
            table &= (mine != theirs) | (mine == UNKNOWN)
        self._close_named(table, rows, columns)
        if self.left_out:
            table &= self._left_out(rows, columns)
        return table

    def _close_named(self, table: Flags, rows: Places, columns: Places) -> None:
        first, last = self.starts[rows], self.starts[rows + 1]
        named = self.named[ranges(first, last)]
        if not len(named):
            return
        row = np.repeat(np.arange(len(rows)), last - first)
        order = np.argsort(columns)
        at = np.searchsorted(columns[order], named)
        inside = at < len(columns)
        inside[inside] = columns[order][at[inside]] == named[inside]
        table[row[inside], order[at[inside]]] = False

    def _left_out(self, rows: Places, columns: Places) -> Flags:
        if self.is_mentee_first:
            return is_eligible(self.rules.broken(grid(columns, rows), self.left_out)).T
        return is_eligible(self.rules.broken(grid(rows, columns), self.left_out))

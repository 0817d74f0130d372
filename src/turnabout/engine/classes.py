"""People whom the rules cannot tell apart: eligibility for classes of people instead of for every pair.

Ten billion pairs fall into a few million pairs of classes. What names two people (a reporting line, a past
partner, a team) stays outside the classes and is looked up for single pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import SideColumns, grid
from turnabout.engine.reasons import EXCLUDING
from turnabout.engine.rules import Eligibility, Flags, Mask, at_least, is_eligible, listed

Places = NDArray[np.intp]
Codes = NDArray[np.int64]

LARGEST = 1 << 24  # pairs of classes
BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Classes:
    """Both sides' classes, in an order in which neighbours are alike.

    of_mentor, of_mentee   (people,) everybody's class
    broken       (mentor classes, mentee classes) excluding reasons between any two of them
    left_out     rules that are not in the classes because they have too many values
    """

    of_mentor: Places
    of_mentee: Places
    broken: Mask
    left_out: tuple[str, ...]

    @property
    def allowed(self) -> Flags:
        """Pairs of classes that no rule in them excludes."""
        return is_eligible(self.broken)


def classes(rules: Eligibility) -> Classes:
    """Sort both sides into classes. O(people log people + pairs of classes)."""
    keys = {name: (read(rules, rules.mentors), read(rules, rules.mentees)) for name, read in _KEYS.items() if _is_on(rules, name)}
    left_out: list[str] = []
    while True:
        left, right = (_numbered(np.column_stack([both[side] for both in keys.values()])) for side in (0, 1))
        if len(left.first) * len(right.first) <= LARGEST:
            break
        left_out.append(max(keys, key=lambda name: _values(keys[name])))
        del keys[left_out[-1]]
    return Classes(
        of_mentor=left.of,
        of_mentee=right.of,
        broken=_broken(rules, left.first, right.first, tuple(keys)),
        left_out=tuple(left_out),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    of: Places
    first: Places


def _numbered(keys: Codes) -> _Side:
    _, first, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return _Side(of=of.reshape(-1), first=first)


def _values(both: tuple[Codes, Codes]) -> int:
    return len(np.unique(both[0])) * len(np.unique(both[1]))


def _broken(rules: Eligibility, mentors: Places, mentees: Places, checks: tuple[str, ...]) -> Mask:
    rows = max(1, BLOCK // len(mentees))
    parts = [rules.broken(grid(mentors[start : start + rows], mentees), checks) for start in range(0, len(mentors), rows)]
    return np.concatenate(parts) & np.uint32(EXCLUDING)


def _is_on(rules: Eligibility, name: str) -> bool:
    settings = rules.rules
    return {
        "languages": settings.language_level is not None,
        "hours": settings.overlap_minutes is not None,
        "formats": settings.formats,
        "entity": settings.entity != "any",
        "function": settings.function != "any",
        "seniority": settings.seniority.basis != "none",
        "places": True,
    }[name]


def _languages(rules: Eligibility, side: SideColumns) -> Codes:
    """Which languages they speak well enough, and whether any is known."""
    table = side.languages.table
    known = table.max(axis=1, initial=0) > 0
    spoken = np.column_stack([at_least(table, rules.rules.language_level or 0), known])
    return _numbered(spoken.astype(np.int64)).of[side.languages.of]


def _seniority(rules: Eligibility, side: SideColumns) -> Codes:
    measure = rules.rules.seniority
    if measure.basis == "list":
        return listed(side, measure.senior).astype(np.int64)
    return np.unique(side.measures[measure.basis], return_inverse=True)[1]


# Those that exclude most come first, so that neighbours share their possible partners.
_KEYS: Mapping[str, Callable[[Eligibility, SideColumns], Codes]] = {
    "places": lambda _rules, side: side.is_closed.astype(np.int64),
    "languages": _languages,
    "hours": lambda _rules, side: side.hours.of,
    "seniority": _seniority,
    "entity": lambda _rules, side: side.codes["entity"].astype(np.int64),
    "function": lambda _rules, side: side.codes["function"].astype(np.int64),
    "formats": lambda _rules, side: side.formats.of,
}

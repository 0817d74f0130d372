"""What blocks whom: how many possible partners each rule excludes for a person, and how many it alone excludes.

In a pool that holds every eligible pair this is counted pair by pair. In a universe it is counted class by class,
and corrected for the few pairs that are excluded by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.classes import Classes
from turnabout.engine.encode import UNKNOWN, grid
from turnabout.engine.pool import BLOCK_PAIRS, Flags, Pool, places_of
from turnabout.engine.prices import ranges
from turnabout.engine.problem import Side
from turnabout.engine.reasons import BIT, EXCLUDING, FLAGS, RELAXABLE, ReasonCode
from turnabout.engine.rules import Mask

Places = NDArray[np.intp]
Ints = NDArray[np.int64]

MOST_TEAM_PAIRS = 1 << 24
EXCLUDING_CODES = tuple(code for code in ReasonCode if code not in FLAGS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """Counts per person, in the order asked for.

    eligible   possible partners
    blocked    reason -> partners it excludes (one partner may count under several)
    opens      reason -> partners that it alone excludes, for rules that may be relaxed
    """

    eligible: Ints
    blocked: Mapping[ReasonCode, Ints]
    opens: Mapping[ReasonCode, Ints]


def blocked_by(pool: Pool, side: Side, places: Places, groups: Classes | None) -> Blocked:
    """Counts for some people of one side. O(people x people), or O(classes x classes) with complete classes.

    For scores brought along O(pairs).
    """
    if pool.problem.scores is not None:
        return _class_by_class(_open_and_closed(pool), side, places, _listed_by_name(pool, side, places))
    by_name = _by_name(pool, side) if groups is not None and not groups.left_out else None
    if groups is None or by_name is None:
        return _pair_by_pair(pool, side, places)
    return _class_by_class(groups, side, places, by_name)


def _pair_by_pair(pool: Pool, side: Side, places: Places) -> Blocked:
    others = len(pool.right.keys if side is Side.MENTOR else pool.left.keys)
    some = max(1, BLOCK_PAIRS // others)
    ones = np.ones(others, dtype=np.int64)
    parts = [
        _counted(reasons_of(pool, side, places[start : start + some]) & np.uint32(EXCLUDING), ones)
        for start in range(0, len(places), some)
    ]
    nobody = np.zeros(0, np.int64)
    return Blocked(
        eligible=np.concatenate([nobody, *(part.eligible for part in parts)]),
        blocked={code: np.concatenate([nobody, *(part.blocked[code] for part in parts)]) for code in EXCLUDING_CODES},
        opens={code: np.concatenate([nobody, *(part.opens[code] for part in parts)]) for code in RELAXABLE},
    )


def _counted(excluding: Mask, people: Ints) -> Blocked:
    """Sums of people over the columns of a table of reasons."""
    return Blocked(
        eligible=(excluding == 0) @ people,
        blocked={code: _has(excluding, code) @ people for code in EXCLUDING_CODES},
        opens={code: _has_only(excluding, code) @ people for code in RELAXABLE},
    )


def _has(mask: Mask, code: ReasonCode) -> Flags:
    found: Flags = (mask & _bit(code)) != 0
    return found


def _has_only(mask: Mask, code: ReasonCode) -> Flags:
    found: Flags = mask == _bit(code)
    return found


def reasons_of(pool: Pool, side: Side, places: Places) -> Mask:
    """Reason bits of some people of one side with everybody of the other, one row per person."""
    is_mentor = side is Side.MENTOR
    others = range(len(pool.right.keys if is_mentor else pool.left.keys))
    lens = grid(places, others) if is_mentor else grid(others, places)
    if pool.problem.scores is None:
        mask = pool.eligibility.reasons(lens)
        return mask if is_mentor else mask.T
    closed = lens.left(pool.left.is_closed) | lens.right(pool.right.is_closed)
    mask = pool.eligibility.named(lens) | np.where(closed, _bit(ReasonCode.NOT_AVAILABLE), np.uint32(0))
    at_row, at_col = (np.full(len(keys), -1, dtype=np.intp) for keys in (pool.left.keys, pool.right.keys))
    at_row[lens.rows], at_col[lens.cols] = np.arange(len(lens.rows)), np.arange(len(lens.cols))
    row, col = at_row[pool.mentor], at_col[pool.mentee]
    is_listed = (mask & np.uint32(EXCLUDING)) != 0
    is_listed[row[(row >= 0) & (col >= 0)], col[(row >= 0) & (col >= 0)]] = True
    mask |= np.where(is_listed, np.uint32(0), _bit(ReasonCode.NOT_LISTED))
    return mask if is_mentor else mask.T


@dataclass(frozen=True, kw_only=True, slots=True)
class _ByName:
    """Pairs that are excluded by name, or listed, each once, seen from one side."""

    own: Places
    other: Places
    bits: Mask

    @classmethod
    def of(cls, pool: Pool, side: Side, places: Ints, bits: Mask) -> _ByName:
        mentor, mentee = np.divmod(places, max(len(pool.right.keys), 1))
        own, other = (mentor, mentee) if side is Side.MENTOR else (mentee, mentor)
        return cls(own=own, other=other, bits=bits)

    def after(self, before: Mask) -> Mask:
        """All reasons of each pair: what names the two, and what the classes say, unless it was that nobody named them."""
        return np.where(before == _bit(ReasonCode.NOT_LISTED), np.uint32(0), before) | self.bits


def _class_by_class(groups: Classes, side: Side, places: Places, by_name: _ByName) -> Blocked:
    is_mentor = side is Side.MENTOR
    own, other = (groups.of_mentor, groups.of_mentee) if is_mentor else (groups.of_mentee, groups.of_mentor)
    table = groups.broken if is_mentor else groups.broken.T
    counts = _counted(table, np.bincount(other, minlength=table.shape[1]))
    before = table[own[by_name.own], other[by_name.other]]
    after, people = by_name.after(before), len(own)
    seen = int(np.bitwise_or.reduce(before | after)) if len(before) else 0

    def corrected(whole: Ints, was: Flags, is_now: Flags) -> Ints:
        change = np.bincount(by_name.own, weights=is_now.astype(np.int64) - was, minlength=people)
        found: Ints = (whole[own] + change.astype(np.int64))[places]
        return found

    def of_code(code: ReasonCode, whole: Ints, is_counted: Callable[[Mask, ReasonCode], Flags]) -> Ints:
        return corrected(whole, is_counted(before, code), is_counted(after, code)) if seen & BIT[code] else whole[own[places]]

    return Blocked(
        eligible=corrected(counts.eligible, before == 0, after == 0),
        blocked={code: of_code(code, column, _has) for code, column in counts.blocked.items()},
        opens={code: of_code(code, column, _has_only) for code, column in counts.opens.items()},
    )


def _by_name(pool: Pool, side: Side) -> _ByName | None:
    """Every pair that names exclude, teams included; None when they are too many to list."""
    rules, wide = pool.eligibility, len(pool.right.keys)
    places, bits = [rules.marks.places], [rules.marks.bits & np.uint32(EXCLUDING)]
    for name in ("team", "manager") if rules.rules.same_team else ():
        team = _same(pool.left.codes[name].astype(np.intp), pool.right.codes[name].astype(np.intp))
        if team is None:
            return None
        places.append(team[0] * wide + team[1])
        bits.append(np.full(len(team[0]), _bit(ReasonCode.SAME_TEAM)))
    place, at = np.unique(np.concatenate(places), return_inverse=True)
    mask = np.zeros(len(place), dtype=np.uint32)
    np.bitwise_or.at(mask, at, np.concatenate(bits))
    return _ByName.of(pool, side, place, mask)


def _open_and_closed(pool: Pool) -> Classes:
    """Classes for scores brought along: two people who have places are excluded because they are not listed."""
    unlisted, closed = _bit(ReasonCode.NOT_LISTED), _bit(ReasonCode.NOT_AVAILABLE)
    return Classes(
        of_mentor=pool.left.is_closed.astype(np.intp),
        of_mentee=pool.right.is_closed.astype(np.intp),
        broken=np.array([[unlisted, closed], [closed, closed]]),
        left_out=(),
    )


def _listed_by_name(pool: Pool, side: Side, wanted: Places) -> _ByName:
    """Every listed pair and every pair that names exclude, of some people. No pair is both."""
    own, people = (pool.mentor, pool.left) if side is Side.MENTOR else (pool.mentee, pool.right)
    is_wanted = np.zeros(len(people.keys), dtype=bool)
    is_wanted[wanted] = True
    listed = is_wanted[own]
    marks = pool.eligibility.marks
    bits = marks.bits & np.uint32(EXCLUDING)
    places = np.concatenate([places_of(pool.problem, pool.mentor[listed], pool.mentee[listed]), marks.places[bits != 0]])
    return _ByName.of(pool, side, places, np.concatenate([np.zeros(int(listed.sum()), np.uint32), bits[bits != 0]]))


def _same(left: Places, right: Places) -> tuple[Ints, Ints] | None:
    """Pairs with an equal code; None when there are too many."""
    order = np.argsort(right, kind="stable")
    first, last = np.searchsorted(right[order], left), np.searchsorted(right[order], left, side="right")
    last = np.where(left == UNKNOWN, first, last)
    if int((last - first).sum()) > MOST_TEAM_PAIRS:
        return None
    mentor = np.repeat(np.arange(len(left), dtype=np.int64), last - first)
    return mentor, order[ranges(first, last)].astype(np.int64)


def _bit(code: ReasonCode) -> np.uint32:
    return np.uint32(BIT[code])

"""Stage 1: which rules exclude which pair, for all pairs of a block at once.

Every broken rule of a pair is kept as a bit (`reasons.BIT`), so that a person without a partner can be
told which single rule, if relaxed, would open how many.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import SLOT_MINUTES, UNKNOWN, Lens, Patterns, SideColumns, encode, grid, single_pairs
from turnabout.engine.problem import Candidate, PairKey, Problem, Rules
from turnabout.engine.reasons import BIT, EXCLUDING, ReasonCode, codes_in

Mask = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Checked = Iterator[tuple[ReasonCode, Flags]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """Reasons that belong to named pairs: sorted places (mentor x mentees + mentee) with their bits."""

    places: NDArray[np.int64]
    bits: Mask


@dataclass(frozen=True, kw_only=True, slots=True)
class Eligibility:
    """Everything needed to say for any block of pairs why it is excluded."""

    mentors: SideColumns
    mentees: SideColumns
    rules: Rules
    marks: Marks

    def reasons(self, lens: Lens) -> Mask:
        """Reason bits of each pair in the lens; no bit of `reasons.EXCLUDING` means eligible. O(pairs)."""
        mask = self.broken(lens, CHECKS)
        self._mark(mask, lens)
        return mask

    def broken(self, lens: Lens, checks: Iterable[str]) -> Mask:
        """Reason bits of some checks alone, by name; those that name two people are in none."""
        mask = np.zeros(lens.shape, dtype=np.uint32)
        for check in checks:
            for code, broken in CHECKS[check](self, lens):
                mask |= np.where(broken, np.uint32(BIT[code]), np.uint32(0))
        return mask

    def places(self, lens: Lens) -> Checked:
        """Who has no place, and whose line is not known."""
        yield ReasonCode.NOT_AVAILABLE, lens.left(self.mentors.is_closed) | lens.right(self.mentees.is_closed)
        yield ReasonCode.UNKNOWN_LINE, lens.left(self.mentors.line_unknown) | lens.right(self.mentees.line_unknown)

    def team(self, lens: Lens) -> Checked:
        """One team, or one direct manager."""
        if self.rules.same_team:
            yield ReasonCode.SAME_TEAM, self._same("team", lens) | self._same("manager", lens)

    def entity(self, lens: Lens) -> Checked:
        """The rule about entities."""
        return self._alike("entity", ReasonCode.ENTITY, lens)

    def function(self, lens: Lens) -> Checked:
        """The rule about functions."""
        return self._alike("function", ReasonCode.FUNCTION, lens)

    def _alike(self, name: str, code: ReasonCode, lens: Lens) -> Checked:
        wanted = getattr(self.rules, name)
        if wanted == "different":
            yield code, self._same(name, lens)
        elif wanted == "same":
            yield code, ~self._same(name, lens)

    def _same(self, name: str, lens: Lens) -> Flags:
        left, right = lens.left(self.mentors.codes[name]), lens.right(self.mentees.codes[name])
        same: Flags = (left == right) & (left != UNKNOWN)
        return same

    def seniority(self, lens: Lens) -> Checked:
        """Who is senior, and by how much."""
        measure = self.rules.seniority
        if measure.basis == "none":
            return
        if measure.basis == "list":
            mentor, mentee = (listed(side, measure.senior) for side in (self.mentors, self.mentees))
            yield ReasonCode.SENIORITY, lens.left(mentor) | ~lens.right(mentee)
            return
        junior = lens.left(self.mentors.measures[measure.basis])
        senior = lens.right(self.mentees.measures[measure.basis])
        # Comparisons with NaN are false, so an unknown value never counts as a broken rule but as unknown.
        yield ReasonCode.SENIORITY_UNKNOWN, np.isnan(junior) | np.isnan(senior)
        ahead = junior - senior if measure.basis == "level" else senior - junior
        gap_code = ReasonCode.GRADE_GAP if measure.basis == "grade" else ReasonCode.SENIORITY
        yield gap_code, ahead < measure.minimum_gap
        if measure.mentor_at_most is not None:
            yield ReasonCode.SENIORITY, junior > measure.mentor_at_most
        if measure.mentee_at_least is not None:
            yield ReasonCode.SENIORITY, senior < measure.mentee_at_least

    def languages(self, lens: Lens) -> Checked:
        """A language both speak well enough."""
        left, right, level = self.mentors.languages, self.mentees.languages, self.rules.language_level
        if level is None:
            return
        unknown = _unknown(left, right, lens)
        shared = lens.by_pattern(left, right, lambda few, a, b: few.dot(at_least(a, level), at_least(b, level)))
        yield ReasonCode.UNKNOWN_LANGUAGE, unknown
        yield ReasonCode.LANGUAGE, (shared == 0) & ~unknown

    def hours(self, lens: Lens) -> Checked:
        """Enough weekly hours in common."""
        left, right, wanted = self.mentors.hours, self.mentees.hours, self.rules.overlap_minutes
        if wanted is None:
            return
        unknown = _unknown(left, right, lens)
        yield ReasonCode.UNKNOWN_HOURS, unknown
        yield ReasonCode.HOURS, (lens.by_pattern(left, right, Lens.dot) * SLOT_MINUTES < wanted) & ~unknown

    def formats(self, lens: Lens) -> Checked:
        """A way of meeting that suits both."""
        left, right = self.mentors.formats, self.mentees.formats
        if self.rules.formats:
            apart = lens.by_pattern(left, right, Lens.dot) == 0
            yield ReasonCode.FORMAT, apart & ~_unknown(left, right, lens)

    def named(self, lens: Lens) -> Mask:
        """Only the reasons that name two people (line, history, conflict, forbidden and the like)."""
        mask = np.zeros(lens.shape, dtype=np.uint32)
        self._mark(mask, lens)
        return mask

    def _mark(self, mask: Mask, lens: Lens) -> None:
        wide, places = len(self.mentees.keys), self.marks.places
        if lens.is_grid:
            at_row, at_col = _lookup(lens.rows, len(self.mentors.keys)), _lookup(lens.cols, wide)
            row, col = np.divmod(places, wide)
            inside = (at_row[row] >= 0) & (at_col[col] >= 0)
            mask[at_row[row[inside]], at_col[col[inside]]] |= self.marks.bits[inside]
            return
        wanted = lens.rows.astype(np.int64) * wide + lens.cols
        found = np.searchsorted(places, wanted)
        inside = found < len(places)
        inside[inside] = places[found[inside]] == wanted[inside]
        mask[inside] |= self.marks.bits[found[inside]]


# Every check that does not name two people.
CHECKS: Mapping[str, Callable[[Eligibility, Lens], Checked]] = {
    "places": Eligibility.places,
    "team": Eligibility.team,
    "entity": Eligibility.entity,
    "function": Eligibility.function,
    "seniority": Eligibility.seniority,
    "languages": Eligibility.languages,
    "hours": Eligibility.hours,
    "formats": Eligibility.formats,
}


def _lookup(chosen: NDArray[np.intp], people: int) -> NDArray[np.intp]:
    """Where each person stands among the chosen; -1 for the others."""
    places = np.full(people, -1, dtype=np.intp)
    places[chosen] = np.arange(len(chosen))
    return places


def eligibility(problem: Problem, mentors: SideColumns, mentees: SideColumns) -> Eligibility:
    """Prepare stage 1 for a canonical problem. O(people x line length)."""
    return Eligibility(mentors=mentors, mentees=mentees, rules=problem.rules, marks=_marks(problem))


def reasons_between(problem: Problem, mentor: str, mentee: str) -> tuple[ReasonCode, ...]:
    """All reasons and flags between two people of a problem, by key.

    For many pairs use `reasons_of`, or `Explainer` for those of a plan. Raises KeyError for an unknown key.
    """
    return reasons_of(problem, ((mentor, mentee),))[0]


def reasons_of(problem: Problem, pairs: Sequence[PairKey]) -> tuple[tuple[ReasonCode, ...], ...]:
    """All reasons and flags of each of these pairs, (mentor, mentee) by key, in their order.

    O(people x line length + pairs). Raises KeyError for an unknown key.
    """
    left, right = encode(problem)
    row, column = ({key: place for place, key in enumerate(side.keys)} for side in (left, right))
    lens = single_pairs([row[mentor] for mentor, _mentee in pairs], [column[mentee] for _mentor, mentee in pairs])
    return tuple(codes_in(int(mask)) for mask in eligibility(problem, left, right).reasons(lens))


def without_partner(problem: Problem) -> frozenset[str]:
    """Keys of the mentees whom the rules leave no mentor, however many places there are.

    O(people x line length + mentors x mentees).
    """
    left, right = encode(problem)
    lens = grid(range(len(left.keys)), range(len(right.keys)))
    has_one: Flags = np.any(is_eligible(eligibility(problem, left, right).reasons(lens)), axis=0)
    return frozenset(key for key, found in zip(right.keys, has_one, strict=True) if not found)


def is_eligible(mask: Mask) -> Flags:
    eligible: Flags = (mask & np.uint32(EXCLUDING)) == 0
    return eligible


def _unknown(left: Patterns, right: Patterns, lens: Lens) -> Flags:
    return lens.left(left.is_unknown) | lens.right(right.is_unknown)


def at_least(levels: NDArray[np.float32], level: int) -> NDArray[np.float32]:
    return (levels >= level).astype(np.float32)


def listed(side: SideColumns, keys: frozenset[str]) -> Flags:
    return np.array([key in keys for key in side.keys], dtype=bool)


def _marks(problem: Problem) -> Marks:
    """Reasons that name two people, gathered from both sides' own lists."""
    mentors = {one.key: place for place, one in enumerate(problem.mentors)}
    mentees = {one.key: place for place, one in enumerate(problem.mentees)}
    found: dict[int, int] = {}
    on_both = ((key, key, ReasonCode.SAME_PERSON) for key in mentors.keys() & mentees.keys())
    for mentor, mentee, code in itertools.chain(_named(problem), on_both):
        if mentor in mentors and mentee in mentees:
            place = mentors[mentor] * len(mentees) + mentees[mentee]
            found[place] = found.get(place, 0) | BIT[code]
    places = np.array(sorted(found), dtype=np.int64)
    return Marks(places=places, bits=np.array([found[int(place)] for place in places], dtype=np.uint32))


def _named(problem: Problem) -> Iterator[tuple[str, str, ReasonCode]]:
    for mentor, mentee in problem.forbidden:
        yield mentor, mentee, ReasonCode.FORBIDDEN
    granted = _granted(problem)
    levels = problem.rules.distance.levels if problem.rules.distance else 0
    for one in problem.mentors:
        for other, code in _closed(one, problem.rules):
            yield one.key, other, code
        for depth, manager in enumerate(one.ancestors or (), start=1):
            is_far = manager in granted and depth >= levels
            yield one.key, manager, ReasonCode.DISTANCE_EXCEPTION if is_far else ReasonCode.LINE
    for one in problem.mentees:
        for other, code in _closed(one, problem.rules):
            yield other, one.key, code
        for manager in one.ancestors or ():
            yield manager, one.key, ReasonCode.LINE


def _closed(one: Candidate, rules: Rules) -> Iterator[tuple[str, ReasonCode]]:
    for other in one.conflicts:
        yield other, ReasonCode.CONFLICT
    for other in one.decides_for:
        yield other, ReasonCode.DECIDER
    for other in one.not_available:
        yield other, ReasonCode.NOT_AVAILABLE
    if rules.history:
        for other in one.past_partners:
            yield other, ReasonCode.HISTORY


def _granted(problem: Problem) -> frozenset[str]:
    distance = problem.rules.distance
    if distance is None:
        return frozenset()
    heads = {one.key for one in problem.mentees if one.ancestors == ()} if distance.heads else set()
    return distance.allowed_for | heads

"""The pool: every eligible pair of a problem with its scores, and the gains each stage works with.

Used by the solver and by the verifier alike, so it needs NumPy only.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import SideColumns, encode, grid, single_pairs
from turnabout.engine.network import Ints, Network, Places, build
from turnabout.engine.problem import HIGHEST_SCORE, Nomination, Objective, PairKey, Problem, Refusal, ScoreList
from turnabout.engine.reasons import EXCLUDING
from turnabout.engine.rules import Eligibility, Mask, eligibility, is_eligible
from turnabout.engine.scoring import Scoring, scoring

BLOCK_PAIRS = 1 << 21
FLAGS_AT_ONCE = 1 << 15
LARGE = 8_000_000  # possible pairs; above, they are not listed one by one
LARGEST_GAIN = 1 << 58
LOWEST_RANK = 3
PAIR_COLUMNS = ("mentor", "mentee", "score", "for_mentor", "for_mentee", "reasons", "nominated", "locked")

Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Eligible pairs in key order, as arrays of one length.

    mentor, mentee            (E,) int32, index of each pair's people
    score                     (E,) int64, the combination that totals add up
    for_mentor, for_mentee    (E,) int64, either side's own score
    reasons                   (E,) uint32, flags of each pair (no excluding bit)
    nominated                 (E,) int64, 3 for a first choice, 2, 1, 0 for nobody's choice
    locked                    (E,) bool, pairs that must be in the plan
    first_mentor, first_mentee   gain of serving a person at all: breadth and priority
    counts_people             False for `best-total`: pairs may be dropped for a higher total
    highest                   no score is higher
    """

    problem: Problem
    left: SideColumns
    right: SideColumns
    eligibility: Eligibility
    scoring: Scoring
    mentor: NDArray[np.int32]
    mentee: NDArray[np.int32]
    score: Ints
    for_mentor: Ints
    for_mentee: Ints
    reasons: Mask
    nominated: Ints
    locked: Flags
    first_mentor: Ints
    first_mentee: Ints
    counts_people: bool
    highest: int

    @property
    def worse_side(self) -> Ints:
        return np.minimum(self.for_mentor, self.for_mentee)

    @property
    def has_minimums(self) -> bool:
        """Whether anybody must have a partner."""
        return bool(self.left.minimum.any() or self.right.minimum.any())

    @property
    def has_second_places(self) -> bool:
        """Whether plans with as many pairs can differ in how many people they serve."""
        return bool((self.left.capacity > 1).any() or (self.right.capacity > 1).any())

    @property
    def has_preferences(self) -> bool:
        """Whether anything stands between the number of pairs and the score."""
        return bool(self.first_mentor.any() or self.first_mentee.any() or self.nominated.any())

    @property
    def wants_everybody(self) -> bool:
        """Whether stage 2 has no higher wish than a partner for everybody and no place left on one side."""
        return self.counts_people and self.has_preferences and not self.nominated.any()

    @property
    def most(self) -> int:
        """An upper bound on the number of pairs."""
        return min(int(self.left.capacity.sum()), int(self.right.capacity.sum()))

    @property
    def step(self) -> int:
        """More than any total can be."""
        return self.most * self.highest + 1

    def part(self, places: Places) -> Pool:
        """The pairs at some places, as they are."""
        return dataclasses.replace(self, **{name: getattr(self, name)[places] for name in PAIR_COLUMNS})

    def only(self, chosen: Flags) -> Pool:
        """Some of the pairs, with the flags of each looked up."""
        mentor, mentee = self.mentor[chosen], self.mentee[chosen]
        starts = range(0, len(mentor), FLAGS_AT_ONCE)
        parts = [
            self.eligibility.reasons(single_pairs(mentor[start : start + FLAGS_AT_ONCE], mentee[start : start + FLAGS_AT_ONCE]))
            for start in starts
        ]
        pairs = Pairs(
            mentor=mentor,
            mentee=mentee,
            for_mentor=self.for_mentor[chosen],
            for_mentee=self.for_mentee[chosen],
            score=self.score[chosen],
            reasons=np.concatenate([np.zeros(0, np.uint32), *parts]),
        )
        return with_pairs(self, pairs)

    def network(self, kept: Flags | None = None) -> Network:
        """The network of all pairs, or of the kept ones."""
        every = slice(None) if kept is None else kept
        return build(
            mentor=self.mentor[every],
            mentee=self.mentee[every],
            places=(self.left.capacity, self.right.capacity),
            least=(self.left.minimum, self.right.minimum),
            locked=self.locked[every],
        )

    @property
    def levels(self) -> Ints:
        """Every score of a worse side among the pairs that are not locked, rising."""
        return np.flatnonzero(np.bincount(self.worse_side[~self.locked]))

    def above(self, level: int) -> Flags:
        """Pairs whose worse side reaches a level; locked pairs stay whatever they score."""
        kept: Flags = (self.worse_side >= level) | self.locked
        return kept

    def preference_gains(self, network: Network, kept: Flags) -> Ints:
        """Breadth, priority and nominations alone."""
        return network.gains(pairs=self.nominated[kept], first_mentor=self.first_mentor, first_mentee=self.first_mentee)

    def score_gains(self, network: Network, kept: Flags) -> Ints:
        """Scores alone."""
        return network.gains(
            pairs=self.score[kept],
            first_mentor=np.zeros(network.mentors, np.int64),
            first_mentee=np.zeros(network.mentees, np.int64),
        )

    def people_gains(self, network: Network, kept: Flags) -> Ints:
        """Pairs first, then preferences: what stage 2 makes as large as possible."""
        return network.gains(
            pairs=self.nominated[kept] + self.per_pair,
            first_mentor=self.first_mentor,
            first_mentee=self.first_mentee,
        )

    def total_gains(self, network: Network, kept: Flags) -> Ints:
        """Stages 2 and 4 in one number: one more pair outweighs any total. For proofs, never for a solver."""
        if self.step * (self.preferences + 2) > LARGEST_GAIN:
            raise Refusal(
                "The scores times the number of people are too large for an exact proof in 64 bits: "
                "use smaller scores, or leave out priorities."
            )
        return self.step * self.people_gains(network, kept) + self.score_gains(network, kept)

    def gains(self, network: Network, kept: Flags, *, has_score: bool) -> Ints:
        """Stages 2 and 4 in one number, or stage 2 alone."""
        return self.total_gains(network, kept) if has_score else self.people_gains(network, kept)

    @property
    def per_pair(self) -> int:
        """What a pair that nobody asked for gains in stage 2."""
        return self.preferences + 1 if self.counts_people else 0

    @property
    def preferences(self) -> int:
        """More than all preferences together can gain."""
        everybody = int(self.first_mentor.sum()) + int(self.first_mentee.sum())
        return everybody + (self.most * LOWEST_RANK if self.problem.nominations else 0)


def is_large(problem: Problem) -> bool:
    """More pairs than are kept in memory one by one."""
    return problem.scores is None and len(problem.mentors) * len(problem.mentees) > LARGE


def frame(problem: Problem, *, objective: Objective, breadth_first: bool) -> Pool:
    """A pool without pairs: people, rules and gains of a canonical problem. O(people)."""
    left, right = encode(problem)
    first = _first_places(left, right, breadth_first=breadth_first)
    # One more person served outweighs every nomination together.
    most = min(int(left.capacity.sum()), int(right.capacity.sum()))
    step = most * LOWEST_RANK + 1 if problem.nominations else 1
    nobody, nothing = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Pool(
        problem=problem,
        left=left,
        right=right,
        eligibility=eligibility(problem, left, right),
        scoring=scoring(problem, left, right),
        mentor=nobody,
        mentee=nobody,
        for_mentor=nothing,
        for_mentee=nothing,
        score=nothing,
        reasons=np.zeros(0, np.uint32),
        nominated=nothing,
        locked=np.zeros(0, bool),
        first_mentor=first[0] * step,
        first_mentee=first[1] * step,
        counts_people=objective is not Objective.BEST_TOTAL,
        highest=int(problem.scores.score.max(initial=0)) if problem.scores else HIGHEST_SCORE,
    )


def gather(problem: Problem, *, objective: Objective, breadth_first: bool) -> Pool:
    """Stage 1 and the scores for a canonical problem: every eligible pair. O(mentors x mentees x criteria).

    Raises Refusal where there are too many to list.
    """
    if is_large(problem):
        raise Refusal(
            f"There are more than {LARGE:,} possible pairs, too many to list one by one: a plan can be made and verified, "
            "but losses and figures cannot be worked out. Ask about a part of the people, for example by language."
        )
    empty = frame(problem, objective=objective, breadth_first=breadth_first)
    return with_pairs(empty, _brought(problem.scores, empty) if problem.scores else _all_pairs(empty))


def with_pairs(pool: Pool, pairs: Pairs) -> Pool:
    """The same pool with other pairs, given in key order."""
    problem = pool.problem
    return dataclasses.replace(
        pool,
        mentor=pairs.mentor,
        mentee=pairs.mentee,
        for_mentor=pairs.for_mentor,
        for_mentee=pairs.for_mentee,
        score=pairs.score,
        reasons=pairs.reasons,
        nominated=nominated_gains(problem, pairs.mentor, pairs.mentee),
        locked=np.isin(places_of(problem, pairs.mentor, pairs.mentee), named_places(problem, problem.locks)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs:
    """Some pairs with both sides' scores, as columns of one length in key order."""

    mentor: NDArray[np.int32]
    mentee: NDArray[np.int32]
    for_mentor: Ints
    for_mentee: Ints
    score: Ints
    reasons: Mask


def _all_pairs(empty: Pool) -> Pairs:
    """Every eligible pair, block by block."""
    mentors, mentees = len(empty.left.keys), len(empty.right.keys)
    rows = max(1, BLOCK_PAIRS // max(mentees, 1))
    parts = [_block(empty, range(start, min(start + rows, mentors))) for start in range(0, mentors, rows)]
    mentor, mentee, for_mentor, for_mentee, score, reasons = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pairs(
        mentor=mentor.astype(np.int32),
        mentee=mentee.astype(np.int32),
        for_mentor=for_mentor,
        for_mentee=for_mentee,
        score=score,
        reasons=reasons.astype(np.uint32),
    )


def _block(empty: Pool, mentors: range) -> tuple[Ints, ...]:
    lens = grid(mentors, range(len(empty.right.keys)))
    mask, scores = empty.eligibility.reasons(lens), empty.scoring.scores(lens)
    row, col = np.nonzero(is_eligible(mask))
    parts = (scores.for_mentor, scores.for_mentee, scores.combined, mask.astype(np.int64))
    return (row + mentors.start, col, *(part[row, col] for part in parts))


def _brought(scores: ScoreList, empty: Pool) -> Pairs:
    """Pairs of a score list, less those that a rule naming two people closes."""
    rules = empty.eligibility
    lens = single_pairs(scores.mentor, scores.mentee)
    closed = (rules.named(lens) & np.uint32(EXCLUDING)) != 0
    closed |= rules.mentors.is_closed[scores.mentor] | rules.mentees.is_closed[scores.mentee]
    kept = np.flatnonzero(~closed) if closed.any() else slice(None)
    score = scores.score[kept]
    return Pairs(
        mentor=scores.mentor[kept],
        mentee=scores.mentee[kept],
        for_mentor=score,
        for_mentee=score,
        score=score,
        reasons=np.zeros(len(score), np.uint32),
    )


def places_of(problem: Problem, mentor: NDArray[np.int32], mentee: NDArray[np.int32]) -> Ints:
    """One number per pair, rising in key order: mentor x mentees + mentee."""
    places: Ints = mentor.astype(np.int64) * len(problem.mentees) + mentee
    return places


def named_places(problem: Problem, pairs: tuple[PairKey, ...]) -> Ints:
    """The same numbers for pairs named by key; unknown keys are left out."""
    mentors = {one.key: place for place, one in enumerate(problem.mentors)}
    mentees = {one.key: place for place, one in enumerate(problem.mentees)}
    known = [(a, b) for a, b in pairs if a in mentors and b in mentees]
    return np.array([mentors[a] * len(mentees) + mentees[b] for a, b in known], dtype=np.int64)


def places_by_name(problem: Problem) -> Ints:
    """Pairs that somebody named: they are looked at in every matching, whatever they score."""
    nominated = tuple((one.mentor, one.mentee) for one in problem.nominations)
    return named_places(problem, (*problem.locks, *problem.last_plan, *nominated))


def in_last_plan(pool: Pool) -> Ints:
    """1 for each pair of the last plan, else 0."""
    last = named_places(pool.problem, pool.problem.last_plan)
    return np.isin(places_of(pool.problem, pool.mentor, pool.mentee), last).astype(np.int64)


def nominated_gains(problem: Problem, mentor: NDArray[np.int32], mentee: NDArray[np.int32]) -> Ints:
    """3 for a first choice, 2, 1, 0 for nobody's choice."""
    gains = np.zeros(len(mentor), dtype=np.int64)
    if not problem.nominations:
        return gains
    places = places_of(problem, mentor, mentee)
    for rank in range(1, LOWEST_RANK + 1):
        named = tuple((one.mentor, one.mentee) for one in problem.nominations if _rank(one) == rank)
        chosen = np.isin(places, named_places(problem, named))
        gains = np.where(chosen, np.maximum(gains, LOWEST_RANK + 1 - rank), gains)
    return gains


def _rank(one: Nomination) -> int:
    return min(max(one.rank, 1), LOWEST_RANK)


def _first_places(left: SideColumns, right: SideColumns, *, breadth_first: bool) -> tuple[Ints, Ints]:
    """Gain of a person's first place: priority first, then one for everybody if breadth is wanted."""
    step = len(left.keys) + len(right.keys) + 1 if breadth_first else 1
    breadth = int(breadth_first)
    return left.priority * step + breadth, right.priority * step + breadth

"""The pool: every eligible pair of a problem with its scores, and the gains each stage works with.

Used by the solver and by the verifier alike, so it needs NumPy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.canonical import digest
from turnabout.engine.encode import Lens, SideColumns, block, encode
from turnabout.engine.network import Ints, Network, build
from turnabout.engine.problem import Nomination, Objective, Problem, Refusal, ScoreList
from turnabout.engine.reasons import EXCLUDING
from turnabout.engine.rules import Eligibility, Mask, eligibility, is_eligible
from turnabout.engine.scoring import Scoring, scoring

BLOCK_PAIRS = 1 << 21
LARGEST_GAIN = 1 << 58
LOWEST_RANK = 3

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

    @property
    def worse_side(self) -> Ints:
        return np.minimum(self.for_mentor, self.for_mentee)

    @property
    def has_preferences(self) -> bool:
        """Whether anything stands between the number of pairs and the score."""
        return bool(self.first_mentor.any() or self.first_mentee.any() or self.nominated.any())

    @property
    def most(self) -> int:
        """An upper bound on the number of pairs."""
        return min(int(self.left.capacity.sum()), int(self.right.capacity.sum()), len(self.score))

    def score_hash(self) -> str:
        """Hash of all eligible pairs and their scores, as whole numbers."""
        columns = (self.mentor, self.mentee, self.score, self.for_mentor, self.for_mentee)
        return digest(*(column.astype("<i8").tobytes() for column in columns))

    def network(self, kept: Flags | None = None) -> Network:
        """The network of all pairs, or of the kept ones."""
        every = slice(None) if kept is None else kept
        return build(
            mentor=self.mentor[every],
            mentee=self.mentee[every],
            places=(self.left.capacity, self.right.capacity),
            locked=self.locked[every],
        )

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
        per_pair = self._preferences + 1 if self.counts_people else 0
        return network.gains(
            pairs=self.nominated[kept] + per_pair,
            first_mentor=self.first_mentor,
            first_mentee=self.first_mentee,
        )

    def total_gains(self, network: Network, kept: Flags) -> Ints:
        """Stages 2 and 4 in one number: one more pair outweighs any total. For proofs, never for a solver."""
        step = self.most * int(self.score.max(initial=0)) + 1
        if step * (self._preferences + 2) > LARGEST_GAIN:
            raise Refusal(
                "The scores times the number of people are too large for an exact proof in 64 bits: "
                "use smaller scores, or leave out priorities."
            )
        return step * self.people_gains(network, kept) + self.score_gains(network, kept)

    @property
    def _preferences(self) -> int:
        """The largest gain all preferences together can have."""
        everybody = int(self.first_mentor.sum()) + int(self.first_mentee.sum())
        return everybody + self.most * int(self.nominated.max(initial=0))


def gather(problem: Problem, *, objective: Objective, breadth_first: bool) -> Pool:
    """Stage 1 and the scores for a canonical problem. O(mentors x mentees x criteria)."""
    left, right = encode(problem)
    rules, marks = eligibility(problem, left, right), scoring(problem, left, right)
    mentor, mentee, columns, reasons = _brought(problem.scores, rules) if problem.scores else _scored(rules, marks)
    nominated = _nominated(problem, mentor, mentee)
    first = _first_places(left, right, breadth_first=breadth_first)
    # One more person served outweighs every nomination together.
    step = min(int(left.capacity.sum()), int(right.capacity.sum())) * int(nominated.max(initial=0)) + 1
    return Pool(
        problem=problem,
        left=left,
        right=right,
        eligibility=rules,
        scoring=marks,
        mentor=mentor,
        mentee=mentee,
        for_mentor=columns[0],
        for_mentee=columns[1],
        score=columns[2],
        reasons=reasons,
        nominated=nominated,
        locked=np.isin(_places(problem, mentor, mentee), _named_places(problem, problem.locks)),
        first_mentor=first[0] * step,
        first_mentee=first[1] * step,
        counts_people=objective is not Objective.BEST_TOTAL,
    )


Columns = tuple[Ints, Ints, Ints]
Edges = tuple[NDArray[np.int32], NDArray[np.int32], Columns, Mask]


def _scored(rules: Eligibility, marks: Scoring) -> Edges:
    """Walk through all pairs block by block; keep the eligible ones."""
    mentors, mentees = len(rules.mentors.keys), len(rules.mentees.keys)
    rows = max(1, BLOCK_PAIRS // max(mentees, 1))
    found: list[tuple[Ints, ...]] = []
    reasons: list[Mask] = []
    for start in range(0, mentors, rows):
        lens = block(start, min(start + rows, mentors))
        mask = rules.reasons(lens)
        row, col = np.nonzero(is_eligible(mask))
        scores = marks.scores(lens)
        parts = (scores.for_mentor, scores.for_mentee, scores.combined)
        found.append((row + start, col, *(part[row, col] for part in parts)))
        reasons.append(mask[row, col])
    columns = [np.concatenate(part) for part in zip(*found, strict=True)] or [np.zeros(0, np.int64)] * 5
    mask = np.concatenate(reasons) if reasons else np.zeros(0, np.uint32)
    mentor, mentee = columns[0].astype(np.int32), columns[1].astype(np.int32)
    return mentor, mentee, (columns[2], columns[3], columns[4]), mask


def _brought(scores: ScoreList, rules: Eligibility) -> Edges:
    """Pairs of a score list, less those that a rule naming two people closes."""
    lens = Lens(rows=scores.mentor.astype(np.intp), cols=scores.mentee.astype(np.intp))
    closed = (rules.named(lens) & np.uint32(EXCLUDING)) != 0
    closed |= rules.mentors.is_closed[scores.mentor] | rules.mentees.is_closed[scores.mentee]
    kept = ~closed
    score = scores.score[kept]
    return scores.mentor[kept], scores.mentee[kept], (score, score, score), np.zeros(len(score), np.uint32)


def _places(problem: Problem, mentor: NDArray[np.int32], mentee: NDArray[np.int32]) -> Ints:
    places: Ints = mentor.astype(np.int64) * len(problem.mentees) + mentee
    return places


def _named_places(problem: Problem, pairs: tuple[tuple[str, str], ...]) -> Ints:
    mentors = {one.key: place for place, one in enumerate(problem.mentors)}
    mentees = {one.key: place for place, one in enumerate(problem.mentees)}
    known = [(a, b) for a, b in pairs if a in mentors and b in mentees]
    return np.array([mentors[a] * len(mentees) + mentees[b] for a, b in known], dtype=np.int64)


def in_last_plan(pool: Pool) -> Ints:
    """1 for each pair of the last plan, else 0."""
    last = _named_places(pool.problem, pool.problem.last_plan)
    return np.isin(_places(pool.problem, pool.mentor, pool.mentee), last).astype(np.int64)


def _nominated(problem: Problem, mentor: NDArray[np.int32], mentee: NDArray[np.int32]) -> Ints:
    gains = np.zeros(len(mentor), dtype=np.int64)
    places = _places(problem, mentor, mentee)
    for rank in range(1, LOWEST_RANK + 1):
        named = tuple((one.mentor, one.mentee) for one in problem.nominations if _rank(one) == rank)
        chosen = np.isin(places, _named_places(problem, named))
        gains = np.where(chosen, np.maximum(gains, LOWEST_RANK + 1 - rank), gains)
    return gains


def _rank(one: Nomination) -> int:
    return min(max(one.rank, 1), LOWEST_RANK)


def _first_places(left: SideColumns, right: SideColumns, *, breadth_first: bool) -> tuple[Ints, Ints]:
    """Gain of a person's first place: priority first, then one for everybody if breadth is wanted."""
    step = len(left.keys) + len(right.keys) + 1 if breadth_first else 1
    breadth = int(breadth_first)
    return left.priority * step + breadth, right.priority * step + breadth

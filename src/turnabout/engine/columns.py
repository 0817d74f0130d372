"""Column generation: every eligible pair is considered, few are ever in the solver at once.

One pass scores all pairs and keeps two numbers for each (combined score and worse side, two bytes each). Each
stage is then solved on a few pairs per person, priced against all pairs, and solved again with every pair that
would do better, until there is none. The prices then prove the result for all pairs. Source: Dantzig and
Wolfe 1960; pricing by reduced gain.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import single_pairs
from turnabout.engine.network import Ints, Network
from turnabout.engine.people import most_people
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import BLOCK_PAIRS, Flags, Pairs, Pool, Wanted, places_of, with_pairs
from turnabout.engine.problem import Objective, Refusal
from turnabout.engine.proofs import certify, find_prices
from turnabout.engine.stages import Progress, Proofs, among_equals, best_total

NOT_ELIGIBLE = np.uint16(65535)
BEST_PER_MENTOR = 8
BEST_PER_MENTEE = 3
ADDED_PER_MENTOR = 6
SCORED_AT_ONCE = 1 << 14
BYTES_PER_PAIR = 4

Solver = Callable[[Pool, Network, Flags], Flags]
Gains = Callable[[Pool, Network, Flags], Ints]


class Universe:
    """The scores of all pairs, and which of them take part so far."""

    def __init__(self, *, mentors: int, mentees: int, memory_mib: int) -> None:
        needed = mentors * mentees * BYTES_PER_PAIR >> 20
        if needed > memory_mib:
            raise Refusal(
                f"{mentors} mentors and {mentees} mentees need {needed} MiB for the scores of all pairs, and "
                f"{memory_mib} MiB are allowed: allow more (memory_mib, or --memory), or match in parts, for "
                "example by language."
            )
        self.score = np.full((mentors, mentees), NOT_ELIGIBLE, dtype=np.uint16)
        self.worse = np.zeros((mentors, mentees), dtype=np.uint16)

    def wanted(self, _frame: Pool) -> Wanted:
        """Keeps every score, and asks for each mentor's best pairs to begin with."""

        def keep(start: int, eligible: Flags, combined: Ints, worse: Ints) -> Flags:
            rows = slice(start, start + len(eligible))
            self.score[rows] = np.where(eligible, combined, NOT_ELIGIBLE)
            self.worse[rows] = worse
            return _best_in_rows(np.where(eligible, combined, -1), BEST_PER_MENTOR)

        return keep

    def best_of_mentees(self) -> Ints:
        """Places of each mentee's best pairs."""
        mentors, mentees = self.score.shape
        found, wide = [], max(1, BLOCK_PAIRS // mentors)
        for start in range(0, mentees, wide):
            part = self.score[:, start : start + wide].T.astype(np.int32)
            col, row = np.nonzero(_best_in_rows(np.where(part == NOT_ELIGIBLE, -1, part), BEST_PER_MENTEE))
            found.append(row.astype(np.int64) * mentees + col + start)
        return np.concatenate(found)

    def above_prices(self, prices: Ints, base: int, known: Ints, *, level: int, weight: int, equal: bool) -> Ints:
        """Places of pairs that gain more than the prices of their people (or as much, if equal ones count).

        base     what every pair gains before its score; weight is 1 if the score counts, else 0
        known    places that are in the pool already, rising; they are left out
        level    only pairs whose worse side reaches it
        Without equal ones, at most a few per mentor. O(all pairs).
        """
        mentors, mentees = self.score.shape
        mine, theirs = prices[1 : 1 + mentors] + base, prices[1 + mentors :]
        found, rows = [], max(1, BLOCK_PAIRS // mentees)
        for start in range(0, mentors, rows):
            block = slice(start, start + rows)
            scores = self.score[block]
            gain = mine[block, None] - theirs[None, :]
            if weight:
                gain += scores
            better = (gain >= 0) if equal else (gain > 0)
            better &= (scores != NOT_ELIGIBLE) & (self.worse[block] >= level)
            # A chosen pair may gain more than its prices; it must not take the place of a pair that is missing.
            first, last = np.searchsorted(known, [start * mentees, (start + len(scores)) * mentees])
            better.reshape(-1)[known[first:last] - start * mentees] = False
            if not equal and better.any():
                better = _best_in_rows(np.where(better, gain, -1), ADDED_PER_MENTOR)
            row, col = np.nonzero(better)
            found.append((row.astype(np.int64) + start) * mentees + col)
        return np.concatenate(found)

    def extended(self, pool: Pool, places: Ints) -> Pool:
        """The pool with more pairs; both sides stand at the worse one's score until `real_scores`."""
        every = np.union1d(places_of(pool.problem, pool.mentor, pool.mentee), places)
        mentor, mentee = np.divmod(every, self.score.shape[1])
        worse = self.worse[mentor, mentee].astype(np.int64)
        pairs = Pairs(
            mentor=mentor.astype(np.int32),
            mentee=mentee.astype(np.int32),
            for_mentor=worse,
            for_mentee=worse,
            score=self.score[mentor, mentee].astype(np.int64),
            reasons=np.zeros(len(every), np.uint32),
        )
        return with_pairs(pool, pairs)


def _best_in_rows(values: NDArray[np.signedinteger], most: int) -> Flags:
    """The highest values of each row that are not below 0, at most so many."""
    if values.shape[1] <= most:
        return values >= 0
    best = np.argpartition(values, -most, axis=1)[:, -most:]
    chosen = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(chosen, best, values=True, axis=1)
    return chosen & (values >= 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Settled:
    """A stage solved and priced against all pairs."""

    pool: Pool
    kept: Flags
    network: Network
    gains: Ints
    chosen: Flags
    prices: Ints


@dataclass(kw_only=True, slots=True)
class ColumnStages:
    """Stages 2 to 6 over a universe; the same result as `stages.Stages` on all pairs."""

    universe: Universe
    pool: Pool
    objective: Objective
    seed: int
    tell: Progress

    def run(self) -> tuple[Pool, Flags, Proofs]:
        """A pool that holds the plan with real scores, which of its pairs are chosen, and the proofs."""
        self.pool = self.universe.extended(self.pool, self.universe.best_of_mentees())
        level, next_level, people, floor = 0, None, None, None
        if self.objective is Objective.FAIREST:
            level, next_level, people, floor = self._highest_floor()
        self.tell("Finding the best plan", 0.5)
        best = self._settle(level, best_total, Pool.total_gains, weight=1)
        base = best.pool.step * best.pool.per_pair
        known = _places(best.pool)
        equal = self.universe.above_prices(best.prices, base, known, level=level, weight=1, equal=True)
        pool = self.universe.extended(best.pool, equal)
        kept = pool.above(level)
        network = pool.network(kept)
        chosen = np.isin(_places(pool)[kept], _places(best.pool)[best.kept][best.chosen])
        total, face = certify(network, pool.total_gains(network, kept), chosen, best.prices)
        self.tell("Choosing among equals", 0.8)
        result, stay, tie_break = among_equals(pool, kept, face, self.seed)
        proofs = Proofs(
            floor_level=level,
            next_level=next_level,
            people=people,
            floor=floor,
            total=total,
            stay=stay,
            tie_break=tie_break,
        )
        return real_scores(pool, result), np.ones(int(result.sum()), dtype=bool), proofs

    def _settle(self, level: int, solver: Solver, gains_of: Gains, *, weight: int) -> _Settled:
        """Solve, price all pairs, add those that would do better, until there are none."""
        while True:
            pool = self.pool
            kept = pool.above(level)
            network = pool.network(kept)
            chosen, gains = solver(pool, network, kept), gains_of(pool, network, kept)
            prices = find_prices(network, gains, chosen)
            if not self._add(prices, level, weight):
                return _Settled(pool=pool, kept=kept, network=network, gains=gains, chosen=chosen, prices=prices)

    def _add(self, prices: Ints, level: int, weight: int) -> bool:
        """Take in pairs that the prices do not cover; whether there were any."""
        pool = self.pool
        base = pool.per_pair * (pool.step if weight else 1)
        known = _places(pool)
        fresh = self.universe.above_prices(prices, base, known, level=level, weight=weight, equal=False)
        if len(fresh):
            self.pool = self.universe.extended(pool, fresh)
        return bool(len(fresh))

    def _highest_floor(self) -> tuple[int, int | None, StageProof, StageProof | None]:
        """Stage 3 over all pairs: as `fairness.highest_floor`, with a proof for the level that fails."""
        self.tell("Counting how many can be served", 0.2)
        whole = self._settle(0, most_people, Pool.people_gains, weight=0)
        people, _ = certify(whole.network, whole.gains, whole.chosen, whole.prices)
        levels = self.pool.survey.levels
        holds, fails, proof = 0, len(levels), None
        while fails - holds > 1:
            self.tell("Raising the floor", 0.3)
            middle = (holds + fails) // 2
            found = self._fails_at(int(levels[middle]), people.bound)
            if found is None:
                holds = middle
            else:
                fails, proof = middle, found
        level = int(levels[holds]) if len(levels) else 0
        return level, int(levels[fails]) if fails < len(levels) else None, people, proof

    def _fails_at(self, level: int, target: int) -> StageProof | None:
        """A proof that a floor serves fewer, or None if it serves as many."""
        while True:
            pool = self.pool
            kept = pool.above(level)
            network = pool.network(kept)
            gains = pool.people_gains(network, kept)
            chosen = most_people(pool, network, kept)
            proof, _ = certify(network, gains, chosen, prices := find_prices(network, gains, chosen))
            if proof.bound == target:
                return None
            if not self._add(prices, level, 0):
                return proof


def _places(pool: Pool) -> Ints:
    return places_of(pool.problem, pool.mentor, pool.mentee)


def real_scores(pool: Pool, chosen: Flags) -> Pool:
    """The chosen pairs alone, with both sides' scores and flags computed anew."""
    mentor, mentee = pool.mentor[chosen], pool.mentee[chosen]
    parts = []
    for start in range(0, len(mentor), SCORED_AT_ONCE):
        lens = single_pairs(mentor[start : start + SCORED_AT_ONCE], mentee[start : start + SCORED_AT_ONCE])
        scores = pool.scoring.scores(lens)
        parts.append((scores.for_mentor, scores.for_mentee, scores.combined, pool.eligibility.reasons(lens).astype(np.int64)))
    for_mentor, for_mentee, score, reasons = (np.concatenate(column) for column in zip(*parts, strict=True))
    pairs = Pairs(
        mentor=mentor,
        mentee=mentee,
        for_mentor=for_mentor,
        for_mentee=for_mentee,
        score=score,
        reasons=reasons.astype(np.uint32),
    )
    return with_pairs(dataclasses.replace(pool), pairs)

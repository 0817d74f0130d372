"""Figures about a plan: coverage, fairness, stability, mix; and two plans side by side.

Groups smaller than five people are never shown on their own: they are counted together.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.canonical import canonical
from turnabout.engine.encode import SideColumns
from turnabout.engine.flows import best_gain, most_pairs
from turnabout.engine.ladder import Aim, Ladder, pair_count
from turnabout.engine.minimums import can_be_met
from turnabout.engine.network import Ints
from turnabout.engine.plan import Plan
from turnabout.engine.pool import Flags, Pool, gather
from turnabout.engine.problem import HIGHEST_BROUGHT, PairKey, Problem, Side
from turnabout.engine.programme import settle

SMALLEST_GROUP = 5
CURVE_POINTS = 12
PERCENTILES = (0, 10, 25, 50, 75, 100)
EVERYBODY_ELSE = "smaller groups together"
UNKNOWN_GROUP = "not known"
GROUPED_BY = ("entity", "country", "function", "unit")


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """How one entity, country, function or unit fares.

    regret   average points by which a person's own side falls short of the best partner the rules allow
    """

    side: Side
    name: str
    people: int
    matched: int
    median: int | None
    regret: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """At this floor, how many pairs are possible, and the highest total of so many; 0 where a minimum could not be met."""

    floor: int
    pairs: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockingPair:
    """Two people who would both gain by leaving their partners for each other (or have room for each other)."""

    mentor: str
    mentee: str
    mentor_gain: int
    mentee_gain: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Stability:
    """Pairs that would rather have each other, and the stable plan with its price.

    blocking        how many there are; `largest` shows those with the most to gain
    stable_pairs    pairs of the stable plan in which mentees ask first (Gale and Shapley); it knows no minimums
    stable_total    its total
    """

    blocking: int
    largest: tuple[BlockingPair, ...]
    stable_pairs: int
    stable_total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What changes from one plan to another."""

    kept: int
    gone: tuple[PairKey, ...]
    added: tuple[PairKey, ...]
    newly_matched: tuple[str, ...]
    newly_alone: tuple[str, ...]


class Report:
    """Figures about one plan; each is computed when asked for."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        certificate = plan.certificate
        self.plan = plan
        self.pool: Pool = gather(canonical(problem), objective=certificate.objective, breadth_first=certificate.breadth_first)
        named = {(pair.mentor, pair.mentee) for pair in plan.pairs}
        left, right = self.pool.left.keys, self.pool.right.keys
        pairs = zip(self.pool.mentor.tolist(), self.pool.mentee.tolist(), strict=True)
        self._chosen: Flags = np.array([(left[i], right[j]) in named for i, j in pairs], dtype=bool)

    def percentiles(self, side: Side | str) -> Mapping[int, int]:
        """Percentile -> score of one side's own gain over all pairs; empty without pairs."""
        values = np.sort(self._own(side)[self._chosen])
        if not len(values):
            return {}
        return {share: int(values[(len(values) - 1) * share // 100]) for share in PERCENTILES}

    def coverage(self, side: Side | str) -> tuple[int, int]:
        """(people with a partner, people who take part) of one side."""
        indices, columns = self._side(side)
        matched = np.bincount(indices[self._chosen], minlength=len(columns.keys)) > 0
        return int(matched.sum()), int((~columns.is_closed).sum())

    def groups(self, side: Side | str, by: str) -> tuple[Group, ...]:
        """One row per entity, country, function or unit with at least five people, the rest together."""
        if by not in GROUPED_BY:
            raise ValueError(f"groups are by {', '.join(GROUPED_BY)}")
        wanted = Side(side)
        people = self.pool.problem.mentors if wanted is Side.MENTOR else self.pool.problem.mentees
        members: dict[str, list[int]] = {}
        for place, one in enumerate(people):
            members.setdefault(getattr(one, by) or UNKNOWN_GROUP, []).append(place)
        small = [name for name, places in members.items() if len(places) < SMALLEST_GROUP]
        rest = [place for name in small for place in members.pop(name)]
        got, best = self._best(wanted, self._chosen), self._best(wanted, np.ones(len(self._chosen), dtype=bool))
        found = [_group(wanted, name, got[members[name]], best[members[name]]) for name in sorted(members)]
        # A rest smaller than a group would show exactly whom it is meant to hide.
        if len(rest) >= SMALLEST_GROUP:
            found.append(_group(wanted, EVERYBODY_ELSE, got[rest], best[rest]))
        return tuple(found)

    def mix(self, by: str) -> tuple[int, int]:
        """(pairs across two entities, countries, functions or units, pairs for which both are known)."""
        left, right = self.pool.left.codes[by], self.pool.right.codes[by]
        mine, theirs = left[self.pool.mentor[self._chosen]], right[self.pool.mentee[self._chosen]]
        known = (mine >= 0) & (theirs >= 0)
        return int(np.count_nonzero(known & (mine != theirs))), int(np.count_nonzero(known))

    def floor_curve(self) -> tuple[CurvePoint, ...]:
        """How many pairs are possible at a dozen floors from the lowest to the highest score, and their total.

        Two flows for each floor, or whole-number programmes where there are constraints, which are kept.
        """
        levels = np.unique(self.pool.worse_side)
        places = np.unique(np.linspace(0, len(levels) - 1, CURVE_POINTS).astype(int))
        return tuple(self._at(int(levels[place])) for place in places)

    def stability(self) -> Stability:
        """Blocking pairs, and the stable plan with its total. O(pairs log pairs).

        Both are about what people would rather have: neither keeps to side constraints.
        """
        gain_mentor, gain_mentee = self._gain(Side.MENTOR), self._gain(Side.MENTEE)
        blocking = np.flatnonzero((gain_mentor > 0) & (gain_mentee > 0) & ~self._chosen)
        order = blocking[np.argsort(-(gain_mentor + gain_mentee)[blocking], kind="stable")]
        stable = self._stable()
        return Stability(
            blocking=len(blocking),
            largest=tuple(
                BlockingPair(
                    mentor=self.pool.left.keys[self.pool.mentor[place]],
                    mentee=self.pool.right.keys[self.pool.mentee[place]],
                    mentor_gain=int(gain_mentor[place]),
                    mentee_gain=int(gain_mentee[place]),
                )
                for place in order[:SMALLEST_GROUP].tolist()
            ),
            stable_pairs=len(stable),
            stable_total=int(self.pool.score[stable].sum()),
        )

    def _at(self, level: int) -> CurvePoint:
        kept = self.pool.above(level)
        if not can_be_met(self.pool, kept):
            return CurvePoint(floor=level, pairs=0, total=0)
        if self.pool.problem.constraints:
            return self._under_constraints(level)
        network = self.pool.network(kept)
        pairs = int(most_pairs(network).sum())
        chosen = best_gain(network, self.pool.score_gains(network, kept), pairs_wanted=pairs)
        return CurvePoint(floor=level, pairs=pairs, total=int(self.pool.score[kept][chosen].sum()))

    def _under_constraints(self, level: int) -> CurvePoint:
        ladder = Ladder(pool=self.pool)
        counted = settle(ladder.system(level, pair_count))
        if counted is None:
            return CurvePoint(floor=level, pairs=0, total=0)
        aim = Aim(name="pairs", gains=pair_count)
        above = ladder.above(aim, counted.value, is_proven=not counted.gap)
        best = settle(above.system(level, Pool.score_gains)) or counted
        score = self.pool.score[self.pool.above(level)][best.chosen]
        return CurvePoint(floor=level, pairs=counted.value, total=int(score.sum()))

    def _own(self, side: Side | str) -> Ints:
        return self.pool.for_mentor if Side(side) is Side.MENTOR else self.pool.for_mentee

    def _side(self, side: Side | str) -> tuple[NDArray[np.int32], SideColumns]:
        is_mentor = Side(side) is Side.MENTOR
        return (self.pool.mentor, self.pool.left) if is_mentor else (self.pool.mentee, self.pool.right)

    def _best(self, side: Side, among: Flags) -> Ints:
        """The best own score of each person among some pairs; -1 for nobody."""
        indices, columns = self._side(side)
        best = np.full(len(columns.keys), -1, dtype=np.int64)
        np.maximum.at(best, indices[among], self._own(side)[among])
        return best

    def _gain(self, side: Side) -> Ints:
        """What each pair would gain its person over the worst partner they have, or over a free place."""
        indices, columns = self._side(side)
        own, used = self._own(side), np.bincount(indices[self._chosen], minlength=len(columns.keys))
        worst = np.full(len(columns.keys), HIGHEST_BROUGHT, dtype=np.int64)
        np.minimum.at(worst, indices[self._chosen], own[self._chosen])
        # Somebody with a free place is glad of anybody, also at a score of 0.
        worst[used < columns.capacity] = -1
        gain: Ints = own - worst[indices]
        return gain

    def _stable(self) -> NDArray[np.intp]:
        """The pairs of the stable plan in which mentees ask first; equal scores go by the key order."""
        pool = self.pool
        order = np.lexsort((pool.mentor, -pool.score, -pool.for_mentee, pool.mentee))
        starts = np.searchsorted(pool.mentee[order], np.arange(len(pool.right.keys) + 1)).tolist()
        wishes, asked = order.tolist(), list(starts[:-1])
        mentor, mentee = pool.mentor.tolist(), pool.mentee.tolist()
        liked = list(zip(pool.for_mentor.tolist(), pool.score.tolist(), (-pool.mentee).tolist(), strict=True))
        places, held = pool.left.capacity.tolist(), [list[tuple[tuple[int, int, int], int]]() for _ in pool.left.keys]
        waiting = [place for place, count in enumerate(pool.right.capacity.tolist()) for _ in range(count)]
        while waiting:
            asker = waiting.pop()
            if asked[asker] == starts[asker + 1]:
                continue
            pair = wishes[asked[asker]]
            asked[asker] += 1
            heapq.heappush(held[mentor[pair]], (liked[pair], pair))
            if len(held[mentor[pair]]) > places[mentor[pair]]:
                waiting.append(mentee[heapq.heappop(held[mentor[pair]])[1]])
        return np.array(sorted(pair for kept in held for _, pair in kept), dtype=np.intp)


def _group(side: Side, name: str, got: Ints, best: Ints) -> Group:
    """Figures of some people from what each got and the best each could have; -1 for nobody."""
    served = got >= 0
    short = best[served] - got[served]
    return Group(
        side=side,
        name=name,
        people=len(got),
        matched=int(served.sum()),
        median=int(np.sort(got[served])[(len(short) - 1) // 2]) if len(short) else None,
        regret=int(short.sum()) // len(short) if len(short) else None,
    )


def difference(before: Plan, after: Plan) -> Difference:
    """Who changes from one plan to another."""
    old = {(pair.mentor, pair.mentee) for pair in before.pairs}
    new = {(pair.mentor, pair.mentee) for pair in after.pairs}
    had, have = ({key for pair in plan for key in pair} for plan in (old, new))
    return Difference(
        kept=len(old & new),
        gone=tuple(sorted(old - new)),
        added=tuple(sorted(new - old)),
        newly_matched=tuple(sorted(have - had)),
        newly_alone=tuple(sorted(had - have)),
    )

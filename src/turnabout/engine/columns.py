"""Column generation: every eligible pair is considered, few are ever in the solver at once.

Each stage is solved on a few pairs per person, priced, and solved again with the pairs that would do better, until
no eligible pair would. Pairs near the plan are kept in a store; a pair outside it was far from the plan under
earlier prices, so only people whose prices moved that much are priced anew. The last prices then prove the result
for all pairs. Source: Dantzig and Wolfe 1960; pricing by reduced gain.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from turnabout.engine.fairness import limit_of_best
from turnabout.engine.network import Ints, Network, bound, exact_product
from turnabout.engine.people import most_people, people_value
from turnabout.engine.plan import StageProof, Standing
from turnabout.engine.pool import Flags, Pool, places_by_name, places_of
from turnabout.engine.problem import HIGHEST_SCORE, Objective
from turnabout.engine.proofs import as_proof, certify, find_prices
from turnabout.engine.stages import Progress, Proofs, among_equals
from turnabout.engine.store import Prices, Store
from turnabout.engine.sweep import Found, Search
from turnabout.engine.totals import best_total
from turnabout.engine.universe import Universe

BEST_PER_MENTOR = 8
BEST_PER_MENTEE = 4
ADDED_PER_MENTOR = 6
STORED_PER_MENTOR = 40  # pairs near the plan that are kept, on average
MOST_STORED_PER_MENTOR = 400
SAMPLED_PER_MENTOR = 16  # of them, from a part of the universe
SAMPLED = 400  # possible partners per person from which the first prices are made
STEPS = (16, 4)  # parts of the universe from which first prices are made, where it is large
HALF = 0.5

Solver = Callable[[Pool, Network, Flags], Flags]
Gains = Callable[[Pool, Network, Flags], Ints]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """When to stop before the proof is whole.

    gap    a share of the total that the plan may miss
    stop   asked between two steps; True ends the search with the plan in hand
    watch  told how far it has come
    """

    gap: float = 0
    stop: Callable[[], bool] = lambda: False
    watch: Callable[[Standing], None] = lambda _standing: None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A stage solved and priced; `gap` is what the prices leave open."""

    pool: Pool
    kept: Flags
    network: Network
    gains: Ints
    chosen: Flags
    prices: Ints
    gap: int = 0


@dataclass(kw_only=True, slots=True)
class ColumnStages:
    """Stages 2 to 6 over a universe; the same result as `stages.Stages` on all pairs."""

    universe: Universe
    objective: Objective
    seed: int
    tell: Progress
    limits: Limits = field(default_factory=Limits)
    store: Store = field(init=False)
    _named: Found = field(init=False)
    _last: dict[bool, Ints] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the pairs that somebody named and each person's best, in a part of a large universe."""
        everything = Search.of_everything(self.frame)
        self._named = self.universe.listed(places_by_name(self.frame.problem))
        self.store = Store.empty(self.frame).with_found(self._named, is_used=True)
        for most, by_mentee in ((BEST_PER_MENTOR, False), (BEST_PER_MENTEE, True)):
            part = dataclasses.replace(everything, most=most, one_in=self._steps()[0], by_mentee=by_mentee)
            self.store = self.store.with_found(self.universe.find(part), is_used=True)
        if not self.store.is_used.any():
            few = self.universe.find(dataclasses.replace(everything, most=BEST_PER_MENTOR))
            self.store = self.store.with_found(few, is_used=True)

    @property
    def frame(self) -> Pool:
        """People, rules and gains, without pairs."""
        return self.universe.frame

    def _steps(self) -> list[int]:
        """Which parts of the universe the first prices are made from: every 16th pair, every 4th, all."""
        mentors, mentees = len(self.frame.left.keys), len(self.frame.right.keys)
        return [step for step in STEPS if mentors * mentees >= step * SAMPLED * (mentors + mentees)] + [1]

    def run(self) -> tuple[Pool, Flags, Proofs]:
        """The pairs in the solver at the end, which of them are chosen, and the proofs."""
        enough = self._approach()
        level, people, floor = 0, None, None
        if self.objective is Objective.FAIREST:
            level, people, floor = self._highest_floor()
        self.tell("Finding the best plan", 0.5)
        best = enough or self._settle(level, best_total, Pool.total_gains, has_score=True)
        proofs = Proofs(
            floor_level=level,
            next_level=None if floor is None else level + 1,
            people=people,
            floor=floor,
            total=as_proof(best.network, best.prices, bound(best.network, best.gains, best.prices)),
            gap=best.gap,
        )
        if best.gap:
            chosen = np.zeros(len(best.kept), dtype=bool)
            chosen[np.flatnonzero(best.kept)[best.chosen]] = True
            return best.pool, chosen, proofs
        return self._drawn(best, level, proofs)

    def _drawn(self, best: Settled, level: int, proofs: Proofs) -> tuple[Pool, Flags, Proofs]:
        """Stages 5 and 6, on every pair that an equally good plan could have."""
        prices = self._prices(best.prices, has_score=True)
        if self.store.prices is None:
            search = Search(mine=prices[0], theirs=prices[1], least=0, level=level)
            self.store = self.store.with_found(self.universe.find(search), is_used=False)
        self.store = self.store.using(self.store.gains(prices, has_score=True) >= 0)
        pool = self.store.pool(self.frame)
        kept = pool.above(level)
        network = pool.network(kept)
        own = places_of(pool.problem, best.pool.mentor, best.pool.mentee)[best.kept][best.chosen]
        chosen = np.isin(places_of(pool.problem, pool.mentor, pool.mentee)[kept], own)
        _, face = certify(network, pool.total_gains(network, kept), chosen, best.prices)
        self.tell("Choosing among equals", 0.8)
        drawn = among_equals(pool, kept, face, self.seed)
        proofs = dataclasses.replace(proofs, stay=drawn.stay, spread=drawn.spread, tie_break=drawn.tie_break)
        return pool, drawn.chosen, proofs

    def _approach(self) -> Settled | None:
        """Prices from a sample, better ones from a larger sample, and with them the store of all pairs.

        The plan in hand comes back if it is good enough by then; a floor is never sought in a part of the pairs.
        """
        self.tell("Finding first prices", 0.05)
        steps = self._steps()
        for now, then in zip(steps, [*steps[1:], 1], strict=True):
            solved = self._solve(0, best_total, Pool.total_gains, has_score=True)
            prices = self._prices(solved.prices, has_score=True)
            self._stock(prices, part_now=now, part_then=then)
            gain = self.store.gains(prices, has_score=True)
            missing = self.store.only(~self.store.is_used & (gain > 0))
            near = self.store.best(gain, gain >= self.store.least, BEST_PER_MENTOR)
            self.store = dataclasses.replace(self.store, is_used=near | (self.store.is_used & (gain >= 0)))
            self.store = self.store.with_found(self._named, is_used=True)
            if then == 1:
                break
        return None if self.objective is Objective.FAIREST else self._enough(solved, prices, missing)

    def _stock(self, prices: Prices, *, part_now: int = 1, part_then: int = 1) -> None:
        """Put into the store what is near a plan under these prices, looking at one pair in `part_then`."""
        self.tell("Pricing every pair", 0.1)
        gain = self.store.gains(prices, has_score=True)
        wanted = min(STORED_PER_MENTOR * len(self.frame.left.keys) * part_then // part_now, len(gain))
        least = min(int(np.partition(gain, -wanted)[-wanted]), 0)
        most = MOST_STORED_PER_MENTOR if part_then == 1 else SAMPLED_PER_MENTOR
        found = self.universe.find(Search(mine=prices[0], theirs=prices[1], least=least, most=most, one_in=part_then))
        is_cut = len(found.mentor) > 0 and int(np.bincount(found.mentor).max()) >= most
        is_known = part_then == 1 and not is_cut
        store = self.store.with_found(found, is_used=False)
        self.store = dataclasses.replace(store, prices=prices if is_known else None, least=least)

    def _solve(self, level: int, solver: Solver, gains_of: Gains, *, has_score: bool) -> Settled:
        pool = self.store.pool(self.frame)
        kept = pool.above(level)
        network = pool.network(kept)
        chosen, gains = solver(pool, network, kept), gains_of(pool, network, kept)
        prices = find_prices(network, gains, chosen, start=self._last.get(has_score))
        self._last[has_score] = prices
        return Settled(pool=pool, kept=kept, network=network, gains=gains, chosen=chosen, prices=prices)

    def _prices(self, prices: Ints, *, has_score: bool) -> Prices:
        mentors, base = len(self.frame.left.keys), self.frame.per_pair * (self.frame.step if has_score else 1)
        return prices[1 : 1 + mentors] + np.int64(base), prices[1 + mentors :]

    def _settle(self, level: int, solver: Solver, gains_of: Gains, *, has_score: bool) -> Settled:
        """Solve, price all pairs, add those that would do better, until there are none (or enough is reached)."""
        while True:
            solved = self._solve(level, solver, gains_of, has_score=has_score)
            prices = self._prices(solved.prices, has_score=has_score)
            if not (has_score and self.limits.stop()) and self._is_short_of_stored(prices, level, has_score=has_score):
                continue
            missing = self._missing(prices, level, has_score=has_score)
            if not len(missing.mentor):
                return solved
            if has_score and (enough := self._enough(solved, prices, missing)) is not None:
                return enough

    def _is_short_of_stored(self, prices: Prices, level: int, *, has_score: bool) -> bool:
        """Whether pairs of the store would do better; the best of them are then in the solver."""
        store = self.store
        gain = store.gains(prices, has_score=has_score)
        wanted = ~store.is_used & (gain > 0) & (store.pairs.worse_side >= level)
        if not has_score:
            wanted = store.best(gain * (HIGHEST_SCORE + 1) + store.pairs.score, wanted, ADDED_PER_MENTOR)
        self.store = store.using(wanted)
        return bool(wanted.any())

    def _missing(self, prices: Prices, level: int, *, has_score: bool) -> Found:
        """Eligible pairs that would do better and are not in the solver; the best of them then are."""
        for search in self._searches(prices, level, has_score=has_score):
            self.store = self.store.with_found(self.universe.find(search), is_used=False)
        store = self.store
        gain = store.gains(prices, has_score=has_score)
        better = ~store.is_used & (gain > 0) & (store.pairs.worse_side >= level)
        missing = store.only(better)
        self.store = store.using(store.best(gain, better, ADDED_PER_MENTOR))
        return missing

    def _searches(self, prices: Prices, level: int, *, has_score: bool) -> Iterator[Search]:
        """What has to be looked at so that no pair that would do better is overlooked."""
        mine, theirs = prices
        unknown = self.store.unknown(prices, least=0) if has_score else None
        if has_score and (unknown is None or _cost(unknown) > HALF):
            self._stock(prices)
            unknown = self.store.unknown(prices, least=0)
        if unknown is None:
            yield Search(mine=mine, theirs=theirs, least=1, has_score=has_score, level=level, most=ADDED_PER_MENTOR)
            return
        rows, columns = unknown
        yield Search(mine=mine, theirs=theirs, least=0, rows=rows)
        yield Search(mine=mine, theirs=theirs, least=0, rows=~rows, columns=columns)

    def _enough(self, solved: Settled, prices: Prices, missing: Found) -> Settled | None:
        """The plan in hand with prices that cover every pair, if that is good enough; else None."""
        short = np.zeros(len(prices[0]), dtype=np.int64)
        np.maximum.at(short, missing.mentor, prices[0][missing.mentor] + missing.score - prices[1][missing.mentee])
        covering = solved.prices.copy()
        covering[1 : 1 + len(short)] -= short
        flow = solved.network.flow(solved.chosen)
        gap = bound(solved.network, solved.gains, covering) - exact_product(solved.gains, flow)
        total = int(solved.pool.score[solved.kept][solved.chosen].sum())
        is_whole = gap < self.frame.step
        self.limits.watch(Standing(pairs=int(solved.chosen.sum()), total=total, gap=gap if is_whole else None))
        if is_whole and gap and (gap <= self.limits.gap * total or self.limits.stop()):
            return dataclasses.replace(solved, prices=covering, gap=gap)
        return None

    def _highest_floor(self) -> tuple[int, StageProof, StageProof | None]:
        """Stage 3 over all pairs: as `fairness.highest_floor`, with a proof for the level that fails."""
        self.tell("Counting how many can be served", 0.3)
        whole = self._settle(0, most_people, Pool.people_gains, has_score=False)
        people, _ = certify(whole.network, whole.gains, whole.chosen, whole.prices)
        if people_value(whole.pool, whole.pool.locked) == people.bound:
            return 0, people, None
        self.tell("Raising the floor", 0.35)
        middle = highest = self._floor_limit(whole)
        holds, fails, proof = 0, highest + 1, None
        while fails - holds > 1:
            found = self._fails_at(middle, people.bound)
            if found is None:
                holds = middle
            else:
                fails, proof = middle, found
            middle = (holds + fails) // 2
        return holds, people, proof or self._fails_at(fails, people.bound)

    def _floor_limit(self, whole: Settled) -> int:
        """No floor above this can serve as many: too few people have any partner that good."""
        return limit_of_best(whole.pool, self.universe.best_worse_sides(), int(whole.chosen.sum()))

    def _fails_at(self, level: int, target: int) -> StageProof | None:
        """A proof that a floor serves fewer, or None if it serves as many."""
        while True:
            solved = self._solve(level, most_people, Pool.people_gains, has_score=False)
            proof, _ = certify(solved.network, solved.gains, solved.chosen, solved.prices)
            if proof.bound == target:
                return None
            prices = self._prices(solved.prices, has_score=False)
            if self._is_short_of_stored(prices, level, has_score=False):
                continue
            if not len(self._missing(prices, level, has_score=False).mentor):
                return proof


def _cost(unknown: tuple[Flags, Flags]) -> float:
    """The share of all pairs that has such a row or such a column."""
    rows, columns = (float(flags.mean()) for flags in unknown)
    return rows + columns - rows * columns

"""Stage 3: the highest floor at which as many people as before are still served, and what is finer than a floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from turnabout.engine.evenness import Finer, below, steps
from turnabout.engine.flows import Chosen, best_gain
from turnabout.engine.network import Ints, Network
from turnabout.engine.people import people_value
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Pool
from turnabout.engine.proofs import pair_gains, prove
from turnabout.engine.sifting import Served


def highest_floor(pool: Pool, served: Served) -> int | None:
    """The largest t such that pairs whose worse side reaches t serve as many as all pairs do.

    served   stage 2 on all pairs

    Locked pairs stay whatever they score; None when they alone serve as many, so that no floor is sought. The search
    begins at the highest score that enough people have with anybody, where few pairs are left and a maximum flow is
    quick. Source: the bottleneck assignment problem, Garfinkel 1971.
    """
    target = served.proof.bound
    if people_value(pool, pool.locked) == target:
        return None
    levels = pool.levels[pool.levels <= floor_limit(pool, served.pairs)]
    return _highest(levels, lambda level: people_value(pool, pool.above(level)) == target, is_near_top=True)


def floor_limit(pool: Pool, wanted: int) -> int:
    """No floor above this can serve so many pairs: too few people have any partner that good."""
    best = np.zeros(len(pool.left.keys), np.int64), np.zeros(len(pool.right.keys), np.int64)
    worse_side = pool.worse_side
    np.maximum.at(best[0], pool.mentor, worse_side)
    np.maximum.at(best[1], pool.mentee, worse_side)
    return limit_of_best(pool, best, wanted)


def limit_of_best(pool: Pool, best: tuple[Ints, Ints], wanted: int) -> int:
    """The same from the best worse side that anybody has with anybody; those who are locked have a partner anyway."""
    limits = []
    for reached, side, person in zip(best, (pool.left, pool.right), (pool.mentor, pool.mentee), strict=True):
        reached[person[pool.locked]] = pool.highest
        order = np.argsort(-reached, kind="stable")
        last = np.searchsorted(np.cumsum(side.capacity[order]), wanted)
        limits.append(int(reached[order][last]))
    return min(limits)


def _highest(levels: Ints, holds_at: Callable[[int], bool], *, is_near_top: bool = False) -> int:
    """The highest level that holds; the lowest does always. 0 if there is no level.

    is_near_top   look at the highest first, then one below, two below that, four below that and so on
    """
    if not len(levels):
        return 0
    holds, fails, step = 0, len(levels), 1
    while fails - holds > 1:
        middle = max(holds, fails - step) if is_near_top else (holds + fails) // 2
        if middle == holds or holds_at(int(levels[middle])):
            holds, is_near_top = middle, False
        else:
            fails, step = middle, 2 * step
    return int(levels[holds])


@dataclass(frozen=True, kw_only=True, slots=True)
class Evened:
    """A floor that holds for all pairs but a few, and the plans that are as even above it as was asked.

    level   the floor
    width   of the bands in which scores above the floor are looked at; 0 when they are not
    floor   proof that below the level after the floor would lie more pairs than are exempt; None when all may
    steps   for each level of `evenness.steps`, proof that no plan has fewer pairs below it
    face    every plan that is best in all of this
    """

    level: int
    width: int
    floor: StageProof | None
    steps: tuple[StageProof, ...]
    face: Network


def even_out(pool: Pool, face: Network, finer: Finer) -> Evened:
    """Stage 3 on the face of stage 2, step by step: as few pairs as possible below the floor, then below each level.

    One minimum-cost flow per level that is tried, O(log levels) for the floor and at most twenty after it.
    """
    level = _highest(pool.levels, lambda tried: _count_below(pool, face, tried) <= finer.exempt)
    refused, _ = _fewest(pool, face, level + 1)
    edges, width = steps(pool.levels, floor=level, upto=finer.leximin_to)
    proofs = []
    for edge in edges:
        proof, face = _fewest(pool, face, edge)
        proofs.append(proof)
    floor = refused if -refused.bound > finer.exempt else None
    return Evened(level=level, width=width, floor=floor, steps=tuple(proofs), face=face)


def _fewest(pool: Pool, face: Network, level: int) -> tuple[StageProof, Network]:
    """Proof of how few pairs can lie below a level, and the plans that have so few."""
    gains = pair_gains(face, -below(pool, level))
    return prove(face, gains, best_gain(face, gains))


def _count_below(pool: Pool, face: Network, level: int) -> int:
    low = below(pool, level)
    used: Chosen = best_gain(face, pair_gains(face, -low))
    return int(low[used].sum())

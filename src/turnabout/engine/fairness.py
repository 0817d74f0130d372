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


def highest_floor(pool: Pool) -> int | None:
    """The largest t such that pairs whose worse side reaches t serve as many as all pairs do.

    Locked pairs stay whatever they score; None when they alone serve as many, so that no floor is sought. Binary
    search over the scores that occur: O(log levels) maximum flows. Source: the bottleneck assignment problem,
    Garfinkel 1971.
    """
    target = people_value(pool, np.ones(len(pool.score), dtype=bool))
    if people_value(pool, pool.locked) == target:
        return None
    return _highest(pool.levels, lambda level: people_value(pool, pool.above(level)) == target)


def _highest(levels: Ints, holds_at: Callable[[int], bool]) -> int:
    """The highest level that holds; the lowest does always. 0 if there is no level."""
    if not len(levels):
        return 0
    holds, fails = 0, len(levels)
    while fails - holds > 1:
        middle = (holds + fails) // 2
        if holds_at(int(levels[middle])):
            holds = middle
        else:
            fails = middle
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

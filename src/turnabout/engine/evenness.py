"""Finer fairness, as the solver and the verifier both see it: which pairs lie below which level, in which order.

A plan may leave a few pairs below its floor (`exempt`), and above the floor it may be made even up to a level
(`leximin_to`). Both are the same step, repeated: among the plans that are best so far, as few pairs as possible below
a level. NumPy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from turnabout.engine.network import Ints, Network
from turnabout.engine.plan import Certificate
from turnabout.engine.pool import Pool
from turnabout.engine.proofs import pair_gains, prices_of

MOST_STEPS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Finer:
    """What is asked for beyond a floor.

    exempt       so many pairs may lie below it
    leximin_to   the level up to which pairs above it are made even; 0 stops at the floor
    """

    exempt: int = 0
    leximin_to: int = 0


NO_FINER = Finer()


def below(pool: Pool, level: int) -> Ints:
    """1 for each pair whose worse side lies below a level, else 0; locked pairs count as 0, whatever they score."""
    return ((pool.worse_side < level) & ~pool.locked).astype(np.int64)


def steps(levels: Ints, *, floor: int, upto: int) -> tuple[tuple[int, ...], int]:
    """The levels below which pairs are made few, one after the other, and the width of a band between them.

    First the floor itself, then, for each band from the floor to `upto` in which a score occurs, the band's upper end.
    A band is one point wide, so that every score that occurs has its own step; where that would be more than
    twenty steps, bands have the least equal width with which it is at most twenty. Without `upto` the width is 0.
    """
    if not upto:
        return (floor,), 0
    looked_at = levels[(levels >= floor) & (levels < upto)]
    width = 1 if len(looked_at) <= MOST_STEPS else -(-(upto - floor) // MOST_STEPS)
    ends = np.unique(np.minimum(floor + ((looked_at - floor) // width + 1) * width, upto))
    return (floor, *ends.tolist()), width


def step_levels(pool: Pool, certificate: Certificate) -> tuple[int, ...]:
    """The levels of a plan's steps; none for a plan without."""
    if not certificate.evenness:
        return ()
    return steps(pool.levels, floor=certificate.floor_level, upto=certificate.leximin_to)[0]


def in_one_number(pool: Pool, network: Network, certificate: Certificate) -> tuple[Ints, Ints]:
    """Gains and prices of all stages up to the total, as Python's whole numbers: every stage outweighs those after it.

    Prices that prove each stage on the face of the one before it, put together in the same way, prove the whole: where
    an arc's first reduced gain that is not 0 is positive, no face has narrowed it and it is full, and the other way
    round. So shortest ways in the residual graph give exact losses.
    """
    every = np.ones(len(pool.score), dtype=bool)
    low = [pair_gains(network, -below(pool, level)) for level in step_levels(pool, certificate)]
    gains = (pool.people_gains(network, every), *low, pool.score_gains(network, every))
    proofs = [proof for proof in (certificate.people, *certificate.evenness, certificate.total) if proof is not None]
    return _weighed([(one, prices_of(network, proof)) for one, proof in zip(gains, proofs, strict=True)], network)


def _weighed(stages: Sequence[tuple[Ints, Ints]], network: Network) -> tuple[Ints, Ints]:
    total, together = (part.astype(object) for part in stages[0])
    for gains, prices in stages[1:]:
        # More than twice what a way past every node can gain or lose.
        largest = max(int(np.abs(gains).max(initial=0)), int(np.abs(network.reduced(gains, prices)).max(initial=0)))
        step = 2 * (network.nodes + 2) * largest + 1
        total, together = total * step + gains, together * step + prices
    return total, together

"""Finer fairness, as the solver and the verifier both see it: which pairs lie below which level, in which order.

A plan may leave a few pairs below its floor (`exempt`), and above the floor it may be made even up to a level
(`leximin_to`). Both are the same step, repeated: among the plans that are best so far, as few pairs as possible below
a level. NumPy only.
"""

from __future__ import annotations

import numpy as np

from turnabout.engine.network import Ints
from turnabout.engine.pool import Pool

MOST_STEPS = 20


def below(pool: Pool, level: int) -> Ints:
    """1 for each pair whose worse side lies below a level, else 0; locked pairs count as 0, whatever they score."""
    return ((pool.worse_side < level) & ~pool.locked).astype(np.int64)


def levels_of(pool: Pool) -> Ints:
    """Every worse-side score that occurs among pairs that are not locked, rising."""
    return np.unique(pool.worse_side[~pool.locked])


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

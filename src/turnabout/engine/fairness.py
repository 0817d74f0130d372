"""Stage 3: the highest floor at which as many people as before are still served."""

from __future__ import annotations

import numpy as np

from turnabout.engine.people import people_value
from turnabout.engine.pool import Pool


def highest_floor(pool: Pool) -> int | None:
    """The largest t such that pairs whose worse side reaches t serve as many as all pairs do.

    Locked pairs stay whatever they score; None when they alone serve as many, so that no floor is sought. Binary
    search over the scores that occur: O(log levels) maximum flows. Source: the bottleneck assignment problem,
    Garfinkel 1971.
    """
    target = people_value(pool, np.ones(len(pool.score), dtype=bool))
    levels = pool.levels
    holds, fails = 0, len(levels)
    if not fails or people_value(pool, pool.locked) == target:
        return None
    while fails - holds > 1:
        middle = (holds + fails) // 2
        if people_value(pool, pool.above(int(levels[middle]))) == target:
            holds = middle
        else:
            fails = middle
    return int(levels[holds])

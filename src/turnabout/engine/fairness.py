"""Stage 3: the highest floor at which as many people as before are still served."""

from __future__ import annotations

import numpy as np

from turnabout.engine.people import people_value
from turnabout.engine.pool import Pool


def highest_floor(pool: Pool) -> tuple[int, int | None]:
    """The largest t such that pairs whose worse side reaches t serve as many as all pairs do.

    Returns t and the next score above it that occurs (None when t is the highest). Locked pairs stay
    whatever they score. Binary search over the scores that occur: O(log levels) maximum flows. Source:
    the bottleneck assignment problem, Garfinkel 1971.
    """
    levels = pool.survey.levels
    if not len(levels):
        return 0, None
    target = people_value(pool, np.ones(len(pool.score), dtype=bool))
    holds, fails = 0, len(levels)
    while fails - holds > 1:
        middle = (holds + fails) // 2
        if people_value(pool, pool.above(int(levels[middle]))) == target:
            holds = middle
        else:
            fails = middle
    return int(levels[holds]), int(levels[fails]) if fails < len(levels) else None

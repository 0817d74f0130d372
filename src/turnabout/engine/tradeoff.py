"""Points lost against pairs changed: how much of an earlier plan can be kept, and at what price."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from turnabout.engine.canonical import canonical
from turnabout.engine.fairness import highest_floor
from turnabout.engine.pool import gather, in_last_plan
from turnabout.engine.problem import HIGHEST_SCORE, Objective, Problem
from turnabout.engine.stages import best_total

BONUSES = (0, 10, 30, 100, 300, HIGHEST_SCORE)


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeOff:
    """One point of the curve: with so many pairs of the last plan kept, the total cannot be higher.

    bonus     what keeping a pair counts, in points
    kept      pairs of the last plan that stay
    changed   pairs that are new
    pairs     all pairs
    total     sum of the scores, without any bonus
    """

    bonus: int
    kept: int
    changed: int
    pairs: int
    total: int


def trade_off(
    problem: Problem,
    *,
    objective: Objective | str = Objective.FAIREST,
    breadth_first: bool = False,
    bonuses: Sequence[int] = BONUSES,
) -> tuple[TradeOff, ...]:
    """The curve for `problem.last_plan`, one best plan per bonus, without repeating equal points.

    As many people are served at every point, and the floor stays where it is: only the total gives way. Each
    point is exact: no plan that keeps as many pairs has a higher total. Cost: one flow per bonus.
    """
    wanted = Objective(objective)
    pool = gather(canonical(problem), objective=wanted, breadth_first=breadth_first)
    level = (highest_floor(pool) or 0) if wanted is Objective.FAIREST else 0
    kept_pairs = pool.above(level)
    last = in_last_plan(pool)
    found: dict[tuple[int, int], TradeOff] = {}
    for bonus in bonuses:
        dearer = dataclasses.replace(pool, score=pool.score + bonus * last, highest=pool.highest + bonus)
        used = np.flatnonzero(kept_pairs)[best_total(dearer, dearer.network(kept_pairs), kept_pairs)]
        kept, total = int(last[used].sum()), int(pool.score[used].sum())
        point = TradeOff(bonus=bonus, kept=kept, changed=len(used) - kept, pairs=len(used), total=total)
        found.setdefault((kept, total), point)
    return tuple(found.values())

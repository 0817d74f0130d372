"""Points lost against pairs changed: how much of an earlier plan can be kept, and at what price."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.canonical import canonical
from turnabout.engine.constrained import ConstrainedStages
from turnabout.engine.fairness import highest_floor
from turnabout.engine.pool import Pool, gather, in_last_plan
from turnabout.engine.problem import HIGHEST_SCORE, Objective, Problem
from turnabout.engine.programme import settle
from turnabout.engine.sifting import best_plan, most_served
from turnabout.engine.stages import silent

# The best plan's places in a pool, and how much a better one could gain at most.
Solver = Callable[[Pool], tuple[NDArray[np.intp], int]]
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
    gap: int = 0


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
    solver = _under_constraints(pool, wanted, breadth_first) if problem.constraints else _by_flow(pool, wanted)
    last = in_last_plan(pool)
    found: dict[tuple[int, int], TradeOff] = {}
    for bonus in bonuses:
        dearer = dataclasses.replace(pool, score=pool.score + bonus * last, highest=pool.highest + bonus)
        used, gap = solver(dearer)
        kept, total = int(last[used].sum()), int(pool.score[used].sum())
        point = TradeOff(bonus=bonus, kept=kept, changed=len(used) - kept, pairs=len(used), total=total, gap=gap)
        found.setdefault((kept, total), point)
    return tuple(found.values())


def _by_flow(pool: Pool, objective: Objective) -> Solver:
    level = (highest_floor(pool, most_served(pool)) or 0) if objective is Objective.FAIREST else 0
    kept = pool.above(level)

    def best(dearer: Pool) -> tuple[NDArray[np.intp], int]:
        return best_plan(dearer, kept).plan, 0

    return best


def _under_constraints(pool: Pool, objective: Objective, breadth_first: bool) -> Solver:
    climb = ConstrainedStages(pool=pool, objective=objective, breadth_first=breadth_first, tell=silent).climb()
    kept = pool.above(climb.level)

    def best(dearer: Pool) -> tuple[NDArray[np.intp], int]:
        ladder = dataclasses.replace(climb.ladder, pool=dearer)
        # Other scores close no plan, so there is one.
        found = settle(ladder.system(climb.level, Pool.score_gains)) or climb.best
        return np.flatnonzero(kept)[found.chosen], found.gap

    return best

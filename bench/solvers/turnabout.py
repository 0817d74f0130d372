"""The engine itself: whole, and its stages alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.instance import Instance
from bench.instances import problem
from turnabout.engine import Objective, Plan, Problem, solve
from turnabout.engine.canonical import canonical
from turnabout.engine.pool import Pool, gather
from turnabout.engine.stages import Stages, silent

PACKAGE = "turnabout"

candidates = problem


def most_people(given: Problem) -> list[tuple[int, int]]:
    """As many pairs as possible, then the highest total: what the others are asked for."""
    return _pairs(given, solve(given, objective="most-people"))


def breadth_first(given: Problem) -> list[tuple[int, int]]:
    """The same with everybody once before anybody twice."""
    return _pairs(given, solve(given, objective="most-people", breadth_first=True))


def fairest(given: Problem) -> list[tuple[int, int]]:
    """With the highest floor before the total."""
    return _pairs(given, solve(given, objective="fairest"))


def pool(instance: Instance) -> Pool:
    """Every eligible pair with its scores: where the flows begin."""
    return gather(canonical(problem(instance)), objective=Objective.MOST_PEOPLE, breadth_first=False)


def proven(given: Pool) -> NDArray[np.int32]:
    """The same plan as `most_people`, with every stage's proof and the draw, from scored pairs."""
    chosen, _ = Stages(pool=given, objective=Objective.MOST_PEOPLE, seed=0, tell=silent).run()
    return np.column_stack([given.mentor[chosen], given.mentee[chosen]])


def _pairs(given: Problem, plan: Plan) -> list[tuple[int, int]]:
    """Places in key order, which is the order of every instance."""
    mentors = {key: place for place, key in enumerate(sorted(one.key for one in given.mentors))}
    mentees = {key: place for place, key in enumerate(sorted(one.key for one in given.mentees))}
    return [(mentors[pair.mentor], mentees[pair.mentee]) for pair in plan.pairs]

"""Other solvers on an instance. Each gives pairs and total, or None where it cannot take the instance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_matrix

from bench.instances import Instance
from turnabout.engine import solve

Result = tuple[int, int]
LARGEST_LP = 400_000
LARGEST_TABLE = 5_000_000


def turnabout_fairest(instance: Instance) -> Result:
    """The engine with floor, proof, draw and reasons."""
    plan = solve(instance.problem(), objective="fairest")
    return len(plan.pairs), plan.total


def turnabout_most_people(instance: Instance) -> Result:
    """The engine without the floor: what the others are asked for, with proof, draw and reasons."""
    plan = solve(instance.problem(), objective="most-people")
    return len(plan.pairs), plan.total


def ortools_raw(instance: Instance) -> Result:
    """One minimum-cost flow: no proof, no reasons, whichever plan comes first among equals."""
    mentors, mentees = len(instance.mentors), len(instance.mentees)
    solver, sink = min_cost_flow.SimpleMinCostFlow(), mentors + mentees + 1
    left, right = np.arange(1, mentors + 1), np.arange(mentors + 1, sink)
    nothing = np.zeros(max(mentors, mentees), np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(0 * left, left, instance.mentors, nothing[:mentors])
    solver.add_arcs_with_capacity_and_unit_cost(right, 0 * right + sink, instance.mentees, nothing[:mentees])
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        instance.mentor + 1, instance.mentee + 1 + mentors, np.ones(len(instance.score), np.int64), -instance.score
    )
    most = int(min(instance.mentors.sum(), instance.mentees.sum()))
    solver.set_node_supply(0, most)
    solver.set_node_supply(sink, -most)
    assert solver.solve_max_flow_with_min_cost() == solver.OPTIMAL
    used = solver.flows(arcs) > 0
    return int(used.sum()), int(instance.score[used].sum())


def scipy_assignment(instance: Instance) -> Result | None:
    """One to one only, on a full table; a pair that is not eligible is made very bad and taken out again."""
    size = (len(instance.mentors), len(instance.mentees))
    if not instance.one_to_one or size[0] * size[1] > LARGEST_TABLE:
        return None
    table = np.full(size, -(10**7), dtype=np.int64)
    table[instance.mentor, instance.mentee] = instance.score
    rows, cols = linear_sum_assignment(table, maximize=True)
    found = table[rows, cols]
    return int((found >= 0).sum()), int(found[found >= 0].sum())


def highs(instance: Instance) -> Result | None:
    """The linear programme, with a large bonus per pair."""
    pairs, mentors, mentees = len(instance.score), len(instance.mentors), len(instance.mentees)
    if pairs > LARGEST_LP:
        return None
    rows = np.concatenate([instance.mentor, instance.mentee + mentors])
    matrix = coo_matrix((np.ones(2 * pairs), (rows, np.tile(np.arange(pairs), 2))), shape=(mentors + mentees, pairs))
    bonus = 10**6
    found = linprog(
        -(instance.score + bonus).astype(float),
        A_ub=matrix.tocsr(),
        b_ub=np.concatenate([instance.mentors, instance.mentees]),
        bounds=(0, 1),
        method="highs",
    )
    used = found.x > 0.5
    return int(used.sum()), int(instance.score[used].sum())


def greedy(instance: Instance) -> Result:
    """The best pair first, then the next best: what matching by hand does."""
    left, right, pairs, total = instance.mentors.tolist(), instance.mentees.tolist(), 0, 0
    for place in np.argsort(-instance.score, kind="stable").tolist():
        i, j = int(instance.mentor[place]), int(instance.mentee[place])
        if left[i] and right[j]:
            left[i], right[j] = left[i] - 1, right[j] - 1
            pairs, total = pairs + 1, total + int(instance.score[place])
    return pairs, total


PEERS: dict[str, Callable[[Instance], Result | None]] = {
    "Turnabout, fairest": turnabout_fairest,
    "Turnabout, most people": turnabout_most_people,
    "OR-Tools minimum-cost flow, raw": ortools_raw,
    "scipy linear_sum_assignment": scipy_assignment,
    "HiGHS linear programme (scipy)": highs,
    "greedy, best pair first": greedy,
}

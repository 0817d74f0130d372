"""OR-Tools' minimum-cost flow with nothing around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from bench.instance import Instance

PACKAGE = "ortools"


def solve(instance: Instance) -> NDArray[np.int32]:
    """Whichever plan comes first among equals: no proof, no draw, no reasons."""
    mentors, mentees = len(instance.mentors), len(instance.mentees)
    solver, sink = min_cost_flow.SimpleMinCostFlow(), mentors + mentees + 1
    left, right = np.arange(1, mentors + 1), np.arange(mentors + 1, sink)
    solver.add_arcs_with_capacity_and_unit_cost(0 * left, left, instance.mentors, 0 * instance.mentors)
    solver.add_arcs_with_capacity_and_unit_cost(right, 0 * right + sink, instance.mentees, 0 * instance.mentees)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        instance.mentor + 1, instance.mentee + 1 + mentors, np.ones(len(instance.score), np.int64), -instance.score
    )
    most = int(min(instance.mentors.sum(), instance.mentees.sum()))
    solver.set_node_supply(0, most)
    solver.set_node_supply(sink, -most)
    assert solver.solve_max_flow_with_min_cost() == solver.OPTIMAL
    used = solver.flows(arcs) > 0
    return np.column_stack([instance.mentor[used], instance.mentee[used]])

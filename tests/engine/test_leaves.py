"""What has no choice is decided without the solver, and only that."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from turnabout.engine.leaves import without_leaves


def network(arcs: list[tuple[int, int, int]], nodes: int):
    """Tails, heads, and what each node sends out when every arc carries its third number."""
    tail, head, flow = (np.array(column, dtype=np.int64) for column in zip(*arcs, strict=True))
    supply = np.bincount(tail, weights=flow, minlength=nodes) - np.bincount(head, weights=flow, minlength=nodes)
    return tail.astype(np.int32), head.astype(np.int32), flow, supply.astype(np.int64)


@given(seed=st.integers(0, 10**6), nodes=st.integers(2, 40))
def test_tree_is_decided_whole(seed, nodes):
    draw = random.Random(seed)
    arcs = []
    for node in range(1, nodes):
        ends = draw.sample([node, draw.randrange(max(0, node - 3), node)], 2)
        arcs.append((*ends, draw.randrange(5)))
    tail, head, flow, supply = network(arcs, nodes)
    found = without_leaves(tail, head, flow, supply)
    decided = np.setdiff1d(np.arange(len(arcs)), found.arcs)
    assert found.flow[decided].tolist() == flow[decided].tolist()
    assert not found.flow[found.arcs].any()
    # A long thin tree may be left to the solver in part: what is left needs exactly what it carried.
    left = network([arcs[place] for place in found.arcs], nodes)[3] if len(found.arcs) else np.zeros(nodes)
    assert found.supply.tolist() == left.tolist()


def test_circle_is_left_to_the_solver_and_its_branches_are_not():
    tail, head, _, supply = network([(0, 1, 1), (1, 2, 2), (2, 0, 0), (2, 3, 4), (3, 4, 4)], 5)
    found = without_leaves(tail, head, np.full(5, 9), supply)
    assert found.arcs.tolist() == [0, 1, 2]
    assert found.flow.tolist() == [0, 0, 0, 4, 4]


def test_more_than_an_arc_can_carry_is_no_flow():
    tail, head, _, supply = network([(0, 1, 3), (1, 2, 3)], 3)
    assert without_leaves(tail, head, np.array([3, 2]), supply) is None
    assert without_leaves(head, tail, np.array([3, 3]), supply) is None

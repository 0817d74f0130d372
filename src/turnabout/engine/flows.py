"""The two solvers behind the stages: OR-Tools' maximum flow and minimum-cost flow.

Each run asserts OPTIMAL before any flow is read (reading after a failed run can end the process), pairs
have an upper bound of one, and pairs that are not eligible are not in the graph.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow, min_cost_flow

from turnabout.engine.leaves import without_leaves
from turnabout.engine.network import Ints, Network, Nodes
from turnabout.engine.problem import ProofFailed
from turnabout.engine.proofs import pair_gains

Chosen = NDArray[np.bool_]


def most_pairs(network: Network) -> Chosen:
    """A largest possible set of pairs, locked pairs included; everybody has as many partners as they must.

    O(E sqrt V) typical. Source: Ford and Fulkerson 1956; Goldberg and Tarjan 1988 (SimpleMaxFlow). Where somebody
    must have a partner, a minimum-cost flow does the same, because a maximum flow knows no lower limits.
    """
    span = network.pair_arcs
    if network.lower[: span.start].any() or network.lower[span.stop :].any():
        return best_gain(network, pair_gains(network, np.ones(span.stop - span.start, np.int64)))
    locked = network.lower[span] > 0
    used = network.flow(locked)
    free = (network.upper - used)[: span.start], (network.upper - used)[span.stop :]
    left = free[0][: network.mentors] + free[0][network.mentors :]
    right = free[1][: network.mentees] + free[1][network.mentees :]
    pairs = np.flatnonzero((network.upper[span] > 0) & ~locked)
    chosen = locked.copy()
    if not len(pairs):
        return chosen
    sink = network.nodes
    mentors, mentees = np.arange(1, 1 + network.mentors), np.arange(1 + network.mentors, sink)
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(np.zeros(len(left), np.int32), mentors.astype(np.int32), left)
    solver.add_arcs_with_capacity(mentees.astype(np.int32), np.full(len(right), sink, np.int32), right)
    arcs = solver.add_arcs_with_capacity(network.tail[span][pairs], network.head[span][pairs], np.ones(len(pairs), np.int64))
    _require_optimal(solver.solve(0, sink), max_flow.SimpleMaxFlow.OPTIMAL)
    chosen[pairs] = solver.flows(arcs) > 0
    return chosen


def best_gain(network: Network, gains: Ints, *, pairs_wanted: int | None = None) -> Chosen:
    """The circulation of the highest gain within the network's lower and upper limits.

    pairs_wanted   exactly so many pairs; None leaves their number free
    Cost scaling, O(n^2 m log(n C)) worst case. Source: Goldberg 1997 (SimpleMinCostFlow).
    """
    chosen = _best_gain(network, gains, pairs_wanted)
    if chosen is None:
        raise ProofFailed(_said(min_cost_flow.SimpleMinCostFlow.INFEASIBLE))
    return chosen


def most_and_best(network: Network, gains: Ints) -> Chosen:
    """As many pairs as possible, and of such plans one of the highest gain.

    All places of the side that has fewer are tried first: where that can be, it needs no maximum flow.
    """
    chosen = _best_gain(network, gains, _places(network))
    return best_gain(network, gains, pairs_wanted=int(most_pairs(network).sum())) if chosen is None else chosen


def everybody_and_best(network: Network, gains: Ints) -> Chosen | None:
    """Everybody has a partner, all places of the side that has fewer are taken, and of such plans one of the highest gain.

    None if that cannot be. Where it can, no plan serves more, whatever it is worth to serve whom.
    """
    span, lower = network.pair_arcs, network.lower.copy()
    for first in (slice(network.mentors), slice(span.stop, span.stop + network.mentees)):
        lower[first] = network.upper[first]
    if lower[: span.start].sum() > (places := _places(network)) or lower[span.stop :].sum() > places:
        return None
    return _best_gain(dataclasses.replace(network, lower=lower), gains, places)


def _places(network: Network) -> int:
    """No plan has more pairs."""
    span = network.pair_arcs
    return min(int(network.upper[: span.start].sum()), int(network.upper[span.stop :].sum()))


def _best_gain(network: Network, gains: Ints, pairs_wanted: int | None) -> Chosen | None:
    """The same, and None if there is no such circulation."""
    span = network.pair_arcs
    tail, head, source, sink = _ends(network, apart=pairs_wanted is not None)
    lower = network.lower if pairs_wanted is None else _filled(network, pairs_wanted)
    supply = np.zeros(network.nodes + 1, dtype=np.int64)
    must = np.flatnonzero(lower)
    np.subtract.at(supply, tail[must], lower[must])
    np.add.at(supply, head[must], lower[must])
    if pairs_wanted is not None:
        supply[source] += pairs_wanted
        supply[sink] -= pairs_wanted
    room = network.upper - lower
    free = np.flatnonzero(room > 0)
    rest = without_leaves(tail[free], head[free], room[free], supply)
    if rest is None:
        return None
    flow, arcs = lower.copy(), free[rest.arcs]
    flow[free] += rest.flow
    cost = -gains[arcs]
    if pairs_wanted is not None:
        _centre(cost, (arcs >= span.start) & (arcs < span.stop))
    least = _least_cost(tail[arcs], head[arcs], room[arcs], cost, rest.supply)
    if least is None:
        return None
    flow[arcs] += least
    chosen: Chosen = flow[span] > 0
    return chosen


def _filled(network: Network, pairs_wanted: int) -> Ints:
    """Lower limits: of a side whose every place is needed for so many pairs, every place must be taken."""
    lower = network.lower.copy()
    for side in (slice(network.pair_arcs.start), slice(network.pair_arcs.stop, None)):
        if int(network.upper[side].sum()) == pairs_wanted:
            lower[side] = network.upper[side]
    return lower


def _centre(cost: Ints, is_pair: Chosen) -> None:
    """Move all pairs' costs alike, to where none is far from 0: the solver takes as long as the largest is large.

    With a fixed number of pairs that changes every plan's cost by the same.
    """
    if is_pair.any():
        pairs = cost[is_pair]
        cost[is_pair] -= (int(pairs.min()) + int(pairs.max())) // 2


def _least_cost(tail: Nodes, head: Nodes, room: Ints, cost: Ints, supply: Ints) -> Ints | None:
    """A flow of the least cost that sends out every node's supply; None if there is none."""
    is_used = np.zeros(len(supply), dtype=bool)
    is_used[tail] = is_used[head] = True
    if np.any(supply[~is_used]):
        return None
    if not len(tail):
        return np.zeros(0, np.int64)
    if np.count_nonzero(supply < 0) > np.count_nonzero(supply > 0):
        # The same the other way round: the solver is quicker from many nodes to few.
        tail, head, supply = head, tail, -supply
    number = (np.cumsum(is_used) - 1).astype(np.int32)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(number[tail], number[head], room, cost)
    solver.set_nodes_supplies(number[is_used], supply[is_used])
    status = solver.solve()
    if status == min_cost_flow.SimpleMinCostFlow.INFEASIBLE:
        return None
    _require_optimal(status, min_cost_flow.SimpleMinCostFlow.OPTIMAL)
    flow: Ints = solver.flows(arcs)
    return flow


def _require_optimal(status: object, optimal: object) -> None:
    """Reading a flow after a run that is not optimal can end the process, so this stands before every reading."""
    if status != optimal:
        raise ProofFailed(_said(status))


def _said(status: object) -> str:
    return f"The flow ended without a result ({status}). Nothing was changed; run it again."


def _ends(network: Network, *, apart: bool) -> tuple[NDArray[np.int32], NDArray[np.int32], int, int]:
    """Tails and heads, with ground cut in two (source and sink) when the number of pairs is fixed."""
    if not apart:
        return network.tail, network.head, 0, 0
    sink = network.nodes
    head = network.head.copy()
    head[network.pair_arcs.stop :] = sink
    return network.tail, head, 0, sink

"""Prices from a flow: shortest distances in the residual graph.

The flow solver gives no dual values, so they are recovered here. Distances exist only if the residual
graph has no circle that gains, which is to say only if the plan is best; otherwise it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints, Network, Places
from turnabout.engine.problem import ProofFailed

FEW = 4  # follow single arcs while fewer than a quarter of the mentors changed
FAR = np.int64(2**62)


def recover(network: Network, gains: Ints, flow: Ints, *, start: Ints | None = None) -> Ints:
    """One price per node, ground at 0, under which the flow reaches `network.bound`.

    start   prices that are nearly right, if there are any

    Bellman and Ford over the residual arcs, a whole side at a time, only from nodes that changed.
    O(pairs x rounds), rounds at most the nodes. Raises ProofFailed if the flow is not best.
    """
    graph = _residual(network, gains, flow)
    distance = np.zeros(network.nodes, dtype=np.int64) if start is None else -start
    changed = np.ones(network.mentors, dtype=bool)
    for _ in range(network.nodes + 1):
        before = distance.copy()
        graph.to_mentees(distance, changed)
        graph.others(distance)
        if np.array_equal(before, distance):
            prices: Ints = distance[0] - distance
            return prices
        changed = before[1 : 1 + network.mentors] != distance[1 : 1 + network.mentors]
    raise ProofFailed("The plan could not be proven best: prices do not settle. It was not used.")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Arcs:
    """Residual arcs with their cost."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    cost: Ints

    def relax(self, distance: Ints) -> None:
        np.minimum.at(distance, self.head, distance[self.tail] + self.cost)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Residual:
    """Open pairs (mentor -> mentee) in two orders, and the few other arcs in groups."""

    starts: Places
    open_pairs: _Arcs
    by_mentee: Places
    mentee_starts: Places
    mentee_nodes: Places
    groups: tuple[_Arcs, ...]

    def to_mentees(self, distance: Ints, changed: NDArray[np.bool_]) -> None:
        pairs = self.open_pairs
        if not len(pairs.cost):
            return
        if FEW * np.count_nonzero(changed) >= len(changed):
            reached = (distance[pairs.tail] + pairs.cost)[self.by_mentee]
            best = np.minimum.reduceat(reached, self.mentee_starts)
            distance[self.mentee_nodes] = np.minimum(distance[self.mentee_nodes], best)
            return
        arcs = ranges(self.starts[:-1][changed], self.starts[1:][changed])
        np.minimum.at(distance, pairs.head[arcs], distance[pairs.tail[arcs]] + pairs.cost[arcs])

    def others(self, distance: Ints) -> None:
        for group in self.groups:
            group.relax(distance)


def _residual(network: Network, gains: Ints, flow: Ints) -> _Residual:
    can_more, can_less = flow < network.upper, flow > network.lower
    span = network.pair_arcs
    forward = np.flatnonzero(can_more[span]) + span.start
    tail, head = network.tail, network.head
    pairs = _Arcs(tail=tail[forward], head=head[forward], cost=-gains[forward])
    order = np.argsort(pairs.head, kind="stable")
    sorted_heads = pairs.head[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = sorted_heads[1:] != sorted_heads[:-1]
    starts = np.flatnonzero(is_first)
    is_pair = np.zeros(len(tail), dtype=bool)
    is_pair[span] = True
    more, less = np.flatnonzero(can_more & ~is_pair), np.flatnonzero(can_less)
    groups = [_Arcs(tail=head[less], head=tail[less], cost=gains[less])]
    groups += [_Arcs(tail=tail[part], head=head[part], cost=-gains[part]) for part in _split(more, span)]
    # Ground's own distance moves last; what leaves it is looked at again, so that it spreads in one round.
    return _Residual(
        starts=np.searchsorted(pairs.tail, np.arange(1, network.mentors + 2)),
        open_pairs=pairs,
        by_mentee=order,
        mentee_starts=starts,
        mentee_nodes=sorted_heads[starts].astype(np.intp),
        groups=(groups[0], groups[2], groups[1], groups[0]),
    )


def _split(arcs: Places, span: slice) -> tuple[Places, Places]:
    """Arcs out of ground, arcs into ground."""
    return arcs[arcs < span.start], arcs[arcs >= span.stop]


def ranges(starts: Places, stops: Places) -> Places:
    """All places from each start up to its stop, one after the other."""
    lengths = stops - starts
    total = int(lengths.sum())
    offsets = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return (offsets + np.arange(total)).astype(np.intp)

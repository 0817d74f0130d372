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
    start = np.zeros(network.nodes, dtype=np.int64) if start is None else start
    prices = settle(network, gains, flow, start=start, rounds=network.nodes + 1)
    if prices is None:
        raise ProofFailed("The plan could not be proven best: prices do not settle. It was not used.")
    return prices


def settle(network: Network, gains: Ints, flow: Ints, *, start: Ints, rounds: int) -> Ints | None:
    """The same from prices that are nearly right; None if they do not settle in so many rounds."""
    graph = _residual(network, gains, flow)
    distance = -start
    changed = np.ones(network.mentors, dtype=bool)
    for _ in range(rounds):
        before = distance.copy()
        graph.to_mentees(distance, changed)
        graph.others(distance)
        if np.array_equal(before, distance):
            prices: Ints = distance[0] - distance
            return prices
        changed = before[1 : 1 + network.mentors] != distance[1 : 1 + network.mentors]
    return None


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
    """What may still change: open pairs (mentor -> mentee) in two orders, used pairs back, and ways from and to ground.

    from_ground, to_ground   (nodes - 1,) the cost for each person, FAR where there is no way
    """

    starts: Places
    open_pairs: _Arcs
    by_mentee: Places
    mentee_starts: Places
    mentee_nodes: Places
    used_pairs: _Arcs
    from_ground: Ints
    to_ground: Ints

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
        """To ground and from there to everybody, so that it spreads in one round; then back along used pairs."""
        people = distance[1:]
        distance[0] = min(distance[0], (people + self.to_ground).min())
        np.minimum(people, distance[0] + self.from_ground, out=people)
        self.used_pairs.relax(distance)


def _residual(network: Network, gains: Ints, flow: Ints) -> _Residual:
    can_more, can_less = flow < network.upper, flow > network.lower
    span = network.pair_arcs
    tail, head = network.tail, network.head
    forward, back = np.flatnonzero(can_more[span]) + span.start, np.flatnonzero(can_less[span]) + span.start
    pairs = _Arcs(tail=tail[forward], head=head[forward], cost=-gains[forward])
    order = np.argsort(pairs.head, kind="stable")
    sorted_heads = pairs.head[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = sorted_heads[1:] != sorted_heads[:-1]
    starts = np.flatnonzero(is_first)
    outward, inward = slice(span.start), slice(span.stop, None)
    return _Residual(
        starts=np.searchsorted(pairs.tail, np.arange(1, network.mentors + 2)),
        open_pairs=pairs,
        by_mentee=order,
        mentee_starts=starts,
        mentee_nodes=sorted_heads[starts].astype(np.intp),
        used_pairs=_Arcs(tail=head[back], head=tail[back], cost=gains[back]),
        from_ground=_least(
            network.nodes,
            (head[outward][can_more[outward]], -gains[outward][can_more[outward]]),
            (tail[inward][can_less[inward]], gains[inward][can_less[inward]]),
        ),
        to_ground=_least(
            network.nodes,
            (head[outward][can_less[outward]], gains[outward][can_less[outward]]),
            (tail[inward][can_more[inward]], -gains[inward][can_more[inward]]),
        ),
    )


def _least(nodes: int, *arcs: tuple[NDArray[np.int32], Ints]) -> Ints:
    """The least cost of each person's arcs with ground."""
    least = np.full(nodes, FAR)
    for person, cost in arcs:
        np.minimum.at(least, person, cost)
    return least[1:]


def ranges(starts: Places, stops: Places) -> Places:
    """All places from each start up to its stop, one after the other."""
    lengths = stops - starts
    total = int(lengths.sum())
    offsets = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return (offsets + np.arange(total)).astype(np.intp)

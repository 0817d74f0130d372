"""Cheapest detours round a best plan: what it costs to force or forbid one pair, and who moves.

With prices, every residual arc costs zero or more, so one run of Dijkstra from a person gives the exact loss
for all partners at once. Nodes at the same distance are settled together, as arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints, Network, Places
from turnabout.engine.prices import ranges

UNREACHED = np.int64(2**62)
NOBODY = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """Shortest detours from one node to all, or from all to one node.

    loss    gain lost along the way, beyond the prices at its ends; `unreached` where there is no way
    pairs   pairs won (or lost, below zero) along the way
    points  score won (or lost, below zero) along the way
    wishes  breadth, priority and nominations won (or lost, below zero) along the way
    via     the residual arc next to each node on its way, -1 at the root
    unreached   a loss that no way can have
    """

    loss: Ints
    pairs: Ints
    points: Ints
    wishes: Ints
    via: Places
    unreached: int

    def reaches(self, node: int) -> bool:
        """Whether there is a way between the root and a node."""
        return bool(self.loss[node] < self.unreached)


@dataclass(frozen=True, kw_only=True, slots=True)
class Detours:
    """The residual graph of a best plan: arcs that can take one more, and arcs that can give one back."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    cost: Ints
    pairs: Ints
    points: Ints
    wishes: Ints
    arc: Places
    nodes: int
    out: tuple[Places, Places]
    back: tuple[Places, Places]

    def tree(self, root: int, *, towards: bool = False) -> Tree:
        """All shortest ways from the root, or towards it. O(arcs) plus one pass over nodes per distance."""
        order, starts = self.back if towards else self.out
        near, far = (self.head, self.tail) if towards else (self.tail, self.head)
        # Gains of many stages in one number are Python's whole numbers, which have no highest one.
        unreached = int(UNREACHED) if self.cost.dtype != object else int(self.cost.sum()) + 1
        loss = np.full(self.nodes, unreached, dtype=self.cost.dtype)
        open_loss = loss.copy()
        pairs, points, wishes = (np.zeros(self.nodes, np.int64) for _ in range(3))
        via = np.full(self.nodes, NOBODY, dtype=np.intp)
        open_loss[root] = loss[root] = 0
        while (nearest := int(open_loss.min())) < unreached:
            settled = np.flatnonzero(open_loss == nearest)
            open_loss[settled] = unreached
            arcs = order[ranges(starts[settled], starts[settled + 1])]
            ends, reached = far[arcs], nearest + self.cost[arcs]
            better = reached < loss[ends]
            arcs, ends, reached = arcs[better], ends[better], reached[better]
            np.minimum.at(loss, ends, reached)
            best = reached == loss[ends]
            arcs, ends = arcs[best], ends[best]
            via[ends] = arcs
            steps = via[ends]
            pairs[ends] = pairs[near[steps]] + self.pairs[steps]
            points[ends] = points[near[steps]] + self.points[steps]
            wishes[ends] = wishes[near[steps]] + self.wishes[steps]
            open_loss[ends] = loss[ends]
        return Tree(loss=loss, pairs=pairs, points=points, wishes=wishes, via=via, unreached=unreached)

    def way(self, tree: Tree, node: int, *, towards: bool = False) -> list[int]:
        """The arcs of the network along a node's way, in walking order."""
        near = self.head if towards else self.tail
        walked: list[int] = []
        while (step := int(tree.via[node])) != NOBODY:
            walked.append(int(self.arc[step]))
            node = int(near[step])
        return walked if towards else walked[::-1]


def detours(network: Network, gains: Ints, prices: Ints, flow: Ints, *, points: Ints, wishes: Ints) -> Detours:
    """The residual graph of a proven flow, ready for questions. O(arcs log arcs).

    points   the score of each arc, 0 where the arc is not a pair
    wishes   what each arc gains by breadth, priority and nominations
    """
    more, less = np.flatnonzero(flow < network.upper), np.flatnonzero(flow > network.lower)
    reduced = network.reduced(gains, prices)
    is_pair = np.zeros(len(flow), dtype=np.int64)
    is_pair[network.pair_arcs] = 1
    tail = np.concatenate([network.tail[more], network.head[less]])
    head = np.concatenate([network.head[more], network.tail[less]])
    return Detours(
        tail=tail,
        head=head,
        cost=np.concatenate([-reduced[more], reduced[less]]),
        pairs=np.concatenate([is_pair[more], -is_pair[less]]),
        points=np.concatenate([points[more], -points[less]]),
        wishes=np.concatenate([wishes[more], -wishes[less]]),
        arc=np.concatenate([more, less]),
        nodes=network.nodes,
        out=_by(tail, network.nodes),
        back=_by(head, network.nodes),
    )


def _by(ends: NDArray[np.int32], nodes: int) -> tuple[Places, Places]:
    order = np.argsort(ends, kind="stable")
    return order, np.searchsorted(ends[order], np.arange(nodes + 1))

"""Arcs whose flow follows from the limits alone: where a node has one arc left, it must carry what the node has over.

On a face most arcs are forced or out, and what is left hangs together loosely: nearly all of it is decided here, in a
few passes, and the flow solver gets the small rest. (In the literature: presolve by row singletons, Andersen and
Andersen 1995.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from turnabout.engine.network import Ints, Nodes, Places

WORTH = 16  # another pass is made while the last one decided at least one arc in so many


@dataclass(frozen=True, kw_only=True, slots=True)
class Undecided:
    """What is left for the solver.

    flow     of every arc, 0 where it is not decided
    arcs     places of those that are not decided
    supply   what each node must send out by them
    """

    flow: Ints
    arcs: Places
    supply: Ints


def without_leaves(tail: Nodes, head: Nodes, room: Ints, supply: Ints) -> Undecided | None:
    """Decide arcs at nodes that have no other, again and again; None if that shows that no flow is possible.

    tail, head, room   ends of each arc, and how much can flow through it
    supply             what each node must send out, per node
    """
    flow, supply = np.zeros(len(tail), np.int64), supply.copy()
    arcs, decided = np.arange(len(tail)), len(tail)
    while len(arcs) and WORTH * decided >= len(arcs):
        out, into = tail[arcs], head[arcs]
        is_leaf = np.bincount(out, minlength=len(supply)) + np.bincount(into, minlength=len(supply)) == 1
        by_tail, by_head = is_leaf[out], is_leaf[into]
        is_decided = by_tail | by_head
        now = arcs[is_decided]
        flow[now] = np.where(by_tail, supply[out], -supply[into])[is_decided]
        np.subtract.at(supply, tail[now], flow[now])
        np.add.at(supply, head[now], flow[now])
        arcs, decided = arcs[~is_decided], len(now)
    if np.any(flow < 0) or np.any(flow > room):
        return None
    return Undecided(flow=flow, arcs=arcs, supply=supply)

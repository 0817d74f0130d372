"""networkx: maximum flow at minimum cost, and maximum weight matching for one to one."""

from __future__ import annotations

import networkx as nx

from bench.instance import Instance

PACKAGE = "networkx"
SOURCE, SINK = -1, -2


def flow(instance: Instance) -> list[tuple[int, int]]:
    """Places on both sides; network simplex."""
    mentors = len(instance.mentors)
    graph = nx.DiGraph()
    graph.add_edges_from((SOURCE, i, {"capacity": a, "weight": 0}) for i, a in enumerate(instance.mentors.tolist()))
    graph.add_edges_from((mentors + j, SINK, {"capacity": b, "weight": 0}) for j, b in enumerate(instance.mentees.tolist()))
    graph.add_edges_from((i, mentors + j, {"capacity": 1, "weight": -score}) for i, j, score in _scored(instance))
    found = nx.max_flow_min_cost(graph, SOURCE, SINK)
    return [(i, j - mentors) for i in range(mentors) for j, used in found.get(i, {}).items() if used]


def weight_matching(instance: Instance) -> list[tuple[int, int]]:
    """One to one; Edmonds' blossoms, as many pairs as possible first."""
    mentors = len(instance.mentors)
    graph = nx.Graph()
    graph.add_weighted_edges_from((i, mentors + j, score) for i, j, score in _scored(instance))
    found = nx.max_weight_matching(graph, maxcardinality=True)
    return [(min(pair), max(pair) - mentors) for pair in found]


def _scored(instance: Instance) -> zip[tuple[int, int, int]]:
    return zip(instance.mentor.tolist(), instance.mentee.tolist(), instance.score.tolist(), strict=True)

"""SciPy: two assignment solvers for one to one, and HiGHS for places on both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from bench.instance import Instance

PACKAGE = "scipy"
# More than any total can differ by, so that one more pair always wins.
BONUS = 10**6
NOT_ELIGIBLE = -(10**7)


def assignment(instance: Instance) -> NDArray[np.intp]:
    """On a full table; a pair that is not eligible is made very bad and taken out again."""
    table = np.full((len(instance.mentors), len(instance.mentees)), NOT_ELIGIBLE, dtype=np.int64)
    table[instance.mentor, instance.mentee] = instance.score
    mentor, mentee = linear_sum_assignment(table, maximize=True)
    eligible = table[mentor, mentee] >= 0
    return np.column_stack([mentor[eligible], mentee[eligible]])


def full_bipartite(instance: Instance) -> NDArray[np.intp]:
    """On eligible pairs alone; fails unless the whole smaller side can be matched. A score of 0 would be no pair."""
    size = (len(instance.mentors), len(instance.mentees))
    graph = csr_matrix((instance.score + 1.0, (instance.mentor, instance.mentee)), shape=size)
    return np.column_stack(min_weight_full_bipartite_matching(graph, maximize=True))


def highs(instance: Instance) -> NDArray[np.int32]:
    """The linear programme, with a large bonus per pair."""
    pairs, mentors, mentees = len(instance.score), len(instance.mentors), len(instance.mentees)
    rows = np.concatenate([instance.mentor, instance.mentee + mentors])
    matrix = coo_matrix((np.ones(2 * pairs), (rows, np.tile(np.arange(pairs), 2))), shape=(mentors + mentees, pairs))
    found = linprog(
        -(instance.score + BONUS).astype(float),
        A_ub=matrix.tocsr(),
        b_ub=np.concatenate([instance.mentors, instance.mentees]),
        bounds=(0, 1),
        method="highs",
    )
    used = found.x > 0.5
    return np.column_stack([instance.mentor[used], instance.mentee[used]])

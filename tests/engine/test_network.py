"""The inequality under every proof: whatever the prices, no plan gains more than the bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.cases import every_plan, from_scores, meets, small
from turnabout.engine import Objective, ProofFailed
from turnabout.engine.canonical import canonical
from turnabout.engine.flows import best_gain
from turnabout.engine.network import bound, exact_product
from turnabout.engine.pool import gather
from turnabout.engine.prices import recover
from turnabout.engine.proofs import prove


@given(case=small(), draw=st.data(), breadth=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_plan_gains_more_than_any_prices_allow(case, draw, breadth):
    scores, mentors, mentees = case
    minimums = {"m0": draw.draw(st.integers(0, mentors[0])), "n0": draw.draw(st.integers(0, mentees[0]))}
    problem = from_scores(*case, minimums=minimums)
    pool = gather(canonical(problem), objective=Objective.MOST_PEOPLE, breadth_first=breadth)
    every = np.ones(len(pool.score), dtype=bool)
    network = pool.network()
    gains = pool.total_gains(network, every)
    count = network.nodes - 1
    drawn = draw.draw(st.lists(st.integers(-2000, 2000), min_size=count, max_size=count))
    limit = bound(network, gains, np.array([0, *drawn], dtype=np.int64))
    pairs = list(zip(pool.mentor.tolist(), pool.mentee.tolist(), strict=True))
    for plan in every_plan({pair: scores[pair] for pair in pairs}, mentors, mentees):
        used = np.array([pair in plan for pair in pairs], dtype=bool)
        assert network.holds(network.flow(used)) == meets(plan, minimums)
        assert not meets(plan, minimums) or exact_product(gains, network.flow(used)) <= limit


def test_a_plan_that_is_not_best_gets_no_prices():
    pool = gather(
        canonical(from_scores({(0, 0): 1, (0, 1): 9}, [1], [1, 1])),
        objective=Objective.MOST_PEOPLE,
        breadth_first=False,
    )
    network = pool.network()
    gains = pool.total_gains(network, np.ones(2, dtype=bool))
    worse = np.array([True, False])
    with pytest.raises(ProofFailed):
        recover(network, gains, network.flow(worse))


def test_a_plan_outside_its_limits_is_not_proven():
    pool = gather(
        canonical(from_scores({(0, 0): 5, (0, 1): 5}, [1], [1, 1], locks=[("m0", "n0")])),
        objective=Objective.MOST_PEOPLE,
        breadth_first=False,
    )
    network = pool.network()
    gains = pool.total_gains(network, np.ones(2, dtype=bool))
    with pytest.raises(ProofFailed):
        prove(network, gains, np.array([False, True]))


def test_a_flow_that_cannot_be_is_refused_before_it_is_read():
    pool = gather(canonical(from_scores({(0, 0): 5}, [1], [1])), objective=Objective.MOST_PEOPLE, breadth_first=False)
    network = pool.network()
    with pytest.raises(ProofFailed, match="ended without a result"):
        best_gain(network, pool.total_gains(network, np.ones(1, dtype=bool)), pairs_wanted=9)


@given(st.lists(st.tuples(st.integers(-(2**60), 2**60), st.integers(0, 1000)), max_size=20))
def test_large_sums_are_exact(rows):
    values, times = (np.array(column, dtype=np.int64) for column in (zip(*rows, strict=True) if rows else ([], [])))
    assert exact_product(values, times) == sum(value * count for value, count in rows)

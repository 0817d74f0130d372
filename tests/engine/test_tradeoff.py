"""The price of changing little, exactly."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from tests.engine.cases import believable, every_plan, from_scores, small
from turnabout.engine import Objective, solve
from turnabout.engine.tradeoff import TradeOff, trade_off


def test_more_pairs_kept_cost_points():
    scores = {(0, 0): 50, (0, 1): 90, (1, 0): 90, (1, 1): 80}
    problem = from_scores(scores, [1, 1], [1, 1], last_plan=[("m0", "n0"), ("m1", "n1")])
    assert trade_off(problem, objective="most-people") == (
        TradeOff(bonus=0, kept=0, changed=2, pairs=2, total=180),
        TradeOff(bonus=30, kept=2, changed=0, pairs=2, total=130),
    )


@given(case=small())
@settings(max_examples=30, deadline=None)
def test_no_plan_keeps_as_many_with_a_higher_total(case):
    scores, mentors, mentees = case
    last = sorted(scores)[::2]
    problem = from_scores(*case, last_plan=[(f"m{i}", f"n{j}") for i, j in last])
    points = trade_off(problem, objective="most-people", bonuses=(0, 2, 5, 20))
    plans = every_plan(scores, mentors, mentees)
    for point in points:
        rivals = [one for one in plans if len(one) == point.pairs and len(one & set(last)) >= point.kept]
        assert point.total == max(sum(scores[pair] for pair in one) for one in rivals)
    assert [point.kept for point in points] == sorted(point.kept for point in points)


@pytest.mark.parametrize("objective", Objective)
def test_curve_starts_at_the_best_plan(objective):
    problem = believable(25, 25)
    first = solve(problem, objective=objective)
    last = tuple((pair.mentor, pair.mentee) for pair in solve(problem, objective=objective, seed=1).pairs[::2])
    [start, *_] = trade_off(dataclasses.replace(problem, last_plan=last), objective=objective)
    assert (start.bonus, start.pairs, start.total) == (0, len(first.pairs), first.total)

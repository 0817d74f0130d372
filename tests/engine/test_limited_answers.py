"""Answers and curves about plans with side constraints are those of the constrained matching, never of the flow."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from tests.engine.cases import every_plan, from_scores, small
from tests.engine.test_constraints import chosen, constrained_pool, keeps, limits, placed
from turnabout.engine import Explainer, Nomination, Refusal, SideConstraint, solve
from turnabout.engine.reports import CurvePoint, Report
from turnabout.engine.simulate import assumed
from turnabout.engine.tradeoff import TradeOff, trade_off

APART = SideConstraint(name="not in one's own entity", same="entity", at_most=0)
SQUARE = {(0, 0): 9, (1, 1): 9, (0, 1): 4, (1, 0): 3}


@given(case=small(most=3), one=limits())
@settings(max_examples=12, deadline=None)
def test_forcing_and_forbidding_cost_what_enumeration_shows(case, one):
    scores = case[0]
    problem = dataclasses.replace(placed(from_scores(*case)), constraints=(one,))
    allowed = [plan for plan in every_plan(*case) if keeps(problem, plan)]
    if not any(allowed):
        return
    plan = solve(problem, objective="most-people")
    explainer = Explainer(problem, plan)
    for i, j in sorted(scores)[:3]:
        is_in_plan = (i, j) in chosen(plan)
        rest = [other for other in allowed if ((i, j) in other) is not is_in_plan]
        if is_in_plan:
            loss = explainer.why(f"m{i}", f"n{j}")[1]
        elif case[1][i] and case[2][j]:
            loss = explainer.why_not(f"m{i}", f"n{j}").loss
        else:
            continue
        if not rest:
            assert loss is None or loss.pairs == len(plan.pairs)
            continue
        pairs, total = max((len(other), sum(scores[pair] for pair in other)) for other in rest)
        assert loss is not None
        assert (loss.pairs, loss.points) == (len(plan.pairs) - pairs, plan.total - total)


def test_loss_tells_what_it_costs_those_who_come_first():
    nomination = Nomination(mentor="m0", mentee="n1", rank=1)
    problem = dataclasses.replace(placed(from_scores(SQUARE, [1, 1], [1, 1], nominations=[nomination])), constraints=(APART,))
    loss = Explainer(problem, solve(problem)).why("m0", "n1")[1]
    assert loss is not None
    assert (loss.pairs, loss.wishes > 0, loss.points, loss.within) == (1, True, 4, 0)


def test_pair_that_a_constraint_leaves_no_place_for_has_no_loss():
    problem = dataclasses.replace(placed(from_scores(SQUARE, [1, 1], [1, 1])), constraints=(APART,))
    answer = Explainer(problem, solve(problem)).why_not("m0", "n0")
    assert (answer.reasons, answer.loss) == ((), None)


def test_prices_of_all_partners_at_once_are_refused_rather_than_guessed():
    problem = constrained_pool()
    with pytest.raises(Refusal) as refusal:
        Explainer(problem, solve(problem)).alternatives("m000", "mentor")
    assert str(refusal.value) == (
        "This plan has constraints on the plan as a whole, so the price of every partner at once cannot be told exactly. "
        "Ask about one pair at a time with turnabout why-not."
    )


def test_floor_curve_keeps_to_the_constraints():
    problem = placed(from_scores(SQUARE, [1, 1], [1, 1]))
    free = Report(problem, solve(problem))
    assert [point.pairs for point in free.floor_curve()][-1] == 2
    limited = dataclasses.replace(problem, constraints=(APART,))
    assert set(Report(limited, solve(limited)).floor_curve()) == {
        CurvePoint(floor=3, pairs=2, total=7),
        CurvePoint(floor=4, pairs=1, total=4),
        CurvePoint(floor=9, pairs=0, total=0),
    }
    some = SideConstraint(name="some", at_least=1)
    needed = dataclasses.replace(problem, constraints=(APART, some))
    assert CurvePoint(floor=9, pairs=0, total=0) in Report(needed, solve(needed)).floor_curve()


def test_curve_of_pairs_kept_keeps_to_the_constraints():
    scores = {(0, 0): 50, (0, 1): 90, (1, 0): 90, (1, 1): 80, (0, 2): 40, (1, 2): 95}
    named = from_scores(scores, [1, 1], [1, 1, 1], last_plan=[("m0", "n0"), ("m1", "n1")])
    one = SideConstraint(name="at most one in one's own entity", same="entity", at_most=1)
    problem = dataclasses.replace(placed(named), constraints=(one,))
    assert trade_off(problem, objective="most-people") == (
        TradeOff(bonus=0, kept=0, changed=2, pairs=2, total=185),
        TradeOff(bonus=100, kept=1, changed=1, pairs=2, total=145, gap=12),
    )


def test_constraints_stay_with_the_pool_they_were_made_for():
    assert assumed(constrained_pool(), mentors=5, mentees=5).constraints == ()

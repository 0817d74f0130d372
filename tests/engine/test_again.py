"""Deciding anew when a floor stands in the way."""

from __future__ import annotations

import dataclasses

import pytest

from tests.engine.cases import believable, from_scores
from turnabout.engine import Change, Explainer, Loss, Refusal, solve
from turnabout.engine.again import loss_again

SCORES = {(0, 0): 300, (0, 1): 900, (1, 0): 100, (1, 1): 800}


def test_lower_floor_keeps_a_pair_that_the_floor_would_cost():
    problem = from_scores(SCORES, [1, 1], [1, 1])
    plan = solve(problem)
    assert plan.floor == 300
    at_the_floor = Explainer(problem, plan).why("m0", "n0")[1]
    assert at_the_floor is not None
    assert at_the_floor.pairs == 1
    loss, new = loss_again(problem, plan, "m0", "n0", change="forbid")
    assert (loss.pairs, loss.points, loss.floor) == (0, 100, 100)
    assert loss.chain[0] == Change(mentor="m0", mentee="n0", is_added=False)
    assert new is not None
    assert [(pair.mentor, pair.mentee) for pair in new.pairs] == [("m0", "n1"), ("m1", "n0")]


def test_forced_pair_is_in_the_new_plan_and_others_stay_where_they_can():
    problem = believable(25, 25)
    plan = solve(problem)
    explainer = Explainer(problem, plan)
    one = next(one for one in explainer.alternatives(plan.pairs[0].mentor, "mentor") if not one.is_current)
    loss, new = loss_again(problem, plan, plan.pairs[0].mentor, one.key, change="force")
    assert new is not None
    assert (plan.pairs[0].mentor, one.key) in {(pair.mentor, pair.mentee) for pair in new.pairs}
    assert loss.chain[0] == Change(mentor=plan.pairs[0].mentor, mentee=one.key, is_added=True)
    assert (loss.pairs, loss.points) == (len(plan.pairs) - len(new.pairs), plan.total - new.total)


def test_last_pair_that_is_forbidden_leaves_nothing():
    problem = from_scores({(0, 0): 5}, [1], [1])
    plan = solve(problem)
    chain = (Change(mentor="m0", mentee="n0", is_added=False),)
    assert loss_again(problem, plan, "m0", "n0", change="forbid") == (
        Loss(pairs=1, wishes=0, points=5, floor=0, chain=chain),
        None,
    )


def test_pair_that_breaks_a_rule_cannot_be_forced():
    problem = from_scores({(0, 0): 5, (1, 1): 5}, [1, 1], [1, 1])
    plan = solve(problem)
    with pytest.raises(Refusal, match="cannot be locked"):
        loss_again(problem, plan, "m0", "n1", change="force")
    assert dataclasses.replace(plan) == plan

"""Answers about a plan are exact: every loss equals what solving again would show."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.cases import believable, from_scores, small
from turnabout.engine import Explainer, Problem, ReasonCode, Refusal, Rules, Side, read_plan, solve, write_folder
from turnabout.engine.problem import Nomination


def again(problem: Problem, objective: str, **changes) -> tuple[int, int]:
    try:
        plan = solve(dataclasses.replace(problem, **changes), objective=objective)
    except Refusal:
        return (0, 0)  # nobody is left to pair
    return (len(plan.pairs) if objective == "most-people" else 0, plan.total)


@pytest.mark.parametrize("objective", ["most-people", "best-total"])
@given(case=small())
@settings(max_examples=25, deadline=None)
def test_forcing_and_forbidding_cost_what_solving_again_shows(objective, case):
    problem = from_scores(*case)
    plan = solve(problem, objective=objective)
    pairs = len(plan.pairs) if objective == "most-people" else 0
    explainer = Explainer(problem, plan)
    for mentor, mentee in ((f"m{i}", f"n{j}") for i, j in case[0]):
        answer = explainer.why_not(mentor, mentee)
        if answer.reasons:
            assert answer.reasons == (ReasonCode.NOT_AVAILABLE,)
        elif answer.is_in_plan:
            loss = explainer.why(mentor, mentee)[1]
            assert loss is not None
            left = (pairs and pairs - loss.pairs, plan.total - loss.points)
            assert left == again(problem, objective, forbidden=((mentor, mentee),))
        else:
            assert answer.loss is not None
            left = (pairs and pairs - answer.loss.pairs, plan.total - answer.loss.points)
            assert left == again(problem, objective, locks=((mentor, mentee),))


@given(case=small())
@settings(max_examples=40, deadline=None)
def test_chain_of_changes_leads_to_a_plan_of_that_value(case):
    scores, mentors, mentees = case
    problem = from_scores(*case)
    plan = solve(problem, objective="most-people")
    explainer = Explainer(problem, plan)
    for i, j in scores:
        answer = explainer.why_not(f"m{i}", f"n{j}")
        if answer.loss is None:
            continue
        pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
        for change in answer.loss.chain:
            pairs ^= {(change.mentor, change.mentee)}
            assert change.is_added == ((change.mentor, change.mentee) in pairs)
        assert len(pairs) == len(plan.pairs) - answer.loss.pairs
        assert sum(scores[int(a[1:]), int(b[1:])] for a, b in pairs) == plan.total - answer.loss.points
        assert all(sum(a == f"m{k}" for a, _ in pairs) <= places for k, places in enumerate(mentors))
        assert all(sum(b == f"n{k}" for _, b in pairs) <= places for k, places in enumerate(mentees))


@pytest.mark.parametrize("side", Side)
@given(case=small(), draw=st.data())
@settings(max_examples=30, deadline=None)
def test_ranked_alternatives_have_the_losses_of_single_questions(side, case, draw):
    problem = from_scores(*case)
    explainer = Explainer(problem, solve(problem))
    people = problem.mentors if side is Side.MENTOR else problem.mentees
    key = draw.draw(st.sampled_from([one.key for one in people]))
    listed = explainer.alternatives(key, side)
    for one in listed:
        pair = (key, one.key) if side is Side.MENTOR else (one.key, key)
        loss = explainer.why(*pair)[1] if one.is_current else explainer.why_not(*pair).loss
        assert loss is not None
        assert (loss.pairs, loss.points) == (one.pairs, one.points)
    ranks = [(not one.is_current, one.pairs, one.points) for one in listed]
    assert ranks == sorted(ranks)


def test_reasons_come_instead_of_a_loss_where_a_rule_excludes():
    problem = believable(30, 30)
    explainer = Explainer(problem, solve(problem))
    answers = [explainer.why_not(a.key, b.key) for a in problem.mentors for b in problem.mentees]
    assert {bool(answer.reasons) for answer in answers} == {True, False}
    for answer in answers:
        assert bool(answer.reasons) == (answer.pairing is None)


def test_pair_below_the_floor_can_be_forced_and_lowers_it():
    scores = {(0, 0): 8, (0, 1): 1, (1, 0): 9, (1, 1): 8}
    problem = from_scores(scores, [1, 1], [1, 1])
    explainer = Explainer(problem, solve(problem))
    loss = explainer.why_not("m0", "n1").loss
    assert loss is not None
    assert (loss.pairs, loss.points, loss.floor) == (0, 6, 1)
    assert len(loss.shown) == 4
    assert loss.more == 0


def test_interchangeable_pair_costs_nothing():
    problem = from_scores({(i, j): 5 for i in range(3) for j in range(3)}, [1] * 3, [1] * 3)
    explainer = Explainer(problem, solve(problem))
    losses = [explainer.why_not(f"m{i}", f"n{j}").loss for i in range(3) for j in range(3)]
    assert {(loss.pairs, loss.points) for loss in losses if loss} == {(0, 0)}


def test_locked_people_have_no_way_to_another_partner():
    problem = from_scores({(0, 0): 5, (0, 1): 9, (1, 0): 2}, [1, 1], [1, 1], locks=[("m0", "n0")])
    explainer = Explainer(problem, solve(problem))
    assert explainer.why_not("m0", "n1").loss is None
    assert explainer.why("m0", "n0")[1] is None
    assert [(one.key, one.is_current) for one in explainer.alternatives("m0", "mentor")] == [("n0", True)]


def test_losses_hold_with_nominations_too():
    problem = from_scores({(0, 0): 5, (1, 0): 9, (1, 1): 3}, [1, 1], [1, 1], nominations=[Nomination(mentor="m0", mentee="n0")])
    explainer = Explainer(problem, solve(problem, objective="most-people"))
    loss = explainer.why_not("m1", "n0").loss
    assert loss is not None
    assert (loss.pairs, loss.points) == (1, -1)


def test_unmatched_person_is_told_what_is_scarce():
    problem = believable(8, 40)
    explainer = Explainer(problem, solve(problem))
    person = next(one for one in explainer.plan.unmatched if one.is_shortage)
    answer = explainer.why_unmatched(person.key, "mentee")
    assert answer.unmatched == person
    for shortage in answer.shortages:
        assert shortage.wanted > shortage.offered
        assert shortage.sentence.startswith(f"{shortage.attribute} {shortage.value}: {shortage.wanted} places of mentees")


def test_unmatched_mentor_hears_about_grades():
    problem = believable(40, 4)
    explainer = Explainer(problem, solve(problem))
    person = next(one for one in explainer.plan.unmatched if one.side is Side.MENTOR)
    named = {shortage.attribute for shortage in explainer.why_unmatched(person.key, "mentor").shortages}
    assert named <= {"language", "topic", "grade"}
    assert "grade" in named


def test_without_a_rule_for_language_or_grade_only_topics_are_scarce():
    problem = dataclasses.replace(believable(3, 40), rules=Rules(same_team=False))
    explainer = Explainer(problem, solve(problem))
    person = explainer.plan.unmatched[0]
    named = {shortage.attribute for shortage in explainer.why_unmatched(person.key, person.side).shortages}
    assert named == {"topic"}


def test_unknown_people_and_wrong_questions_are_refused():
    problem = from_scores({(0, 0): 5, (0, 1): 4}, [1], [1, 1])
    explainer = Explainer(problem, solve(problem))
    with pytest.raises(KeyError):
        explainer.why("m0", "n1")
    with pytest.raises(KeyError):
        explainer.why_not("m9", "n0")
    unlisted = from_scores({(0, 0): 5, (1, 1): 4}, [1, 1], [1, 1])
    with pytest.raises(KeyError, match="m1 and n0 may not be paired"):
        Explainer(unlisted, solve(unlisted)).why("m1", "n0")
    with pytest.raises(KeyError):
        explainer.why_unmatched("m0", "mentor")


def test_a_written_plan_can_be_asked_as_well(tmp_path):
    problem = believable(30, 30)
    plan = solve(problem, seed=2)
    write_folder(plan, tmp_path)
    read = read_plan(tmp_path)
    assert read[1] == plan
    pair = plan.pairs[0]
    assert Explainer(*read).why(pair.mentor, pair.mentee)[0] == pair


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(Refusal, match="is not a folder that turnabout match wrote"):
        read_plan(tmp_path)

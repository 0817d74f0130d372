"""Figures about a plan, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.engine.cases import believable, from_scores, small
from turnabout.engine import Candidate, Criterion, Problem, Side, Weight, solve
from turnabout.engine.reports import BlockingPair, CurvePoint, Difference, Group, Report, difference


def test_coverage_counts_whoever_takes_part():
    problem = from_scores({(0, 0): 5, (0, 1): 4}, [1, 1, 0], [1, 1])
    report = Report(problem, solve(problem))
    assert (report.coverage("mentor"), report.coverage("mentee")) == ((1, 2), (1, 2))


def test_percentiles_are_scores_that_occur():
    scores = {(k, k): 10 * k for k in range(11)}
    problem = from_scores(scores, [1] * 11, [1] * 11)
    assert Report(problem, solve(problem)).percentiles("mentee") == {0: 0, 10: 10, 25: 20, 50: 50, 75: 70, 100: 100}


def test_floor_curve_falls_from_everybody_to_the_best():
    scores = {(0, 0): 9, (0, 1): 5, (1, 0): 5, (1, 1): 3}
    problem = from_scores(scores, [1, 1], [1, 1])
    curve = Report(problem, solve(problem)).floor_curve()
    assert curve == (
        CurvePoint(floor=3, pairs=2, total=12),
        CurvePoint(floor=5, pairs=2, total=10),
        CurvePoint(floor=9, pairs=1, total=9),
    )


def test_pair_that_would_rather_have_each_other_is_found_with_its_gain():
    scores = {(0, 0): 9, (0, 1): 5, (1, 0): 5, (1, 1): 0}
    problem = from_scores(scores, [1, 1], [1, 1])
    stability = Report(problem, solve(problem)).stability()
    assert stability.blocking == 1
    assert stability.largest == (BlockingPair(mentor="m0", mentee="n0", mentor_gain=4, mentee_gain=4),)
    assert (stability.stable_pairs, stability.stable_total) == (2, 9)


@given(case=small())
@settings(max_examples=40, deadline=None)
def test_stable_plan_has_no_blocking_pair(case):
    problem = from_scores(*case)
    report = Report(problem, solve(problem))
    stable = report._stable()
    report._chosen[:] = False
    report._chosen[stable] = True
    assert report.stability().blocking == 0


def grouped() -> Problem:
    return Problem(
        mentors=tuple(
            Candidate(key=f"m{k:02}", entity="big" if k < 6 else f"small{k}", country="FR", offers={"AI": 3}) for k in range(11)
        ),
        mentees=tuple(
            Candidate(key=f"n{k:02}", entity="big" if k < 3 else None, country="IT", wishes={"AI": 1}) for k in range(8)
        ),
        weights={Criterion.TOPICS: Weight()},
    )


def test_groups_of_fewer_than_five_are_counted_together():
    report = Report(grouped(), solve(grouped()))
    found = report.groups("mentor", "entity")
    assert [(group.name, group.people) for group in found] == [("big", 6), ("smaller groups together", 5)]
    assert sum(group.matched for group in found) == 8
    assert {(group.median, group.regret) for group in found} == {(500, 0)}
    assert [group.name for group in report.groups("mentee", "entity")] == ["not known"]
    with pytest.raises(ValueError, match="groups are by entity, country, function, unit"):
        report.groups("mentee", "grade")


def test_group_without_partners_has_no_figures():
    problem = from_scores({(0, 0): 5}, [1] + [1] * 6, [1])
    [group] = Report(problem, solve(problem)).groups(Side.MENTOR, "unit")
    assert group == Group(side=Side.MENTOR, name="not known", people=7, matched=1, median=5, regret=0)
    nobody = Report(problem, solve(problem))
    nobody._chosen[:] = False
    assert nobody.groups(Side.MENTOR, "unit")[0].median is None
    assert nobody.percentiles("mentor") == {}


def test_mix_counts_pairs_across_groups_where_both_are_known():
    report = Report(grouped(), solve(grouped()))
    assert report.mix("country") == (8, 8)
    assert report.mix("function") == (0, 0)


def test_difference_names_pairs_and_people():
    before = solve(from_scores({(0, 0): 5, (1, 1): 5}, [1, 1], [1, 1, 1]))
    after = solve(from_scores({(0, 0): 5, (1, 2): 5}, [1, 1], [1, 1, 1]))
    assert difference(before, after) == Difference(
        kept=1, gone=(("m1", "n1"),), added=(("m1", "n2"),), newly_matched=("n2",), newly_alone=("n1",)
    )


def test_figures_of_a_pool_like_a_real_one():
    problem = believable(60, 60)
    report = Report(problem, solve(problem))
    curve = report.floor_curve()
    assert [point.pairs for point in curve] == sorted((point.pairs for point in curve), reverse=True)
    assert report.stability().stable_total <= report.plan.total or report.stability().stable_pairs < len(report.plan.pairs)

"""Scores in both directions, by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.spatial.distance import dice

from tests.engine.cases import believable
from turnabout.engine import Candidate, Criterion, Objective, Problem, Rules, Weight, solve
from turnabout.engine.encode import WORD, encode, grid, single_pairs
from turnabout.engine.pool import gather
from turnabout.engine.scoring import rounded, scoring

NOBODY = {"key": "x"}


def gains(criterion: Criterion, mentor: dict, mentee: dict, direction="similar") -> tuple[int, int]:
    """(for the mentor, for the mentee) by one criterion alone."""
    problem = Problem(
        mentors=(Candidate(key="m", **mentor),),
        mentees=(Candidate(key="n", **mentee),),
        rules=Rules(same_team=False),
        weights={criterion: Weight(weight=2, direction=direction)},
    )
    pair = solve(problem).pairs[0]
    line = pair.criteria[0]
    assert (line.for_mentor, line.for_mentee) == (pair.for_mentor, pair.for_mentee)
    return pair.for_mentor, pair.for_mentee


def test_rounding_is_half_up_and_in_one_place():
    assert rounded(np.array([0.0004999, 0.0005, 0.9995, 1.0])).tolist() == [0, 1, 1000, 1000]


def test_topics_count_in_both_directions_by_level():
    mentor = {"offers": {"AI": 3, "web": 1}, "wishes": {"strategy": 2}}
    mentee = {"wishes": {"AI": 3, "web": 3}, "offers": {"strategy": 1}}
    assert gains(Criterion.TOPICS, mentor, mentee) == (333, 667)


def test_nothing_wished_for_counts_one_half():
    assert gains(Criterion.TOPICS, {"offers": {"AI": 3}}, {}) == (500, 500)


@pytest.mark.parametrize("criterion", [one for one in Criterion if one is not Criterion.TOPICS])
def test_unknown_counts_one_half_in_either_direction(criterion):
    assert gains(criterion, {}, {}) == (500, 500)
    assert gains(criterion, {}, {}, "different") == (500, 500)


@pytest.mark.parametrize("field", ["entity", "country", "unit", "function", "time_zone"])
def test_likeness_and_difference_are_opposites(field):
    here, there = {field: "a"}, {field: "b"}
    assert gains(Criterion(field), here, here) == (1000, 1000)
    assert gains(Criterion(field), here, there) == (0, 0)
    assert gains(Criterion(field), here, here, "different") == (0, 0)
    assert gains(Criterion(field), here, there, "different") == (1000, 1000)


def test_best_shared_language_counts_at_the_lower_of_both_levels():
    mentor, mentee = {"languages": {"en": 3, "fr": 6}}, {"languages": {"en": 6, "fr": 2}}
    assert gains(Criterion.LANGUAGE, mentor, mentee) == (500, 500)
    assert gains(Criterion.LANGUAGE, mentor, {"languages": {"it": 6}}) == (0, 0)


def test_ten_shared_hours_a_week_count_in_full():
    whole = {"hours": ((0, 1200),)}
    assert gains(Criterion.HOURS, whole, {"hours": ((0, 300),)}) == (500, 500)
    assert gains(Criterion.HOURS, whole, whole) == (1000, 1000)


def test_shared_format_counts_in_full():
    remote = {"formats": frozenset({"remote", "in person"})}
    assert gains(Criterion.FORMAT, remote, {"formats": frozenset({"remote"})}) == (1000, 1000)
    assert gains(Criterion.FORMAT, remote, {"formats": frozenset({"phone"})}) == (0, 0)


def test_grades_close_to_each_other_are_similar():
    assert gains(Criterion.GRADE_GAP, {"grade": 2}, {"grade": 4}) == (600, 600)
    assert gains(Criterion.GRADE_GAP, {"grade": 1}, {"grade": 9}) == (0, 0)


def test_interests_are_compared_by_the_dice_coefficient():
    left, right = "Sailing, jazz and sailing again", "jazz AND chess"
    words = sorted({word.casefold() for word in WORD.findall(left + " " + right)})
    mine, theirs = ([word in text.casefold() for word in words] for text in (left, right))
    expected = round(1000 * (1 - dice(mine, theirs)))
    assert gains(Criterion.INTERESTS, {"interests": left}, {"interests": right}) == (expected, expected)
    assert gains(Criterion.INTERESTS, {"interests": left}, {"interests": "chess"}) == (0, 0)


def test_score_is_the_recorded_share_of_both_sides():
    mentor, mentee = Candidate(key="m", offers={"AI": 3}, wishes={"web": 1}), Candidate(key="n", wishes={"AI": 1})
    problem = Problem(mentors=(mentor,), mentees=(mentee,), weights={Criterion.TOPICS: Weight()}, mentee_share=0.75)
    pair = solve(problem).pairs[0]
    assert (pair.for_mentor, pair.for_mentee, pair.score, pair.worse_side) == (0, 1000, 750, 0)


def test_weights_of_nothing_give_everybody_the_same_score():
    problem = dataclasses.replace(believable(5, 5), weights={Criterion.TOPICS: Weight(weight=0)})
    assert {pair.score for pair in solve(problem).pairs} == {0}
    assert {pair.criteria for pair in solve(problem).pairs} == {()}


def test_blocks_and_single_pairs_have_the_same_scores():
    problem = dataclasses.replace(believable(9, 7), weights={one: Weight(weight=1 / 3) for one in Criterion})
    scores = scoring(problem, *encode(problem))
    whole = scores.scores(grid(range(9), range(7)))
    rows, cols = np.divmod(np.arange(63), 7)
    single = scores.scores(single_pairs(rows, cols))
    for name in ("for_mentor", "for_mentee", "combined"):
        assert np.array_equal(getattr(whole, name).reshape(-1), getattr(single, name))


def test_pool_is_the_same_for_any_block_size(monkeypatch):
    problem = believable(20, 15)
    whole = gather(problem, objective=Objective.FAIREST, breadth_first=False)
    monkeypatch.setattr("turnabout.engine.pool.BLOCK_PAIRS", 40)
    parts = gather(problem, objective=Objective.FAIREST, breadth_first=False)
    for name in ("mentor", "mentee", "for_mentor", "for_mentee", "score", "reasons"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))

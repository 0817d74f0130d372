"""Before launch: what is missing, what each rule costs, how another pool would fare."""

from __future__ import annotations

import dataclasses

import pytest

from tests.engine.cases import believable
from turnabout.engine import Candidate, Problem, Refusal, Rules, Seniority
from turnabout.engine.simulate import Need, Outcome, assumed, attempt, needs, without_each_rule


def test_each_rule_that_is_on_is_switched_off_alone():
    problem = believable(30, 40)
    found = without_each_rule(problem)
    assert [outcome.name for outcome in found] == [
        "as it is",
        "language_level",
        "overlap_minutes",
        "history",
        "seniority",
    ]
    assert all(outcome.pairs >= found[0].pairs for outcome in found)


def test_matching_that_is_refused_says_why():
    problem = Problem(
        mentors=(Candidate(key="m", grade=5),),
        mentees=(Candidate(key="n", grade=1),),
        rules=Rules(seniority=Seniority(basis="grade", minimum_gap=1)),
    )
    refused = attempt("as it is", problem)
    assert refused == Outcome(name="as it is", refusal=refused.refusal)
    assert refused.refusal.startswith("Nobody can be paired with anybody")
    assert [outcome.pairs for outcome in without_each_rule(problem) if outcome.name == "seniority"] == [1]


def test_what_mentees_want_and_mentors_have_is_counted_in_places():
    problem = Problem(
        mentors=(Candidate(key="m", capacity=2, offers={"AI": 3}, languages={"en": 5, "it": 2}),),
        mentees=(
            Candidate(key="a", wishes={"AI": 1, "web": 1}, languages={"it": 5}),
            Candidate(key="b", wishes={"AI": 1}, languages={"it": 5, "en": 5}),
        ),
        rules=Rules(language_level=3),
    )
    assert needs(problem) == (
        Need(attribute="language", value="it", wanted=1, offered=0),
        Need(attribute="topic", value="web", wanted=1, offered=0),
        Need(attribute="language", value="en", wanted=0, offered=2),
        Need(attribute="topic", value="AI", wanted=2, offered=2),
    )
    assert [need.missing for need in needs(problem)] == [1, 1, 0, 0]
    everywhere = dataclasses.replace(problem, rules=Rules())
    assert {need.attribute for need in needs(everywhere)} == {"topic"}


def test_assumed_pool_has_the_size_asked_for_and_is_drawn_by_the_seed():
    problem = believable(10, 10)
    pool = assumed(problem, mentors=30, mentees=20, seed=1)
    assert (len(pool.mentors), len(pool.mentees)) == (30, 20)
    assert pool == assumed(problem, mentors=30, mentees=20, seed=1)
    assert pool != assumed(problem, mentors=30, mentees=20, seed=2)
    assert {one.grade for one in pool.mentors} <= {one.grade for one in problem.mentors}
    assert attempt("assumed", pool).pairs > attempt("as it is", problem).pairs


def test_whoever_is_drawn_from_a_list_of_senior_people_is_senior_in_the_assumed_pool():
    rules = Rules(same_team=False, seniority=Seniority(basis="list", senior=frozenset({"boss"})))
    problem = Problem(mentors=(Candidate(key="young"),), mentees=(Candidate(key="boss"),), rules=rules)
    assert attempt("assumed", assumed(problem, mentors=3, mentees=3)).pairs == 3


def test_nobody_is_drawn_from_an_empty_side():
    with pytest.raises(Refusal, match="There are no mentees to draw from"):
        assumed(Problem(mentors=(Candidate(key="m"),), mentees=()), mentors=2, mentees=2)

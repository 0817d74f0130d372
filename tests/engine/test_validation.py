"""Bad input gets a refusal that says who, what, why and what to do, before anything is solved."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.engine.cases import believable, from_scores
from turnabout.engine import (
    Candidate,
    Criterion,
    DistanceException,
    Nomination,
    Problem,
    Refusal,
    Rules,
    ScoreList,
    Seniority,
    SideConstraint,
    Weight,
    solve,
)

MIA, SOL = Candidate(key="mia"), Candidate(key="sol")


def refusal(problem: Problem) -> str:
    with pytest.raises(Refusal) as refused:
        solve(problem)
    return str(refused.value)


@pytest.mark.parametrize(
    ("person", "complaint"),
    [
        (Candidate(key=" "), "mentor  : the key is empty: every person needs one."),
        (Candidate(key="a", capacity=-1), "mentor a: capacity is -1: use a whole number from 0 to 1000."),
        (Candidate(key="a", capacity=1001), "mentor a: capacity is 1001: use a whole number from 0 to 1000."),
        (Candidate(key="a", capacity=1.5), "mentor a: capacity is 1.5: use a whole number from 0 to 1000."),
        (Candidate(key="a", capacity=float("nan")), "mentor a: capacity is nan: use a whole number from 0 to 1000."),
        (Candidate(key="a", minimum=-1), "mentor a: minimum is -1: use a whole number from 0 to 1000."),
        (
            Candidate(key="a", capacity=2, minimum=3),
            "mentor a: minimum is 3 and capacity 2: nobody must have more partners than they have places for.",
        ),
        (
            Candidate(key="a", grade=float("inf")),
            "mentor a: grade is inf: use a whole number, or leave it empty if it is not known.",
        ),
        (
            Candidate(key="a", grade=float("nan")),
            "mentor a: grade is nan: use a whole number, or leave it empty if it is not known.",
        ),
        (
            Candidate(key="a", tree_level=1.5),
            "mentor a: tree_level is 1.5: use a whole number, or leave it empty if it is not known.",
        ),
        (Candidate(key="a", offers=dict.fromkeys(["AI"], float("nan"))), "mentor a: offers has level nan for AI: use 1 to 3."),
        (Candidate(key="a", priority=10), "mentor a: priority is 10: use a whole number from 0 to 9."),
        (Candidate(key="a", offers={"AI": 4}), "mentor a: offers has level 4 for AI: use 1 to 3."),
        (Candidate(key="a", wishes={"AI": 0}), "mentor a: wishes has level 0 for AI: use 1 to 3."),
        (Candidate(key="a", languages={"en": 7}), "mentor a: languages has level 7 for en: use 1 (A1) to 6 (C2)."),
        (
            Candidate(key="a", hours=((60, 0),)),
            "mentor a: hours has 60 to 0: use minutes since Monday 00:00 UTC, 0 to 10080, start first.",
        ),
        (
            Candidate(key="a", hours=((0, 20000),)),
            "mentor a: hours has 0 to 20000: use minutes since Monday 00:00 UTC, 0 to 10080, start first.",
        ),
        (
            Candidate(key="a", years_of_service=float("nan")),
            "mentor a: years_of_service is not a number: leave it empty if it is not known.",
        ),
        (
            Candidate(key="a", ancestors=("b", "a")),
            "mentor a: the reporting line leads back to the same person: correct the manager of one of them.",
        ),
    ],
)
def test_person_that_cannot_be_is_named(person, complaint):
    assert refusal(Problem(mentors=(person,), mentees=(SOL,))) == complaint


@pytest.mark.parametrize(
    ("rules", "start"),
    [
        (Rules(distance=DistanceException(levels=2)), "The distance exception asks for 2 levels: use 3 or more"),
        (Rules(distance=DistanceException(levels=float("nan"))), "The distance exception asks for nan levels: use 3 or more"),
        (Rules(entity="near"), "The rule for entity is 'near': use any, same, different."),
        (Rules(function="other"), "The rule for function is 'other': use any, same, different."),
        (Rules(seniority=Seniority(basis="age")), "The basis of seniority is 'age': use none, grade, service,"),
        (
            Rules(seniority=Seniority(basis="grade", minimum_gap=float("inf"))),
            "minimum_gap of seniority is inf: use a number.",
        ),
        (
            Rules(seniority=Seniority(basis="grade", mentee_at_least=float("nan"))),
            "mentee_at_least of seniority is nan: use a number.",
        ),
        (Rules(language_level=0), "language_level is 0: use 1 (A1) to 6 (C2)"),
        (Rules(overlap_minutes=-5), "overlap_minutes is -5: use 0 to 10080"),
        (Rules(seniority=Seniority(basis="list")), "Seniority is by a named list, and the list is empty"),
        (
            Rules(seniority=Seniority(basis="level", mentor_at_most=1, mentee_at_least=2)),
            "Seniority by level in the tree uses minimum_gap only",
        ),
    ],
)
def test_rule_that_cannot_be_is_named(rules, start):
    assert refusal(Problem(mentors=(MIA,), mentees=(SOL,), rules=rules)).startswith(start)


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"mentors": ()}, "There is no mentor: add at least one."),
        ({"mentees": (SOL, SOL)}, "mentee sol appears 2 times: every key may appear once on a side."),
        ({"mentee_share": 1.5}, "mentee_share is 1.5: use a number from 0 to 1."),
        ({"weights": {Criterion.TOPICS: Weight(weight=-1)}}, "The weight of topics is -1: use 0 or more"),
        ({"mentors": (MIA, MIA)}, "mentor mia appears 2 times: every key may appear once on a side."),
        ({"mentee_share": float("nan")}, "mentee_share is nan: use a number from 0 to 1."),
        ({"weights": {Criterion.TOPICS: Weight(weight=float("inf"))}}, "The weight of topics is inf: use 0 or more"),
        ({"weights": {"charm": Weight()}}, "The weights name 'charm', which is no criterion: use topics, interests,"),
        (
            {"weights": {Criterion.ENTITY: Weight(direction="up")}},
            "The direction of entity is 'up': use similar, different.",
        ),
        (
            {"nominations": (Nomination(mentor="mia", mentee="otto"),)},
            "nominations has mia and otto, and otto is not among the mentees: correct the key, or leave the pair out.",
        ),
        (
            {"last_plan": (("mia", "sol"), ("otto", "sol"))},
            "last_plan has otto and sol, and otto is not among the mentors: correct the key, or leave the pair out.",
        ),
        ({"locks": (("mia", "sol"),), "forbidden": (("mia", "sol"),)}, "mia and sol are locked and forbidden at once"),
        ({"locks": (("mia", "otto"),)}, "mia and otto cannot be locked: otto is not among the people."),
        ({"locks": (("otto", "sol"),)}, "otto and sol cannot be locked: otto is not among the people."),
    ],
)
def test_setting_that_cannot_be_is_named(changes, start):
    problem = dataclasses.replace(Problem(mentors=(MIA,), mentees=(SOL,)), **changes)
    assert refusal(problem).startswith(start)


def test_lock_that_breaks_a_rule_is_named_with_the_rule():
    problem = dataclasses.replace(believable(5, 5), locks=(("m000", "n000"),))
    junior = dataclasses.replace(problem.mentors[0], ancestors=("n000",))
    broken = dataclasses.replace(problem, mentors=(junior, *problem.mentors[1:]))
    assert refusal(broken) == (
        "m000 and n000 cannot be locked: One of them manages the other, directly or further up the line. "
        "Take the lock back, or change the rule."
    )
    unlisted = from_scores({(0, 0): 1}, [1], [1, 1], locks=[("m0", "n1")])
    assert refusal(unlisted).startswith("m0 and n1 cannot be locked: The list of scores does not have this pair.")


def test_more_locks_than_places_are_named():
    scores = {(0, 0): 1, (0, 1): 1}
    locks = [("m0", "n0"), ("m0", "n1")]
    assert refusal(from_scores(scores, [1], [1, 1], locks=locks)) == (
        "mentor m0 is locked into 2 pairs but has 1 places: take a lock back, or raise the capacity."
    )


def test_nobody_eligible_names_the_rule_that_empties_the_pool():
    grades = Problem(
        mentors=(Candidate(key="a", grade=5), Candidate(key="b", grade=6)),
        mentees=(Candidate(key="x", grade=3), Candidate(key="y", grade=4)),
        rules=Rules(seniority=Seniority(basis="grade", minimum_gap=1)),
    )
    assert refusal(grades) == (
        "Nobody can be paired with anybody: 4 of 4 pairs are excluded because: Their grades are closer than this "
        "programme asks for. The smallest set of rules that excludes every pair: grade_gap. Relax one of them, or "
        "add people."
    )
    mixed = dataclasses.replace(
        grades, mentees=(Candidate(key="a", grade=9), Candidate(key="y", grade=4)), mentors=grades.mentors[:1]
    )
    assert "every pair: same_person and grade_gap. Relax one" in refusal(mixed)
    closed = from_scores({(0, 0): 5}, [0], [1])
    assert refusal(closed) == ("No pair of the scores can be used: each is closed, or one of the two has no places.")


def test_scores_that_do_not_fit_are_refused():
    problem = from_scores({(0, 0): 5, (0, 1): 6}, [1], [1, 1])
    assert problem.scores is not None
    short = dataclasses.replace(problem.scores, score=np.array([1], dtype=np.int64))
    assert refusal(dataclasses.replace(problem, scores=short)) == "The three columns of the scores differ in length."
    high = dataclasses.replace(problem.scores, score=np.array([1, 10**7], dtype=np.int64))
    assert refusal(dataclasses.replace(problem, scores=high)) == "The scores run from 1 to 10000000: use 0 to 1000000."
    twice = ScoreList(
        mentor=np.array([0, 0], dtype=np.int32),
        mentee=np.array([1, 1], dtype=np.int32),
        score=np.array([1, 2], dtype=np.int64),
    )
    assert refusal(dataclasses.replace(problem, scores=twice)) == ("The scores name a pair twice: keep one of the two rows.")


@pytest.mark.parametrize("score", [float("nan"), float("inf"), 0.5])
def test_scores_that_are_not_whole_numbers_are_refused(score):
    problem = from_scores({(0, 0): 5, (0, 1): 6}, [1], [1, 1])
    assert problem.scores is not None
    loose = dataclasses.replace(problem.scores, score=np.array([5, score]))
    assert refusal(dataclasses.replace(problem, scores=loose)) == (
        "The scores are float64 and the places int32 and int32: use whole numbers, such as int64; "
        "`engine.scorefile.whole_scores` turns decimals into them."
    )


def test_scores_of_people_who_are_not_there_are_refused():
    problem = from_scores({(0, 0): 5, (0, 1): 6}, [1], [1, 1])
    assert problem.scores is not None
    beyond = dataclasses.replace(problem.scores, mentee=np.array([0, 2], dtype=np.int32))
    assert refusal(dataclasses.replace(problem, scores=beyond)) == (
        "The scores name mentee 2 and there are 2: count them from 0."
    )
    negative = dataclasses.replace(problem.scores, score=np.array([-1, 6], dtype=np.int64))
    assert refusal(dataclasses.replace(problem, scores=negative)) == "The scores run from -1 to 6: use 0 to 1000000."


def test_rules_that_only_together_leave_nobody_are_named_as_the_smallest_set():
    """Each pair breaks the rule on entities or that on grades; neither alone excludes all."""
    rules = Rules(entity="different", seniority=Seniority(basis="grade", minimum_gap=1))
    mentors = (Candidate(key="a", grade=5, entity="north"), Candidate(key="b", grade=1, entity="south"))
    problem = Problem(mentors=mentors, mentees=(Candidate(key="x", grade=3, entity="south"),), rules=rules)
    assert "The smallest set of rules that excludes every pair: grade_gap and entity." in refusal(problem)


def test_scores_too_large_for_an_exact_proof_are_refused():
    many = 4000
    scores = {(k, k): 10**6 for k in range(many)}
    ranks = {f"m{k}": 9 for k in range(many)}
    problem = from_scores(scores, [1000] * many, [1000] * many, priority=ranks)
    with pytest.raises(Refusal, match="too large for an exact proof in 64 bits"):
        solve(problem, breadth_first=True)


def test_finer_floors_and_minimums_are_refused_beside_constraints_on_the_plan_as_a_whole():
    half = SideConstraint(name="half", same="entity", at_most=50, in_percent=True)
    limited = dataclasses.replace(believable(10, 10), constraints=(half,))
    needed = tuple(dataclasses.replace(one, minimum=1) if not place else one for place, one in enumerate(limited.mentors))
    for problem, options, name in (
        (limited, {"exempt": 1}, "exempt"),
        (limited, {"leximin_to": 700}, "leximin_to"),
        (dataclasses.replace(limited, mentors=needed), {}, "a minimum"),
    ):
        with pytest.raises(Refusal) as refused:
            solve(problem, **options)
        said = f"{name} cannot be combined with constraints on the plan as a whole: leave one of the two out."
        assert str(refused.value) == said

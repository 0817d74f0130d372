"""Limits on the plan as a whole: never broken, best under them, with an honest gap."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.cases import Scores, believable, every_plan, from_scores, served, small
from turnabout.engine import (
    Candidate,
    Nomination,
    Objective,
    Plan,
    Problem,
    Refusal,
    ScoreList,
    Side,
    SideConstraint,
    solve,
    verify_folder,
    write_folder,
)
from turnabout.engine.folder import certificate_file, plan_files

ROOT = Path(__file__).parents[2]
Case = tuple[Scores, list[int], list[int]]
Few = frozenset[tuple[int, int]]


def placed(problem: Problem) -> Problem:
    """Entities and countries for the people of a small problem: e0, e1, e0 ... and c0, c0, c1, c1 ..."""

    def with_places(side: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        return tuple(dataclasses.replace(one, entity=f"e{place % 2}", country=f"c{place // 2}") for place, one in enumerate(side))

    return dataclasses.replace(problem, mentors=with_places(problem.mentors), mentees=with_places(problem.mentees))


@st.composite
def limits(draw: st.DrawFn) -> SideConstraint:
    """A constraint over the people of `placed`: e0 and c0 are always there."""
    low = draw(st.none() | st.integers(0, 3))
    high = draw(st.integers(low or 0, 4) if low is None else st.none() | st.integers(low, 4))
    in_percent = draw(st.booleans())
    scale = 25 if in_percent else 1
    return SideConstraint(
        name=f"limit {draw(st.integers(0, 10**6))}",
        mentor=draw(st.sampled_from([{}, {"entity": ("e0",)}, {"country": ("c0",)}])),
        mentee=draw(st.sampled_from([{}, {"entity": ("e0",)}, {"country": ("c0",)}])),
        same=draw(st.sampled_from([None, "entity", "country"])),
        at_least=None if low is None else low * scale,
        at_most=None if high is None else high * scale,
        in_percent=in_percent,
    )


def keeps(problem: Problem, plan: Few) -> bool:
    """Whether a plan keeps to every constraint, the slow but obvious way."""
    return all(_kept(problem, plan, one) for one in problem.constraints)


def _kept(problem: Problem, plan: Few, one: SideConstraint) -> bool:
    if one.together:
        own = 0 if one.side is Side.MENTOR else 1
        people = [person.key for person in (problem.mentors, problem.mentees)[own]]
        partners = [{pair[1 - own] for pair in plan if pair[own] == people.index(key)} for key in one.together]
        return all(some == partners[0] for some in partners)
    counted = 0
    for i, j in plan:
        mentor, mentee = problem.mentors[i], problem.mentees[j]
        fits = all(getattr(mentor, name) in values for name, values in one.mentor.items())
        fits &= all(getattr(mentee, name) in values for name, values in one.mentee.items())
        counted += fits and (one.same is None or getattr(mentor, one.same) == getattr(mentee, one.same))
    scale = (100, len(plan)) if one.in_percent else (1, 1)
    low = one.at_least is None or counted * scale[0] >= one.at_least * scale[1]
    return low and (one.at_most is None or counted * scale[0] <= one.at_most * scale[1])


def value(scores: Scores, plan: Few, objective: str, *, breadth: bool) -> tuple[int, ...]:
    """(pairs, people served once, floor, total), 0 for what the objective ignores."""
    return (
        len(plan) if objective != "best-total" else 0,
        served(plan) if breadth else 0,
        min((scores[pair] for pair in plan), default=0) if objective == "fairest" else 0,
        sum(scores[pair] for pair in plan),
    )


def chosen(plan: Plan) -> Few:
    return frozenset((int(pair.mentor[1:]), int(pair.mentee[1:])) for pair in plan.pairs)


def agrees_with_enumeration(problem: Problem, case: Case, objective: str, *, breadth: bool) -> None:
    """The plan is as good as the best of all that keep to the constraints; refused only if there is none."""
    scores, mentors, mentees = case
    allowed = [plan for plan in every_plan(scores, mentors, mentees) if keeps(problem, plan)]
    if not allowed:
        with pytest.raises(Refusal):
            solve(problem, objective=objective, breadth_first=breadth)
        return
    plan = solve(problem, objective=objective, breadth_first=breadth)
    assert keeps(problem, chosen(plan))
    assert value(scores, chosen(plan), objective, breadth=breadth) == max(
        value(scores, one, objective, breadth=breadth) for one in allowed
    )
    assert plan.gap >= 0


@pytest.mark.parametrize("objective", Objective)
@given(case=small(), ones=st.lists(limits(), min_size=1, max_size=3, unique_by=lambda one: one.name), breadth=st.booleans())
@settings(max_examples=12, deadline=None)
def test_best_of_all_plans_that_keep_to_the_constraints(objective, case, ones, breadth):
    problem = dataclasses.replace(placed(from_scores(*case)), constraints=tuple(ones))
    agrees_with_enumeration(problem, case, objective, breadth=breadth)


@pytest.mark.parametrize("side", Side)
@given(case=small())
@settings(max_examples=12, deadline=None)
def test_two_together_get_the_same_partners_and_the_best_there_are(side, case):
    people = case[1] if side is Side.MENTOR else case[2]
    letter = "m" if side is Side.MENTOR else "n"
    if len(people) > 1:
        together = SideConstraint(name="two", together=(f"{letter}0", f"{letter}1"), side=side)
        problem = dataclasses.replace(from_scores(*case), constraints=(together,))
        agrees_with_enumeration(problem, case, "fairest", breadth=False)


@given(case=small(), one=limits(), wanted=st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_nominations_come_before_the_total_and_the_last_plan_after_it(case, one, wanted):
    scores, mentors, mentees = case
    asked, last = sorted(scores)[-1], set(sorted(scores)[::2])
    nomination = Nomination(mentor=f"m{asked[0]}", mentee=f"n{asked[1]}", rank=wanted)
    named = from_scores(*case, nominations=[nomination], last_plan=[(f"m{i}", f"n{j}") for i, j in last])
    problem = dataclasses.replace(placed(named), constraints=(one,))

    def rank(plan: Few) -> tuple[int, ...]:
        return len(plan), int(asked in plan), sum(scores[pair] for pair in plan), len(plan & last)

    allowed = [plan for plan in every_plan(scores, mentors, mentees) if keeps(problem, plan)]
    if allowed:
        assert rank(chosen(solve(problem, objective="most-people"))) == max(map(rank, allowed))


def whole_programme() -> Problem:
    """440 x 498 people in eight entities and four countries, half of the pairs eligible."""
    draw = np.random.default_rng(1)
    mentor, mentee = np.nonzero(draw.random((440, 498)) < 0.52)

    def people(letter: str, places: list[int]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(key=f"{letter}{k:03}", capacity=places[k], entity=f"e{draw.integers(8)}", country=f"c{draw.integers(4)}")
            for k in range(len(places))
        )

    return Problem(
        mentors=people("m", draw.integers(1, 3, 440).tolist()),
        mentees=people("n", [1] * 498),
        weights={},
        scores=ScoreList(
            mentor=mentor.astype(np.int32), mentee=mentee.astype(np.int32), score=draw.integers(0, 1001, len(mentor))
        ),
    )


QUOTA = SideConstraint(name="Mentees of e3", mentee={"entity": ("e3",)}, at_most=40)
SHARE = SideConstraint(name="Inside one's own entity", same="entity", at_most=5, in_percent=True)
CROSS = SideConstraint(name="c1 by e1 and e2", mentor={"entity": ("e1", "e2")}, mentee={"country": ("c1",)}, at_least=60)


@pytest.mark.parametrize("one", [QUOTA, SHARE, CROSS], ids=lambda one: one.name)
def test_at_the_size_of_a_whole_programme_the_plan_is_proven_best(one, tmp_path):
    problem = dataclasses.replace(whole_programme(), constraints=(one,))
    free = solve(dataclasses.replace(problem, constraints=()), objective="most-people")
    index = frozenset((int(pair.mentor[1:]), int(pair.mentee[1:])) for pair in free.pairs)
    assert not keeps(problem, index)
    plan = solve(problem, objective="most-people")
    assert keeps(problem, chosen(plan))
    assert (plan.is_proven_best, plan.total < free.total) == (True, True)
    verdict = verify_folder(write_folder(plan, tmp_path))
    assert str(verdict) == "VALID: every rule holds and no plan is better under most-people."


def test_pairs_given_up_for_a_quota_are_the_fewest():
    problem = from_scores({(i, j): 5 for i in range(4) for j in range(4)}, [1] * 4, [1] * 4)
    e0 = SideConstraint(name="e0", mentee={"entity": ("e0",)}, at_most=1)
    plan = solve(dataclasses.replace(placed(problem), constraints=(e0,)))
    assert (len(plan.pairs), plan.gap) == (3, 0)
    assert [one.sentence for one in plan.unmatched if one.side is Side.MENTEE] == [
        "4 partners are possible, but each is needed by another pair of this plan, or a constraint leaves no room for one more."
    ]


def test_nested_quotas_hold_together():
    problem = placed(from_scores({(i, j): 9 - i - j for i in range(4) for j in range(4)}, [2] * 4, [2] * 4))
    inner = SideConstraint(name="inner", mentee={"entity": ("e0",), "country": ("c0",)}, at_most=1)
    outer = SideConstraint(name="outer", mentee={"entity": ("e0",)}, at_most=2)
    plan = solve(dataclasses.replace(problem, constraints=(outer, inner)))
    held = [pair.mentee for pair in plan.pairs]
    assert (held.count("n0"), held.count("n2"), len(held)) == (1, 1, 6)


def test_floor_goes_as_high_as_the_constraints_allow():
    scores = {(0, 0): 9, (1, 1): 9, (0, 1): 4, (1, 0): 3}
    apart = SideConstraint(name="not in one's own entity", same="entity", at_most=0)
    plan = solve(dataclasses.replace(placed(from_scores(scores, [1, 1], [1, 1])), constraints=(apart,)))
    assert (plan.floor, plan.certificate.floor_level, plan.certificate.next_level) == (3, 3, 4)


def test_what_the_solver_of_the_last_step_once_got_wrong_is_asked_again():
    """HiGHS 1.12 called parts of pairs a whole-number plan here, and best."""
    scores = {(0, 0): 930, (0, 3): 2, (1, 0): 306, (1, 1): 9, (1, 2): 876, (2, 0): 2, (2, 1): 5, (2, 2): 4, (2, 3): 8}
    case = (scores, [3, 1, 2], [1, 2, 1, 3])
    half = SideConstraint(name="half", mentor={"country": ("c0",)}, same="country", at_least=0, at_most=50, in_percent=True)
    quarter = SideConstraint(name="quarter", mentor={"country": ("c0",)}, at_least=25, at_most=25, in_percent=True)
    problem = dataclasses.replace(placed(from_scores(*case)), constraints=(half, quarter))
    agrees_with_enumeration(problem, case, "most-people", breadth=True)


BOTH = placed(from_scores({(i, j): 5 for i in range(2) for j in range(2)}, [1, 1], [1, 1]))
MANY = SideConstraint(name="many of e0", mentee={"entity": ("e0",)}, at_least=1)
NONE = SideConstraint(name="none of m0", mentor={"key": ("m0",)}, at_most=0)
FULL = SideConstraint(name="everybody", at_least=2)


def test_contradiction_that_parts_of_pairs_would_resolve_is_found():
    """A half of each would do, and people are whole: only the last step can tell."""
    two = SideConstraint(name="two", together=("n0", "n1"))
    few = [SideConstraint(name=f"few {key}", mentor={"key": (key,)}, at_most=1) for key in ("m0", "m1")]
    some = SideConstraint(name="some", mentee={"key": ("n0",)}, at_least=1)
    problem = from_scores({(i, j): 5 for i in range(2) for j in range(2)}, [3, 3], [1, 1])
    with pytest.raises(Refusal) as refusal:
        solve(dataclasses.replace(problem, constraints=(*few, some, two)))
    assert str(refusal.value).startswith("These constraints contradict each other: 'few m0' and 'few m1' and 'some' and 'two'.")


def test_scores_of_six_digits_are_exact_as_well():
    scores = {(i, j): (123_457 * (i + 1) * (j + 3) + 7 * i) % 10**6 for i in range(4) for j in range(3)}
    case = (scores, [2] * 4, [1] * 3)
    one = SideConstraint(name="own entity", same="entity", at_most=25, in_percent=True)
    problem = dataclasses.replace(placed(from_scores(*case)), constraints=(one,))
    agrees_with_enumeration(problem, case, "fairest", breadth=True)


def test_priority_and_breadth_come_before_the_total_under_a_quota():
    scores = {(i, j): 5 + i + j for i in range(3) for j in range(3)}
    problem = placed(from_scores(scores, [2, 1, 1], [1, 1, 1], priority={"n0": 5, "m2": 1}))
    quota = SideConstraint(name="two pairs", at_most=2)
    plan = solve(dataclasses.replace(problem, constraints=(quota,)), breadth_first=True)
    paired = {pair.mentor for pair in plan.pairs} | {pair.mentee for pair in plan.pairs}
    assert (len(paired), {"n0", "m2"} <= paired, len(plan.certificate.aims)) == (4, True, 3)


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        (
            (dataclasses.replace(FULL, at_least=3),),
            "The constraint 'everybody' cannot be met by any plan that the rules and locks allow: relax it, or add people.",
        ),
        (
            (MANY, NONE, FULL),
            "These constraints contradict each other: 'everybody' and 'none of m0'. Without any one of them the others can "
            "be met: relax one.",
        ),
    ],
)
def test_constraints_that_contradict_each_other_are_named_and_no_others(constraints, said):
    with pytest.raises(Refusal) as refusal:
        solve(dataclasses.replace(BOTH, constraints=constraints))
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (SideConstraint(name=" ", at_most=1), "A constraint has no name: give it one that people will understand."),
        (SideConstraint(name="x"), "Constraint 'x': it has no limit: add at_least or at_most."),
        (
            SideConstraint(name="x", at_least=2, at_most=1),
            "Constraint 'x': at_least 2 is more than at_most 1: correct one of them.",
        ),
        (SideConstraint(name="x", at_most=-1), "Constraint 'x': a number of pairs is 0 or more."),
        (
            SideConstraint(name="x", at_most=101, in_percent=True),
            "Constraint 'x': a percentage is a whole number from 0 to 100.",
        ),
        (
            SideConstraint(name="x", same="shoe size", at_most=1),
            "Constraint 'x': same is 'shoe size': use entity, country, unit, team, function, time_zone.",
        ),
        (
            SideConstraint(name="x", mentor={"grade": ("1",)}, at_most=1),
            "Constraint 'x': mentor grade is not known: use key, entity, country, unit, team, function, time_zone.",
        ),
        (
            SideConstraint(name="x", mentee={"entity": ("e9",)}, at_most=1),
            "Constraint 'x': no mentee has entity 'e9': correct the value, or leave the constraint out.",
        ),
        (
            SideConstraint(name="x", together=("n0", "n7")),
            "Constraint 'x': n7 is not among the mentees: correct the key or the side.",
        ),
        (SideConstraint(name="x", together=("n0", "n0")), "Constraint 'x': together needs two or more different people."),
        (
            SideConstraint(name="x", together=("n0", "n1"), at_most=1),
            "Constraint 'x': together goes with nothing but side: write the rest as a constraint of its own.",
        ),
    ],
)
def test_constraint_that_makes_no_sense_is_refused_with_a_remedy(one, said):
    with pytest.raises(Refusal) as refusal:
        solve(dataclasses.replace(BOTH, constraints=(one,)))
    assert str(refusal.value) == said


def test_two_constraints_of_one_name_are_refused():
    with pytest.raises(Refusal) as refusal:
        solve(dataclasses.replace(BOTH, constraints=(FULL, FULL)))
    assert str(refusal.value) == "Two constraints are called 'everybody': give each a name of its own."


def test_constraints_on_millions_of_pairs_are_refused():
    people = tuple(Candidate(key=f"{k}") for k in range(3000))
    problem = Problem(mentors=people, mentees=people, constraints=(FULL,))
    with pytest.raises(Refusal) as refusal:
        solve(problem)
    assert str(refusal.value) == (
        "There are 9000000 possible pairs, and constraints can be kept with at most 8000000: leave the constraints out, "
        "or match in parts, for example by country."
    )


def constrained_pool() -> Problem:
    problem = believable(40, 45)
    limits = (
        SideConstraint(name="a third", mentee={"entity": ("e1", "e2", "e3")}, at_most=10),
        SideConstraint(name="a share", same="function", at_least=20, in_percent=True),
        SideConstraint(name="two", together=("n002", "n003")),
    )
    return dataclasses.replace(problem, constraints=limits)


def bytes_of(plan: Plan) -> bytes:
    files = plan_files(plan)
    return certificate_file(plan.certificate, files)


def test_same_bytes_in_any_order_of_rows_and_in_other_processes():
    problem = constrained_pool()
    expected = bytes_of(solve(problem, seed=3))
    draw = random.Random(5)
    moved = dataclasses.replace(
        problem,
        mentors=tuple(draw.sample(problem.mentors, len(problem.mentors))),
        mentees=tuple(draw.sample(problem.mentees, len(problem.mentees))),
        constraints=problem.constraints[::-1],
    )
    assert bytes_of(solve(moved, seed=3)) == expected
    code = (
        "import hashlib\nfrom tests.engine.test_constraints import bytes_of, constrained_pool\n"
        "from turnabout.engine import solve\n"
        "print(hashlib.sha256(bytes_of(solve(constrained_pool(), seed=3))).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == hashlib.sha256(expected).hexdigest()

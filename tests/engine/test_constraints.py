"""Limits on the plan as a whole: never broken, best under them, with an honest gap."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.cases import FLAT, Scores, believable, every_plan, from_scores, served, small
from turnabout.engine import (
    Candidate,
    Nomination,
    Objective,
    Plan,
    Problem,
    Refusal,
    Side,
    SideConstraint,
    solve,
    verify_folder,
    write_folder,
)
from turnabout.engine.folder import certificate_file, plan_files

OneOf = Mapping[str, tuple[str, ...]]
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


def agrees_with_enumeration(problem: Problem, case, objective: str, *, breadth: bool) -> None:
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
@given(case=small(most=4), ones=st.lists(limits(), min_size=1, max_size=3, unique_by=lambda one: one.name), breadth=st.booleans())
@settings(max_examples=20, deadline=None)
def test_best_of_all_plans_that_keep_to_the_constraints(objective, case, ones, breadth):
    problem = dataclasses.replace(placed(from_scores(*case)), constraints=tuple(ones))
    agrees_with_enumeration(problem, case, objective, breadth=breadth)


@pytest.mark.parametrize("side", Side)
@given(case=small(most=4))
@settings(max_examples=20, deadline=None)
def test_two_together_get_the_same_partners_and_the_best_there_are(side, case):
    people = case[1] if side is Side.MENTOR else case[2]
    if len(people) < 2:
        return
    letter = "m" if side is Side.MENTOR else "n"
    together = SideConstraint(name="two", together=(f"{letter}0", f"{letter}1"), side=side)
    problem = dataclasses.replace(from_scores(*case), constraints=(together,))
    agrees_with_enumeration(problem, case, "fairest", breadth=False)

"""People left over learn why, in words and counts, and nothing about who said no."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.cases import from_scores, small
from turnabout.engine import (
    Candidate,
    Objective,
    Plan,
    Problem,
    ReasonCode,
    Rules,
    Seniority,
    Side,
    read_plan,
    solve,
    verify_folder,
    write_folder,
)
from turnabout.engine.blocking import blocked_by, reasons_of
from turnabout.engine.canonical import canonical
from turnabout.engine.folder import PAIR_HEAD
from turnabout.engine.pool import gather
from turnabout.engine.reasons import BIT, EXCLUDING, FLAGS, RELAXABLE

RULES = Rules(seniority=Seniority(basis="grade", minimum_gap=2), language_level=3)


def person(key: str, grade: int, language: str = "en", **more) -> Candidate:
    return Candidate(key=key, grade=grade, languages={language: 5}, ancestors=(f"{key}'s manager",), **more)


Counts = dict[ReasonCode, int]


def left_over(plan: Plan) -> dict[str, tuple[int, Counts, Counts, bool]]:
    return {one.key: (one.eligible, dict(one.blocked), dict(one.opens), one.is_shortage) for one in plan.unmatched}


def test_each_person_left_over_has_a_histogram_and_what_would_open_whom():
    problem = Problem(
        mentors=(person("a", 1), person("b", 1, "it"), person("c", 7, "it")),
        mentees=(person("x", 4), person("y", 8)),
        rules=RULES,
    )
    plan = solve(problem)
    [mentee] = [one.key for one in plan.unmatched if one.side is Side.MENTEE]
    assert left_over(plan) == {
        "b": (0, {ReasonCode.LANGUAGE: 2}, {ReasonCode.LANGUAGE: 2}, False),
        "c": (0, {ReasonCode.LANGUAGE: 2, ReasonCode.GRADE_GAP: 2}, {}, False),
        mentee: (1, {ReasonCode.LANGUAGE: 2, ReasonCode.GRADE_GAP: 1}, {ReasonCode.LANGUAGE: 1}, True),
    }
    sentences = {one.key: one.sentence for one in plan.unmatched}
    assert sentences["b"] == (
        "No partner is possible. The most frequent reason (2): They share no language at the level this programme "
        "asks for. Without the rule language alone, 2 would become possible."
    )
    assert sentences["c"] == (
        "No partner is possible. The most frequent reason (2): Their grades are closer than this programme asks for."
    )
    shortage = next(one for one in plan.unmatched if one.side is Side.MENTEE)
    assert shortage.sentence == ("1 partner is possible, but every place they have is needed by another pair of this plan.")


def test_a_past_no_is_in_no_histogram():
    problem = Problem(
        mentors=(person("a", 1), person("b", 1, not_available=frozenset({"x"}))),
        mentees=(person("x", 5),),
        rules=RULES,
    )
    plan = solve(problem)
    assert left_over(plan) == {"b": (0, {}, {}, False)}
    assert plan.unmatched[0].sentence == "Nobody on the other side is available."


def test_whoever_takes_no_part_is_said_to_take_no_part():
    problem = Problem(
        mentors=(person("a", 1), person("b", 1, is_opted_out=True), person("c", 1, capacity=0)),
        mentees=(person("x", 5),),
        rules=RULES,
    )
    sentences = {one.key: one.sentence for one in solve(problem).unmatched}
    assert sentences == dict.fromkeys(("b", "c"), "They take no part in this matching.")


def test_pairs_that_no_list_has_are_called_so():
    plan = solve(from_scores({(0, 0): 5, (0, 1): 4}, [1, 1], [1, 1]))
    assert left_over(plan) == {
        "m1": (0, {ReasonCode.NOT_LISTED: 2}, {}, False),
        "n1": (1, {ReasonCode.NOT_LISTED: 1}, {}, True),
    }


def test_figures_of_a_plan_without_people_on_both_sides():
    plan = solve(from_scores({(0, 0): 5, (0, 1): 4}, [2], [1, 1]))
    assert (plan.people, plan.total, plan.floor) == (3, 9, 4)
    assert dataclasses.replace(plan, pairs=()).floor is None


def test_written_folder_has_flags_criteria_and_reasons(tmp_path):
    problem = Problem(mentors=(Candidate(key="a", grade=1),), mentees=(person("x", 5), person("y", 1)), rules=RULES)
    write_folder(solve(problem), tmp_path)
    head, row = (tmp_path / "pairs.csv").read_text().splitlines()
    assert head.split(",")[: len(PAIR_HEAD)] == list(PAIR_HEAD)
    assert head.split(",")[len(PAIR_HEAD) :][:2] == ["topics_for_mentor", "topics_for_mentee"]
    assert row.split(",")[5:7] == ["no", "unknown_line unknown_language"]
    lines = (tmp_path / "unmatched.csv").read_text().splitlines()
    assert lines[1].startswith('mentee,y,0,grade_gap: 1,grade_gap: 1,"No partner is possible.')


def test_keys_that_a_spreadsheet_would_run_stay_text(tmp_path):
    keys = ("=1+1", "@x", "'quoted", "plain")
    problem = Problem(mentors=tuple(person(key, 1) for key in keys), mentees=(person("-x", 5), person("+y", 5)), rules=RULES)
    plan = solve(problem)
    write_folder(plan, tmp_path)
    cells = [line.split(",")[:2] for line in (tmp_path / "pairs.csv").read_text().splitlines()[1:]]
    assert {cell[0] for row in cells for cell in row} <= {"'", "p"}
    assert read_plan(tmp_path)[1] == plan
    assert verify_folder(tmp_path).is_valid


def test_folder_written_again_keeps_nothing_of_the_last(tmp_path):
    write_folder(solve(from_scores({(0, 0): 5}, [1], [1])), tmp_path)
    assert (tmp_path / "input/scores.csv").exists()
    problem = Problem(mentors=(person("a", 1),), mentees=(person("x", 5),), rules=RULES)
    write_folder(solve(problem), tmp_path)
    assert not (tmp_path / "input/scores.csv").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"input", "pairs.csv", "unmatched.csv", "certificate.json"}


def test_folder_that_cannot_be_written_says_so(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OSError, match="file"):
        write_folder(solve(from_scores({(0, 0): 5}, [1], [1])), blocked)


@given(case=small(most=5), forbidden=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6))
def test_reasons_of_scores_brought_along_are_counted_as_if_pair_by_pair(case, forbidden):
    scores, mentors, mentees = case
    named = [(f"m{i}", f"n{j}") for i, j in forbidden if i < len(mentors) and j < len(mentees)]
    problem = from_scores(scores, mentors, mentees, forbidden=named)
    history = dataclasses.replace(problem.mentors[0], past_partners=frozenset({"n0", problem.mentees[-1].key}))
    problem = dataclasses.replace(problem, mentors=(history, *problem.mentors[1:]))
    pool = gather(canonical(problem), objective=Objective.MOST_PEOPLE, breadth_first=False)
    for side, people in ((Side.MENTOR, len(mentors)), (Side.MENTEE, len(mentees))):
        places = np.arange(people)
        counts = blocked_by(pool, side, places, None)
        table = reasons_of(pool, side, places) & np.uint32(EXCLUDING)
        assert counts.eligible.tolist() == (table == 0).sum(axis=1).tolist()
        for code in set(ReasonCode) - FLAGS:
            assert counts.blocked[code].tolist() == ((table & BIT[code]) != 0).sum(axis=1).tolist()
        for code in RELAXABLE:
            assert counts.opens[code].tolist() == (table == BIT[code]).sum(axis=1).tolist()

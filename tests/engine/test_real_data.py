"""Data that nobody here wrote: read by the documented rules files, matched, verified."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest

from turnabout.engine import Problem, ReasonCode, solve, verify_folder, write_folder
from turnabout.engine.peoplefile import read_people
from turnabout.engine.rulesfile import read_rules

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data"
EXAMPLES = ROOT / "docs/engine/examples"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")


def problem(rules: str, mentors: str, mentees: str) -> Problem:
    files = [(Path(name).name, (DATA / name).read_bytes()) for name in (mentors, mentees)]
    return read_people(files[0], files[1], read_rules((EXAMPLES / rules).read_bytes(), name=rules))


def test_civil_service_turned_round_is_matched_and_verified(tmp_path):
    people = problem("civil_service.toml", "civil_service_small/small_mentees.csv", "civil_service_small/small_mentors.csv")
    plan = solve(people)
    assert (len(people.mentors), len(people.mentees), len(plan.pairs)) == (50, 50, 50)
    grades = {one.key: one.grade for one in (*people.mentors, *people.mentees)}
    entities = {one.key: one.entity for one in (*people.mentors, *people.mentees)}
    for pair in plan.pairs:
        low, high = grades[pair.mentor], grades[pair.mentee]
        assert low is not None
        assert high is not None
        assert high - low >= 2
        assert entities[pair.mentor] != entities[pair.mentee]
    write_folder(plan, tmp_path)
    assert verify_folder(tmp_path).is_valid


def test_no_pair_of_oracle_shares_a_line_or_a_manager_and_everybody_left_over_has_a_reason(tmp_path):
    people = problem("oracle_hr.toml", "oracle_hr/employees.csv", "oracle_hr/employees.csv")
    plan = solve(people)
    lines = {one.key: one.ancestors or () for one in (*people.mentors, *people.mentees)}
    for pair in plan.pairs:
        assert lines[pair.mentor][:1] != lines[pair.mentee][:1]
        if pair.mentee == "100":
            assert pair.flags == (ReasonCode.DISTANCE_EXCEPTION,)
            assert lines[pair.mentor].index("100") + 1 >= 3
        else:
            assert pair.mentee not in lines[pair.mentor]
            assert pair.mentor not in lines[pair.mentee]
    assert "100" in {pair.mentee for pair in plan.pairs}
    write_folder(plan, tmp_path)
    with (tmp_path / "unmatched.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(plan.unmatched)
    assert all(row["why"] for row in rows)
    assert verify_folder(tmp_path).is_valid


def test_head_of_oracle_is_alone_without_the_exception_and_told_why():
    people = problem("oracle_hr.toml", "oracle_hr/employees.csv", "oracle_hr/employees.csv")
    plan = solve(dataclasses.replace(people, rules=dataclasses.replace(people.rules, distance=None)))
    alone = next(one for one in plan.unmatched if one.key == "100")
    assert alone.eligible == 0
    assert alone.blocked[ReasonCode.LINE] == len(people.mentors)


def test_everybody_of_ibm_is_matched_as_far_as_places_go(tmp_path):
    people = problem("ibm_attrition.toml", "ibm_attrition/emp_attrition.csv", "ibm_attrition/emp_attrition.csv")
    plan = solve(people)
    assert (len(people.mentors), len(people.mentees), len(plan.pairs)) == (1077, 393, 786)
    write_folder(plan, tmp_path)
    assert verify_folder(tmp_path).is_valid

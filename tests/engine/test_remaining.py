"""The verifier under side constraints: every constraint, every multiplier and every stated gap is checked."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.engine.cases import from_scores
from tests.engine.test_constraints import constrained_pool, placed
from tests.engine.test_verify import mended, with_pairs
from turnabout.engine import Nomination, Objective, Problem, SideConstraint, read_plan, solve, verify_folder, write_folder
from turnabout.engine.canonical import canonical
from turnabout.engine.network import Ints

SCORES = {(i, j): (7 * i + 5 * j + i * j) % 11 + 1 for i in range(4) for j in range(4)}
SHARE = SideConstraint(name="own entity", same="entity", at_most=50, in_percent=True)
QUOTA = SideConstraint(name="e0", mentee={"entity": ("e0",)}, at_most=1)
Content = dict[str, Any]


@pytest.fixture
def problem() -> Problem:
    named = from_scores(
        SCORES, [2, 1, 1, 1], [1, 1, 1, 2], last_plan=[("m0", "n1")], nominations=[Nomination(mentor="m1", mentee="n1")]
    )
    return dataclasses.replace(placed(named), constraints=(SHARE, QUOTA))


@pytest.mark.parametrize("objective", Objective)
def test_honest_folder_with_constraints_is_valid(objective, problem, tmp_path):
    plan = solve(problem, objective=objective)
    write_folder(plan, tmp_path)
    verdict = verify_folder(tmp_path)
    assert (verdict.is_valid, verdict.gap) == (True, plan.gap)
    assert mended(tmp_path).is_valid


def test_honest_folder_of_people_with_constraints_is_valid_and_read_back(tmp_path):
    problem = constrained_pool()
    plan = solve(problem)
    write_folder(plan, tmp_path)
    assert verify_folder(tmp_path).is_valid
    assert read_plan(tmp_path) == (canonical(problem), plan)


def test_broken_constraint_is_infeasible_by_name(problem, tmp_path):
    plan = solve(problem, objective="most-people")
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    [more] = {"n0", "n2"} - {mentee for _, mentee in pairs}
    free = sorted({"m0", "m1", "m2", "m3"} - {mentor for mentor, _ in pairs})[0]
    write_folder(with_pairs(problem, plan, {*pairs, (free, more)}), tmp_path)
    assert str(mended(tmp_path)) == "INVALID: infeasible: the plan breaks the constraint 'e0'."


def test_every_plan_that_gives_something_up_is_found(problem, tmp_path):
    plan = solve(problem, objective="most-people")
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    others = {(f"m{i}", f"n{j}") for i, j in SCORES} - pairs
    points = {(f"m{i}", f"n{j}"): score for (i, j), score in SCORES.items()}
    found = set()
    for gone in pairs:
        for other in others:
            made = (pairs - {gone}) | {other}
            write_folder(with_pairs(problem, plan, made), tmp_path)
            verdict = mended(tmp_path)
            found.add(verdict.fault)
            if verdict.is_valid:
                assert points[other] == points[gone]
                assert (("m1", "n1") in made, ("m0", "n1") in made) == (("m1", "n1") in pairs, ("m0", "n1") in pairs)
    assert found == {"", "infeasible", "not optimal"}


def prices(stage: str, side: str, by: int) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content[stage][f"{side}_prices"] = [price + by for price in content[stage][f"{side}_prices"]]

    return change


def multipliers(stage: str, values: Callable[[list[int]], list[int]]) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content[stage]["multipliers"] = values(content[stage]["multipliers"])

    return change


def entry(*path: str, value: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        for name in path[:-1]:
            content = content[name]
        content[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault", "detail"),
    [
        (entry("total", "denominator", value=0), "broken seal", "a file cannot be read: a denominator is not above 0"),
        (
            multipliers("total", lambda some: [-one for one in some[:-2]] + some[-2:]),
            "broken seal",
            "a file cannot be read: a multiplier has the wrong sign for its constraint",
        ),
        (
            multipliers("total", lambda some: some[:-1]),
            "broken seal",
            "a file cannot be read: the multipliers are not one per row of the constraints",
        ),
        (
            multipliers("total", lambda some: [one << 42 for one in some]),
            "broken seal",
            "a file cannot be read: the multipliers are too large for exact arithmetic",
        ),
        (entry("aims", value=[]), "not optimal", "the certificate has no prices for the number of pairs."),
        (
            lambda content: content["aims"].append(content["total"]),
            "not optimal",
            "the certificate has prices for an aim that this matching does not have.",
        ),
        (entry("stay", value=None), "not optimal", "the certificate has no prices for pairs kept from the last plan."),
        (entry("floor_level", value=99), "not optimal", "a pair lies below the floor of 99."),
        (entry("next_level", value=99), "not optimal", "the certificate rules out a floor that does not occur."),
        (entry("floor", value=None), "not optimal", "a floor of 4 is not ruled out."),
    ],
)
def test_certificate_that_cannot_be_right_is_found(change, fault, detail, problem, tmp_path):
    plan = solve(problem)
    assert (plan.certificate.next_level, any(plan.certificate.total.multipliers[:2])) == (4, True)
    write_folder(plan, tmp_path)
    verdict = mended(tmp_path, change)
    assert (verdict.is_valid, verdict.fault, verdict.detail) == (False, fault, detail)


@pytest.mark.parametrize("side", ["mentor", "mentee"])
@pytest.mark.parametrize("by", [-400_000, 400_000])
def test_prices_that_prove_less_than_the_stated_gap_are_found(side, by, problem, tmp_path):
    write_folder(solve(problem, objective="most-people"), tmp_path)
    verdict = mended(tmp_path, prices("total", side, by))
    assert (verdict.is_valid, verdict.fault) == (False, "not optimal")
    assert verdict.detail == f"the total could be higher by up to {verdict.gap}, and the certificate says 0."


def test_a_larger_gap_may_be_stated_and_the_verifier_says_what_is_proven(problem, tmp_path):
    write_folder(solve(problem, objective="most-people"), tmp_path)
    verdict = mended(tmp_path, entry("gap", value=7))
    assert (verdict.is_valid, verdict.gap) == (True, 0)


def rescored(problem: Problem, change: Callable[[Ints], Ints]) -> Problem:
    assert problem.scores is not None
    return dataclasses.replace(problem, scores=dataclasses.replace(problem.scores, score=change(problem.scores.score)))


def together() -> Problem:
    """Half of each of two mentors for two mentees is worth more than any whole plan: a gap that no multiplier closes."""
    scores = {(0, 0): 9, (0, 1): 1, (1, 0): 1, (1, 1): 9, (0, 2): 4, (1, 2): 4}
    mentors, mentees = [3, 3], [1, 1, 1]
    two = SideConstraint(name="two", together=("n0", "n1"))
    few = SideConstraint(name="few", mentor={"key": ("m0",)}, at_most=1)
    other = SideConstraint(name="few too", mentor={"key": ("m1",)}, at_most=1)
    return dataclasses.replace(from_scores(scores, mentors, mentees), constraints=(two, few, other))


def test_what_is_not_proven_is_said(tmp_path):
    plan = solve(together(), objective="most-people")
    assert (len(plan.pairs), plan.total) == (1, 4)
    verdict = verify_folder(write_folder(plan, tmp_path))
    assert (verdict.is_valid, verdict.gap) == (True, plan.gap)
    assert str(verdict) == (
        "VALID: every rule holds; the best total under most-people is at most 6 higher. Not ruled out: the number of pairs "
        "higher by 1."
    )


def test_what_is_not_ruled_out_cannot_be_kept_silent(tmp_path):
    write_folder(solve(together(), objective="most-people"), tmp_path)
    verdict = mended(tmp_path, entry("not_ruled_out", value=[]))
    assert str(verdict) == (
        "INVALID: not optimal: the number of pairs higher by 1 is not ruled out, and the certificate does not say so."
    )


def test_floor_that_only_a_search_could_rule_out_is_left_open(tmp_path):
    plan = solve(rescored(together(), lambda score: np.where(score == 4, 4, 9)))
    assert (plan.floor, plan.certificate.next_level, plan.is_proven_best) == (4, None, False)
    verdict = verify_folder(write_folder(plan, tmp_path))
    assert verdict.is_valid
    assert verdict.detail.endswith("Not ruled out: the number of pairs higher by 1 and a floor above 4.")


def test_pairs_kept_from_the_last_plan_are_left_open_where_they_are_not_proven(tmp_path):
    equal = rescored(together(), lambda score: np.full_like(score, 5))
    last = (("m0", "n0"), ("m0", "n1"), ("m1", "n0"), ("m1", "n1"))
    plan = solve(dataclasses.replace(equal, last_plan=last), objective="most-people")
    verdict = verify_folder(write_folder(plan, tmp_path))
    assert (verdict.is_valid, plan.certificate.not_ruled_out) == (
        True,
        ("the number of pairs higher by 1", "pairs kept from the last plan higher by 2"),
    )


def test_folder_of_an_earlier_version_is_still_valid(tmp_path):
    write_folder(solve(from_scores(SCORES, [1] * 4, [1] * 4)), tmp_path)
    settings = tmp_path / "input/settings.json"
    settings.write_text(settings.read_text().replace('"constraints":[],', ""))

    def older(content: Content) -> None:
        del content["gap"], content["aims"], content["not_ruled_out"]
        for stage in ("people", "floor", "total", "tie_break"):
            del content[stage]["multipliers"], content[stage]["denominator"]

    assert mended(tmp_path, older).is_valid


def test_verifying_constraints_needs_no_solver(tmp_path):
    write_folder(solve(constrained_pool()), tmp_path)
    code = (
        "import sys\n"
        "for name in ('ortools', 'scipy', 'django', 'psycopg'):\n"
        "    sys.modules[name] = None\n"
        "from turnabout.engine.verify import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

"""The verifier checks every step of a finer floor: each single change of plan, prices or claims is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.cases import believable, from_scores
from tests.engine.test_verify import Content, changed, mended, with_pairs
from turnabout.engine import Plan, Problem, solve, verify_folder, write_folder

SCORES = {(i, j): (7 * i + 5 * j + i * j) % 11 + (4 if i == j else 0) for i in range(5) for j in range(5)}
MENTORS, MENTEES = [2, 1, 1, 1, 1], [1, 1, 1, 1, 2]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return from_scores(SCORES, MENTORS, MENTEES, minimums={"m0": 2, "n4": 1}, last_plan=[("m0", "n1")])


@pytest.fixture(scope="module")
def plan(problem) -> Plan:
    plan = solve(problem, exempt=1, leximin_to=12, seed=4)
    assert len(plan.certificate.evenness) > 2
    assert (len(plan.exempted), plan.certificate.next_level is None) == (1, False)
    return plan


@pytest.fixture
def folder(plan, tmp_path) -> Path:
    return write_folder(plan, tmp_path)


def test_honest_folder_is_valid(folder):
    assert str(verify_folder(folder)) == "VALID: every rule holds and no plan is better under fairest."
    assert mended(folder).is_valid


def test_every_pair_taken_out_or_swapped_is_found(problem, plan, tmp_path):
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    others = {(f"m{i}", f"n{j}") for i, j in SCORES} - pairs
    for gone in pairs:
        rest = pairs - {gone}
        for made in (rest, *(rest | {other} for other in others)):
            write_folder(with_pairs(problem, plan, made), tmp_path)
            assert mended(tmp_path).fault in ("infeasible", "not optimal")


def stages(content: Content) -> list[Content]:
    named = [content[name] for name in ("people", "floor", "total", "stay", "tie_break")]
    return [*named, *content["evenness"]]


def test_prices_that_prove_nothing_are_found_in_every_step(plan, folder):
    honest = (folder / "certificate.json").read_bytes()
    for stage in range(5 + len(plan.certificate.evenness)):

        def cheaper(content: Content, stage: int = stage) -> None:
            proof = stages(content)[stage]
            proof["mentor_prices"] = [price - 10**9 * (place + 1) for place, price in enumerate(proof["mentor_prices"])]

        verdict = mended(folder, cheaper)
        assert (verdict.is_valid, verdict.fault) == (False, "not optimal"), stage
        (folder / "certificate.json").write_bytes(honest)


def test_every_single_price_that_is_shifted_proves_the_plan_still_or_is_found(plan, folder):
    honest, found = (folder / "certificate.json").read_bytes(), 0
    for stage in range(5 + len(plan.certificate.evenness)):
        for side in ("mentor_prices", "mentee_prices"):
            for place in range(5):

                def shifted(content: Content, stage: int = stage, side: str = side, place: int = place) -> None:
                    stages(content)[stage][side][place] += 1

                verdict = mended(folder, shifted)
                assert verdict.is_valid or verdict.fault == "not optimal"
                found += not verdict.is_valid
                (folder / "certificate.json").write_bytes(honest)
    assert found > 20


@pytest.mark.parametrize(
    "change",
    [
        changed("exempt", 0),
        changed("exempt", 2),
        changed("exempt", -1),
        changed("leximin_to", 0),
        changed("leximin_to", 9),
        changed("leximin_width", 0),
        changed("leximin_width", 2),
        changed("evenness", []),
        changed("people", None),
        changed("floor", None),
        changed("next_level", None),
        changed("floor_level", 0),
        changed("floor_level", 99),
        changed("gap", 3),
        changed("objective", "most-people"),
        changed("objective", "best-total"),
    ],
)
def test_certificate_that_claims_something_else_is_found(change, folder):
    assert mended(folder, change).fault == "not optimal"


def test_floor_below_which_more_pairs_lie_than_are_exempt_is_found(problem, tmp_path):
    """The plan of two exemptions, dressed up as one that needs only one."""
    write_folder(solve(problem, exempt=2, leximin_to=12, seed=4), tmp_path)
    verdict = mended(tmp_path, changed("exempt", 1))
    assert str(verdict).startswith("INVALID: not optimal: more pairs than are exempt lie below the floor of")


def test_floor_that_could_be_higher_is_found(folder):
    verdict = mended(folder, changed("exempt", 5))
    assert str(verdict).startswith("INVALID: not optimal: a floor of ")
    assert verdict.detail.endswith("is not ruled out.")


def test_plan_in_which_every_pair_may_be_exempt_has_the_highest_floor_and_no_next_one(problem, tmp_path):
    plan = solve(problem, exempt=50)
    assert (plan.certificate.floor_level, plan.certificate.next_level) == (max(SCORES.values()), None)
    write_folder(plan, tmp_path)
    honest = (tmp_path / "certificate.json").read_bytes()
    assert verify_folder(tmp_path).is_valid
    for change in (changed("floor_level", 9), changed("exempt", 1), changed("next_level", 15)):
        (tmp_path / "certificate.json").write_bytes(honest)
        assert mended(tmp_path, change).fault == "not optimal"


def test_finer_floor_is_not_believed_where_not_every_pair_was_looked_at(tmp_path, monkeypatch):
    write_folder(solve(believable(20, 20), exempt=1), tmp_path)
    monkeypatch.setattr("turnabout.engine.pool.LARGE", 0)
    verdict = verify_folder(tmp_path)
    assert verdict.detail == "a finer floor was claimed where not every pair was looked at."


def test_minimum_that_is_not_met_is_infeasible(problem, plan, tmp_path):
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    gone = next(pair for pair in pairs if pair[0] == "m0")
    write_folder(with_pairs(problem, plan, pairs - {gone}), tmp_path)
    assert str(mended(tmp_path)) == "INVALID: infeasible: m0 has 1 partners and must have 2."


def test_certificate_from_before_these_options_is_still_read(tmp_path):
    write_folder(solve(from_scores(SCORES, MENTORS, MENTEES)), tmp_path)

    def older(content: Content) -> None:
        for name in ("exempt", "leximin_to", "leximin_width", "evenness"):
            del content[name]

    assert mended(tmp_path, older).is_valid
    assert "evenness" not in json.loads((tmp_path / "certificate.json").read_text())

"""The verifier believes nothing: any edit is a broken seal, and with seals mended every fault is found."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.cases import believable, from_scores
from turnabout.engine import Plan, Problem, Verdict, solve, verify_folder, write_folder
from turnabout.engine.canonical import as_text, canonical, input_hash
from turnabout.engine.folder import seal
from turnabout.engine.outcome import pairings, scores_hash, unmatched
from turnabout.engine.pool import gather
from turnabout.engine.verify import main

SOURCE = Path(__file__).parents[2] / "src"
Content = dict[str, Any]


def mended(folder: Path, change: Callable[[Content], None] = lambda content: None) -> Verdict:
    """Change the certificate, recompute every seal, and ask the verifier."""
    path = folder / "certificate.json"
    content = json.loads(path.read_text())
    change(content)
    files = {name: (folder / name).read_bytes() for name in content["files"]}
    content["files"] = {name: seal(data) for name, data in files.items()}
    content["input_hash"] = input_hash(files)
    del content["seal"]
    content["seal"] = seal(as_text(content).encode())
    path.write_text(as_text(content) + "\n")
    return verify_folder(folder)


def with_pairs(problem: Problem, plan: Plan, pairs: set[tuple[str, str]]) -> Plan:
    """The same certificate round other pairs, with honest scores and reasons."""
    pool = gather(canonical(problem), objective=plan.certificate.objective, breadth_first=plan.certificate.breadth_first)
    keys = zip(pool.mentor.tolist(), pool.mentee.tolist(), strict=True)
    chosen = np.array([(pool.left.keys[i], pool.right.keys[j]) in pairs for i, j in keys], dtype=bool)
    assert int(chosen.sum()) == len(pairs)
    return dataclasses.replace(
        plan,
        pairs=pairings(pool, np.flatnonzero(chosen)),
        unmatched=unmatched(pool, chosen),
        certificate=dataclasses.replace(plan.certificate, score_hash=scores_hash(pool, chosen)),
    )


def best_but_one(problem: Problem, plan: Plan) -> Plan:
    """The best plan that two of its mentors make by changing their partners."""
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    swapped = [
        pairs - {(a, b), (c, d)} | {(a, d), (c, b)}
        for (a, b), (c, d) in itertools.combinations(sorted(pairs), 2)
        if not {(a, d), (c, b)} & pairs
    ]
    return max((with_pairs(problem, plan, made) for made in swapped if len(made) == len(pairs)), key=lambda one: one.total)


SCORES = {(i, j): (7 * i + 5 * j + i * j) % 11 + (4 if i == j else 0) for i in range(5) for j in range(5)}
MENTORS, MENTEES = [2, 1, 1, 1, 1], [1, 1, 1, 1, 2]


@pytest.fixture
def problem() -> Problem:
    return from_scores(SCORES, MENTORS, MENTEES)


@pytest.mark.parametrize("objective", ["most-people", "fairest", "best-total"])
@pytest.mark.parametrize("breadth", [False, True])
def test_honest_folder_is_valid(objective, breadth, problem, tmp_path):
    write_folder(solve(problem, objective=objective, breadth_first=breadth, seed=4), tmp_path)
    verdict = verify_folder(tmp_path)
    assert str(verdict) == f"VALID: every rule holds and no plan is better under {objective}."
    assert mended(tmp_path).is_valid


def test_honest_folder_with_people_locks_and_a_last_plan_is_valid(tmp_path):
    people = believable(40, 45)
    first = solve(people, seed=1)
    last = tuple((pair.mentor, pair.mentee) for pair in first.pairs[::2])
    again = dataclasses.replace(people, last_plan=last, locks=last[:2], forbidden=last[3:4])
    write_folder(solve(again, seed=2), tmp_path)
    assert verify_folder(tmp_path).is_valid


def test_every_edit_of_any_file_breaks_a_seal(problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 7
    for file in files:
        content = file.read_bytes()
        for edited in (content + b"\n", content[:-2] + b"x" + content[-1:], b" " + content):
            file.write_bytes(edited)
            verdict = verify_folder(tmp_path)
            assert (verdict.is_valid, verdict.fault) == (False, "broken seal")
        file.write_bytes(content)
    assert verify_folder(tmp_path).is_valid


@pytest.mark.parametrize("objective", ["most-people", "fairest", "best-total"])
def test_every_pair_taken_out_or_swapped_is_found_although_seals_are_mended(objective, problem, tmp_path):
    plan = solve(problem, objective=objective)
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    others = {(f"m{i}", f"n{j}") for i, j in SCORES} - pairs
    for gone in pairs:
        rest = pairs - {gone}
        for made in (rest, *(rest | {other} for other in others)):
            write_folder(with_pairs(problem, plan, made), tmp_path)
            verdict = mended(tmp_path)
            assert verdict.is_valid is False
            assert verdict.fault in ("infeasible", "not optimal")


def test_pair_too_many_is_infeasible(problem, tmp_path):
    plan = solve(problem)
    pairs = {(pair.mentor, pair.mentee) for pair in plan.pairs}
    for i, j in SCORES:
        if (f"m{i}", f"n{j}") not in pairs:
            write_folder(with_pairs(problem, plan, pairs | {(f"m{i}", f"n{j}")}), tmp_path)
            assert mended(tmp_path).fault == "infeasible"


def test_pair_that_breaks_a_rule_or_stands_twice_is_infeasible(tmp_path):
    people = believable(20, 20)
    plan = solve(people)
    write_folder(plan, tmp_path)
    path = tmp_path / "pairs.csv"
    content = path.read_text()
    row = content.splitlines()[1]
    path.write_text(content + row + "\n")
    verdict = mended(tmp_path)
    assert verdict.fault == "infeasible"
    assert verdict.detail.endswith("are paired twice.")
    path.write_text(content.replace(row, row.replace(plan.pairs[0].mentee, "somebody", 1)))
    verdict = mended(tmp_path)
    assert (verdict.fault, verdict.detail) == ("infeasible", f"{plan.pairs[0].mentor} and somebody may not be paired.")


def test_missing_lock_is_infeasible(tmp_path):
    locked = from_scores({(0, 0): 1, (0, 1): 9}, [1], [1, 1], locks=[("m0", "n0")])
    plan = solve(locked)
    write_folder(with_pairs(locked, plan, {("m0", "n1")}), tmp_path)
    assert str(mended(tmp_path)) == "INVALID: infeasible: a locked pair is not in the plan."


@pytest.mark.parametrize("stage", ["people", "floor", "total", "tie_break"])
def test_prices_that_prove_nothing_are_found(stage, problem, tmp_path):
    equal = from_scores({(i, j): 5 for i in range(5) for j in range(5)}, [1] * 5, [1] * 5)
    plan = solve(equal if stage == "tie_break" else problem)
    write_folder(plan, tmp_path)
    honest = (tmp_path / "certificate.json").read_bytes()
    for side in ("mentor_prices", "mentee_prices"):
        for place in range(5):

            def dearer(content: Content, side: str = side, place: int = place) -> None:
                content[stage][side][place] += 10**12

            verdict = mended(tmp_path, dearer)
            assert (verdict.is_valid, verdict.fault) == (False, "not optimal")
            (tmp_path / "certificate.json").write_bytes(honest)


@given(stage=st.sampled_from(["people", "total", "tie_break"]), shift=st.integers(-40, 40), place=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_shifted_price_is_valid_only_while_it_still_proves_the_plan(tmp_path_factory, stage, shift, place):
    folder = tmp_path_factory.mktemp("plan")
    write_folder(solve(from_scores(SCORES, MENTORS, MENTEES)), folder)

    def shifted(content: Content) -> None:
        content[stage]["mentor_prices"][place] += shift

    verdict = mended(folder, shifted)
    assert verdict.is_valid or verdict.fault == "not optimal"
    assert not (verdict.is_valid and verdict.gap)


def changed(name: str, value: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (changed("floor_level", 0), "not optimal"),
        (changed("floor_level", 99), "not optimal"),
        (changed("next_level", None), "not optimal"),
        (changed("people", None), "not optimal"),
        (changed("floor", None), "not optimal"),
        (changed("tie_break", None), "not optimal"),
        (changed("total", None), "not optimal"),
        (changed("objective", "most-people"), "not optimal"),
        (changed("objective", "best"), "broken seal"),
        (changed("score_hash", "0"), "broken seal"),
        (changed("total", {"mentor_prices": [0], "mentee_prices": [0], "bound": 0}), "broken seal"),
        (changed("total", {"mentor_prices": [2**62] * 5, "mentee_prices": [0] * 5, "bound": 0}), "broken seal"),
        (changed("total", {}), "broken seal"),
    ],
)
def test_certificate_that_says_something_else_is_found(change, fault, problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    assert mended(tmp_path, change).fault == fault


def test_floor_that_could_be_higher_is_found(problem, tmp_path):
    """The plan of most-people, dressed up as the fairest with a floor that is too low."""
    scores: Mapping[tuple[int, int], int] = {(0, 0): 9, (0, 1): 5, (1, 0): 5, (1, 1): 3}
    low = from_scores(scores, [1, 1], [1, 1])
    plan, fair = solve(low, objective="most-people"), solve(low)
    assert (plan.floor, fair.floor) == (3, 5)
    dressed = dataclasses.replace(
        plan.certificate,
        objective=fair.certificate.objective,
        people=fair.certificate.people,
        floor=fair.certificate.floor,
        floor_level=3,
        next_level=4,
    )
    write_folder(dataclasses.replace(plan, certificate=dressed), tmp_path)
    verdict = mended(tmp_path)
    assert str(verdict) == "INVALID: not optimal: a floor of 4 is not ruled out."


def test_pair_below_a_floor_that_is_claimed_is_found(tmp_path):
    low = from_scores({(0, 0): 9, (0, 1): 5, (1, 0): 5, (1, 1): 3}, [1, 1], [1, 1])
    write_folder(solve(low), tmp_path)

    def boast(content: Content) -> None:
        content["floor_level"], content["next_level"] = 9, 10

    assert str(mended(tmp_path, boast)) == "INVALID: not optimal: a pair lies below the floor of 9."


def test_floor_that_nothing_rules_out_is_found(problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    for changes in ({"next_level": None, "floor": None}, {"next_level": 1000}):
        verdict = mended(tmp_path, lambda content, changes=changes: content.update(changes))
        assert (verdict.is_valid, verdict.fault) == (False, "not optimal")


def test_gap_that_is_stated_too_small_is_found(problem, tmp_path):
    """The best plan but one: valid with the gap it has, not with a smaller one."""
    plan = solve(problem, objective="most-people")
    short = best_but_one(problem, plan)
    gap = plan.total - short.total
    for stated, is_valid in ((gap, True), (gap - 1, False)):
        told = dataclasses.replace(short.certificate, gap=stated, tie_break=None)
        write_folder(dataclasses.replace(short, certificate=told), tmp_path)
        assert mended(tmp_path).is_valid is is_valid
    write_folder(dataclasses.replace(short, certificate=dataclasses.replace(short.certificate, gap=gap)), tmp_path)
    assert str(mended(tmp_path)) == (f"VALID: every rule holds; the best total under most-people is at most {gap} higher.")


def test_plan_that_serves_fewer_different_people_than_another_as_good_is_found(tmp_path):
    """Two mentors, one with a second place: giving both mentees to her has the same total."""
    equal = from_scores({(0, 0): 5, (0, 1): 5, (1, 1): 5}, [2, 1], [1, 1])
    plan = solve(equal)
    assert {pair.mentor for pair in plan.pairs} == {"m0", "m1"}
    write_folder(with_pairs(equal, plan, {("m0", "n0"), ("m0", "n1")}), tmp_path)
    assert str(mended(tmp_path)) == "INVALID: not optimal: the number of different people could be better by up to 1."
    write_folder(plan, tmp_path)
    assert mended(tmp_path, changed("spread", None)).fault == "not optimal"


def test_gap_so_wide_that_more_people_might_be_paired_is_refused(problem, tmp_path):
    plan = solve(problem, objective="most-people")
    told = dataclasses.replace(plan.certificate, gap=10**6, tie_break=None)
    write_folder(dataclasses.replace(plan, certificate=told), tmp_path)
    assert str(mended(tmp_path)) == "INVALID: not optimal: the gap leaves open whether more people can be paired."


def test_missing_prices_for_the_last_plan_are_found(problem, tmp_path):
    stayed = dataclasses.replace(problem, last_plan=(("m0", "n1"),))
    write_folder(solve(stayed), tmp_path)
    assert mended(tmp_path, changed("stay", None)).fault == "not optimal"


@pytest.mark.parametrize("name", ["pairs.csv", "unmatched.csv"])
def test_untrue_scores_and_reasons_are_found(name, tmp_path):
    people = believable(10, 14)
    write_folder(solve(people), tmp_path)
    path = tmp_path / name
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[1].replace(",", ",1", 5), *lines[2:]]).replace(",1m", ",m").replace(",1n", ",n"))
    assert mended(tmp_path).is_valid is False


def test_score_changed_in_the_sealed_input_is_found(problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    path = tmp_path / "input/scores.csv"
    path.write_text(path.read_text().replace("m0,n0,4", "m0,n0,9"))
    verdict = mended(tmp_path)
    assert verdict.detail == "the number of people or the total could be better by up to 2."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("input/settings.json", "{}\n"),
        ("input/mentors.jsonl", '{"key":"m0"}\n{"key":"m0"}\n'),
        ("input/mentors.jsonl", '{"name":"m0"}\n'),
        ("input/scores.csv", "mentor,mentee,score\nm0,n77,3\n"),
        ("pairs.csv", "who,whom\n"),
        ("pairs.csv", ""),
    ],
)
def test_unreadable_files_are_called_so(name, content, problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    (tmp_path / name).write_text(content)
    verdict = mended(tmp_path)
    assert (verdict.is_valid, verdict.fault) == (False, "broken seal")


def test_missing_file_and_path_outside_the_folder_are_called_so(problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    (tmp_path / "pairs.csv").unlink()
    assert verify_folder(tmp_path).detail.endswith("pairs.csv cannot be opened.")
    write_folder(solve(problem), tmp_path)

    def outside(content: Content) -> None:
        content["files"]["../outside"] = ""

    (tmp_path.parent / "outside").write_text("")
    assert mended(tmp_path, outside).detail == "../outside lies outside the folder."
    assert verify_folder(tmp_path / "nowhere").fault == "broken seal"


def test_input_hash_that_does_not_fit_is_found(problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    path = tmp_path / "certificate.json"
    content = json.loads(path.read_text())
    content["input_hash"] = "0"
    del content["seal"]
    content["seal"] = seal(as_text(content).encode())
    path.write_text(as_text(content) + "\n")
    assert verify_folder(tmp_path).detail == "the input is not the one the certificate was made for."


def test_verifier_runs_alone_without_solver_or_django(problem, tmp_path):
    write_folder(solve(problem), tmp_path)
    script = (
        "import sys\n"
        "for name in ('ortools', 'scipy', 'django', 'psycopg'):\n"
        "    sys.modules[name] = None\n"
        "from turnabout.engine.verify import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout) == (0, "VALID: every rule holds and no plan is better under fairest.\n")


def test_file_can_be_run_by_itself(problem, tmp_path, monkeypatch, capsys):
    write_folder(solve(problem), tmp_path)
    monkeypatch.setattr(sys, "argv", ["verify", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(SOURCE / "turnabout/engine/verify.py"), run_name="__main__")
    assert (stopped.value.code, capsys.readouterr().out[:6]) == (0, "VALID:")


def test_module_prints_the_verdict(problem, tmp_path, capsys):
    write_folder(solve(problem), tmp_path)
    assert main([str(tmp_path)]) == 0
    (tmp_path / "pairs.csv").write_text("")
    assert main([str(tmp_path)]) == 1
    assert main([]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "VALID: every rule holds and no plan is better under fairest.",
        "INVALID: broken seal: pairs.csv was changed.",
    ]

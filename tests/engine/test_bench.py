"""The benchmarks tell the truth: the same instances everywhere, plans counted by one code, sentences from the figures."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
from pathlib import Path

import numpy as np
import pytest

from bench.catalogue import SOLVERS, Solver
from bench.environments import ROOT
from bench.instance import Instance
from bench.instances import axa_size, dense, facts, scored, sparse
from bench.page import verdicts
from bench.running import Run, run
from turnabout.engine import solve

# In our environment, and asked for as many pairs as possible, then the highest total.
EXACT = [
    one for one in SOLVERS if not one.environment and one.call[1] not in ("breadth_first", "fairest") and one.kind != "baseline"
]
TINY = {
    "one to one": dense((6, 8), 0.9, seed=4),
    "places on both sides": dense((6, 8), 0.6, seed=4, two=(0.5, 0.5)),
}


def figures_of(solver: Solver, instance: Instance) -> dict[str, int]:
    module, function, *prepare = solver.call
    found = importlib.import_module(f"bench.solvers.{module}")
    given = getattr(found, prepare[0])(instance) if prepare else instance
    return instance.counted(np.asarray(getattr(found, function)(given), dtype=np.int64).reshape(-1, 2))


def told(solver: Solver, **values: float) -> Run:
    return dataclasses.replace(Run(solver=solver), **values)


@pytest.mark.parametrize("instance", [dense((440, 498), 0.52, seed=1, two=(0.5, 0.2)), sparse(500, 20, seed=3)])
def test_instance_read_back_is_the_one_that_was_written(instance, tmp_path):
    instance.save(tmp_path / "one.npz")
    back = Instance.load(tmp_path / "one.npz")
    for name in ("mentors", "mentees", "mentor", "mentee", "score", "worse"):
        assert np.array_equal(getattr(back, name), getattr(instance, name))
    assert (back.people, back.data) == (instance.people, instance.data)


def test_instance_with_a_seed_is_the_same_on_every_machine():
    instance = dense((440, 498), 0.52, seed=1, two=(0.5, 0.2))
    fields = (instance.mentors, instance.mentees, instance.mentor, instance.mentee, instance.score)
    text = b"".join(field.astype("<i8").tobytes() for field in fields)
    assert (len(instance.score), hashlib.sha256(text).hexdigest()[:16]) == (114_212, "58acf5045e48e27c")


def test_plan_for_people_counts_on_the_scored_pairs_what_the_engine_says_of_it(tmp_path):
    plan = solve(axa_size(tmp_path), objective="most-people")
    counted = figures_of(SOLVERS[0], scored("axa size", tmp_path))
    assert counted == {"people": plan.people, "pairs": len(plan.pairs), "total": plan.total, "floor": plan.floor}


@pytest.mark.parametrize(
    ("solver", "places"),
    [
        (solver, places)
        for solver in EXACT
        for places, one in TINY.items()
        if not solver.refusal(facts(one, name=places, file=Path()))
    ],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_exact_solvers_agree_on_a_tiny_instance(solver, places):
    found, ours = figures_of(solver, TINY[places]), figures_of(SOLVERS[0], TINY[places])
    assert (found["pairs"], found["total"]) == (ours["pairs"], ours["total"])


@pytest.mark.parametrize("name", sorted({solver.environment for solver in SOLVERS} - {""}))
def test_environment_is_locked_with_hashes_and_names_no_host(name):
    locked = (ROOT / f"requirements/bench-{name}.txt").read_text()
    assert f"\n{name}==" in f"\n{locked}"
    assert "--hash=sha256:" in locked
    assert "://" not in locked


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        ([(0, 0), (0, 0)], "It paired the same two people twice."),
        ([(0, 1)], "It paired two people who are not eligible for each other."),
        ([(0, 0), (1, 0)], "It gave somebody more partners than they have places."),
    ],
)
def test_plan_that_breaks_a_rule_counts_nothing(pairs, complaint):
    one = np.ones(2, np.int64)
    instance = Instance(
        mentors=one, mentees=one, mentor=np.array([0, 1], np.int32), mentee=np.array([0, 0], np.int32), score=one, worse=one
    )
    with pytest.raises(ValueError, match=complaint):
        instance.counted(np.array(pairs, dtype=np.int64))


def test_sentences_say_yes_only_where_a_plan_of_ours_reaches_each_peer():
    most, breadth, _, part, peer, *_ = SOLVERS
    runs = [
        told(most, people=90, total=1000, seconds=1.0),
        told(breadth, people=95, total=950, seconds=1.0),
        told(part, people=90, total=1000, seconds=0.1),
        told(peer, people=93, total=940, seconds=2.0),
    ]
    assert verdicts(runs) == [
        "- Matched at least as many people as every peer with at least their total: **yes**, by Turnabout, most people; "
        "and for OR-Tools minimum-cost flow, raw by Turnabout, most people, breadth first.",
        "- From scored pairs to the plan faster than every peer that allows places on both sides: **yes**.",
        "- The whole of `solve` faster than each of those: **yes**.",
    ]
    assert verdicts([*runs[:-1], told(peer, people=93, total=1000, seconds=0.5)]) == [
        "- Matched at least as many people as every peer with at least their total: **no**, no plan of ours reaches "
        "OR-Tools minimum-cost flow, raw (93 people with 1,000).",
        "- From scored pairs to the plan faster than every peer that allows places on both sides: **yes**.",
        "- The whole of `solve` faster than each of those: **no**, OR-Tools minimum-cost flow, raw took 0.50 of the time.",
    ]


@pytest.mark.processes
def test_solver_runs_in_a_process_of_its_own_and_is_stopped_at_the_limit(tmp_path):
    greedy, file = SOLVERS[-1], tmp_path / "tiny.npz"
    TINY["one to one"].save(file)
    there = facts(TINY["one to one"], name="tiny", file=file)
    found = run(greedy, there, limit=60)
    assert (found.trouble, found.pairs) == ("", 6)
    assert found.mebibytes > 10
    assert run(greedy, there, limit=0.01).trouble == "stopped after 0 s"
    assert run(greedy, dataclasses.replace(there, file="nowhere"), limit=60).trouble.startswith("failed: FileNotFoundError")

"""Column generation gives the same plan, bit by bit, as all pairs at once, and it keeps to its memory."""

from __future__ import annotations

import dataclasses

import pytest

from tests.engine.cases import believable, variants
from turnabout.engine import (
    Nomination,
    Objective,
    Plan,
    Problem,
    Refusal,
    Standing,
    reasons_between,
    solve,
    verify_folder,
    write_folder,
)


@pytest.fixture
def by_columns(monkeypatch):
    """Solve by column generation, whatever the size."""
    monkeypatch.setattr("turnabout.engine.columns.SAMPLED", 2)

    def run(problem: Problem, **more) -> Plan:
        with monkeypatch.context() as small:
            small.setattr("turnabout.engine.pool.LARGE", 0)
            return solve(problem, **more)

    return run


@pytest.fixture
def every_pair_counts(monkeypatch):
    """Verify by searching the universe, whatever the size."""
    monkeypatch.setattr("turnabout.engine.pool.LARGE", 0)


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("breadth", [False, True])
def test_same_plan_with_and_without_column_generation(objective, breadth, by_columns):
    for problem in variants():
        whole = solve(problem, objective=objective, breadth_first=breadth, seed=4)
        columns = by_columns(problem, objective=objective, breadth_first=breadth, seed=4)
        assert columns.pairs == whole.pairs
        assert columns.unmatched == whole.unmatched
        assert columns.sealed_input == whole.sealed_input
        for name in ("floor_level", "next_level", "score_hash"):
            assert getattr(columns.certificate, name) == getattr(whole.certificate, name)
        assert columns.certificate.total.bound == whole.certificate.total.bound


@pytest.mark.parametrize("place", range(6))
def test_plan_of_column_generation_is_verified_by_searching_every_pair(place, by_columns, every_pair_counts, tmp_path):
    write_folder(by_columns(variants()[place]), tmp_path)
    assert str(verify_folder(tmp_path)).startswith("VALID")


def test_plan_that_is_not_best_is_found_by_searching_every_pair(by_columns, every_pair_counts, tmp_path):
    """The certificate of a pool in which one pair of the plan was forbidden, round the pairs of that pool."""
    problem = believable(40, 40, seed=3)
    best = by_columns(problem)
    worse = by_columns(dataclasses.replace(problem, forbidden=((best.pairs[0].mentor, best.pairs[0].mentee),)))
    write_folder(dataclasses.replace(worse, sealed_input=best.sealed_input), tmp_path)
    verdict = verify_folder(tmp_path)
    assert (verdict.is_valid, verdict.fault) == (False, "not optimal")


def test_plan_that_passes_over_a_nomination_is_found_by_searching_every_pair(by_columns, every_pair_counts, tmp_path):
    """A plan with its own proof, made for a wish that a rule excludes, round the input with a wish that can be met."""
    problem = believable(40, 40, seed=3)
    every = [(a.key, b.key) for a in problem.mentors for b in problem.mentees]
    excluded = next(pair for pair in every if reasons_between(problem, *pair))
    best = by_columns(dataclasses.replace(problem, nominations=(Nomination(mentor=excluded[0], mentee=excluded[1]),)))
    pairs = {(pair.mentor, pair.mentee) for pair in best.pairs}
    tried = 0
    for mentor, mentee in [pair for pair in every if pair not in pairs and not reasons_between(problem, *pair)][::80]:
        wished = by_columns(dataclasses.replace(problem, nominations=(Nomination(mentor=mentor, mentee=mentee),)))
        if (mentor, mentee) in {(pair.mentor, pair.mentee) for pair in wished.pairs}:
            write_folder(dataclasses.replace(best, sealed_input=wished.sealed_input), tmp_path)
            verdict = verify_folder(tmp_path)
            assert (verdict.is_valid, verdict.fault) == (False, "not optimal")
            tried += 1
    assert tried > 2


def test_many_pricing_rounds_still_find_every_pair(by_columns, monkeypatch):
    problem = believable(60, 60, seed=5)
    for name, value in (("BEST_PER_MENTOR", 1), ("BEST_PER_MENTEE", 1), ("ADDED_PER_MENTOR", 1), ("STORED_PER_MENTOR", 1)):
        monkeypatch.setattr(f"turnabout.engine.columns.{name}", value)
    for name, value in (("ROWS", 7), ("COLUMNS", 11), ("SCORED_AT_ONCE", 7)):
        monkeypatch.setattr(f"turnabout.engine.sweep.{name}", value)
    assert by_columns(problem).pairs == solve(problem).pairs
    monkeypatch.setattr("turnabout.engine.columns.MOST_STORED_PER_MENTOR", 2)
    assert by_columns(problem).pairs == solve(problem).pairs


def test_bytes_are_the_same_with_and_without_the_acceleration(by_columns, monkeypatch):
    """`threadpoolctl` keeps matrix products to their threads; nothing that comes out depends on it."""
    problem = believable(60, 70, seed=8)
    fast = by_columns(problem)
    monkeypatch.setattr("turnabout.engine.universe.importlib.util.find_spec", lambda _name: None)
    assert by_columns(problem) == fast


def test_everything_locked_leaves_no_level(by_columns):
    problem = believable(3, 3, seed=6)
    pairs = tuple((pair.mentor, pair.mentee) for pair in solve(problem).pairs)
    small = dataclasses.replace(
        problem,
        mentors=tuple(one for one in problem.mentors if one.key == pairs[0][0]),
        mentees=tuple(one for one in problem.mentees if one.key == pairs[0][1]),
        locks=pairs[:1],
    )
    assert by_columns(small).pairs == solve(small).pairs


def test_more_pairs_than_memory_allows_are_refused_with_what_to_set(by_columns):
    with pytest.raises(Refusal) as refused:
        by_columns(believable(600, 600), memory_mib=0)
    assert str(refused.value) == (
        "So many pairs are equally good that they need more than 0 MiB: allow more (memory_mib, or --memory), use "
        "weights that tell people further apart, or match in parts, for example by language."
    )


def test_nobody_who_may_be_paired_is_refused_with_the_rule(by_columns):
    problem = believable(30, 30, seed=1)
    nobody = dataclasses.replace(problem, mentors=tuple(dataclasses.replace(one, languages={"xx": 6}) for one in problem.mentors))
    said = []
    for run in (solve, by_columns):
        with pytest.raises(Refusal) as refused:
            run(nobody)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert "They share no language at the level this programme asks for." in said[0]


def test_search_that_is_stopped_keeps_the_best_plan_and_says_how_good_it_is(by_columns, every_pair_counts, tmp_path):
    problem = believable(150, 150, seed=9)
    best = solve(problem, objective="most-people")
    seen: list[Standing] = []
    short = by_columns(problem, objective="most-people", stop=lambda: True, watch=seen.append)
    assert len(short.pairs) == len(best.pairs)
    assert 0 <= best.total - short.total <= short.gap
    assert all(isinstance(standing, Standing) for standing in seen)
    write_folder(short, tmp_path)
    assert verify_folder(tmp_path).is_valid


def test_search_ends_at_the_gap_that_is_allowed(by_columns, monkeypatch):
    """With a poor first sample some gap is left after the first look at every pair, and a wide one is enough."""
    for name in ("BEST_PER_MENTOR", "BEST_PER_MENTEE", "ADDED_PER_MENTOR", "STORED_PER_MENTOR"):
        monkeypatch.setattr(f"turnabout.engine.columns.{name}", 1)
    problem = believable(150, 150, seed=9)
    seen: list[Standing] = []
    exact = by_columns(problem, objective="most-people", watch=seen.append)
    rough = by_columns(problem, objective="most-people", gap=1.0)
    assert exact.gap == 0
    assert rough.gap == next(standing.gap for standing in seen if standing.gap is not None)
    assert 0 < exact.total - rough.total <= rough.gap

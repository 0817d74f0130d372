"""Column generation gives the same plan, bit by bit, as all pairs at once, and it keeps to its memory."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.engine.cases import believable
from turnabout.engine import Nomination, Objective, Problem, Refusal, solve, verify_folder, write_folder
from turnabout.engine.columns import Universe


@pytest.fixture
def by_columns(monkeypatch):
    """Solve by column generation, whatever the size."""

    def run(problem: Problem, **more):
        with monkeypatch.context() as small:
            small.setattr("turnabout.engine.solving.LARGE", 0)
            return solve(problem, **more)

    return run


def variants() -> list[Problem]:
    plain = believable(70, 80, seed=1)
    first = solve(plain)
    pairs = [(pair.mentor, pair.mentee) for pair in first.pairs]
    ranked = tuple(dataclasses.replace(one, priority=3 if place % 7 == 0 else 0) for place, one in enumerate(plain.mentors))
    asked = tuple(Nomination(mentor=a, mentee=b, rank=k % 3 + 1) for k, (a, b) in enumerate(pairs[::9]))
    return [
        plain,
        dataclasses.replace(plain, mentors=ranked),
        dataclasses.replace(plain, nominations=asked),
        dataclasses.replace(plain, locks=tuple(pairs[3:6]), forbidden=(pairs[0],), last_plan=tuple(pairs[::2])),
        believable(4, 60, seed=2),
        believable(60, 4, seed=3),
    ]


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("breadth", [False, True])
def test_same_plan_with_and_without_column_generation(objective, breadth, by_columns):
    for problem in variants():
        whole = solve(problem, objective=objective, breadth_first=breadth, seed=4)
        columns = by_columns(problem, objective=objective, breadth_first=breadth, seed=4)
        assert columns.pairs == whole.pairs
        assert columns.unmatched == whole.unmatched
        assert columns.sealed_input == whole.sealed_input
        for name in ("floor_level", "next_level", "score_hash", "input_hash"):
            assert getattr(columns.certificate, name) == getattr(whole.certificate, name)
        assert columns.certificate.total.bound == whole.certificate.total.bound


def test_plan_of_column_generation_is_verified(by_columns, tmp_path):
    for place, problem in enumerate(variants()):
        write_folder(by_columns(problem), tmp_path / str(place))
        assert str(verify_folder(tmp_path / str(place))).startswith("VALID")


def test_many_pricing_rounds_still_find_every_pair(by_columns, monkeypatch):
    problem = believable(60, 60, seed=5)
    monkeypatch.setattr("turnabout.engine.columns.BEST_PER_MENTOR", 1)
    monkeypatch.setattr("turnabout.engine.columns.BEST_PER_MENTEE", 1)
    monkeypatch.setattr("turnabout.engine.columns.ADDED_PER_MENTOR", 1)
    monkeypatch.setattr("turnabout.engine.columns.BLOCK_PAIRS", 500)
    monkeypatch.setattr("turnabout.engine.columns.SCORED_AT_ONCE", 7)
    assert by_columns(problem).pairs == solve(problem).pairs


def test_everything_locked_leaves_no_level(by_columns):
    problem = believable(3, 3, seed=6)
    pairs = tuple((pair.mentor, pair.mentee) for pair in solve(problem).pairs)
    keys = {key for pair in pairs for key in pair}
    small = dataclasses.replace(
        problem,
        mentors=tuple(one for one in problem.mentors if one.key == pairs[0][0]),
        mentees=tuple(one for one in problem.mentees if one.key == pairs[0][1]),
        locks=pairs[:1],
    )
    assert keys
    assert by_columns(small).pairs == solve(small).pairs


def test_more_pairs_than_memory_allows_are_refused_with_what_to_set(by_columns):
    with pytest.raises(Refusal) as refused:
        Universe(mentors=100_000, mentees=100_000, memory_mib=1024)
    assert str(refused.value) == (
        "100000 mentors and 100000 mentees need 38146 MiB for the scores of all pairs, and 1024 MiB are allowed: "
        "allow more (memory_mib, or --memory), or match in parts, for example by language."
    )
    with pytest.raises(Refusal, match="0 MiB are allowed"):
        by_columns(believable(600, 600), memory_mib=0)


def test_prices_are_compared_with_every_pair():
    universe = Universe(mentors=2, mentees=3, memory_mib=1)
    universe.score[:] = [[5, 7, 65535], [1, 2, 3]]
    universe.worse[:] = [[5, 1, 0], [1, 2, 3]]
    prices = np.array([0, -4, -2, 1, 0, 0], dtype=np.int64)

    def found(known=(), **more) -> list[int]:
        places = universe.above_prices(prices, 0, np.array(known, dtype=np.int64), weight=1, **more)
        return [int(place) for place in places]

    assert found(level=0, equal=False) == [1, 5]
    assert found(level=0, equal=True) == [0, 1, 4, 5]
    assert found(level=2, equal=True) == [0, 4, 5]
    assert found(level=0, equal=True, known=[1, 4]) == [0, 5]

"""Solving few pairs first gives the same plan, bit by bit, as solving all of them, and its proof holds for all."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.cases import believable, from_scores, small, variants
from turnabout.engine import Objective, Problem, ScoreList, solve, verify_folder, write_folder
from turnabout.engine.canonical import canonical
from turnabout.engine.network import exact_product
from turnabout.engine.pool import gather
from turnabout.engine.proofs import certify, find_prices, prices_of, still_prove
from turnabout.engine.ranking import best_of_each
from turnabout.engine.sifting import best_plan
from turnabout.engine.totals import best_total


@pytest.fixture(scope="module", autouse=True)
def two_each():
    """Begin with so few that there is something to sift in every problem."""
    with pytest.MonkeyPatch.context() as small_start:
        small_start.setattr("turnabout.engine.sifting.PER_PERSON", 2)
        small_start.setattr("turnabout.engine.sifting.FEW", 0)
        yield


@pytest.fixture
def all_at_once(monkeypatch):
    """Solve without sifting."""

    def run(problem: Problem, **more):
        with monkeypatch.context() as large:
            large.setattr("turnabout.engine.sifting.FEW", 10**9)
            return solve(problem, **more)

    return run


def with_minimums() -> Problem:
    """Some who would have a partner anyway must have one."""
    plain = believable(70, 80, seed=1)
    needed = {pair.mentor for pair in solve(plain).pairs[::9]}
    return dataclasses.replace(
        plain, mentors=tuple(dataclasses.replace(one, minimum=int(one.key in needed)) for one in plain.mentors)
    )


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("breadth", [False, True])
def test_same_plan_with_and_without_sifting(objective, breadth, all_at_once, tmp_path):
    for number, problem in enumerate([*variants(), with_minimums()]):
        sifted = solve(problem, objective=objective, breadth_first=breadth, seed=4)
        whole = all_at_once(problem, objective=objective, breadth_first=breadth, seed=4)
        assert (sifted.pairs, sifted.unmatched) == (whole.pairs, whole.unmatched)
        assert sifted.certificate.total.bound == whole.certificate.total.bound
        write_folder(sifted, tmp_path / str(number))
        assert str(verify_folder(tmp_path / str(number))).startswith("VALID")


@given(case=small(most=6), objective=st.sampled_from(list(Objective)), breadth=st.booleans())
def test_proof_holds_for_all_pairs(case, objective, breadth):
    pool = gather(canonical(from_scores(*case)), objective=objective, breadth_first=breadth)
    every = np.ones(len(pool.score), dtype=bool)
    best = best_plan(pool, every)
    chosen = np.zeros(len(every), dtype=bool)
    chosen[best.plan] = True
    network = pool.network(every)
    proof, face = certify(network, pool.total_gains(network, every), chosen, prices_of(network, best.proof))
    assert proof == best.proof
    span, part = network.pair_arcs, best.face.pair_arcs
    assert face.upper[span][best.places].tolist() == best.face.upper[part].tolist()
    assert not np.delete(face.upper[span], best.places).any()


def test_everybody_is_served_where_all_want_the_same_few():
    """All find the first two best, and the others only just worth it: to begin with there are four places for fifty."""
    people = 50
    mentor, mentee = np.divmod(np.arange(people * people), people)
    score = np.where(mentee < 2, 1000, 1)
    scores = ScoreList(mentor=mentor.astype(np.int32), mentee=mentee.astype(np.int32), score=score.astype(np.int64))
    problem = dataclasses.replace(from_scores({(0, 0): 1}, [1] * people, [1] * people), scores=scores)
    plan = solve(problem, objective="most-people")
    assert (len(plan.pairs), plan.total) == (people, 2 * 1000 + people - 2)


@given(
    rows=st.lists(st.tuples(st.integers(0, 5), st.one_of(st.integers(-9, 9), st.integers(-(2**61), 2**61))), max_size=40),
    most=st.integers(1, 5),
)
def test_best_of_each_person(rows, most):
    wanted = [
        place
        for person in range(6)
        for place in sorted((k for k, row in enumerate(rows) if row[0] == person), key=lambda k: (-rows[k][1], k))[:most]
    ]
    person, gain = (np.array([row[part] for row in rows], dtype=kind) for part, kind in ((0, np.int32), (1, np.int64)))
    assert best_of_each(person, gain, most).tolist() == wanted


@given(case=small(most=4), late=st.integers(0, 15))
def test_a_pair_that_joins_changes_the_plan_only_if_it_makes_a_better_one(case, late):
    """Prices of the smaller network that do not hold on the larger one are mended; a flow is run only where that fails."""
    pool = gather(canonical(from_scores(*case)), objective=Objective.MOST_PEOPLE, breadth_first=False)
    every = np.ones(len(pool.score), dtype=bool)
    network, gains = pool.network(), pool.total_gains(pool.network(), every)
    fewer = np.delete(np.arange(len(every)), late % len(every))
    part, ones = pool.part(fewer), np.ones(len(fewer), dtype=bool)
    found = best_total(part, part.network(), ones)
    start = find_prices(part.network(), part.gains(part.network(), ones, has_score=True), found)
    chosen = np.zeros(len(every), dtype=bool)
    chosen[fewer[found]] = True
    best = exact_product(gains, network.flow(best_total(pool, network, every)))
    prices = still_prove(network, gains, chosen, start=start)
    assert (prices is not None) == (exact_product(gains, network.flow(chosen)) == best)
    if prices is not None:
        assert certify(network, gains, chosen, prices)[0].bound == best


def test_a_plan_that_stays_best_is_not_solved_again(monkeypatch):
    """More pairs gain beyond the first prices, but none makes a better plan: other prices say so, without another flow."""
    flows, looks = counted(monkeypatch, best_total), counted(monkeypatch, still_prove)
    mentor, mentee = np.divmod(np.arange(900), 30)
    drawn = np.random.default_rng(6).integers(0, 1001, 900)
    scores = ScoreList(mentor=mentor.astype(np.int32), mentee=mentee.astype(np.int32), score=drawn)
    problem = dataclasses.replace(from_scores({(0, 0): 1}, [1] * 30, [1] * 30), scores=scores)
    pool = gather(canonical(problem), objective=Objective.MOST_PEOPLE, breadth_first=False)
    best = best_plan(pool, np.ones(900, dtype=bool))
    assert (len(flows), len(looks)) == (1, 1)
    assert len(best.plan) == 30


def counted(monkeypatch, function) -> list:
    """The calls of a function by the module under test."""
    calls: list = []

    def called(*given, **named):
        calls.append(given)
        return function(*given, **named)

    monkeypatch.setattr(f"turnabout.engine.sifting.{function.__name__}", called)
    return calls

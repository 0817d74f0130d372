"""The universe finds exactly the pairs that a look at every one of them finds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.engine.cases import believable
from turnabout.engine import Candidate, Objective, Problem, Rules, Weight
from turnabout.engine.blocking import blocked_by
from turnabout.engine.canonical import canonical
from turnabout.engine.classes import classes
from turnabout.engine.embedding import embed
from turnabout.engine.encode import grid
from turnabout.engine.pool import Pool, frame, gather
from turnabout.engine.problem import Criterion, Seniority, Side
from turnabout.engine.store import Store
from turnabout.engine.sweep import EVERY, Search
from turnabout.engine.universe import Universe

EVERYTHING = {one: Weight(weight=place + 1) for place, one in enumerate(Criterion)}


def problems() -> list[Problem]:
    plain = believable(50, 60, seed=1)
    people = {
        side: tuple(
            dataclasses.replace(
                one,
                formats=frozenset({"remote"} if place % 3 else {"in person"}),
                country=f"c{place % 4}",
                ancestors=(f"h{place % 9}", "head"),
                team=f"t{place % 9}" if place % 2 else None,
                conflicts=frozenset({f"n{place:03}"}) if side == "mentors" else frozenset(),
                languages={} if place == 7 else one.languages,
                is_opted_out=place == 11,
            )
            for place, one in enumerate(getattr(plain, side))
        )
        for side in ("mentors", "mentees")
    }
    rules = Rules(
        seniority=Seniority(basis="grade", minimum_gap=1), language_level=2, overlap_minutes=30, entity="different", formats=True
    )
    turned = {one: Weight(weight=weight.weight, direction="different") for one, weight in EVERYTHING.items()}
    return [
        plain,
        dataclasses.replace(plain, **people, rules=rules, weights=EVERYTHING),
        dataclasses.replace(plain, **people, rules=dataclasses.replace(rules, function="same"), weights=turned, mentee_share=0.9),
        dataclasses.replace(plain, rules=Rules(same_team=False), weights={Criterion.TOPICS: Weight(weight=0)}),
    ]


def universe_of(problem: Problem) -> Universe:
    return Universe(frame=frame(canonical(problem), objective=Objective.MOST_PEOPLE, breadth_first=False), memory_mib=64)


def everything(problem: Problem) -> Pool:
    return gather(canonical(problem), objective=Objective.MOST_PEOPLE, breadth_first=False)


@pytest.fixture(params=range(4))
def problem(request) -> Problem:
    return problems()[request.param]


def drawn(universe: Universe, seed: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    steps = np.array([0, universe.frame.step])
    mentors, mentees = len(universe.frame.left.keys), len(universe.frame.right.keys)
    return (
        draw.integers(-most, most, mentors) + draw.choice(steps, mentors),
        draw.integers(-most, most, mentees) + draw.choice(steps, mentees),
    )


@pytest.mark.parametrize("most", [1, 400, 10**7])
@pytest.mark.parametrize("has_score", [False, True])
def test_every_pair_that_gains_enough_is_found_and_no_other(problem, most, has_score):
    universe, pool = universe_of(problem), everything(problem)
    mine, theirs = drawn(universe, 3, most)
    gain = mine[pool.mentor] - theirs[pool.mentee] + (pool.score if has_score else 0)
    for least, level in ((0, 0), (1, 300), (int(np.median(gain)), 450), (EVERY, 0)):
        wanted = (gain >= least) & (pool.worse_side >= level)
        found = universe.find(Search(mine=mine, theirs=theirs, least=least, has_score=has_score, level=level))
        for name in ("mentor", "mentee", "for_mentor", "for_mentee", "score"):
            assert np.array_equal(getattr(found, name), getattr(pool, name)[wanted])


@pytest.mark.parametrize("by_mentee", [False, True])
def test_only_the_best_few_of_each_row_are_kept(problem, by_mentee):
    universe, pool = universe_of(problem), everything(problem)
    search = dataclasses.replace(Search.of_everything(universe.frame), most=3, by_mentee=by_mentee)
    found = universe.find(search)
    own, other = (pool.mentee, pool.mentor) if by_mentee else (pool.mentor, pool.mentee)
    expected = set()
    for row in np.unique(own).tolist():
        places = np.flatnonzero(own == row)
        best = sorted(places.tolist(), key=lambda place: (-pool.score[place], other[place]))[:3]
        expected |= {(int(pool.mentor[place]), int(pool.mentee[place])) for place in best}
    assert set(zip(found.mentor.tolist(), found.mentee.tolist(), strict=True)) == expected


def test_only_the_rows_and_columns_that_are_asked_for_are_looked_at(problem):
    universe, pool = universe_of(problem), everything(problem)
    rows, columns = np.arange(50) % 3 == 0, np.arange(60) % 2 == 0
    found = universe.find(dataclasses.replace(Search.of_everything(universe.frame), rows=rows, columns=columns))
    assert len(found.mentor) == int((rows[pool.mentor] & columns[pool.mentee]).sum())
    few = universe.find(dataclasses.replace(Search.of_everything(universe.frame), one_in=2))
    assert 0 < len(few.mentor) < len(pool.mentor)


def test_product_is_as_near_to_the_exact_score_as_it_says(problem):
    pool = everything(problem)
    lens = grid(range(50), range(60))
    both = {name: sum(values) for name, values in _exact(pool).items()}
    for shares, exact in (((0.3, 0.7), both["mixed"]), ((1, 0), both["mentor"]), ((0, 1), both["mentee"])):
        made = embed(pool.scoring, mentor=shares[0], mentee=shares[1])
        near = made.mentors.astype(np.float32) @ made.mentees.T + np.float32(made.constant)
        for look_up in made.look_ups:
            near += look_up.table[look_up.of_mentor][:, look_up.of_mentee]
        for criterion, factors in made.slow.items():
            values = pool.scoring.values(criterion, lens)
            near += (factors[0] * values[0] + factors[1] * values[1]).astype(np.float32)
        assert np.abs(near - exact).max() <= made.error()


def _exact(pool: Pool) -> dict[str, list[np.ndarray]]:
    lens = grid(range(50), range(60))
    found: dict[str, list[np.ndarray]] = {
        "mixed": [np.zeros((50, 60))],
        "mentor": [np.zeros((50, 60))],
        "mentee": [np.zeros((50, 60))],
    }
    whole = sum(weight.weight for weight in pool.scoring.weights.values())
    for criterion, weight in pool.scoring.weights.items():
        if weight.weight:
            mentor, mentee = (1000 * weight.weight / whole * values for values in pool.scoring.values(criterion, lens))
            found["mentor"].append(mentor)
            found["mentee"].append(mentee)
            found["mixed"].append(0.3 * mentor + 0.7 * mentee)
    return found


@pytest.mark.parametrize("few", [0, 64])
def test_criteria_with_many_values_are_looked_up(problem, few, monkeypatch):
    monkeypatch.setattr("turnabout.engine.embedding.FEW", few)
    universe, pool = universe_of(problem), everything(problem)
    assert len(universe.find(Search.of_everything(universe.frame)).mentor) == len(pool.mentor)
    assert bool(universe._combined.look_ups) == (few == 0 and any(weight.weight for weight in problem.weights.values()))


def test_classes_that_are_too_many_leave_a_rule_out_and_lose_nothing(problem, monkeypatch):
    monkeypatch.setattr("turnabout.engine.classes.LARGEST", 30)
    universe, pool = universe_of(problem), everything(problem)
    found = universe.find(Search.of_everything(universe.frame))
    assert np.array_equal(found.mentor, pool.mentor)
    assert np.array_equal(found.mentee, pool.mentee)


def test_tables_that_are_too_large_are_worked_out_pair_by_pair(problem, monkeypatch):
    monkeypatch.setattr("turnabout.engine.embedding.LARGEST_TABLE", 1)
    universe, pool = universe_of(problem), everything(problem)
    mine, theirs = drawn(universe, 5, 400)
    for by_mentee in (False, True):
        search = Search(mine=mine, theirs=theirs, least=0, by_mentee=by_mentee)
        assert len(universe.find(search).mentor) == int((mine[pool.mentor] - theirs[pool.mentee] + pool.score >= 0).sum())


def test_best_worse_side_of_each_person_is_never_stated_too_low(problem):
    universe, pool = universe_of(problem), everything(problem)
    by_mentor, by_mentee = universe.best_worse_sides()
    exact = np.zeros(50, np.int64), np.zeros(60, np.int64)
    np.maximum.at(exact[0], pool.mentor, pool.worse_side)
    np.maximum.at(exact[1], pool.mentee, pool.worse_side)
    for stated, true in zip((by_mentor, by_mentee), exact, strict=True):
        assert np.all(stated >= true)
        assert np.all(stated[true > 0] <= true[true > 0] + 1)


@pytest.mark.parametrize("side", Side)
def test_what_blocks_whom_is_the_same_by_class_and_pair_by_pair(problem, side):
    pool = everything(problem)
    groups = classes(pool.eligibility)
    assert groups.left_out == ()
    places = np.arange(0, 50, 3)
    by_class, by_pair = blocked_by(pool, side, places, groups), blocked_by(pool, side, places, None)
    assert np.array_equal(by_class.eligible, by_pair.eligible)
    for name in ("blocked", "opens"):
        for code, column in getattr(by_pair, name).items():
            assert np.array_equal(getattr(by_class, name)[code], column), code


def test_teams_that_are_too_many_to_list_are_counted_pair_by_pair(monkeypatch):
    problem = dataclasses.replace(believable(20, 20), rules=Rules())
    pool = everything(dataclasses.replace(problem, mentors=(Candidate(key="alone"), *problem.mentors)))
    groups, places = classes(pool.eligibility), np.arange(5)
    by_class = blocked_by(pool, Side.MENTOR, places, groups)
    monkeypatch.setattr("turnabout.engine.blocking.MOST_TEAM_PAIRS", 3)
    by_pair = blocked_by(pool, Side.MENTOR, places, groups)
    assert {code: column.tolist() for code, column in by_class.blocked.items()} == {
        code: column.tolist() for code, column in by_pair.blocked.items()
    }


def test_pairs_outside_a_store_are_priced_again_only_where_prices_moved(problem):
    """Whatever the prices do: no pair that gains enough lies outside the rows and columns that are named."""
    universe = universe_of(problem)
    draw = np.random.default_rng(1)
    mine, theirs = draw.integers(-200, 200, 50), draw.integers(-200, 200, 60)
    least = -150
    near = universe.find(Search(mine=mine, theirs=theirs, least=least))
    store = Store.empty(universe.frame).with_found(near, is_used=False)
    store = dataclasses.replace(store, prices=(mine, theirs), least=least)
    for moved in (0, 5, 90, 600):
        later = mine + draw.integers(-moved, moved + 1, 50), theirs + draw.integers(-moved, moved + 1, 60)
        rows, columns = store.unknown(later, least=0)
        known = set(zip(near.mentor.tolist(), near.mentee.tolist(), strict=True))
        wanted = universe.find(Search(mine=later[0], theirs=later[1], least=0))
        outside = [(i, j) for i, j in zip(wanted.mentor.tolist(), wanted.mentee.tolist(), strict=True) if (i, j) not in known]
        assert all(rows[i] or columns[j] for i, j in outside)
        if not moved:
            assert not rows.any()
            assert not columns.any()

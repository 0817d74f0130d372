"""Minimum loads, a floor for all but a few, and evenness up to a level: against every plan there is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.cases import Scores, believable, chosen, every_plan, from_scores, meets, served, small
from turnabout.engine import Candidate, Explainer, Objective, Plan, Problem, Refusal, solve, verify_folder, write_folder
from turnabout.engine.again import loss_again
from turnabout.engine.evenness import steps
from turnabout.engine.reports import Report
from turnabout.engine.tradeoff import trade_off

Pairs = frozenset[tuple[int, int]]


@st.composite
def with_minimums(draw: st.DrawFn) -> tuple[Scores, list[int], list[int], dict[str, int]]:
    """A small problem in which some people must have partners; often more than there are."""
    scores, mentors, mentees = draw(small())
    capacity = {f"m{k}": places for k, places in enumerate(mentors)} | {f"n{k}": places for k, places in enumerate(mentees)}
    some = draw(st.lists(st.sampled_from(sorted(capacity)), max_size=4, unique=True))
    return scores, mentors, mentees, {key: draw(st.integers(0, capacity[key])) for key in some}


def finest(
    scores: Scores, plans: Sequence[Pairs], *, breadth: bool = False, exempt: int = 0, leximin_to: int = 0
) -> tuple[int, tuple[int, ...], int]:
    """(floor, pairs below the floor and at each level above it, total) of the best of some plans."""
    counts = [(len(plan), served(plan) if breadth else 0) for plan in plans]
    left = [plan for plan, count in zip(plans, counts, strict=True) if count == max(counts)]
    levels = sorted(set(scores.values()))

    def low(plan: Pairs, level: int) -> int:
        return sum(scores[pair] < level for pair in plan)

    floor = max(level for level in levels if min(low(plan, level) for plan in left) <= exempt)
    found = []
    for level in (floor, *(one + 1 for one in levels if floor <= one < leximin_to)):
        fewest = min(low(plan, level) for plan in left)
        left = [plan for plan in left if low(plan, level) == fewest]
        found.append(fewest)
    return floor, tuple(found), max(sum(scores[pair] for pair in plan) for plan in left)


@pytest.mark.parametrize("breadth", [False, True])
@given(case=small(highest=6), exempt=st.integers(0, 3), leximin_to=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_exemptions_and_evenness_equal_brute_force(breadth, case, exempt, leximin_to):
    scores, mentors, mentees = case
    usable = {(i, j): score for (i, j), score in scores.items() if mentors[i] and mentees[j]}
    plan = solve(from_scores(*case), breadth_first=breadth, exempt=exempt, leximin_to=leximin_to)
    pairs, certificate = chosen(plan), plan.certificate
    plans = every_plan(usable, mentors, mentees)
    assert pairs in plans
    floor, counts, total = finest(usable, plans, breadth=breadth, exempt=exempt, leximin_to=leximin_to)
    assert (certificate.floor_level, plan.total) == (floor, total)
    if exempt or leximin_to:
        assert tuple(-proof.bound for proof in certificate.evenness) == counts
    assert len(plan.exempted) == counts[0] <= exempt
    assert finest(usable, [pairs], exempt=exempt, leximin_to=leximin_to)[2] == total


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("breadth", [False, True])
@given(case=with_minimums())
@settings(max_examples=60, deadline=None)
def test_minimum_loads_equal_brute_force_and_are_refused_when_no_plan_meets_them(objective, breadth, case):
    scores, mentors, mentees, minimums = case
    problem = from_scores(scores, mentors, mentees, minimums=minimums)
    plans = [plan for plan in every_plan(scores, mentors, mentees) if meets(plan, minimums)]
    if not plans:
        with pytest.raises(Refusal, match="must have at least"):
            solve(problem, objective=objective, breadth_first=breadth)
        return
    plan = solve(problem, objective=objective, breadth_first=breadth)

    def value(pairs: Pairs) -> tuple[int, ...]:
        return (
            len(pairs) if objective != "best-total" else 0,
            served(pairs) if breadth else 0,
            min((scores[pair] for pair in pairs), default=0) if objective == "fairest" else 0,
            sum(scores[pair] for pair in pairs),
        )

    assert chosen(plan) in plans
    assert value(chosen(plan)) == max(map(value, plans))


@given(case=with_minimums(), exempt=st.integers(0, 2), leximin_to=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_minimums_exemptions_and_evenness_hold_together(case, exempt, leximin_to):
    scores, mentors, mentees, minimums = case
    usable = {(i, j): score for (i, j), score in scores.items() if mentors[i] and mentees[j]}
    plans = [plan for plan in every_plan(usable, mentors, mentees) if meets(plan, minimums)]
    if plans:
        plan = solve(from_scores(scores, mentors, mentees, minimums=minimums), exempt=exempt, leximin_to=leximin_to)
        floor, counts, total = finest(usable, plans, exempt=exempt, leximin_to=leximin_to)
        assert (plan.certificate.floor_level, len(plan.exempted), plan.total) == (floor, counts[0], total)
        assert chosen(plan) in plans


OUTLIER: Mapping[tuple[int, int], int] = {
    (0, 0): 1, (0, 1): 6, (0, 2): 6, (1, 1): 8, (1, 2): 7, (2, 1): 7, (2, 2): 8
}  # fmt: skip


def test_one_person_who_is_hard_to_place_does_not_set_the_floor_for_everybody():
    problem = from_scores(OUTLIER, [1] * 3, [1] * 3)
    strict, but_one = solve(problem), solve(problem, exempt=1)
    assert (strict.certificate.floor_level, strict.exempted) == (1, ())
    assert (but_one.certificate.floor_level, but_one.certificate.next_level) == (8, 9)
    assert [(pair.mentor, pair.mentee, pair.score) for pair in but_one.exempted] == [("m0", "n0", 1)]
    assert len(but_one.pairs) == len(strict.pairs) == 3


def test_no_more_pairs_are_exempt_than_there_must_be():
    scores = {(i, j): 5 + 3 * (i == j) for i in range(3) for j in range(3)}
    plan = solve(from_scores(scores, [1] * 3, [1] * 3), exempt=2)
    assert (plan.certificate.floor_level, plan.exempted) == (8, ())


def test_evenness_lifts_pairs_above_the_floor_at_the_price_of_the_total():
    """Two pairs at 5 and one at 20, or one at 5 and two at 6: the floor cannot tell them apart, evenness can."""
    scores = {(0, 0): 5, (1, 1): 5, (2, 2): 20, (1, 2): 6, (2, 1): 6}
    problem = from_scores(scores, [1] * 3, [1] * 3)
    plain, even = solve(problem), solve(problem, leximin_to=20)
    assert sorted(pair.score for pair in plain.pairs) == [5, 5, 20]
    assert sorted(pair.score for pair in even.pairs) == [5, 6, 6]
    assert solve(problem, leximin_to=5).pairs == plain.pairs


def test_bands_are_as_narrow_as_twenty_steps_allow():
    every = np.arange(1000)
    assert steps(every, floor=400, upto=0) == ((400,), 0)
    assert steps(every, floor=400, upto=400) == ((400,), 1)
    assert steps(every, floor=400, upto=403) == ((400, 401, 402, 403), 1)
    edges, width = steps(every, floor=400, upto=701)
    assert (edges[:3], edges[-2:], len(edges), width) == ((400, 416, 432), (688, 701), 20, 16)
    some = np.array([400, 450, 700])
    assert steps(some, floor=400, upto=700) == ((400, 401, 451), 1)


def finer_plans() -> list[tuple[Problem, Plan]]:
    people = believable(25, 28, seed=2)
    last = tuple((pair.mentor, pair.mentee) for pair in solve(people).pairs)
    busy = tuple(dataclasses.replace(one, minimum=int(place % 9 == 0)) for place, one in enumerate(people.mentors))
    kept = dataclasses.replace(people, last_plan=last[::2], locks=last[:2], forbidden=last[3:4])
    options = [
        (people, {"exempt": 3}),
        (people, {"leximin_to": 700}),
        (dataclasses.replace(people, mentors=busy), {}),
        (dataclasses.replace(kept, mentors=busy), {"exempt": 1, "leximin_to": 640, "breadth_first": True}),
    ]
    return [(problem, solve(problem, seed=3, **more)) for problem, more in options]


def test_plans_of_believable_size_are_verified_and_do_not_depend_on_the_order_of_rows(tmp_path):
    for place, (problem, plan) in enumerate(finer_plans()):
        assert plan.certificate.evenness
        write_folder(plan, tmp_path / str(place))
        assert str(verify_folder(tmp_path / str(place))).startswith("VALID")
        turned = dataclasses.replace(problem, mentors=problem.mentors[::-1], mentees=problem.mentees[::-1])
        certificate = plan.certificate
        again = solve(
            turned,
            seed=3,
            exempt=certificate.exempt,
            leximin_to=certificate.leximin_to,
            breadth_first=certificate.breadth_first,
        )
        assert again == plan


@pytest.mark.parametrize(
    ("minimums", "mentees", "sentence"),
    [
        (
            {"m0": 3},
            [1, 1, 1],
            "mentor m0 must have at least 3 partners and can have 2: 1 place is missing. Lower a minimum, relax a rule, "
            "or add mentees or places for them.",
        ),
        (
            {"m0": 1, "m1": 2},
            [1, 1, 1],
            "mentors m0 and m1 must have at least 3 partners together and can have 2: 1 place is missing.",
        ),
        ({"n2": 1}, [1, 1, 1], "mentee n2 must have at least 1 partner and can have 0: 1 place is missing."),
    ],
)
def test_minimum_that_cannot_be_met_names_the_smallest_group(minimums, mentees, sentence):
    scores = {(i, j): 5 for i in range(2) for j in range(2)}
    with pytest.raises(Refusal) as refused:
        solve(from_scores({**scores, (2, 0): 5}, [3, 3, 1], mentees, minimums=minimums))
    assert str(refused.value).startswith(sentence)


def test_large_group_that_cannot_be_served_is_named_in_part():
    scores = {(i, j): 5 for i in range(8) for j in range(6)}
    with pytest.raises(Refusal) as refused:
        solve(from_scores(scores, [1] * 8, [1] * 6, minimums={f"m{k}": 1 for k in range(8)}))
    assert str(refused.value).startswith(
        "mentors m1, m2, m3, m4, m5 and 2 more must have at least 7 partners together and can have 6: 1 place is missing."
    )


def test_locked_pairs_count_towards_a_minimum_and_take_places():
    scores = {(0, 0): 5, (0, 1): 5, (1, 0): 9, (1, 1): 9}
    locked = from_scores(scores, [2, 1], [1, 1], locks=[("m0", "n0")], minimums={"m0": 1})
    assert len(solve(locked).pairs) == 2
    taken = from_scores(scores, [2, 2], [1, 1], locks=[("m0", "n0")], minimums={"m1": 2})
    with pytest.raises(Refusal, match="mentor m1 must have at least 2 partners and can have 1"):
        solve(taken)


def test_people_who_opted_out_need_not_have_a_partner():
    mentors = (Candidate(key="a", minimum=1, is_opted_out=True), Candidate(key="b"))
    plan = solve(Problem(mentors=mentors, mentees=(Candidate(key="x"),)))
    assert [(pair.mentor, pair.mentee) for pair in plan.pairs] == [("b", "x")]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"exempt": -1}, "exempt is -1: use a whole number from 0 to 1000000."),
        ({"exempt": 1.5}, "exempt is 1.5: use a whole number from 0 to 1000000."),
        ({"leximin_to": 10**7}, "leximin_to is 10000000: use a whole number from 0 to 1000000."),
        (
            {"exempt": 1, "objective": "most-people"},
            "exempt is 1, but most-people has no floor: choose fairest, or leave exempt out.",
        ),
        (
            {"leximin_to": 5, "objective": "best-total"},
            "leximin_to is 5, but best-total has no floor: choose fairest, or leave leximin_to out.",
        ),
    ],
)
def test_options_that_cannot_be_are_refused(options, sentence):
    with pytest.raises(Refusal) as refused:
        solve(from_scores({(0, 0): 5}, [1], [1]), **options)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("used", ["exempt", "leximin_to", "a minimum"])
def test_very_large_matchings_refuse_what_needs_every_pair_at_once(used, monkeypatch):
    monkeypatch.setattr("turnabout.engine.pool.LARGE", 20)
    problem = believable(5, 6)
    if used == "a minimum":
        problem = dataclasses.replace(problem, mentors=(dataclasses.replace(problem.mentors[0], minimum=1), *problem.mentors[1:]))
    with pytest.raises(Refusal) as refused:
        solve(problem, **({} if used == "a minimum" else {used: 1}))
    assert str(refused.value) == (
        f"5 mentors and 6 mentees are too many for {used}, which needs all possible pairs in the solver at once: "
        "leave it out, or match in parts, for example by language."
    )


@given(case=with_minimums(), exempt=st.integers(0, 2), leximin_to=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_losses_at_the_levels_of_a_plan_equal_brute_force(case, exempt, leximin_to):
    scores, mentors, mentees, minimums = case
    usable = {(i, j): score for (i, j), score in scores.items() if mentors[i] and mentees[j]}
    plans = [plan for plan in every_plan(usable, mentors, mentees) if meets(plan, minimums)]
    if not plans:
        return
    problem = from_scores(scores, mentors, mentees, minimums=minimums)
    plan = solve(problem, exempt=exempt, leximin_to=leximin_to)
    explainer, certificate = Explainer(problem, plan), plan.certificate
    levels, _ = steps(np.array(sorted(set(usable.values()))), floor=certificate.floor_level, upto=leximin_to)

    def value(pairs: Pairs) -> tuple[int, ...]:
        low = (-sum(usable[pair] < level for pair in pairs) for level in levels)
        return (len(pairs), *low, sum(usable[pair] for pair in pairs))

    now = value(chosen(plan))
    for pair in usable:
        names = (f"m{pair[0]}", f"n{pair[1]}")
        if pair in chosen(plan):
            others, loss = [one for one in plans if pair not in one], explainer.why(*names)[1]
        else:
            others, loss = [one for one in plans if pair in one], explainer.why_not(*names).loss
        assert (loss is None) == (not others)
        if loss is not None:
            lost = (loss.pairs, *loss.levels, loss.points)
            assert tuple(a - b for a, b in zip(now, lost, strict=True)) == max(map(value, others))


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_alternatives_of_a_finer_plan_have_the_losses_of_single_questions(side):
    for problem, plan in finer_plans():
        explainer = Explainer(problem, plan)
        people = problem.mentors if side == "mentor" else problem.mentees
        for key in (one.key for one in people[:2]):
            listed = explainer.alternatives(key, side)
            for one in listed:
                pair = (key, one.key) if side == "mentor" else (one.key, key)
                loss = explainer.why(*pair)[1] if one.is_current else explainer.why_not(*pair).loss
                found = (one.pairs, one.wishes, one.levels, one.points)
                if loss is not None:
                    assert found == (loss.pairs, loss.wishes, loss.levels, loss.points)
                else:
                    assert one.is_current
                    assert not any((one.pairs, one.wishes, *one.levels, one.points))


def test_solving_again_keeps_exemptions_and_evenness():
    problem = from_scores(OUTLIER, [1] * 3, [1] * 3)
    plan = solve(problem, exempt=1, leximin_to=9)
    loss, again = loss_again(problem, plan, "m0", "n1", change="force")
    assert again is not None
    assert (again.certificate.exempt, again.certificate.leximin_to) == (1, 9)
    assert (loss.pairs, again.pairs[0].mentee) == (1, "n1")


def test_floor_curve_and_trade_off_know_minimums():
    scores = {(0, 0): 2, (1, 0): 9, (1, 1): 9}
    problem = from_scores(scores, [1, 2], [1, 1], minimums={"m0": 1}, last_plan=[("m1", "n1")])
    plan = solve(problem)
    assert [(point.floor, point.pairs) for point in Report(problem, plan).floor_curve()] == [(2, 2), (9, 0)]
    assert [(point.kept, point.total) for point in trade_off(problem)] == [(1, 11)]


def test_pair_that_a_minimum_needs_cannot_be_parted():
    problem = from_scores({(0, 0): 2, (1, 0): 9}, [1, 1], [1], minimums={"m0": 1})
    for objective in Objective:
        plan = solve(problem, objective=objective)
        explainer = Explainer(problem, plan)
        assert explainer.why("m0", "n0")[1] is None
        assert explainer.why_not("m1", "n0").loss is None
        assert [one.key for one in explainer.alternatives("n0", "mentee")] == ["m0"]
        lost, without = loss_again(problem, plan, "m0", "n0", change="forbid")
        assert (lost.pairs, without) == (1, None)

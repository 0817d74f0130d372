"""Each rule excludes exactly the pairs it names, says so, and says nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.engine.cases import believable
from turnabout.engine import (
    Candidate,
    DistanceException,
    Problem,
    ReasonCode,
    Rules,
    Seniority,
    reasons_between,
    reasons_of,
    without_partner,
)
from turnabout.engine.encode import encode, grid, single_pairs
from turnabout.engine.reasons import BIT, EXCLUDING, FLAGS, SENTENCES, codes_in, excluding_codes
from turnabout.engine.rules import eligibility


def ruled(**values: Any) -> Rules:
    """Rules with one field named by a test's parameter."""
    return Rules(**values)


def changed(person: Candidate, **values: Any) -> Candidate:
    """The same for a person."""
    return dataclasses.replace(person, **values)


HEAD: tuple[str, ...] = ()


def between(mentor: Candidate, mentee: Candidate, rules: Rules | None = None, **more) -> tuple[ReasonCode, ...]:
    """The reasons between two people whose lines are known."""
    problem = Problem(
        mentors=(dataclasses.replace(mentor, ancestors=mentor.ancestors or ("x",)),),
        mentees=(dataclasses.replace(mentee, ancestors=HEAD if mentee.ancestors is None else mentee.ancestors),),
        rules=rules or Rules(),
        **more,
    )
    return reasons_between(problem, mentor.key, mentee.key)


MIA, SOL = Candidate(key="mia"), Candidate(key="sol")


def test_two_people_who_break_nothing_have_no_reason():
    assert between(MIA, SOL) == ()


def test_nobody_meets_themself():
    assert between(SOL, SOL) == (ReasonCode.SAME_PERSON,)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_nobody_is_paired_inside_their_line_at_any_distance(depth):
    line = tuple(f"x{k}" for k in range(depth - 1))
    junior = dataclasses.replace(MIA, ancestors=(*line, "sol"))
    assert between(junior, SOL) == (ReasonCode.LINE,)
    senior = dataclasses.replace(SOL, ancestors=(*line, "mia"))
    assert between(MIA, senior) == (ReasonCode.LINE,)


@pytest.mark.parametrize(("depth", "code"), [(1, ReasonCode.LINE), (2, ReasonCode.LINE), (3, ReasonCode.DISTANCE_EXCEPTION)])
@pytest.mark.parametrize("exception", [DistanceException(heads=True), DistanceException(allowed_for=frozenset({"sol"}))])
def test_head_is_paired_inside_the_line_only_three_levels_down(depth, code, exception):
    junior = dataclasses.replace(MIA, ancestors=(*(f"x{k}" for k in range(depth - 1)), "sol"))
    assert between(junior, SOL, Rules(distance=exception)) == (code,)


def test_distance_exception_is_for_named_heads_only_and_never_upwards():
    junior = dataclasses.replace(MIA, ancestors=("a", "b", "sol"))
    other = DistanceException(allowed_for=frozenset({"otto"}))
    assert between(junior, SOL, Rules(distance=other)) == (ReasonCode.LINE,)
    senior = dataclasses.replace(SOL, ancestors=("a", "b", "mia"))
    named = DistanceException(allowed_for=frozenset({"sol", "mia"}), heads=True)
    assert between(MIA, senior, Rules(distance=named)) == (ReasonCode.LINE,)


def test_distance_exception_does_not_open_a_team_or_a_decider():
    junior = dataclasses.replace(MIA, ancestors=("a", "b", "sol"), team="t")
    senior = dataclasses.replace(SOL, team="t", decides_for=frozenset({"mia"}))
    reasons = between(junior, senior, Rules(distance=DistanceException(heads=True)))
    assert reasons == (ReasonCode.DECIDER, ReasonCode.SAME_TEAM, ReasonCode.DISTANCE_EXCEPTION)


def test_unknown_line_is_a_flag_and_excludes_nobody():
    problem = Problem(mentors=(MIA,), mentees=(dataclasses.replace(SOL, ancestors=HEAD),))
    assert reasons_between(problem, "mia", "sol") == (ReasonCode.UNKNOWN_LINE,)
    partial = dataclasses.replace(MIA, ancestors=("a",), line_is_partial=True)
    assert between(partial, SOL) == (ReasonCode.UNKNOWN_LINE,)
    assert ReasonCode.UNKNOWN_LINE in FLAGS


def test_same_team_and_same_manager_exclude_unless_the_rule_is_off():
    team = dataclasses.replace(MIA, team="t"), dataclasses.replace(SOL, team="t")
    manager = dataclasses.replace(MIA, ancestors=("b",)), dataclasses.replace(SOL, ancestors=("b",))
    for pair in (team, manager):
        assert between(*pair) == (ReasonCode.SAME_TEAM,)
        assert between(*pair, Rules(same_team=False)) == ()


def test_whoever_decides_on_pay_or_promotion_is_excluded_either_way():
    assert between(MIA, dataclasses.replace(SOL, decides_for=frozenset({"mia"}))) == (ReasonCode.DECIDER,)
    assert between(dataclasses.replace(MIA, decides_for=frozenset({"sol"})), SOL) == (ReasonCode.DECIDER,)


@pytest.mark.parametrize("side", ["mentor", "mentee"])
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("past_partners", ReasonCode.HISTORY),
        ("conflicts", ReasonCode.CONFLICT),
        ("not_available", ReasonCode.NOT_AVAILABLE),
    ],
)
def test_what_either_side_says_about_the_other_closes_the_pair(side, field, code):
    mentor = changed(MIA, **{field: frozenset({"sol"})}) if side == "mentor" else MIA
    mentee = changed(SOL, **{field: frozenset({"mia"})}) if side == "mentee" else SOL
    assert between(mentor, mentee) == (code,)
    assert between(mentor, mentee, Rules(history=False)) == (() if field == "past_partners" else (code,))


def test_a_past_no_looks_like_opted_out_and_like_no_places():
    past_no = between(dataclasses.replace(MIA, not_available=frozenset({"sol"})), SOL)
    opted_out = between(dataclasses.replace(MIA, is_opted_out=True), SOL)
    no_places = between(MIA, dataclasses.replace(SOL, capacity=0))
    assert past_no == opted_out == no_places == (ReasonCode.NOT_AVAILABLE,)


def test_pair_ruled_out_by_hand_is_forbidden():
    assert between(MIA, SOL, forbidden=(("mia", "sol"), ("ben", "sol"))) == (ReasonCode.FORBIDDEN,)


def seniority(**values: Any) -> Rules:
    return Rules(seniority=Seniority(**values))


@pytest.mark.parametrize(
    ("rules", "low", "high"),
    [
        (seniority(basis="grade", minimum_gap=2), {"grade": 3}, {"grade": 5}),
        (seniority(basis="service", minimum_gap=2), {"years_of_service": 0.5}, {"years_of_service": 2.5}),
        (
            seniority(basis="profession", mentor_at_most=3, mentee_at_least=15),
            {"years_in_profession": 3.0},
            {"years_in_profession": 15.0},
        ),
        (seniority(basis="level", minimum_gap=2), {"tree_level": 4}, {"tree_level": 2}),
        (seniority(basis="list", senior=frozenset({"sol"})), {}, {}),
    ],
)
def test_each_measure_of_seniority_allows_one_direction_only(rules, low, high):
    junior, senior = changed(MIA, **low), changed(SOL, **high)
    assert between(junior, senior, rules) == ()
    code = ReasonCode.GRADE_GAP if rules.seniority.basis == "grade" else ReasonCode.SENIORITY
    assert between(changed(MIA, **high), changed(SOL, **low, key="ann"), rules) == (code,)


def test_mentor_past_their_first_year_is_not_new_any_more():
    rules = seniority(basis="service", mentor_at_most=1)
    mentee = dataclasses.replace(SOL, years_of_service=20.0)
    assert between(dataclasses.replace(MIA, years_of_service=1.0), mentee, rules) == ()
    assert between(dataclasses.replace(MIA, years_of_service=1.1), mentee, rules) == (ReasonCode.SENIORITY,)


def test_unknown_seniority_excludes_and_says_that_it_is_unknown():
    rules = seniority(basis="grade", minimum_gap=2)
    assert between(MIA, dataclasses.replace(SOL, grade=9), rules) == (ReasonCode.SENIORITY_UNKNOWN,)


def test_language_must_be_shared_at_the_level():
    mentor = dataclasses.replace(MIA, languages={"en": 4, "fr": 2})
    good, weak = (dataclasses.replace(SOL, languages={"fr": 6, "en": level}) for level in (4, 3))
    assert between(mentor, good, Rules(language_level=4)) == ()
    assert between(mentor, weak, Rules(language_level=4)) == (ReasonCode.LANGUAGE,)
    assert between(mentor, SOL, Rules(language_level=4)) == (ReasonCode.UNKNOWN_LANGUAGE,)


def test_weekly_hours_must_overlap_long_enough():
    mentor = dataclasses.replace(MIA, hours=((540, 720),))
    good, short = (dataclasses.replace(SOL, hours=((start, 900),)) for start in (600, 615))
    assert between(mentor, good, Rules(overlap_minutes=120)) == ()
    assert between(mentor, short, Rules(overlap_minutes=120)) == (ReasonCode.HOURS,)
    assert between(mentor, SOL, Rules(overlap_minutes=120)) == (ReasonCode.UNKNOWN_HOURS,)


def test_formats_must_meet_where_the_rule_is_on():
    mentor = dataclasses.replace(MIA, formats=frozenset({"remote"}))
    mentee = dataclasses.replace(SOL, formats=frozenset({"in person"}))
    assert between(mentor, mentee) == ()
    assert between(mentor, mentee, Rules(formats=True)) == (ReasonCode.FORMAT,)
    assert between(mentor, SOL, Rules(formats=True)) == ()


@pytest.mark.parametrize(("field", "code"), [("entity", ReasonCode.ENTITY), ("function", ReasonCode.FUNCTION)])
def test_entity_and_function_can_be_asked_to_be_same_or_different(field, code):
    here, there = changed(MIA, **{field: "a"}), changed(SOL, **{field: "b"})
    same = changed(SOL, **{field: "a"})
    assert between(here, same, ruled(**{field: "different"})) == (code,)
    assert between(here, there, ruled(**{field: "different"})) == ()
    assert between(here, there, ruled(**{field: "same"})) == (code,)
    assert between(here, SOL, ruled(**{field: "same"})) == (code,)
    assert between(here, same, ruled(**{field: "same"})) == ()


def test_every_broken_rule_is_kept_not_only_the_first():
    mentor = dataclasses.replace(MIA, team="t", entity="a", conflicts=frozenset({"sol"}))
    mentee = dataclasses.replace(SOL, team="t", entity="a")
    assert between(mentor, mentee, Rules(entity="different")) == (
        ReasonCode.SAME_TEAM,
        ReasonCode.ENTITY,
        ReasonCode.CONFLICT,
    )


def test_blocks_and_single_pairs_say_the_same():
    problem = believable(12, 9)
    problem = dataclasses.replace(problem, forbidden=(("m003", "n004"), ("m011", "n008"), ("m000", "n000")))
    rules = eligibility(problem, *encode(problem))
    whole = rules.reasons(grid(range(12), range(9)))
    assert np.array_equal(
        np.concatenate([rules.reasons(grid(range(5), range(9))), rules.reasons(grid(range(5, 12), range(9)))]), whole
    )
    rows, cols = np.divmod(np.arange(12 * 9), 9)
    assert np.array_equal(rules.reasons(single_pairs(rows, cols)), whole.reshape(-1))
    assert rules.reasons(grid([], range(9))).shape == (0, 9)


def test_every_code_has_a_bit_and_a_sentence():
    assert set(BIT) == set(SENTENCES) == set(ReasonCode)
    assert codes_in(sum(BIT.values())) == tuple(ReasonCode)
    assert set(excluding_codes(sum(BIT.values()))) == set(ReasonCode) - FLAGS
    assert EXCLUDING & BIT[ReasonCode.UNKNOWN_LINE] == 0


def test_many_pairs_have_the_reasons_of_each_alone_in_their_order():
    boss = Candidate(key="boss", ancestors=())
    under = dataclasses.replace(MIA, key="max", ancestors=("boss",))
    problem = Problem(mentors=(dataclasses.replace(MIA, ancestors=()), under), mentees=(SOL, boss))
    pairs = [("max", "boss"), ("mia", "sol"), ("max", "sol"), ("mia", "boss")]
    assert reasons_of(problem, pairs) == tuple(reasons_between(problem, *pair) for pair in pairs)
    assert reasons_of(problem, pairs)[:2] == ((ReasonCode.LINE,), (ReasonCode.UNKNOWN_LINE,))
    assert reasons_of(problem, ()) == ()
    with pytest.raises(KeyError):
        reasons_of(problem, [("nobody", "sol")])


def test_whom_the_rules_leave_no_mentor_is_named_however_few_places_there_are():
    boss = Candidate(key="boss", ancestors=())
    under = dataclasses.replace(MIA, key="max", ancestors=("boss",))
    assert without_partner(Problem(mentors=(under,), mentees=(SOL, dataclasses.replace(SOL, key="rosa"), boss))) == {"boss"}
    assert without_partner(Problem(mentors=(under, MIA), mentees=(SOL, boss))) == frozenset()
    assert without_partner(Problem(mentors=(), mentees=(SOL,))) == {"sol"}

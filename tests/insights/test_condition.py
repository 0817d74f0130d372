"""The condition of a pair from dates and states alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from turnabout.insights.condition import PairFacts, SessionFact, condition_of

START = date(2027, 3, 1)


def facts(*sessions: SessionFact, **rest) -> PairFacts:
    defaults: dict[str, Any] = {
        "state": "active",
        "started_on": START,
        "total": 6,
        "interval_weeks": 4,
        "review_after": 2,
        "mentor_signed": True,
        "mentee_signed": True,
    }
    return PairFacts(sessions=sessions, **(defaults | rest))


def met(number: int, day: date) -> SessionFact:
    return SessionFact(number=number, state="met", starts_on=day, met_on=day)


def ahead(number: int, day: date, **rest) -> SessionFact:
    return SessionFact(number=number, state="invited", starts_on=day, **rest)


def keys(found) -> list[str]:
    return [reason.key for reason in found.reasons]


def test_a_pair_with_a_first_date_ahead_is_on_track():
    found = condition_of(facts(ahead(1, date(2027, 3, 8))), on=START)
    assert (found.word, found.tone, found.need, found.next_step, found.ask, found.first) == ("On track", "good", 0, "", "", None)


def test_no_first_date_needs_the_coordinator():
    found = condition_of(facts(), on=START)
    assert (found.word, found.texts, found.ask) == ("Needs you", ("They have no date for their first session.",), "mentee")


def test_three_weeks_without_a_first_session_are_said_in_words():
    found = condition_of(facts(ahead(1, date(2027, 4, 10))), on=START + timedelta(days=22))
    assert found.texts == ("They have not met yet, 22 days after both said yes.",)


def test_a_gap_is_noticed_after_one_and_a_half_intervals_and_not_a_day_earlier():
    pair = facts(met(1, date(2027, 3, 3)), ahead(2, date(2027, 5, 1)))
    assert keys(condition_of(pair, on=date(2027, 3, 3) + timedelta(days=42))) == []
    found = condition_of(pair, on=date(2027, 3, 3) + timedelta(days=43))
    assert found.texts == ("They have not met since 3 March.",)
    assert found.next_step == "Ask the mentee first to find a time."


def test_two_cancellations_on_the_mentees_side_ask_the_mentee_first_and_name_no_side():
    cancelled = SessionFact(number=1, state="cancelled", starts_on=date(2027, 3, 8), mentee_cancellations=1)
    found = condition_of(facts(cancelled, cancelled, ahead(1, date(2027, 3, 20))), on=date(2027, 3, 9))
    assert (found.texts, found.ask) == (("2 of their dates were cancelled.",), "mentee")


def test_cancellations_are_forgotten_once_they_have_met():
    cancelled = SessionFact(number=2, state="cancelled", starts_on=date(2027, 3, 8), mentee_cancellations=2)
    pair = facts(met(1, START), cancelled, met(2, date(2027, 3, 12)), ahead(3, date(2027, 4, 12)), review_after=5)
    assert keys(condition_of(pair, on=date(2027, 3, 13))) == []


@pytest.mark.parametrize(("mentor", "mentee", "ask"), [(False, False, "both"), (True, False, "mentee"), (False, True, "mentor")])
def test_an_unsigned_agreement_is_noticed_a_week_before_session_two(mentor, mentee, ask):
    pair = facts(met(1, START), ahead(2, date(2027, 3, 29)), mentor_signed=mentor, mentee_signed=mentee)
    assert keys(condition_of(pair, on=date(2027, 3, 21))) == []
    found = condition_of(pair, on=date(2027, 3, 22))
    assert (keys(found), found.ask) == (["unsigned"], ask)
    assert found.texts == ("The agreement is not signed by both yet, so session 2 on 29 March is only held.",)


def test_an_unsigned_agreement_says_nothing_before_session_one():
    pair = facts(ahead(1, date(2027, 3, 8)), ahead(2, date(2027, 3, 10)), mentor_signed=False)
    assert keys(condition_of(pair, on=date(2027, 3, 7))) == []


def test_a_session_nobody_spoke_of_is_asked_after_three_days():
    pair = facts(met(1, START), ahead(2, date(2027, 3, 29)), ahead(3, date(2027, 4, 26)))
    assert keys(condition_of(pair, on=date(2027, 4, 1))) == []
    assert keys(condition_of(pair, on=date(2027, 4, 2))) == ["untold"]


def test_no_further_date_is_noticed():
    assert keys(condition_of(facts(met(1, START)), on=date(2027, 3, 2))) == ["no_next_date"]


def test_the_review_after_session_two_is_suggested_for_two_weeks():
    pair = facts(met(1, START), met(2, date(2027, 3, 29)), ahead(3, date(2027, 4, 26)))
    assert keys(condition_of(pair, on=date(2027, 3, 30))) == ["review"]
    assert keys(condition_of(pair, on=date(2027, 4, 13))) == []


def test_closing_is_due_near_the_end_of_the_round():
    pair = facts(met(1, START), ahead(2, date(2027, 5, 20)), ends_on=date(2027, 4, 20), interval_weeks=8)
    assert condition_of(pair, on=date(2027, 4, 1)).texts == (
        "The round ends on 20 April and their closing session has not taken place.",
    )


def test_after_the_closing_session_the_two_are_asked_how_they_go_on():
    pair = facts(*(met(number, START + timedelta(days=number)) for number in range(1, 7)))
    found = condition_of(pair, on=START + timedelta(days=8))
    assert found.texts == ("Their closing session was on 7 March. They have not said yet how they go on.",)


@pytest.mark.parametrize(("state", "word"), [("ended", "Closed early"), ("closed", "Complete"), ("paused", "Resting")])
def test_a_settled_pair_needs_nothing(state, word):
    found = condition_of(facts(state=state), on=START)
    assert (found.word, found.need, found.reasons) == (word, 0, ())


def test_the_weightiest_reason_comes_first():
    pair = facts(met(1, START), ahead(2, date(2027, 3, 29)), mentor_signed=False)
    assert keys(condition_of(pair, on=date(2027, 4, 20))) == ["gap", "unsigned", "untold"]


@pytest.mark.parametrize(
    ("undeclared", "ask"), [(("mentor", "mentee"), "both"), (("mentee",), "mentee"), (("mentor",), "mentor"), ((), None)]
)
def test_a_declaration_that_is_missing_after_a_week_is_worth_a_look(undeclared, ask):
    pair = facts(ahead(1, date(2027, 3, 18)), undeclared=undeclared)
    assert keys(condition_of(pair, on=START + timedelta(days=7))) == []
    found = condition_of(pair, on=START + timedelta(days=8))
    assert (found.first and found.first.ask, found.word) == (ask, "Worth a look" if ask else "On track")

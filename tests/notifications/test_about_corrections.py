"""What is not sent, and what is sent after all, when a report of a session was wrong."""

from datetime import timedelta

import pytest

from tests.cast import NOON
from tests.notifications.test_about_pairs import templates
from turnabout.core.errors import NotPossible
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session
from turnabout.surveys import services as survey_services
from turnabout.surveys.models import Reply

DAY = timedelta(days=1)


def reopen(session, cast, now):
    return scheduling_services.reopen_session(session, told="met", by=cast.sol.account, now=now)


def test_no_questions_go_out_about_a_session_that_was_not_held_and_they_do_once_it_was(first, cast, sent, clock_at):
    before, now = len(sent()), NOON + 7 * DAY
    clock_at(now)
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=now)
    reopen(first, cast, now)
    assert sent()[before:] == []
    scheduling_services.report_session(first, said="met", by=cast.sol.account, now=now)
    assert templates(sent()[before:]) == [("mia", "pulse.asked"), ("sol", "pulse.asked")]
    reopen(first, cast, now)
    scheduling_services.report_session(first, said="met", by=cast.sol.account, now=now)
    assert len(sent()[before:]) == 2


def test_what_was_answered_stays_and_is_not_asked_again(first, cast, sent, clock_at):
    before, now = len(sent()), NOON + 7 * DAY
    clock_at(now)
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=now)
    survey_services.answer_pulse(Session.objects.select_related("pair").get(pk=first.pk), {}, by=cast.mia.account, now=now)
    again = reopen(first, cast, now)
    assert Reply.objects.count() == 1
    with pytest.raises(NotPossible, match="come after the session"):
        survey_services.answer_pulse(again, {}, by=cast.sol.account, now=now)
    scheduling_services.report_session(first, said="met", by=cast.sol.account, now=now)
    assert templates(sent()[before:]) == [("sol", "pulse.asked")]


def test_neither_review_nor_looking_back_is_asked_for_what_was_taken_back(pair, cast, sent, clock_at):
    scheduling_services.plan_sessions(pair, now=NOON)
    before = len(sent())
    sessions = Session.objects.select_related("pair__cohort__programme")
    for session in (sessions.get(number=2), sessions.get(number=6)):
        scheduling_services.report_session(session, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
        reopen(session, cast, NOON)
    clock_at(NOON + 2 * DAY)
    assert sent()[before:] == []
    for session in (sessions.get(number=2), sessions.get(number=6)):
        scheduling_services.report_session(session, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    expected = [(name, template) for name in ("mia", "sol") for template in ("closing.asked", "pulse.asked", "review.asked")]
    assert templates(sent()[before:]) == expected

"""Answers: once, under a pseudonym, and nothing recorded about who gave them."""

import uuid

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import TopicChoice
from turnabout.insights.recommend import recommendation
from turnabout.scheduling.models import Session
from turnabout.surveys import queries, services
from turnabout.surveys.models import Answer, Pseudonym, Reply

PULSE = {"useful": "5", "could_say": "4", "energy": "1"}


def met(pair, number: int) -> Session:
    return Session.objects.create(
        pair=pair,
        number=number,
        state="met",
        met_on=NOON.date(),
        starts_at=NOON,
        time_zone="UTC",
        local_start="2027-03-01T12:00",
        minutes=60,
        uid=f"{pair.pk}-{number}",
    )


@pytest.fixture
def pair(cast):
    return cast.mia_and_sol


def test_three_quick_questions_are_kept_under_a_pseudonym(cast, pair):
    services.answer_pulse(met(pair, 1), PULSE, by=cast.mia.account, now=NOON)
    reply = Reply.objects.get()
    assert (reply.survey, reply.wave, reply.role, reply.replied_on) == ("pulse", 1, "mentor", NOON.date())
    assert reply.pseudonym == Pseudonym.objects.get(enrolment=cast.mia_place).code
    assert list(Answer.objects.order_by("question").values_list("question", "number", "choice")) == [
        ("could_say", 4, ""),
        ("energy", None, "1"),
        ("useful", 5, ""),
    ]
    assert Event.objects.count() == 0


def test_answering_twice_is_refused_kindly(cast, pair):
    session = met(pair, 1)
    services.answer_pulse(session, {}, by=cast.mia.account, now=NOON)
    assert queries.has_answered(cast.mia_place, "pulse", 1)
    assert not queries.has_answered(cast.sol_place, "pulse", 1)
    with pytest.raises(NotPossible, match=r"You have already answered these questions\. Thank you, once is enough\."):
        services.answer_pulse(session, PULSE, by=cast.mia.account, now=NOON)
    assert Answer.objects.count() == 0


def test_a_mentor_of_two_answers_for_each_session(cast, pair):
    type(cast.mia_place).objects.filter(pk=cast.mia_place.pk).update(capacity=2)
    cast.mia_place.refresh_from_db()
    second = factories.pair(cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    services.answer_pulse(met(pair, 1), PULSE, by=cast.mia.account, now=NOON)
    services.answer_pulse(met(second, 1), PULSE, by=cast.mia.account, now=NOON)
    assert sorted(Reply.objects.values_list("wave", flat=True)) == [1, 101]


def test_questions_come_after_the_session_and_to_the_two(cast, pair):
    session = met(pair, 1)
    for other in (cast.cleo, cast.ash, cast.olu):
        with pytest.raises(NotAllowed):
            services.answer_pulse(session, PULSE, by=other, now=NOON)
    session.state = "invited"
    with pytest.raises(NotPossible, match="Tell us first that you met"):
        services.answer_pulse(session, PULSE, by=cast.mia.account, now=NOON)


@pytest.mark.parametrize("value", ["6", "x", "0"])
def test_an_answer_that_was_not_offered_is_named(cast, pair, value):
    with pytest.raises(NotPossible, match=r"“Useful for me”\. Choose one of those offered"):
        services.answer_pulse(met(pair, 1), {"useful": value}, by=cast.mia.account, now=NOON)
    assert Reply.objects.count() == 0


def test_the_closing_form_comes_after_the_closing_session(cast, pair):
    with pytest.raises(NotPossible, match="after your closing session"):
        services.answer_closing(pair, {}, by=cast.sol.account, now=NOON)
    met(pair, 6)
    TopicChoice.objects.create(enrolment=cast.sol_place, kind="wish", topic="useful-apps")
    services.answer_closing(
        pair,
        {"would_recommend": "yes", "changed": "I read the pack", "confidence_now:useful-apps": "7"},
        by=cast.sol.account,
        now=NOON,
    )
    assert list(Answer.objects.order_by("question").values_list("question", "number", "choice")) == [
        ("changed", None, ""), ("confidence_now:useful-apps", 7, ""), ("would_recommend", None, "yes"),
    ]  # fmt: skip
    with pytest.raises(NotPossible, match="longer than 4000"):
        services.answer_closing(pair, {"changed": "x" * 4001}, by=cast.sol.account, now=NOON)


def test_a_mentor_is_not_asked_what_a_mentee_is(cast):
    mentor = {question.key for question in queries.questions("closing", role="mentor", topics=["useful-apps"])}
    mentee = {question.key for question in queries.questions("closing", role="mentee", topics=["useful-apps"])}
    assert sorted(mentee - mentor) == ["again", "changed", "confidence_now:useful-apps", "confidence_then:useful-apps"]


def closing_reply(cast, choice: str, number: int) -> None:
    reply = Reply.objects.create(
        cohort=cast.cohort, survey="closing", role="mentor", pseudonym=uuid.uuid4(), replied_on=NOON.date()
    )
    if choice:
        Answer.objects.create(reply=reply, question="would_recommend", choice=choice)


def test_recommendation_is_not_known_yet_under_five_answers(cast, pair):
    for number in range(4):
        closing_reply(cast, "yes", number)
    closing_reply(cast, "", 5)
    assert (recommendation(cast.cohort).text, recommendation(cast.cohort).is_known) == ("not known yet", False)
    closing_reply(cast, "no", 6)
    assert recommendation(cast.cohort).text == "4 of 5 who answered would recommend it; 2 took part."

"""Answers: once, under a pseudonym, and nothing recorded about who gave them."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.cast import NOON
from turnabout.core import jobs
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import TopicChoice
from turnabout.insights.recommend import recommendation
from turnabout.programmes.models import Cohort
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
    assert (reply.survey, reply.wave, reply.role) == ("pulse", 1, "mentor")
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


@pytest.fixture
def two_pairs(cast, pair):
    """Mia's place in two pairs, both past their closing session."""
    type(cast.mia_place).objects.filter(pk=cast.mia_place.pk).update(capacity=2)
    cast.mia_place.refresh_from_db()
    second = factories.pair(cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    for each in (pair, second):
        met(each, 6)
    return pair, second


def test_a_mentor_of_two_looks_back_on_each_pair_once(cast, two_pairs):
    for pair in two_pairs:
        services.answer_closing(pair, {"trust": "5"}, by=cast.mia.account, now=NOON)
    assert sorted(Reply.objects.values_list("survey", "wave")) == [("closing", 1), ("closing", 101)]
    for pair in two_pairs:
        with pytest.raises(NotPossible, match=r"once is enough\."):
            services.answer_closing(pair, {}, by=cast.mia.account, now=NOON)


def test_the_database_keeps_a_second_closing_form_of_the_same_pair_out(cast, two_pairs):
    services.answer_closing(two_pairs[1], {}, by=cast.mia.account, now=NOON)
    twin = Reply.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError, match="a_form_is_answered_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_whoever_looks_back_on_two_pairs_is_one_of_the_five_and_counts_with_the_newest_answer(cast, two_pairs):
    for number in range(3):
        closing_reply(cast, "yes", number)
    services.answer_closing(two_pairs[0], {"would_recommend": "yes"}, by=cast.mia.account, now=NOON)
    of_the_second = Reply.objects.create(  # both forms open at once ask the whole
        cohort=cast.cohort,
        survey="closing",
        wave=101,
        role="mentor",
        pseudonym=Pseudonym.objects.get(enrolment=cast.mia_place).code,
    )
    Answer.objects.create(reply=of_the_second, question="would_recommend", choice="no")
    assert recommendation(cast.cohort).is_known is False
    closing_reply(cast, "yes", 3)
    assert recommendation(cast.cohort).text == "4 of 5 who answered would recommend it; 3 took part."


def test_a_further_pair_is_asked_only_what_is_about_the_two_of_them(cast, two_pairs):
    services.answer_closing(two_pairs[0], {}, by=cast.mia.account, now=NOON)
    groups = {question.group for question in queries.closing_questions(cast.mia_place)}
    assert groups == {"relationship", "safety", "exchange"}


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
    with pytest.raises(NotPossible, match="longer than 4000"):
        services.answer_closing(pair, {"changed": "x" * 4001}, by=cast.sol.account, now=NOON)
    services.answer_closing(
        pair,
        {"would_recommend": "yes", "changed": "I read the pack", "confidence_now:useful-apps": "7"},
        by=cast.sol.account,
        now=NOON,
    )
    assert list(Answer.objects.order_by("question").values_list("question", "number", "choice")) == [
        ("changed", None, ""), ("confidence_now:useful-apps", 7, ""), ("would_recommend", None, "yes"),
    ]  # fmt: skip


def test_a_mentor_is_not_asked_what_a_mentee_is(cast):
    mentor = {question.key for question in queries.questions("closing", role="mentor", topics=["useful-apps"])}
    mentee = {question.key for question in queries.questions("closing", role="mentee", topics=["useful-apps"])}
    assert sorted(mentee - mentor) == ["again", "changed", "confidence_now:useful-apps", "confidence_then:useful-apps"]


def closing_reply(cast, choice: str, number: int) -> None:
    reply = Reply.objects.create(cohort=cast.cohort, survey="closing", role="mentor", pseudonym=uuid.uuid4())
    if choice:
        Answer.objects.create(reply=reply, question="would_recommend", choice=choice)


def test_recommendation_is_not_known_yet_under_five_answers(cast, pair):
    for number in range(4):
        closing_reply(cast, "yes", number)
    closing_reply(cast, "", 5)
    assert (recommendation(cast.cohort).text, recommendation(cast.cohort).is_known) == ("not known yet", False)
    closing_reply(cast, "no", 6)
    assert recommendation(cast.cohort).text == "4 of 5 who answered would recommend it; 2 took part."


FOLLOWED_UP = timedelta(days=425)  # twelve months to the last follow-up, and sixty days


@pytest.fixture
def answered(cast, pair):
    """Mia answered twice and Sol once."""
    for number in (1, 2):
        services.answer_pulse(met(pair, number), PULSE, by=cast.mia.account, now=NOON)
    services.answer_pulse(Session.objects.get(pair=pair, number=1), PULSE, by=cast.sol.account, now=NOON)


def closed(cast, at) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed", closed_at=at)


def test_codes_are_kept_until_the_last_follow_up_is_over(cast, answered, clock_at):
    closed(cast, NOON)
    before = list(Reply.objects.order_by("pk").values_list("pseudonym", flat=True))
    clock_at(NOON + FOLLOWED_UP - timedelta(minutes=1))
    jobs.PERIODIC["surveys.jobs.forget"]()
    assert Pseudonym.objects.count() == 2
    assert list(Reply.objects.order_by("pk").values_list("pseudonym", flat=True)) == before


def test_then_nobody_can_tell_whose_answers_are_whose_nor_which_forms_are_one_persons(cast, answered, clock_at):
    closed(cast, NOON)
    before = set(Reply.objects.values_list("pseudonym", flat=True))
    clock_at(NOON + FOLLOWED_UP)
    jobs.PERIODIC["surveys.jobs.forget"]()
    after = list(Reply.objects.values_list("pseudonym", flat=True))
    assert (Pseudonym.objects.count(), len(set(after)), before & set(after), Answer.objects.count()) == (0, 3, set(), 9)
    jobs.PERIODIC["surveys.jobs.forget"]()
    assert sorted(Reply.objects.values_list("pseudonym", flat=True)) == sorted(after)


def test_codes_of_other_rounds_stay(cast, answered):
    other = factories.pair(
        factories.enrolment(factories.cohort(cast.programme), cast.kofi, "mentor"),
        factories.enrolment(cast.cohort, cast.rosa, "mentee"),
    )
    services.answer_pulse(met(other, 1), PULSE, by=cast.kofi.account, now=NOON)
    closed(cast, NOON)
    assert services.destroy_pseudonyms(now=NOON + FOLLOWED_UP) == 2
    assert Pseudonym.objects.get().enrolment == other.mentor


def test_a_round_that_nobody_closed_counts_from_its_last_day(cast, answered):
    Cohort.objects.filter(pk=cast.cohort.pk).update(ends_on=date(2027, 9, 30))
    assert services.destroy_pseudonyms(now=NOON + FOLLOWED_UP) == 0
    assert services.destroy_pseudonyms(now=NOON + (date(2027, 9, 30) - NOON.date()) + FOLLOWED_UP) == 2


def test_no_form_is_taken_a_second_time_once_nobody_can_tell_the_first(cast, pair, answered):
    closed(cast, NOON)
    late = NOON + FOLLOWED_UP
    services.destroy_pseudonyms(now=late)
    session = Session.objects.select_related("pair__cohort").get(pair=pair, number=1)
    for answer in (
        lambda: services.answer_pulse(session, PULSE, by=cast.mia.account, now=late),
        lambda: services.answer_closing(pair, {}, by=cast.mia.account, now=late),
    ):
        with pytest.raises(NotPossible, match=r"This round ended long ago, so its forms are closed\."):
            answer()
    assert (Reply.objects.count(), Pseudonym.objects.count()) == (3, 0)


def test_the_days_that_codes_are_kept_are_the_operators(cast, answered, settings):
    closed(cast, NOON)
    settings.ANSWER_CODES_KEPT_DAYS = 60
    assert services.destroy_pseudonyms(now=NOON + timedelta(days=60)) == 2

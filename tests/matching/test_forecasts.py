import dataclasses

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.cast import NOON
from tests.matching.stopping import stopped_at_the_next_step
from turnabout.core import progress
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Conflict, Enrolment, TopicChoice
from turnabout.matching import forecasts, jobs, services
from turnabout.matching.forecasts import AssumedPool
from turnabout.matching.models import Forecast, NotAvailable, Proposal, Rest, Run

POOL = AssumedPool(mentors=30, mentees=40, draws=3)


@pytest.fixture
def twelve(cast) -> list[Enrolment]:
    """Six mentors and six mentees; five mentees speak Italian alone, which one mentor speaks."""
    mentors = [cast.mia_place] + [place(cast, "mentor", 2) for _number in range(5)]
    mentees = [cast.sol_place] + [place(cast, "mentee", 8, languages={"it": 3}) for _number in range(5)]
    type(cast.mia).objects.filter(pk=mentors[1].person_id).update(languages={"en": 3, "it": 3})
    for number, one in enumerate(mentors):
        TopicChoice.objects.create(enrolment=one, kind="offer", topic="ai-everyday" if number else "project-tools", level=3)
    for one in mentees:
        TopicChoice.objects.create(enrolment=one, kind="wish", topic="ai-everyday", level=3)
    TopicChoice.objects.create(enrolment=mentees[1], kind="wish", topic="finding-information", level=1)
    return [*mentors, *mentees]


def place(cast, role, grade, **fields) -> Enrolment:
    return factories.enrolment(cast.cohort, factories.person(entity=cast.paris, grade=grade, is_head=True, **fields), role)


def worked_out(cast, **options) -> Forecast:
    return forecasts.make_forecast(forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON, **options), now=NOON)


def test_figures_are_those_that_the_round_then_has(cast, twelve):
    found = worked_out(cast).figures
    run = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON, is_breadth_first=True), now=NOON)
    as_it_is = found["rules"][0]
    assert {name: as_it_is[name] for name in ("people", "pairs", "floor", "total")} == {
        name: run.figures[name] for name in ("people", "pairs", "floor", "total")
    }
    assert found["basis"] == {"mentors": 6, "mentees": 6, "people": 12, "not_prepared": 0, "waiting": 0}


def test_rule_that_keeps_people_apart_shows_what_it_costs(cast, twelve):
    people = {outcome["name"]: outcome["people"] for outcome in worked_out(cast).figures["rules"]}
    assert people["as it is"] == 4
    assert people["language_level"] == 12
    assert people["history"] == 4


def test_what_is_missing_is_counted_and_what_few_ask_for_only_together(cast, twelve):
    needs = worked_out(cast).figures["needs"]
    assert needs == [
        {"attribute": "language", "value": "it", "wanted": 5, "offered": 1, "missing": 4},
        {"attribute": "topic", "value": "ai-everyday", "wanted": 6, "offered": 5, "missing": 1},
    ]
    for number in range(5):
        TopicChoice.objects.create(enrolment=twelve[7 + number % 5], kind="wish", topic=RARE[number], level=1)
    together = [need for need in worked_out(cast).figures["needs"] if not need["value"]]
    assert together == [{"attribute": "topic", "value": "", "wanted": 6, "offered": 1, "missing": 5}]


RARE = ("project-tools", "privacy", "etiquette", "safety", "apps")


def test_assumed_pool_is_drawn_once_for_each_seed(cast, twelve):
    draws = worked_out(cast, pool=POOL).figures["draws"]
    assert [draw["name"] for draw in draws] == ["1", "2", "3"]
    assert draws == worked_out(cast, pool=POOL).figures["draws"]
    assert all(draw["people"] <= 70 for draw in draws)


def test_unprepared_people_count_and_are_said(cast, twelve):
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(prepared_at=None)
    found = worked_out(cast).figures
    assert found["basis"] == {"mentors": 6, "mentees": 6, "people": 12, "not_prepared": 1, "waiting": 0}
    assert found["rules"][0]["people"] == 4


def test_nothing_that_was_said_in_private_moves_a_figure(cast, twelve):
    before = worked_out(cast, pool=POOL).figures
    mentor, mentee = cast.mia_place, cast.sol_place
    NotAvailable.objects.create(cohort=cast.cohort, mentor=mentor, mentee=mentee)
    Conflict.objects.create(enrolment=mentee, other=twelve[1].person)
    Rest.objects.create(enrolment=twelve[2], until=NOON.replace(year=2028))
    assert worked_out(cast, pool=POOL).figures == before


def test_nothing_of_it_names_anybody(cast, twelve):
    stored = str(worked_out(cast, pool=POOL).figures)
    numbers = [one.person.employee_number for one in twelve]
    assert [number for number in numbers if f"'{number}'" in stored] == []
    assert Proposal.objects.count() == 0
    assert Run.objects.count() == 0


def test_only_who_looks_after_everybody_may_ask(cast, twelve):
    for account in (cast.cleo, cast.otto.account, cast.sana):
        with pytest.raises(NotAllowed):
            forecasts.start_forecast(cast.cohort, by=account, now=NOON)
    asked = forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON)
    with pytest.raises(NotAllowed):
        forecasts.stop_forecast(asked, by=cast.cleo, now=NOON)


def test_second_question_waits_for_the_first(cast, twelve):
    forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="already being worked out"):
        forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON)
    assert Forecast.objects.count() == 1


def test_database_keeps_an_assumed_pool_whole(cast):
    with pytest.raises(IntegrityError, match="an_assumed_pool_has_both_sides"), transaction.atomic():
        Forecast.objects.create(cohort=cast.cohort, created_at=NOON, mentors=4, draws=1)


def test_round_that_is_not_open_or_has_one_side_alone_is_refused_kindly(cast):
    assert cast.mia_place
    with pytest.raises(NotPossible, match="one of the two sides"):
        forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON)
    closed = factories.cohort(cast.programme, state="closed", name="Past")
    with pytest.raises(NotPossible, match="while the round is open"):
        forecasts.start_forecast(closed, by=cast.olu, now=NOON)


def test_one_that_waits_is_stopped_at_once_and_never_worked_out(cast, twelve):
    asked = forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON)
    forecasts.stop_forecast(asked, by=cast.olu, now=NOON)
    jobs.make_forecast(forecast_id=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.figures, asked.refusal) == ("failed", {}, "Somebody stopped this before it was worked out.")


def test_one_that_is_being_worked_out_stops_at_its_next_step(cast, twelve):
    asked = forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON, pool=POOL)
    with stopped_at_the_next_step():
        stopped = forecasts.make_forecast(asked, now=NOON)
    counter = progress.of(stopped)
    assert counter is not None
    assert (stopped.state, stopped.figures, counter.state, counter.done) == ("failed", {}, "cancelled", 0)
    assert stopped.refusal == counter.message == "Somebody stopped this before it was worked out."


def test_work_that_is_repeated_after_a_crash_ends_once(cast, twelve):
    asked = forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON)
    Forecast.objects.filter(pk=asked.pk).update(state="working")
    jobs.make_forecast(forecast_id=asked.pk)
    jobs.make_forecast(forecast_id=asked.pk)
    assert list(Event.objects.filter(name="forecast.made").values_list("subject", flat=True)) == [f"forecast:{asked.pk}"]


def test_side_that_emptied_meanwhile_is_said_in_a_sentence(cast, twelve):
    asked = forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON, pool=POOL)
    Enrolment.objects.filter(cohort=cast.cohort, role="mentee").update(state="withdrawn")
    ended = forecasts.make_forecast(asked, now=NOON)
    assert (ended.state, ended.refusal.split(" is ")[0]) == ("failed", "Nobody with a free place")


def test_pool_that_does_not_fit_into_memory_says_what_to_do(cast, twelve, settings, monkeypatch):
    monkeypatch.setattr(forecasts.apart, "LARGE", 100)
    settings.MATCHING_MEMORY_MB = 1
    ended = forecasts.make_forecast(
        forecasts.start_forecast(cast.cohort, by=cast.olu, now=NOON, pool=dataclasses.replace(POOL, draws=1)), now=NOON
    )
    assert (ended.state, ended.refusal.split(".")[0]) == ("failed", "This pool is too large for this server")

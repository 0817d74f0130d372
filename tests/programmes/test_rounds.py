from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.blueprints import catalogue
from turnabout.core import guards
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.matching import boards
from turnabout.pairs import services as pairs
from turnabout.programmes import opening, ranges, rounds, services
from turnabout.programmes.models import Charter, Cohort, Programme

SETTINGS = ranges.RoundSettings(name="Spring", starts_on=date(2027, 3, 15), ends_on=date(2027, 9, 15))


def newest(programme: Programme) -> Charter:
    charter = rounds.newest_charter(programme)
    assert charter is not None
    return charter


def planned(cast, design: str = "global-digital") -> Cohort:
    programme = services.start_programme(design, naming=services.Naming(name="Turning tables"), by=cast.olu, now=NOON)
    return rounds.plan_cohort(programme, settings=SETTINGS, by=cast.olu, now=NOON)


def ready(cast, design: str = "global-digital") -> Cohort:
    cohort = planned(cast, design)
    give_everything(cast, cohort.programme)
    return cohort


def give_everything(cast, programme: Programme) -> None:
    charter = newest(programme)
    services.save_charter(
        programme, answers=replace(services.CharterAnswers.of(charter), ends_on=date(2027, 9, 30)), by=cast.olu, now=NOON
    )
    services.give_office(factories.account("Sana Khan"), programme, "sponsor", by=cast.olu, now=NOON)
    services.give_office(factories.account("Nadia Haddad"), programme, "contact", by=cast.olu, now=NOON)
    answers = {check.key: "green" for check in opening.checks(programme.design, None)}
    services.answer_readiness(programme, answers=answers, by=cast.olu, now=NOON)
    services.sign_charter(newest(programme), by=cast.olu, now=NOON)


@pytest.mark.parametrize("key", [design.key for design in catalogue.designs()])
def test_each_design_opens_a_round_with_its_own_settings(cast, key):
    programme = services.start_programme(key, naming=services.Naming(name="Turning tables"), by=cast.olu, now=NOON)
    settings = rounds.suggested_settings(catalogue.design(key), name="First", starts_on=date(2027, 4, 1))
    assert ranges.problems(settings) == {}
    cohort = rounds.plan_cohort(programme, settings=settings, by=cast.olu, now=NOON)
    give_everything(cast, programme)
    opened = rounds.open_cohort(cohort, by=cast.olu, now=NOON)
    assert (opened.state, opened.charter) == ("enrolling", newest(programme))


def test_what_is_missing_is_named_with_its_step(cast):
    cohort = planned(cast)
    services.save_charter(cohort.programme, answers=services.CharterAnswers(), by=cast.olu, now=NOON)
    rounds.change_cohort(cohort, settings=replace(SETTINGS, starts_on=None), by=cast.olu, now=NOON)
    cohort.refresh_from_db()
    lacks = rounds.missing(cohort)
    assert [lack.step for lack in lacks] == ["purpose", "purpose", "people", "people", "round", "charter"]
    with pytest.raises(NotPossible) as refusal:
        rounds.open_cohort(cohort, by=cast.olu, now=NOON)
    assert refusal.value.sentence == lacks[0].sentence


def test_a_red_answer_blocks_diverse_voices_with_its_reason(cast):
    cohort = ready(cast, "diverse-voices")
    check = next(check for check in opening.checks("diverse-voices", None) if check.is_blocking)
    services.answer_readiness(cohort.programme, answers={check.key: "red"}, by=cast.olu, now=NOON)
    services.sign_charter(newest(cohort.programme), by=cast.olu, now=NOON)
    with pytest.raises(NotPossible) as refusal:
        rounds.open_cohort(cohort, by=cast.olu, now=NOON)
    assert refusal.value.sentence == f"Not ready: {check.red} {check.remedy}"


def test_an_unanswered_readiness_question_is_named(cast):
    cohort = planned(cast, "diverse-voices")
    check = next(check for check in opening.checks("diverse-voices", None) if check.is_blocking)
    sentences = [lack.sentence for lack in rounds.missing(cohort) if lack.step == "readiness"]
    assert sentences[0] == f"Answer the readiness question: {check.question}"


def test_a_round_opens_once(cast):
    cohort = ready(cast)
    rounds.open_cohort(cohort, by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="open already"):
        rounds.open_cohort(cohort, by=cast.olu, now=NOON)
    assert Event.objects.filter(name="cohort.opened").count() == 1


def test_a_round_whose_last_day_has_passed_does_not_open(cast):
    cohort = ready(cast)
    with pytest.raises(NotPossible, match="this day has passed"):
        rounds.open_cohort(cohort, by=cast.olu, now=NOON + timedelta(days=300))


def test_a_coordinator_plans_changes_and_opens_nothing(cast):
    cohort = factories.cohort(cast.programme, state="draft")
    for act in (
        lambda: rounds.plan_cohort(cast.programme, settings=SETTINGS, by=cast.cleo, now=NOON),
        lambda: rounds.change_cohort(cohort, settings=SETTINGS, by=cast.cleo, now=NOON),
        lambda: rounds.open_cohort(cohort, by=cast.cleo, now=NOON),
        lambda: rounds.close_cohort(cohort, by=cast.cleo, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sessions": 3}, "Sessions: use a number from 4 to 12."),
        ({"minutes": 91}, "Minutes of a session: use a number from 30 to 90."),
        ({"interval_weeks": 1}, "Weeks between sessions: use a number from 2 to 8."),
        ({"mentor_cap": 3}, "Partners one mentor may have: use a number from 1 to 2."),
        ({"answers_needed": 4}, "Answers needed before results are shown: use a number from 5 to 50."),
        ({"distance_exception": 2}, "Levels apart for heads with nobody outside their line: use a number from 3 to 9."),
        ({"name": " "}, "Give the round a name, such as Spring 2027."),
        ({"seniority": "age"}, "What counts as more experienced: choose one of the answers offered."),
        (
            {"weights": {"topics": 0}},
            "What counts in matching: give each criterion 0 to 100, and at least one of them more than 0.",
        ),
        ({"ends_on": date(2027, 4, 1)}, "Last day: choose a day three to twelve months after the first day."),
    ],
)
def test_a_value_outside_its_range_is_refused_with_field_and_range(cast, changes, sentence):
    with pytest.raises(NotPossible) as refusal:
        rounds.change_cohort(
            cast.cohort, settings=replace(ranges.RoundSettings.of(cast.cohort), **changes), by=cast.olu, now=NOON
        )
    assert refusal.value.sentence == sentence


def test_a_change_is_recorded_by_its_fields(cast):
    settings = replace(ranges.RoundSettings.of(cast.cohort), minutes=45, sessions=8)
    changed = rounds.change_cohort(cast.cohort, settings=settings, by=cast.olu, now=NOON)
    assert (changed.minutes, changed.sessions) == (45, 8)
    assert Event.objects.get(name="cohort.changed").data == {"fields": ["minutes", "sessions"]}
    rounds.change_cohort(changed, settings=settings, by=cast.olu, now=NOON)
    assert Event.objects.filter(name="cohort.changed").count() == 1


def test_weights_of_an_earlier_release_are_read_as_the_form_showed_them(cast):
    cast.cohort.weights = {"topics": 60, "hours": 20, "interests": 20}
    settings = ranges.RoundSettings.of(cast.cohort)
    assert {name: weight for name, weight in settings.weights.items() if weight} == {"topics": 60, "hours": 20}
    assert (ranges.problems(settings), settings.changed_from(cast.cohort)) == ({}, [])


@pytest.mark.parametrize("stored", [{}, {"interests": 100}])
def test_a_round_in_which_nobody_set_what_counts_follows_its_design(cast, stored):
    cast.cohort.weights = stored
    assert ranges.weights_of(cast.cohort) == ranges.whole(catalogue.design("global-digital").settings.weights.by_criterion)


def test_what_people_registered_under_stays_once_the_round_is_open(cast):
    settings = replace(ranges.RoundSettings.of(cast.cohort), seniority="service")
    with pytest.raises(NotPossible, match="What counts as more experienced cannot change any more"):
        rounds.change_cohort(cast.cohort, settings=settings, by=cast.olu, now=NOON)


def test_a_round_closes_once_and_then_stays_as_it_is(cast):
    closed = rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON)
    assert (closed.state, closed.closed_at) == ("closed", NOON)
    with pytest.raises(NotPossible, match="Only an open round can be closed"):
        rounds.close_cohort(closed, by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="This round is closed"):
        rounds.change_cohort(closed, settings=SETTINGS, by=cast.olu, now=NOON)


def test_a_higher_layer_can_keep_a_round_open(cast, monkeypatch):
    monkeypatch.setattr(guards, "_guards", {"cohort.close": [lambda cohort: NotPossible("Pairs still meet.")]})
    with pytest.raises(NotPossible, match="Pairs still meet"):
        rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON)


def test_a_round_waits_for_its_pairs(cast):
    assert cast.mia_and_sol
    with pytest.raises(NotPossible, match="1 pair has not finished"):
        rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON)
    pairs.end_pair(cast.mia_and_sol, by=cast.mia.account, now=NOON)
    assert rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON).state == "closed"


def test_a_round_waits_for_the_answers_to_its_suggestions(cast):
    asked = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, state="asking_mentor")
    with pytest.raises(NotPossible, match="1 suggestion waits for an answer"):
        rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON)
    boards.retract(asked, by=cast.olu, now=NOON)
    assert rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON).state == "closed"


def test_nobody_is_asked_in_a_closed_round(cast):
    draft = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place)
    rounds.close_cohort(cast.cohort, by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="nobody can be asked any more"):
        boards.publish(draft.run, [draft], by=cast.olu, now=NOON)


def test_the_open_link_is_switched_by_organisers_of_an_open_round(cast):
    assert rounds.switch_open_link(cast.cohort, is_on=True, by=cast.cleo, now=NOON).is_open_link_on is True
    rounds.switch_open_link(cast.cohort, is_on=True, by=cast.cleo, now=NOON)
    assert [event.data for event in Event.objects.filter(name="open_link.switched")] == [{"is_on": True}]
    with pytest.raises(NotAllowed):
        rounds.switch_open_link(cast.cohort, is_on=False, by=cast.sana, now=NOON)
    with pytest.raises(NotPossible, match="Open the round first"):
        rounds.switch_open_link(factories.cohort(cast.programme, state="draft"), is_on=True, by=cast.olu, now=NOON)


def test_coordinators_learn_that_a_round_opened(cast, sent, clock_at):
    cohort = ready(cast)
    services.give_office(cast.ada, cohort.programme, "coordinator", by=cast.olu, now=NOON)
    rounds.open_cohort(cohort, by=cast.olu, now=NOON)
    assert [(mail.to, mail.template) for mail in sent()] == [(cast.ada.email, "cohort.opened")]

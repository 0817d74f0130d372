import pytest

from tests import factories
from turnabout.blueprints import catalogue
from turnabout.programmes.hours import Promise, promised
from turnabout.programmes.models import Cohort


def at_the_designs_pace(key: str) -> Cohort:
    settings = catalogue.design(key).settings
    return factories.cohort(
        factories.programme(design=key),
        sessions=settings.sessions,
        minutes=settings.minutes,
        interval_weeks=settings.interval_weeks,
        mentor_cap=settings.mentor_cap,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("key", [design.key for design in catalogue.designs()])
def test_at_the_designs_own_pace_its_figures_and_words_stand(key):
    cohort, hours = at_the_designs_pace(key), catalogue.design(key).hours
    assert promised(cohort, "mentor") == Promise(total=hours.mentor.total, in_words=hours.mentor.in_words)
    assert promised(cohort, "mentee") == Promise(total=hours.mentee.total, in_words=hours.mentee.in_words)


@pytest.mark.django_db
def test_the_default_design_promises_fourteen_hours_to_a_mentor_and_nine_to_a_mentee():
    cohort = at_the_designs_pace("global-digital")
    assert (promised(cohort, "mentor").total, promised(cohort, "mentee").total) == (14, 9)


def test_a_second_partner_adds_sessions_and_the_time_between_them_but_no_preparation(cast):
    promise = promised(cast.cohort, "mentor", partners=2)
    assert promise == Promise(
        total=23,
        in_words="About 23 hours over 7 months. That is 6 sessions of 60 minutes with each of 2 partners, time to get ready for them, and the preparation at the start. Time in circles with others who share is counted in.",
    )


def test_more_and_longer_sessions_take_more_hours(cast):
    cast.cohort.sessions, cast.cohort.minutes, cast.cohort.interval_weeks = 12, 90, 2
    assert promised(cast.cohort, "mentor").total == 12 * 1.5 + 12 * 0.5 + 3 + 2
    assert promised(cast.cohort, "mentee") == Promise(
        total=12 * 1.5 + 12 / 6 + 2,
        in_words="About 22 hours over 7 months. That is 12 sessions of 90 minutes, time to get ready for them, and the preparation at the start.",
    )


def test_a_round_without_dates_lasts_as_long_as_its_sessions(cast):
    cast.cohort.sessions, cast.cohort.starts_on = 12, None
    assert promised(cast.cohort, "mentee").in_words.startswith("About 16 hours over 11 months.")

"""Pairs that go on are looked at again when the directory changes."""

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.models import Event
from turnabout.matching import jobs, rechecks
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort


def state_of(pair: Pair) -> str:
    return Pair.objects.get(pk=pair.pk).state


def told() -> list[dict[str, str]]:
    return [event.data for event in Event.objects.filter(name="pair.paused")]


def put(person: Person, **fields) -> None:
    Person.objects.filter(pk=person.pk).update(**fields)


@pytest.fixture
def far_apart(cast):
    """Mia, three levels below Sol by the round's exception, and their pair."""
    Cohort.objects.filter(pk=cast.cohort.pk).update(distance_exception=3)
    pair = cast.mia_and_sol
    Pair.objects.filter(pk=pair.pk).update(distance_exception=True)
    put(cast.max, manager=factories.person("Dora", manager=cast.sol))
    return pair


def test_a_pair_rests_when_the_directory_puts_one_above_the_other(cast, clock_at):
    pair = cast.mia_and_sol
    jobs.check_pairs()
    assert state_of(pair) == "active"
    put(cast.max, manager=cast.sol)
    for _time in (1, 2):
        jobs.check_pairs()
    assert (state_of(pair), told()) == ("paused", [{"reason": "line"}])


def test_the_mentee_below_the_mentor_rests_too(cast):
    pair = cast.mia_and_sol
    put(cast.sol, manager=cast.mia)
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 1
    assert (state_of(pair), told()) == ("paused", [{"reason": "line"}])


@pytest.mark.parametrize("change", ["manager", "team"])
def test_a_pair_rests_when_the_directory_puts_both_into_one_team(change, cast):
    pair = cast.mia_and_sol
    put(cast.mia, **({"manager": cast.head} if change == "manager" else {"unit": cast.sol.unit}))
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 1
    assert (state_of(pair), told()) == ("paused", [{"reason": "team"}])


def test_a_pair_of_the_distance_exception_goes_on_while_it_is_far_enough_apart(cast, far_apart):
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 0
    Cohort.objects.filter(pk=cast.cohort.pk).update(distance_exception=None)
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 0
    assert state_of(far_apart) == "active"


@pytest.mark.parametrize("levels", [1, 2])
def test_a_pair_of_the_distance_exception_rests_when_it_is_direct_or_skip_level_by_now(levels, cast, far_apart):
    put(cast.mia if levels == 1 else cast.max, manager=cast.sol)
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 1
    assert (state_of(far_apart), told()) == ("paused", [{"reason": "line"}])


def test_a_pair_of_the_distance_exception_rests_when_both_are_in_one_team(cast, far_apart):
    put(cast.mia, unit=cast.sol.unit)
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 1
    assert told() == [{"reason": "team"}]


@pytest.mark.parametrize("rounds", [1, 3])
def test_looking_at_all_pairs_costs_the_same_for_any_number_of_rounds(rounds, cast, django_assert_num_queries):
    for number in range(rounds):
        cohort = factories.cohort(cast.programme, name=f"Round {number}")
        mentor, mentee = (factories.enrolment(cohort, one, role) for one, role in ((cast.mia, "mentor"), (cast.sol, "mentee")))
        factories.pair(mentor, mentee)
    with django_assert_num_queries(4):
        assert rechecks.rest_pairs_kept_apart(now=NOON) == 0

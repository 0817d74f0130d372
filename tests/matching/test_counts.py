"""What is said of a matching round before it begins, and on its board: the people whom the engine gets, and no others."""

import pytest

from tests import factories
from tests.cast import NOON
from tests.matching.solving import solved
from turnabout.enrolments.models import Enrolment
from turnabout.matching import answers, queries, wording
from turnabout.matching.answers import Choice
from turnabout.matching.queries import PoolCounts
from turnabout.people.models import Person


@pytest.fixture
def places(cast) -> dict[str, Enrolment]:
    """Three mentors, one of them with two places, and three mentees of the round."""
    return {
        "mia": cast.mia_place,
        "kofi": factories.enrolment(cast.cohort, cast.kofi, "mentor"),
        "max": factories.enrolment(cast.cohort, cast.max, "mentor", capacity=2),
        "sol": cast.sol_place,
        "rosa": factories.enrolment(cast.cohort, cast.rosa, "mentee"),
        "hana": factories.enrolment(cast.cohort, cast.head, "mentee"),
    }


def in_the_engine(cast) -> tuple[int, int]:
    problem = queries.pool(cast.cohort, now=NOON, carried=queries.kept(cast.cohort)[1]).problem
    return len(problem.mentors), len(problem.mentees)


def ask(cast, mentor: Enrolment, mentee: Enrolment):
    return factories.proposal(factories.run(cast.cohort, state="published"), mentor, mentee, state="asking_mentor")


def counts(cast) -> tuple[int, int, int]:
    found = queries.pool_counts(cast.cohort)
    assert (found.mentors, found.mentees) == in_the_engine(cast)
    return found.mentors, found.mentees, found.waiting


def test_whoever_waits_for_an_answer_is_counted_apart_and_is_not_matched(cast, places):
    assert counts(cast) == (3, 3, 0)
    ask(cast, places["mia"], places["sol"])
    assert counts(cast) == (2, 2, 2)


def test_a_mentor_with_another_place_takes_part_with_that_one(cast, places):
    ask(cast, places["max"], places["rosa"])
    assert counts(cast) == (3, 2, 1)
    (mentor,) = [one for one in queries.pool(cast.cohort, now=NOON).problem.mentors if one.key == cast.max.employee_number]
    assert mentor.capacity == 1
    factories.pair(places["max"], places["sol"])
    assert counts(cast) == (2, 1, 2)


@pytest.mark.parametrize("choice", [None, Choice.NOT_THIS_PERSON, Choice.NOT_NOW])
def test_no_answer_moves_a_count_before_the_deadline(choice, cast, places):
    proposal = ask(cast, places["mia"], places["sol"])
    if choice is not None:
        answers.answer_proposal(proposal, by=cast.mia.account, choice=choice, now=NOON)
    assert counts(cast) == (2, 2, 2)
    assert queries.counts_so_far(cast.cohort) == {"mentor": 2, "mentee": 2}


def test_whoever_has_left_and_a_pair_that_a_coordinator_keeps_against_a_rule_are_not_counted(cast, places):
    Person.objects.filter(pk=cast.kofi.pk).update(state="left")
    board = factories.run(cast.cohort)
    factories.proposal(board, places["mia"], places["sol"], is_locked=True, warnings=["language"])
    assert counts(cast) == (1, 2, 0)


def test_the_board_keeps_who_waited_when_it_was_worked_out(cast, places):
    ask(cast, places["mia"], places["sol"])
    run = solved(cast)
    assert (run.figures["candidates"], run.figures["waiting"]) == (4, 2)
    assert {"label": "Wait for an answer to a suggestion", "value": "2"} in wording.figures(run)


def test_a_forecast_counts_nobody_whose_place_is_held(cast, places):
    ask(cast, places["mia"], places["sol"])
    assert queries.counts_so_far(cast.cohort) == {"mentor": 2, "mentee": 2}


@pytest.mark.parametrize("rows", [1, 3])
def test_counting_costs_the_same_for_any_number_of_suggestions(rows, cast, django_assert_num_queries):
    for _number in range(rows):
        mentor, mentee = (factories.enrolment(cast.cohort, factories.person(), role) for role in ("mentor", "mentee"))
        ask(cast, mentor, mentee)
    with django_assert_num_queries(9):
        assert queries.pool_counts(cast.cohort) == PoolCounts(mentors=0, mentees=0, not_prepared=0, waiting=2 * rows)

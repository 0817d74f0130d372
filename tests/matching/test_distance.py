"""Whom the distance exception is for: heads of the organisation or an entity who have nobody outside their line."""

from dataclasses import replace

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotPossible
from turnabout.engine import reasons_between
from turnabout.enrolments.models import Conflict, TopicChoice
from turnabout.matching import boards, keeping, queries, scenarios, services
from turnabout.matching.models import NotAvailable, Proposal
from turnabout.programmes.models import Cohort


@pytest.fixture
def chain(cast):
    """Head, director, manager and clerk, all of Paris; the clerk would share with the head."""
    Cohort.objects.filter(pk=cast.cohort.pk).update(distance_exception=3)
    cast.cohort.refresh_from_db()
    director = factories.person("Dora", entity=cast.paris, grade=8, manager=cast.head)
    manager = factories.person("Marc", entity=cast.paris, grade=5, manager=director)
    clerk = factories.person("Cleo", entity=cast.paris, grade=2, manager=manager)
    found = {
        "clerk": factories.enrolment(cast.cohort, clerk, "mentor"),
        "head": factories.enrolment(cast.cohort, cast.head, "mentee"),
        "director": factories.enrolment(cast.cohort, director, "mentee"),
    }
    for name, kind in (("clerk", "offer"), ("head", "wish")):
        TopicChoice.objects.create(enrolment=found[name], kind=kind, topic="ai-everyday", level=3)
    return found


def outsider(cast, **fields):
    other = factories.person("Outsider", entity=cast.lagos, **({"grade": 2, "is_head": True} | fields))
    return factories.enrolment(cast.cohort, other, "mentor")


def granted(cast) -> frozenset[str]:
    distance = queries.pool(cast.cohort, now=NOON).problem.rules.distance
    assert distance is not None
    assert not distance.heads
    return distance.allowed_for


def between(cast, mentor, mentee) -> list[str]:
    problem = queries.pool(cast.cohort, now=NOON).problem
    return [str(code) for code in reasons_between(problem, mentor.person.employee_number, mentee.person.employee_number)]


def test_a_head_with_nobody_outside_the_line_may_be_paired_at_a_distance(cast, chain):
    assert granted(cast) == {cast.head.employee_number}
    assert between(cast, chain["clerk"], chain["head"]) == ["distance_exception"]
    assert between(cast, chain["clerk"], chain["director"]) == ["line"]


def test_a_head_with_somebody_outside_the_line_gets_no_exception(cast, chain):
    assert outsider(cast)
    assert granted(cast) == frozenset()
    assert between(cast, chain["clerk"], chain["head"]) == ["line"]


def test_somebody_outside_whom_another_rule_excludes_is_nobody(cast, chain):
    assert outsider(cast, languages={"fr": 4})
    assert granted(cast) == {cast.head.employee_number}


def test_the_head_of_an_entity_gets_the_exception_as_the_head_of_all_does(cast, chain):
    lead = factories.person("Lead", entity=cast.lagos, grade=8, manager=cast.head)
    second = factories.person(entity=cast.lagos, manager=lead)
    third = factories.person(entity=cast.lagos, manager=second)
    clerk = factories.enrolment(cast.cohort, factories.person(entity=cast.lagos, grade=2, manager=third), "mentor")
    place = factories.enrolment(cast.cohort, lead, "mentee")
    chain["clerk"].delete()
    assert granted(cast) == {cast.head.employee_number, lead.employee_number}
    assert between(cast, clerk, place) == ["distance_exception"]


def test_somebody_without_a_known_manager_who_heads_nothing_gets_none(cast, chain):
    stray = factories.person("Stray", grade=9)
    clerk = chain["clerk"].person
    type(clerk).objects.filter(pk=cast.head.pk).update(manager=stray, line="known")
    place = factories.enrolment(cast.cohort, stray, "mentee")
    assert "line" in between(cast, chain["clerk"], place)


def test_what_somebody_said_in_private_about_an_outsider_opens_no_line(cast, chain):
    other = outsider(cast)
    Conflict.objects.create(enrolment=chain["head"], other=other.person)
    NotAvailable.objects.create(cohort=cast.cohort, mentor=other, mentee=chain["head"])
    assert granted(cast) == frozenset()


def test_two_people_paired_by_hand_are_judged_by_the_whole_round(cast, chain):
    assert boards.look_at(chain["clerk"], chain["head"], now=NOON).flags == ("distance_exception",)
    assert outsider(cast)
    assert boards.look_at(chain["clerk"], chain["head"], now=NOON).blocks == ("line",)


def test_an_outsider_who_was_a_partner_before_is_nobody_by_hand_either(cast, chain):
    other = outsider(cast)
    earlier = factories.cohort(cast.programme, name="Autumn 2026")
    factories.pair(
        factories.enrolment(earlier, other.person, "mentor"),
        factories.enrolment(earlier, cast.head, "mentee"),
        state="closed",
        ended_at=NOON,
    )
    assert boards.look_at(chain["clerk"], chain["head"], now=NOON).flags == ("distance_exception",)


def test_a_kept_pair_in_one_line_is_named_once_somebody_outside_is_there(cast, chain):
    board = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON), now=NOON)
    made = Proposal.objects.with_people().get(run=board, mentor=chain["clerk"], mentee=chain["head"])
    assert made.is_distance_exception
    services.lock_proposal(made, by=cast.olu, now=NOON)
    assert outsider(cast)
    with pytest.raises(NotPossible, match="They are in one reporting line"):
        services.start_run(cast.cohort, by=cast.olu, now=NOON)


def test_a_scenario_asks_anew_who_has_nobody_outside_under_its_own_rules(cast, chain):
    other = outsider(cast, languages={"fr": 4})
    TopicChoice.objects.create(enrolment=other, kind="offer", topic="ai-everyday", level=3)
    board = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON), now=NOON)
    assert Proposal.objects.get(run=board, mentee=chain["head"]).mentor == chain["clerk"]
    asked = {"name": "Any language", "objective": "most-people", "is_breadth_first": False, "seed": 1}
    made = scenarios.start_scenario(board, by=cast.olu, now=NOON, rules={"common_language_level": 0}, **asked)
    services.solve_run(made, now=NOON)
    pairs = keeping.pairs_of(made)
    assert (chain["clerk"].person.employee_number, cast.head.employee_number) not in pairs


def test_heads_are_looked_up_only_where_a_mentor_is_far_enough_below_somebody(cast, chain, django_assert_num_queries):
    problem = queries.pool(cast.cohort, now=NOON).problem
    with django_assert_num_queries(1):
        queries.with_exception(problem, cast.cohort, now=NOON)
    with django_assert_num_queries(0):
        queries.with_exception(replace(problem, mentors=()), cast.cohort, now=NOON)
        queries.with_exception(replace(problem, rules=replace(problem.rules, distance=None)), cast.cohort, now=NOON)


def test_a_line_that_breaks_off_higher_up_is_flagged_and_has_no_level(cast):
    top = factories.person("Top", grade=8)
    under = factories.person(grade=2, manager=factories.person(grade=5, manager=top))
    mentor = factories.enrolment(cast.cohort, under, "mentor")
    assert cast.sol_place
    assert between(cast, mentor, cast.sol_place) == ["unknown_line"]
    problem = queries.pool(cast.cohort, now=NOON).problem
    (one,), (other,) = problem.mentors, problem.mentees
    assert (one.ancestors, one.line_is_partial, one.tree_level) == (
        (under.manager.employee_number, top.employee_number),
        True,
        None,
    )
    assert (other.line_is_partial, other.tree_level) == (False, 1)

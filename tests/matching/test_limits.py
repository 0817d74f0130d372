"""Two partners for one mentor over all rounds and programmes, and one in programmes of inclusion."""

import threading
from dataclasses import dataclass

import pytest
from django.db import connection

from tests import factories
from tests.cast import NOON, Cast
from tests.matching.solving import solved
from turnabout.core.errors import NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.matching import answers, boards, queries, services
from turnabout.matching.answers import Choice
from turnabout.matching.models import Proposal
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair

FULL = "Mia Okafor has, or is being asked about, as many partners as one person may have at once."


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Mia's places in rounds of other programmes."""

    cast: Cast

    def place(self, design: str = "global-digital", **fields) -> Enrolment:
        cohort = factories.cohort(factories.programme(name="Hidden", design=design))
        return factories.enrolment(cohort, self.cast.mia, "mentor", **fields)

    def pair(self, design: str = "global-digital", **fields) -> Pair:
        mentor = self.place(design)
        return factories.pair(mentor, factories.enrolment(mentor.cohort, factories.person(), "mentee"), **fields)

    def asked(self, design: str = "global-digital") -> Proposal:
        mentor = self.place(design)
        mentee = factories.enrolment(mentor.cohort, factories.person(), "mentee")
        return factories.proposal(factories.run(mentor.cohort, state="published"), mentor, mentee, state="asking_mentor")


@pytest.fixture
def elsewhere(cast) -> Elsewhere:
    for place in (cast.mia_place, cast.sol_place):
        assert place.pk
    return Elsewhere(cast=cast)


def capacity_of_mia(cast) -> int | None:
    """Her places as the engine gets them; None where it does not get her."""
    mentors = {one.key: one.capacity for one in queries.pool(cast.cohort, now=NOON).problem.mentors}
    assert queries.pool_counts(cast.cohort).mentors == len(mentors)
    assert queries.counts_so_far(cast.cohort)["mentor"] == len(mentors)
    return mentors.get(cast.mia.employee_number)


def with_two_places(place: Enrolment) -> None:
    Enrolment.objects.filter(pk=place.pk).update(capacity=2)


def test_the_engine_gets_what_other_rounds_leave(cast, elsewhere):
    with_two_places(cast.mia_place)
    assert capacity_of_mia(cast) == 2
    elsewhere.pair()
    assert capacity_of_mia(cast) == 1
    elsewhere.asked()
    assert (capacity_of_mia(cast), queries.pool_counts(cast.cohort).waiting) == (None, 0)


@pytest.mark.parametrize(("state", "left"), [("active", 1), ("paused", 1), ("ended", 2), ("closed", 2)])
def test_only_pairs_that_have_not_finished_count(state, left, cast, elsewhere):
    with_two_places(cast.mia_place)
    elsewhere.pair(state=state, **({} if left == 1 else {"ended_at": NOON}))
    assert capacity_of_mia(cast) == left


def test_being_a_mentee_elsewhere_counts_for_nothing(cast, elsewhere):
    cohort = factories.cohort(factories.programme(name="Upward"))
    mentors = [factories.enrolment(cohort, factories.person(), "mentor") for _number in range(2)]
    factories.pair(mentors[0], factories.enrolment(cohort, cast.mia, "mentee"))
    assert capacity_of_mia(cast) == 1


@pytest.mark.parametrize(("here", "there", "capacity"), [
    ("diverse-voices", "diverse-voices", None),
    ("diverse-voices", "global-digital", 1),
    ("global-digital", "diverse-voices", 1),
])  # fmt: skip
def test_inclusion_takes_one_partner_at_a_time_beside_others(here, there, capacity, cast, elsewhere):
    type(cast.programme).objects.filter(pk=cast.programme.pk).update(design=here)
    cast.cohort.programme.refresh_from_db()
    with_two_places(cast.mia_place)
    elsewhere.pair(there)
    assert capacity_of_mia(cast) == capacity


def test_a_round_of_inclusion_gives_a_mentor_of_two_places_one_partner(cast, elsewhere):
    type(cast.programme).objects.filter(pk=cast.programme.pk).update(design="diverse-voices")
    cast.cohort.programme.refresh_from_db()
    with_two_places(cast.mia_place)
    assert capacity_of_mia(cast) == 1


def test_pairing_by_hand_and_exchanging_say_the_number_and_nothing_of_the_programme(cast, elsewhere):
    board = factories.run(cast.cohort)
    other = factories.proposal(
        board, factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, cast.rosa, "mentee")
    )
    mine = factories.proposal(board, cast.mia_place, cast.sol_place)
    elsewhere.pair()
    boards.swap(mine, other, by=cast.olu, now=NOON, accepts_warnings=True)
    mine, other = Proposal.objects.filter(state="draft").order_by("pk")
    elsewhere.asked()
    with pytest.raises(NotPossible) as refusal:
        boards.swap(mine, other, by=cast.olu, now=NOON, accepts_warnings=True)
    assert refusal.value.sentence == f"{FULL} Choose somebody else."
    with pytest.raises(NotPossible, match=FULL):
        boards.pair_by_hand(board, cast.mia_place, cast.sol_place, by=cast.olu, now=NOON, accepts_warnings=True)


def test_by_hand_a_second_suggestion_takes_the_place_of_the_first_where_one_is_left(cast, elsewhere):
    with_two_places(cast.mia_place)
    cast.mia_place.refresh_from_db()
    elsewhere.pair()
    board = factories.run(cast.cohort)
    factories.proposal(board, cast.mia_place, cast.sol_place)
    rosa = factories.enrolment(cast.cohort, cast.rosa, "mentee")
    boards.pair_by_hand(board, cast.mia_place, rosa, by=cast.olu, now=NOON, accepts_warnings=True)
    assert [row.mentee for row in Proposal.objects.filter(state="draft")] == [rosa]


def test_publishing_asks_nobody_for_a_third_partner_and_asks_for_a_second(cast, elsewhere):
    draft = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place)
    elsewhere.pair()
    open_elsewhere = elsewhere.asked()
    with pytest.raises(NotPossible) as refusal:
        boards.publish(draft.run, [draft], by=cast.olu, now=NOON)
    assert refusal.value.sentence == f"{FULL} Take the suggestion off the board, then publish the rest."
    answers.close(open_elsewhere, now=NOON)
    assert boards.publish(draft.run, [draft], by=cast.olu, now=NOON) == 1


def test_a_no_elsewhere_is_not_told_by_what_can_be_published(cast, elsewhere):
    draft = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place)
    elsewhere.pair()
    answers.answer_proposal(elsewhere.asked(), by=cast.mia.account, choice=Choice.NOT_THIS_PERSON, now=NOON)
    assert capacity_of_mia(cast) is None
    with pytest.raises(NotPossible, match=FULL):
        boards.publish(draft.run, [draft], by=cast.olu, now=NOON)


def test_a_yes_starts_no_third_pair(cast, elsewhere):
    asked = factories.proposal(
        factories.run(cast.cohort, state="published"), cast.mia_place, cast.sol_place, state="asking_mentee"
    )
    elsewhere.pair()
    elsewhere.pair()
    with pytest.raises(NotPossible, match="Mia Okafor has no free place any more"):
        answers.answer_proposal(asked, by=cast.sol.account, choice=Choice.YES, now=NOON)
    assert (Pair.objects.count(), Proposal.objects.get(pk=asked.pk).state) == (2, "asking_mentee")


def test_a_kept_suggestion_of_somebody_who_is_full_by_now_is_named_before_anything_is_worked_out(cast, elsewhere):
    factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, is_locked=True)
    elsewhere.pair()
    elsewhere.pair()
    with pytest.raises(NotPossible, match="A suggestion of Mia Okafor is kept, but they have"):
        services.start_run(cast.cohort, by=cast.olu, now=NOON)


def test_whoever_is_full_elsewhere_is_left_out_and_the_rest_is_matched(cast, elsewhere):
    factories.enrolment(cast.cohort, cast.kofi, "mentor")
    elsewhere.pair()
    elsewhere.pair()
    run = solved(cast)
    assert (run.figures["candidates"], [row.mentor.person for row in Proposal.objects.filter(run=run)]) == (2, [cast.kofi])


def at_once(acts) -> list[str]:
    """What became of each act, all of them done at the same moment."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def act(do) -> None:
        gate.wait(10)
        try:
            do()
            outcomes.append("done")
        except NotPossible:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(do,)) for do in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_five_rounds_that_start_a_pair_of_one_mentor_at_once_get_two():
    elsewhere = Elsewhere(cast=Cast())
    sides = [
        (place, factories.enrolment(place.cohort, factories.person(), "mentee"))
        for place in map(elsewhere.place, ["global-digital"] * 5)
    ]
    outcomes = at_once([lambda both=both: pair_services.start_pair(*both, by=None, now=NOON) for both in sides])
    assert (outcomes, Pair.objects.unfinished().count()) == (["done"] * 2 + ["refused"] * 3, 2)


@pytest.mark.django_db(transaction=True)
def test_five_rounds_that_publish_a_suggestion_of_one_mentor_at_once_ask_for_two():
    cast = Cast()
    elsewhere, drafts, lead = Elsewhere(cast=cast), [], cast.olu
    for _number in range(5):
        place = elsewhere.place()
        mentee = factories.enrolment(place.cohort, factories.person(), "mentee")
        drafts.append(factories.proposal(factories.run(place.cohort), place, mentee))
    loaded = list(Proposal.objects.with_people().filter(pk__in=[draft.pk for draft in drafts]))
    outcomes = at_once([lambda one=one: boards.publish(one.run, [one], by=lead, now=NOON) for one in loaded])
    assert (outcomes, Proposal.objects.open().count()) == (["done"] * 2 + ["refused"] * 3, 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_what_is_left_costs_the_same_for_any_number_of_mentors(rows, cast, django_assert_num_queries):
    for _number in range(rows):
        person = factories.person()
        factories.enrolment(cast.cohort, person, "mentor")
        there = factories.cohort(factories.programme(name="Hidden"))
        factories.pair(factories.enrolment(there, person, "mentor"), factories.enrolment(there, factories.person(), "mentee"))
    with django_assert_num_queries(10):
        assert queries.pool_counts(cast.cohort).mentors == rows

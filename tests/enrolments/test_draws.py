import hashlib
from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments import draws, services
from turnabout.enrolments.models import Draw, Enrolment
from turnabout.programmes.models import Cohort


@pytest.fixture
def waiting(cast) -> list[Enrolment]:
    """Five mentors who wait; one place is taken and three exist."""
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_places=3)
    assert cast.mia_place
    people = [factories.person("Waiting", f"Person{number}", employee_number=f"W{number}") for number in range(5)]
    return [factories.enrolment(cast.cohort, person, "mentor", state="waiting", is_prepared=False) for person in people]


def draw(cast, seed: int = 7, **changed) -> Draw:
    return draws.draw_places(cast.cohort, **({"role": "mentor", "seed": seed, "by": cast.olu, "now": NOON} | changed))


def holders() -> list[str]:
    places = Enrolment.objects.filter(state="registered", person__given_name="Waiting")
    return sorted(places.values_list("person__employee_number", flat=True))


def test_the_order_of_lots_depends_on_the_seed_the_side_and_the_numbers_alone():
    keys = [f"W{number}" for number in range(50)]
    by_hand = sorted(keys, key=lambda key: hashlib.sha256(f"7|mentor|{key}".encode()).hexdigest())
    assert draws.order(keys, role="mentor", seed=7) == draws.order(reversed(keys), role="mentor", seed=7) == by_hand
    assert len({tuple(draws.order(keys, role=role, seed=seed)) for role in ("mentor", "mentee") for seed in (7, 8)}) == 4


def test_each_lot_comes_first_about_equally_often():
    keys = ["W0", "W1", "W2", "W3"]
    firsts = [draws.order(keys, role="mentee", seed=seed)[0] for seed in range(4_000)]
    assert all(900 < firsts.count(key) < 1_100 for key in keys)


def test_free_places_are_given_by_lot_and_the_draw_can_be_repeated_from_its_seed(cast, waiting):
    made = draw(cast)
    ranked = draws.order([place.person.employee_number for place in waiting], role="mentor", seed=made.seed)
    assert (made.places, made.waiting, holders()) == (2, 5, sorted(ranked[:2]))
    assert list(made.lots.order_by("rank").values_list("enrolment__person__employee_number", flat=True)) == ranked
    event = Event.objects.get(name="places.drawn")
    assert (event.data, event.actor) == ({"role": "mentor", "seed": 7, "count": 2, "waiting": 5}, f"account:{cast.olu.pk}")
    with pytest.raises(NotPossible, match="No place is free"):
        draw(cast, seed=8)


def test_who_was_drawn_gets_the_mail_of_a_place_and_the_others_get_none(cast, waiting, sent, clock_at):
    boss = factories.person("Bo", "Ss")
    for place in waiting:
        type(place.person).objects.filter(pk=place.person_id).update(manager=boss, line="known")
    Enrolment.objects.filter(pk__in=[place.pk for place in waiting]).update(manager_may_be_told=True)
    made = draw(cast)
    drawn = [lot.enrolment.person for lot in made.lots.order_by("rank")[:2]]
    mails = sent()
    assert sorted(mail.to for mail in mails if mail.template == "enrolment.registered") == sorted(who.email for who in drawn)
    assert [mail.to for mail in mails if mail.template == "enrolment.manager_told"] == [boss.email] * 2
    assert len(mails) == 4


def test_where_more_places_are_free_than_people_wait_everybody_gets_one(cast, waiting):
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_places=20)
    assert (draw(cast).places, len(holders())) == (5, 5)


def test_where_the_limit_was_lifted_everybody_who_waits_gets_a_place(cast, waiting):
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_places=None)
    assert draw(cast).places == 5


def test_only_the_side_that_is_drawn_for_takes_part(cast, waiting):
    other = factories.enrolment(cast.cohort, cast.sol, "mentee", state="waiting")
    draw(cast)
    other.refresh_from_db()
    assert other.state == "waiting"


def test_only_whoever_looks_after_everybody_may_draw(cast, waiting):
    for who in (cast.cleo, cast.sana, cast.mia.account):
        with pytest.raises(NotAllowed, match="looks after everybody"):
            draw(cast, by=who)
    everywhere = factories.account("Coordinator Of All")
    factories.office(everywhere, cast.programme, "coordinator")
    assert draw(cast, by=everywhere).places == 2


def test_nothing_is_drawn_where_nobody_waits_or_the_round_is_closed(cast):
    with pytest.raises(NotPossible, match="Nobody is on this waiting list"):
        draw(cast)
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed")
    with pytest.raises(NotPossible, match="while a round is open"):
        draw(cast)


def test_a_place_that_becomes_free_waits_for_those_who_wait(cast):
    """Whoever registers the moment after somebody left does not pass them by."""
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_places=1)
    cast.cohort.refresh_from_db()
    waits = factories.enrolment(cast.cohort, cast.kofi, "mentor", state="waiting")
    late = factories.enrolment(cast.cohort, cast.mia, "mentor", state="started", is_prepared=False)
    services.save_topics(late, kind="offer", levels={"ai-everyday": 3}, by=cast.mia.account)
    answers = {"hope": "yes", "apprehension": "", "has_consented": True, "manager_may_be_told": False}
    late = services.finish_registration(late, by=cast.mia.account, now=NOON + timedelta(hours=1), **answers)
    assert late.state == "waiting"
    made = draw(cast)
    assert sorted(made.lots.values_list("enrolment_id", flat=True)) == sorted([waits.pk, late.pk])


def test_the_draw_costs_the_same_for_any_number_of_people(cast, waiting, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        draw(cast)

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments import preparing
from turnabout.programmes.models import Cohort


def unprepared(cast, person, role):
    return factories.enrolment(cast.cohort, person, role, is_prepared=False)


def test_a_mentor_is_prepared_when_every_part_is_done(cast):
    place, by = unprepared(cast, cast.mia, "mentor"), cast.mia.account
    modules = preparing.required(place)
    for module in modules[:-1]:
        place = preparing.tick_module(place, module=module.key, by=by, now=NOON)
    assert place.is_prepared is False
    place = preparing.tick_module(place, module=modules[-1].key, by=by, now=NOON)
    place = preparing.tick_module(place, module=modules[-1].key, by=by, now=NOON)
    assert (place.prepared_at, Event.objects.filter(name="enrolment.prepared").count()) == (NOON, 1)


def test_a_mentees_commitment_opens_the_door(cast):
    place, by = unprepared(cast, cast.sol, "mentee"), cast.sol.account
    (door,) = preparing.required(place)
    with pytest.raises(NotPossible, match="ends with a commitment"):
        preparing.tick_module(place, module=door.key, by=by, now=NOON)
    place = preparing.commit(place, by=by, now=NOON)
    assert (place.commitment, place.prepared_at) == (True, NOON)
    assert preparing.tick_module(place, module=door.key, by=by, now=NOON).is_prepared is True


def test_both_sides_go_through_everything_where_the_round_says_so(cast):
    Cohort.objects.filter(pk=cast.cohort.pk).update(preparation="both_first")
    cast.cohort.refresh_from_db()
    place = unprepared(cast, cast.sol, "mentee")
    assert preparing.required(place) == preparing.modules_for(place)
    assert preparing.commit(place, by=cast.sol.account, now=NOON).is_prepared is False


def test_a_mentor_has_no_commitment_to_make(cast):
    with pytest.raises(NotPossible, match="asks for no commitment"):
        preparing.commit(unprepared(cast, cast.mia, "mentor"), by=cast.mia.account, now=NOON)


def test_preparation_is_ones_own_and_begins_with_a_place(cast):
    place = unprepared(cast, cast.mia, "mentor")
    with pytest.raises(NotAllowed):
        preparing.tick_module(place, module="boundaries", by=cast.cleo, now=NOON)
    with pytest.raises(NotPossible, match="no such part"):
        preparing.tick_module(place, module="juggling", by=cast.mia.account, now=NOON)
    invited = factories.enrolment(cast.cohort, cast.kofi, "mentor", state="invited", is_prepared=False)
    with pytest.raises(NotPossible, match="Register first"):
        preparing.tick_module(invited, module="boundaries", by=cast.kofi.account, now=NOON)


def test_a_list_is_marked_as_prepared_in_a_live_session(cast):
    places = [unprepared(cast, cast.mia, "mentor"), unprepared(cast, cast.sol, "mentee")]
    assert preparing.mark_prepared(cast.cohort, places=places, by=cast.cleo, now=NOON) == 2
    places[0].refresh_from_db()
    assert (places[0].prepared_by, Event.objects.get(name="enrolments.prepared").data) == (cast.cleo, {"count": 2})
    with pytest.raises(NotPossible, match="prepared already"):
        preparing.mark_prepared(cast.cohort, places=places, by=cast.cleo, now=NOON)

"""A correction and an end of the pair at the same moment: one of them comes first, and the other is told so."""

import pytest

from tests.cast import NOON, Cast
from tests.people.test_at_once import at_once
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair
from turnabout.scheduling import services
from turnabout.scheduling.models import Session


@pytest.mark.django_db(transaction=True)
def test_no_pair_is_complete_whose_closing_session_was_taken_back():
    cast = Cast()
    pair = cast.mia_and_sol
    services.plan_sessions(pair, now=NOON)
    last = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=6)
    services.report_session(last, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    outcomes = at_once(
        lambda: pair_services.close_pair(Pair.objects.with_people().get(pk=pair.pk), by=cast.mia.account, now=NOON),
        lambda: services.reopen_session(last, told="met", by=cast.sol.account, now=NOON),
    )
    state = (Pair.objects.get(pk=pair.pk).state, Session.objects.get(pk=last.pk).state)
    assert (outcomes, *state) in (
        (["This pair has closed, so what was said about its sessions stays as it is.", "done"], "closed", "met"),
        (
            ["The closing session has not taken place yet. Hold it first, or end the pair instead.", "done"],
            "active",
            "reserved",
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_at_once_do_it_once():
    cast = Cast()
    services.plan_sessions(cast.mia_and_sol, now=NOON)
    first = Session.objects.select_related("pair__cohort__programme").get(pair=cast.mia_and_sol, number=1)
    services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    outcomes = at_once(
        *(
            lambda by=person.account: services.reopen_session(first, told="met", by=by, now=NOON)
            for person in (cast.mia, cast.sol)
        )
    )
    assert outcomes == ["Something else is said about this session by now. Look at it again, then correct it.", "done"]

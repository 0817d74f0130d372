"""An organiser's press: who may, whom it concerns, and how often."""

from datetime import timedelta

import pytest

from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.pairs import services
from turnabout.pairs.models import Pair


@pytest.mark.parametrize("who", ["cleo", "olu"])
def test_organisers_of_one_of_the_two_have_them_written_to(who, cast):
    assert services.nudge_pair(cast.mia_and_sol, ["mentee"], by=getattr(cast, who), now=NOON) == ["mentee"]
    pair = Pair.objects.get(pk=cast.mia_and_sol.pk)
    assert (pair.nudged_at(["mentor"]), pair.nudged_at(["mentee"]), pair.nudged_at(["mentor", "mentee"])) == (None, NOON, NOON)


@pytest.mark.parametrize("who", ["mia", "sol", "otto", "sana", "nadia", "ada"])
def test_nobody_else_does(who, cast):
    account = getattr(cast, who)
    with pytest.raises(NotAllowed):
        services.nudge_pair(cast.mia_and_sol, ["mentee"], by=getattr(account, "account", account), now=NOON)


def test_the_side_that_was_not_written_to_still_can_be(cast):
    services.nudge_pair(cast.mia_and_sol, ["mentee"], by=cast.cleo, now=NOON)
    later = NOON + timedelta(hours=2)
    assert services.nudge_pair(cast.mia_and_sol, ["mentor", "mentee"], by=cast.cleo, now=later) == ["mentor"]
    with pytest.raises(NotPossible, match="They were written to already, on 1 March, 14:00"):
        services.nudge_pair(cast.mia_and_sol, ["mentor", "mentee"], by=cast.cleo, now=later + timedelta(hours=1))


def test_nobody_is_written_to_about_a_pair_that_has_closed(cast):
    Pair.objects.filter(pk=cast.mia_and_sol.pk).update(state="ended", ended_at=NOON)
    assert services.nudge_pair(cast.mia_and_sol, ["mentee"], by=cast.cleo, now=NOON) == []

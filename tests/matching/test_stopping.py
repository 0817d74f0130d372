"""Stopping a large round: its plan in hand is kept with what it is known to miss, once there is one."""

import pytest

from tests.cast import NOON
from turnabout.core import progress
from turnabout.core.models import Progress
from turnabout.engine import Standing
from turnabout.matching import services, wording
from turnabout.matching.models import Run

IN_HAND = Standing(pairs=4_321, total=3_000_000, gap=1_250)


@pytest.fixture
def run(cast) -> Run:
    return services.start_run(cast.cohort, by=cast.olu, now=NOON)


def message(run: Run) -> str:
    return Progress.objects.get(subject=f"run:{run.pk}").message


def test_people_see_how_much_better_a_plan_could_be(run):
    counter = progress.begin(run, total=services.STEPS, now=NOON)
    assert services._watched(counter, None) is False
    assert message(run) == "Looking for the best plan and proving it"
    assert services._watched(counter, Standing(pairs=4_000, total=9, gap=None)) is False
    assert message(run) == "Looking for the best plan and proving it"
    assert services._watched(counter, IN_HAND) is False
    assert message(run) == "4,321 pairs in hand. The best total is at most 0.05 per cent higher."


def test_stopped_round_keeps_its_plan_in_hand_and_has_none_before_there_is_one(cast, run):
    counter = progress.begin(run, total=services.STEPS, now=NOON)
    services.stop_run(run, by=cast.olu)
    for standing in (None, Standing(pairs=4_000, total=9, gap=None)):
        with pytest.raises(progress.Cancelled):
            services._watched(counter, standing)
    assert services._watched(counter, IN_HAND) is True


def test_board_of_a_stopped_round_promises_no_more_than_its_certificate_proves(run):
    run.figures = {"people": 8_642, "total": 3_000_000}
    run.certificate = {"gap": 1_250}
    assert wording.proof(run) == (
        "The search was stopped early. By your rules, no plan gives more people a partner, and the best total is at most "
        "0.05 per cent higher than this one. It cannot tell you who will get on; that is what their yes is for."
    )
    run.certificate = {"gap": 0}
    assert wording.proof(run).startswith("By your rules and weights, no other plan gives more people a partner")

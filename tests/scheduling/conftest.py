"""Mia and Sol, with the dates that were planned for them."""

import pytest

from tests.cast import NOON
from turnabout.scheduling import services
from turnabout.scheduling.models import Session


@pytest.fixture
def pair(cast):
    return cast.mia_and_sol


@pytest.fixture
def planned(pair) -> list[Session]:
    return services.plan_sessions(pair, now=NOON)


@pytest.fixture
def first(planned) -> Session:
    return Session.objects.select_related("pair__cohort__programme").get(number=1)

from collections.abc import Iterator

import pytest

from tests import factories
from tests.cast import NOON, Cast
from tests.matching.solving import solved
from tests.web.looking import Looker, a_looker
from turnabout.enrolments.models import TopicChoice
from turnabout.matching.models import Run
from turnabout.pairs.models import Pair
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session

SHARED = ("ai-everyday", "project-tools", "finding-information")


@pytest.fixture(scope="session")
def looker(live_server: object) -> Iterator[Looker]:
    """One browser for all pages that are looked at; it goes before the server whose pages it opens."""
    with a_looker() as looker:
        yield looker


@pytest.fixture
def board(cast: Cast) -> Run:
    """A draft board over three mentors and four mentees; one of each works in Lagos, and somebody is left over."""
    mentors = [cast.mia_place]
    mentees = [cast.sol_place]
    for number, where in ((1, cast.paris), (2, cast.lagos)):
        one = factories.person(f"Mentor{number}", entity=where, grade=2, is_head=True)
        other = factories.person(f"Mentee{number}", entity=where, grade=8, is_head=True)
        mentors.append(factories.enrolment(cast.cohort, one, "mentor"))
        mentees.append(factories.enrolment(cast.cohort, other, "mentee"))
    mentees.append(
        factories.enrolment(cast.cohort, factories.person("Alone", entity=cast.paris, grade=8, is_head=True), "mentee")
    )
    for number, topic in enumerate(SHARED):
        TopicChoice.objects.create(enrolment=mentors[number], kind="offer", topic=topic, level=3)
        TopicChoice.objects.create(enrolment=mentees[number], kind="wish", topic=topic, level=3)
    return solved(cast, objective="most-people")


@pytest.fixture
def pair(cast: Cast, clock_at: object) -> Pair:
    """Mia and Sol, with their sessions planned."""
    scheduling_services.plan_sessions(cast.mia_and_sol, now=NOON)
    return cast.mia_and_sol


@pytest.fixture
def first(pair: Pair) -> Session:
    return Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)

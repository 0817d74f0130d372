"""Rows that several browser tests begin with."""

from tests import factories
from tests.cast import NOON, Cast
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.matching import services
from turnabout.matching.models import Run

SHARED = ("ai-everyday", "project-tools", "finding-information")


def a_board_to_ask(cast: Cast) -> Run:
    """A solved draft board of three pairs, with a mentee left over and everything kept that it was made from."""
    mentors, mentees = [cast.mia_place], [cast.sol_place]
    for name in ("Ines", "Noor"):
        mentors.append(a_place(cast, "mentor", name, "Costa", grade=2))
        mentees.append(a_place(cast, "mentee", name, "Berg", grade=8))
    a_place(cast, "mentee", "Lone", "Berg", grade=8)
    for mentor, mentee, topic in zip(mentors, mentees, SHARED, strict=True):
        TopicChoice.objects.create(enrolment=mentor, kind="offer", topic=topic, level=3)
        TopicChoice.objects.create(enrolment=mentee, kind="wish", topic=topic, level=3)
    run = services.start_run(cast.cohort, by=cast.olu, now=NOON, objective="most-people")
    return services.solve_run(run, now=NOON)


def a_place(cast: Cast, role: str, given_name: str, family_name: str, *, grade: int) -> Enrolment:
    person = factories.person(given_name, family_name, entity=cast.paris, grade=grade, is_head=True)
    return factories.enrolment(cast.cohort, person, role)

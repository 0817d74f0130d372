"""The same people give the same plan, in whatever order their rows were written."""

import random

from tests import factories
from tests.cast import NOON
from turnabout.enrolments.models import TopicChoice
from turnabout.matching import services
from turnabout.matching.models import Proposal, Run

TOPICS = ("ai-everyday", "project-tools", "finding-information", "personal-profile")


def places(cast, order: random.Random) -> None:
    """Twelve mentors and twelve mentees whose facts follow from their number; only the order of writing is drawn."""
    people = [(role, number) for role in ("mentor", "mentee") for number in range(12)]
    order.shuffle(people)
    for role, number in people:
        grade = 2 if role == "mentor" else 7
        person = factories.person(
            f"{role}{number}", employee_number=f"{role}-{number:02d}", entity=cast.paris, grade=grade, is_head=True
        )
        place = factories.enrolment(cast.cohort, person, role)
        shares, wants = (TOPICS[number % 4], TOPICS[(number + 1) % 4])
        TopicChoice.objects.create(enrolment=place, kind="offer", topic=shares, level=2)
        TopicChoice.objects.create(enrolment=place, kind="wish", topic=wants, level=3)


def plan(cast, seed: int) -> list[tuple[str, str, int]]:
    places(cast, random.Random(seed))
    run = services.solve_run(Run.objects.create(cohort=cast.cohort, created_at=NOON, seed=5), now=NOON)
    rows = Proposal.objects.filter(run=run).values_list(
        "mentor__person__employee_number", "mentee__person__employee_number", "score"
    )
    return sorted(rows)


def test_plan_does_not_depend_on_the_order_of_rows(cast):
    first = plan(cast, 1)
    Proposal.objects.all().delete()
    Run.objects.all().delete()
    TopicChoice.objects.all().delete()
    cast.cohort.enrolments.all().delete()
    type(cast.mia).objects.filter(employee_number__startswith="ment").delete()
    assert len(first) == 12
    assert plan(cast, 2) == first

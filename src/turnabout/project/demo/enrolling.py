"""Places of the demo's round: invited, half-way, registered, prepared."""

import random
from datetime import datetime, timedelta

from turnabout.blueprints import catalogue
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.enrolments.services import STEPS
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.project.demo.people import World, give_accounts


def invite_everybody(world: World, cohort: Cohort, *, seed: int, opened_at: datetime, is_over: bool) -> list[Enrolment]:
    """One place for each mentor and mentee; with `is_over`, registration has ended and nearly all are in."""
    draw = random.Random(seed + 1)  # noqa: S311 - invented people, not secrets
    give_accounts(world.seniors + world.juniors, now=opened_at)
    places = [
        _place(person, cohort, role, draw, opened_at=opened_at, is_over=is_over)
        for role, people in ((Enrolment.Role.MENTEE, world.seniors), (Enrolment.Role.MENTOR, world.juniors))
        for person in people
    ]
    Enrolment.objects.bulk_create(places, batch_size=500)
    registered = [place for place in places if place.registered_at is not None]
    TopicChoice.objects.bulk_create([choice for place in registered for choice in _topics(place, cohort, draw)], batch_size=2000)
    return places


def _place(person: Person, cohort: Cohort, role: str, draw: random.Random, *, opened_at: datetime, is_over: bool) -> Enrolment:
    place = Enrolment(cohort=cohort, person=person, role=role, source=Enrolment.Source.INVITATION, invited_at=opened_at)
    place.answer_by = (opened_at + timedelta(days=35)).date()
    if role == Enrolment.Role.MENTOR and cohort.mentor_cap > 1 and draw.random() < 0.45:
        place.capacity = 2
    progress = 0.0 if is_over and draw.random() < 0.985 else draw.random()
    if progress > 0.62:
        place.state = Enrolment.State.INVITED
    elif progress > 0.5:
        place.state, place.steps_done = Enrolment.State.STARTED, list(STEPS[Enrolment.Role(role)][:1])
    else:
        _register(place, draw, opened_at=opened_at, is_prepared=is_over or draw.random() < 0.55)
    return place


def _register(place: Enrolment, draw: random.Random, *, opened_at: datetime, is_prepared: bool) -> None:
    place.state = Enrolment.State.REGISTERED
    place.registered_at = place.consented_at = opened_at + timedelta(days=draw.randint(1, 20), hours=draw.randint(0, 9))
    place.steps_done = list(STEPS[Enrolment.Role(place.role)])
    place.formats = draw.choice((["online"], ["online", "in_person"], ["online"]))
    place.hope = draw.choices(("yes", "not_sure", "no"), weights=(8, 2, 0))[0]
    place.commitment = place.role == Enrolment.Role.MENTEE and is_prepared
    if is_prepared:
        place.prepared_at = place.registered_at + timedelta(days=draw.randint(1, 9))


def _topics(place: Enrolment, cohort: Cohort, draw: random.Random) -> list[TopicChoice]:
    design = catalogue.design(cohort.programme.design)
    shared, given = list(design.topics), list(design.give_back_topics)
    is_mentor = place.role == Enrolment.Role.MENTOR
    offers = (
        draw.sample(shared, k=min(len(shared), draw.randint(3, 5)))
        if is_mentor
        else draw.sample(given, k=min(len(given), draw.randint(2, 3)))
    )
    wishes = (
        draw.sample(given, k=min(len(given), draw.randint(1, 3)))
        if is_mentor
        else draw.sample(shared, k=min(len(shared), draw.randint(2, 4)))
    )
    return [
        *(
            TopicChoice(enrolment=place, kind=TopicChoice.Kind.OFFER, topic=topic, level=draw.choice((2, 3, 3, 4)))
            for topic in offers
        ),
        *(
            TopicChoice(enrolment=place, kind=TopicChoice.Kind.WISH, topic=topic, level=draw.choice((1, 2, 3)))
            for topic in wishes
        ),
    ]

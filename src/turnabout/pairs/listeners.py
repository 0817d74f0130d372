"""When somebody leaves the organisation or the round, their pairs end neutrally."""

from turnabout.core import events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.pairs import services


@events.on("person.left")
def end_pairs_of_a_leaver(event: Event) -> None:
    services.end_pairs_of(list(Enrolment.objects.filter(person_id=event.subject_id)), now=event.at)


@events.on("enrolment.withdrawn")
def end_pairs_of_a_place_given_up(event: Event) -> None:
    services.end_pairs_of(list(Enrolment.objects.filter(pk=event.subject_id)), now=event.at)

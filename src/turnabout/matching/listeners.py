from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.matching import answers


def close_open_suggestions(event: Event) -> None:
    """A suggestion does not outlive the place it was made for."""
    answers.close_of_places([event.subject_id], now=event.at)


def close_suggestions_of_leaver(event: Event) -> None:
    places = Enrolment.objects.filter(person_id=event.subject_id).values_list("pk", flat=True)
    answers.close_of_places(list(places), now=event.at)

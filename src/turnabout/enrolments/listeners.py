from turnabout.core.models import Event
from turnabout.enrolments import services


def end_places_of_leaver(event: Event) -> None:
    """Who has left the organisation is no longer invited or matched."""
    services.end_places_of(event.subject_id, now=event.at)

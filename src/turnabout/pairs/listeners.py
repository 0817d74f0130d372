"""When somebody leaves the organisation or the round, their pairs end neutrally; a round waits for its pairs."""

from django.utils.translation import ngettext

from turnabout.core import events
from turnabout.core.errors import NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.pairs import services
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort


@events.on("person.left")
def end_pairs_of_a_leaver(event: Event) -> None:
    services.end_pairs_of(list(Enrolment.objects.filter(person_id=event.subject_id)), now=event.at)


@events.on("enrolment.withdrawn")
def end_pairs_of_a_place_given_up(event: Event) -> None:
    services.end_pairs_of(list(Enrolment.objects.filter(pk=event.subject_id)), now=event.at)


def pairs_come_first(cohort: Cohort) -> NotPossible | None:
    """A round does not close over the heads of those who still meet."""
    going_on = Pair.objects.unfinished().filter(cohort=cohort).count()
    if not going_on:
        return None
    return NotPossible(
        ngettext(
            "%(count)s pair has not finished. Let the two hold their closing session, or end the pair; then close the round.",
            "%(count)s pairs have not finished. Let them hold their closing sessions, or end them; then close the round.",
            going_on,
        )
        % {"count": going_on}
    )

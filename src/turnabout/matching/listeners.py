from django.utils.translation import ngettext

from turnabout.core.errors import NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.matching import answers
from turnabout.matching.models import Proposal
from turnabout.programmes.models import Cohort


def close_open_suggestions(event: Event) -> None:
    """A suggestion does not outlive the place it was made for."""
    answers.ask_no_more_about([event.subject_id])


def close_suggestions_of_leaver(event: Event) -> None:
    places = Enrolment.objects.filter(person_id=event.subject_id).values_list("pk", flat=True)
    answers.ask_no_more_about(list(places))


def answers_come_first(cohort: Cohort) -> NotPossible | None:
    """A round does not close while somebody is asked about a partner in it."""
    waiting = Proposal.objects.open().filter(run__cohort=cohort).count()
    if not waiting:
        return None
    return NotPossible(
        ngettext(
            "%(count)s suggestion waits for an answer. Wait for its deadline, or take it back; then close the round.",
            "%(count)s suggestions wait for an answer. Wait for their deadlines, or take them back; then close the round.",
            waiting,
        )
        % {"count": waiting}
    )

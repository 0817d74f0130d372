"""What happens to dates when something happens to a pair."""

from django.utils.translation import gettext as _

from turnabout.core import events, jobs
from turnabout.core.errors import NotPossible, Refused
from turnabout.core.models import Event
from turnabout.pairs.models import Pair
from turnabout.scheduling import queries, services


@events.on("pair.started", "pair.resumed")
def plan(event: Event) -> None:
    jobs.enqueue("scheduling.jobs.plan_pair", lock=event.subject, pair_id=event.subject_id)


@events.on("agreement.completed")
def invite(event: Event) -> None:
    jobs.enqueue("scheduling.jobs.invite_pair", lock=event.subject, pair_id=event.subject_id)


@events.on("pair.ended", "pair.closed", "pair.paused")
def take_dates_back(event: Event) -> None:
    services.cancel_upcoming(Pair.objects.select_related("cohort").get(pk=event.subject_id), now=event.at)


@events.on("pairs.ended")
def take_dates_of_many_back(event: Event) -> None:
    jobs.enqueue("scheduling.jobs.take_dates_back", lock=event.subject, cohort_id=event.subject_id)


def closing_session_comes_first(pair: Pair) -> Refused | None:
    """A pair is complete only after its closing session."""
    if queries.last_was_met(pair):
        return None
    return NotPossible(_("The closing session has not taken place yet. Hold it first, or end the pair instead."))

"""Whoever has no partner on a board: what stood in the way, what would help, and where to go on."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import path

from turnabout.matching import costs
from turnabout.matching.models import Run, Unmatched
from turnabout.programmes.queries import Scope
from turnabout.programmes.words import Words, words_for
from turnabout.web.access import Request, allow
from turnabout.web.matching import PER_PAGE, alone_rows, board_and_scope, may_ask_what_if, tabs
from turnabout.web.names import Shown, shown
from turnabout.web.pages import page


@dataclass(frozen=True, kw_only=True, slots=True)
class Alone:
    """One person with no partner yet."""

    place_id: int
    person: Shown
    role: str
    word: str
    reason: str
    remedy: str
    blocked: list[costs.Bar]
    most: int
    opens: list[str]
    scarce: list[str]


@allow("owner", "coordinator")
def alone(request: Request, run_id: int) -> HttpResponse:
    """People with no partner yet, each with the rule that blocked them."""
    run, scope = board_and_scope(request, run_id)
    rows = alone_rows(run, scope).select_related("enrolment__person__entity").order_by("enrolment__person__sort_key", "pk")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    words = words_for(run.cohort.programme)
    return page(
        request,
        "matching/alone.html",
        run=run,
        cohort=run.cohort,
        found=found,
        people=[_alone(row, scope, words) for row in found],
        tabs=tabs(run, scope, current="alone"),
        is_draft=run.state == Run.State.DRAFT,
        may_ask=may_ask_what_if(run, scope),
        is_part=scope.entity_ids is not None,
    )


def _alone(row: Unmatched, scope: Scope, words: Words) -> Alone:
    bars, known = costs.blocked_bars(row), row.blocked_by
    helps = costs.what_would_help(eligible=known.get("eligible", 0), opens=known.get("opens", {}))
    return Alone(
        place_id=row.enrolment_id,
        person=shown(row.enrolment.person, scope),
        role=row.enrolment.role,
        word=words.titled(row.enrolment.role),
        reason=costs.why_no_partner(row),
        remedy=helps[0] if helps else "",
        blocked=bars,
        most=max((bar.value for bar in bars), default=1),
        opens=helps,
        scarce=costs.scarce(known.get("scarce", ()), mentors=words.mentors, mentees=words.mentees),
    )


urls = [path("matching/<int:run_id>/alone/", alone, name="board_alone")]

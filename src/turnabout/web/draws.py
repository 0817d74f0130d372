"""A draw among everybody who waits: what it will do and one button; afterwards its number and its result."""

import secrets

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.core import clock
from turnabout.enrolments import draws, queries
from turnabout.enrolments.models import Draw, Enrolment, Lot
from turnabout.programmes.policies import is_recruiting
from turnabout.programmes.words import words_for
from turnabout.web.access import Request, allow
from turnabout.web.cohorts import organised_cohort
from turnabout.web.pages import page, redirect_with_message

ON_A_PAGE = 50
MOST_DRAWS = 20


@allow("owner", "coordinator")
def draw(request: Request, cohort_id: int, role: str) -> HttpResponse:
    cohort, scope = organised_cohort(request, cohort_id)
    if not draws.can_draw(scope) or role not in Enrolment.Role.values:
        raise Http404
    if request.method == "POST":
        seed = secrets.randbelow(draws.LARGEST_SEED + 1)
        made = draws.draw_places(cohort, role=role, seed=seed, by=request.account, now=clock.now())
        done = ngettext("%(count)s person has a place now.", "%(count)s people have a place now.", made.places)
        return redirect_with_message(request, "cohort_draw", done % {"count": made.places}, cohort.pk, role)
    waiting = Enrolment.objects.filter(cohort=cohort, role=role, state=Enrolment.State.WAITING).count()
    earlier = list(Draw.objects.filter(cohort=cohort, role=role).select_related("drawn_by").order_by("-pk")[:MOST_DRAWS])
    lots = Lot.objects.filter(draw=earlier[0] if earlier else None).select_related("enrolment__person__entity").order_by("rank")
    shown = Paginator(lots, ON_A_PAGE).get_page(request.GET.get("page"))
    words = words_for(cohort.programme)
    return page(
        request,
        "cohorts/draw.html",
        cohort=cohort,
        programme=cohort.programme,
        role=role,
        words=words,
        people=words.many(role),
        waiting=waiting,
        places=draws.to_draw(queries.free_places(cohort, role), waiting=waiting) if is_recruiting(cohort) else 0,
        earlier=earlier,
        newest=earlier[0] if earlier else None,
        shown=shown,
        lots=list(shown.object_list),
        columns=[{"label": _("Lot"), "is_number": True}, {"label": _("Name")}, {"label": words.Entity}, {"label": _("Result")}],
    )


urls = [path("rounds/<int:cohort_id>/draw/<slug:role>/", draw, name="cohort_draw")]

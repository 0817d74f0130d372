"""The coordinator's morning: pairs by need of attention, with the reason, the suggested step and one press to do it."""

from dataclasses import dataclass

from django import forms
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.insights.condition import NEEDS_YOU, Condition
from turnabout.insights.queries import conditions_of
from turnabout.matching import queries
from turnabout.matching.models import Proposal, Run
from turnabout.notifications.about import nudges
from turnabout.pairs.models import Pair, PairQuerySet
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import can_be_changed
from turnabout.programmes.queries import Scope, cohorts_organised_by
from turnabout.web.access import Request, allow
from turnabout.web.names import Shown, shown
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message

PER_PAGE = 20
FAR_AHEAD = 2000  # pages; a list is read from its top


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    pair: Pair
    mentor: Shown
    mentee: Shown
    condition: Condition
    nudged: str  # when whoever the button would write to was last written to, or nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    text: str
    url: str


class MorningFilter(forms.Form):
    round = forms.ChoiceField(label=gettext_lazy("Round"), required=False)
    q = forms.CharField(label=gettext_lazy("Name"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("Those that need somebody")),
            ("all", gettext_lazy("All pairs")),
            ("resting", gettext_lazy("Resting pairs")),
        ],
    )

    def __init__(self, cohorts: list[Cohort], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # a form's own arguments
        self.fields["round"].choices = [(str(cohort.pk), f"{cohort.programme.name}, {cohort.name}") for cohort in cohorts]  # type: ignore[attr-defined]


def _chosen(request: Request) -> tuple[Cohort, Scope, list[Cohort]]:
    cohorts = list(cohorts_organised_by(request.duties)[:50])
    asked = request.GET.get("round", "")
    running = [cohort for cohort in cohorts if cohort.state == Cohort.State.RUNNING]
    cohort = next((one for one in cohorts if str(one.pk) == asked), next(iter(running or cohorts), None))
    if cohort is None:
        raise Http404
    scope = request.duties.scope_in(cohort.programme_id)
    if scope is None:
        raise Http404
    return cohort, scope, cohorts


def _pairs(cohort: Cohort, scope: Scope, show: str, text: str) -> PairQuerySet:
    pairs = Pair.objects.with_people().in_scope(scope).filter(cohort=cohort)
    if show == "resting":
        pairs = pairs.filter(state=Pair.State.PAUSED)
    elif show == "all":
        pairs = pairs.filter(state__in=Pair.UNFINISHED)
    else:
        pairs = pairs.filter(state=Pair.State.ACTIVE, condition__need__gt=0)
    if text.strip():
        named = Person.objects.in_entities(scope.entity_ids).matching_text(text)
        pairs = pairs.filter(mentor__person__in=named) | pairs.filter(mentee__person__in=named)
    return pairs.order_by(F("condition__need").desc(nulls_last=True), F("condition__since").asc(nulls_last=True), "pk")


@allow("coordinator", "owner")
def morning(request: Request) -> HttpResponse:
    if not cohorts_organised_by(request.duties)[:1]:
        return page(request, "morning/nothing.html")
    cohort, scope, cohorts = _chosen(request)
    filters = MorningFilter(cohorts, request.GET or None)
    show, text = request.GET.get("show", ""), request.GET.get("q", "")
    number = min(max(1, number_of(request.GET.get("page", "")) or 1), FAR_AHEAD)
    found = list(_pairs(cohort, scope, show, text)[(number - 1) * PER_PAGE : number * PER_PAGE + 1])
    pairs, has_more = found[:PER_PAGE], len(found) > PER_PAGE
    conditions = conditions_of(pairs, on=clock.today())
    rows = [
        Row(
            pair=pair,
            mentor=shown(pair.mentor.person, scope),
            mentee=shown(pair.mentee.person, scope),
            condition=conditions[pair.pk],
            nudged=_nudged(pair, conditions[pair.pk].ask),
        )
        for pair in pairs
    ]
    return page(
        request,
        "morning/morning.html",
        cohort=cohort,
        filters=filters,
        rows=rows,
        number=number,
        has_more=has_more,
        query=f"round={cohort.pk}&show={show}&q={text}",
        may_end_all=bool(rows) and show == "all" and cohort.is_over(clock.today()),
        needing=_headline(_needing(cohort, scope)),
        tasks=_tasks(cohort, scope),
    )


def _nudged(pair: Pair, ask: str) -> str:
    last = pair.nudged_at([role for role in Enrolment.Role.values if ask in (role, "both")])
    return "" if last is None else _("Written to on %(day)s.") % {"day": date_format(localtime(last), "j F")}


def _headline(count: int) -> str:
    if not count:
        return _("No pair needs you today")
    return ngettext("%(count)s pair needs you today", "%(count)s pairs need you today", count) % {"count": count}


def _needing(cohort: Cohort, scope: Scope) -> int:
    return Pair.objects.in_scope(scope).filter(cohort=cohort, state=Pair.State.ACTIVE, condition__need__gte=NEEDS_YOU).count()


def _tasks(cohort: Cohort, scope: Scope) -> list[Task]:
    """What waits besides the pairs; after the end of a round, nothing."""
    if not can_be_changed(cohort):
        return []
    places = Enrolment.objects.filter(cohort=cohort).in_entities(scope.entity_ids)
    unanswered = places.filter(state__in=[Enrolment.State.INVITED, Enrolment.State.STARTED]).count()
    unprepared = places.filter(state=Enrolment.State.REGISTERED, prepared_at__isnull=True).count()
    board = Run.objects.filter(cohort=cohort, state=Run.State.DRAFT).order_by("-pk").first()
    drafts = Proposal.objects.filter(queries.in_scope(scope), run=board, state=Proposal.State.DRAFT).count() if board else 0
    tasks = []
    if drafts and board:
        text = ngettext(
            "%(count)s suggestion waits on the draft board.", "%(count)s suggestions wait on the draft board.", drafts
        )
        tasks.append(Task(text=text % {"count": drafts}, url=reverse("board", kwargs={"run_id": board.pk})))
    if unanswered:
        text = ngettext(
            "%(count)s person has not finished registering.", "%(count)s people have not finished registering.", unanswered
        )
        tasks.append(Task(text=text % {"count": unanswered}, url=reverse("places", kwargs={"cohort_id": cohort.pk})))
    if unprepared:
        text = ngettext(
            "%(count)s registered person is not prepared yet.", "%(count)s registered people are not prepared yet.", unprepared
        )
        tasks.append(Task(text=text % {"count": unprepared}, url=reverse("places", kwargs={"cohort_id": cohort.pk})))
    return tasks


@allow("coordinator", "owner")
@require_POST
def nudge(request: Request, pair_id: int) -> HttpResponse:
    """Write to the side that can help first, with one button; nobody twice within 12 hours."""
    pair = get_object_or_404(Pair.objects.with_people().organised_by(request.duties), pk=pair_id)
    count = nudges.write(pair, by=request.account, now=clock.now())
    if not count:
        raise NotPossible(_("There is nothing to write about any more: this pair is on track."))
    return redirect_with_message(
        request, "morning", _("The message goes out in its reader's working hours. Nobody is written to twice within 12 hours.")
    )


urls = [
    path("morning/", morning, name="morning"),
    path("morning/<int:pair_id>/nudge/", nudge, name="nudge"),
]

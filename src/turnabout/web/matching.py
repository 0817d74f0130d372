"""Matching rounds as organisers see them: start one, watch it, and read the draft board."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from turnabout.core import clock, progress
from turnabout.core.text import folded, grouped
from turnabout.matching import costs, keeping, queries, services, wording
from turnabout.matching.models import Proposal, Run, Unmatched
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import can_be_changed
from turnabout.programmes.queries import Scope
from turnabout.programmes.words import words_for
from turnabout.web.access import Request, allow
from turnabout.web.names import Shown, shown
from turnabout.web.pages import page, redirect_with_message

PER_PAGE = 24
MOST_OF_NAME = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One suggestion on the board."""

    proposal: Proposal
    mentor: Shown
    mentee: Shown
    shares: str
    gives_back: str
    worth: str
    notes: list[str]
    state_word: str
    state_tone: str


def cohort_and_scope(request: Request, cohort_id: int) -> tuple[Cohort, Scope]:
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), pk=cohort_id)
    scope = request.duties.scope_in(cohort.programme_id)
    if scope is None:
        raise Http404
    return cohort, scope


def board_and_scope(request: Request, run_id: int) -> tuple[Run, Scope]:
    """A round that is or was a board: a scenario holds no suggestions."""
    run, scope = run_and_scope(request, run_id)
    if run.scenario:
        raise Http404
    return run, scope


def run_and_scope(request: Request, run_id: int) -> tuple[Run, Scope]:
    run = get_object_or_404(Run.objects.select_related("cohort__programme"), pk=run_id)
    scope = request.duties.scope_in(run.cohort.programme_id)
    if scope is None:
        raise Http404
    return run, scope


class StartForm(forms.Form):
    objective = forms.ChoiceField(
        label=gettext_lazy("What should come first, once as many people as possible have a partner?"),
        choices=[
            ("fairest", gettext_lazy("The weakest pair is as good as it can be, then the total")),
            ("most-people", gettext_lazy("The total of all pairs")),
        ],
        widget=forms.RadioSelect,
        initial="fairest",
    )
    is_breadth_first = forms.BooleanField(
        label=gettext_lazy("Everybody gets one partner before anybody gets two"), required=False, initial=True
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Number that settles ties"),
        min_value=0,
        max_value=2_000_000_000,
        initial=1,
        help_text=gettext_lazy("The same number gives the same plan again."),
    )


@allow("owner", "coordinator")
def rounds(request: Request, cohort_id: int) -> HttpResponse:
    """Start a matching round and find earlier ones."""
    cohort, scope = cohort_and_scope(request, cohort_id)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run = services.start_run(cohort, by=request.account, now=clock.now(), **form.cleaned_data)
        return redirect("run", run_id=run.pk)
    counts = queries.pool_counts(cohort)
    runs = list(Run.objects.filter(cohort=cohort, scenario="").select_related("cohort").order_by("-pk")[:20])
    draft = next((run for run in runs if run.state == Run.State.DRAFT), None)
    return page(
        request,
        "matching/rounds.html",
        cohort=cohort,
        form=form,
        is_over=not can_be_changed(cohort),
        may_start=scope.entity_ids is None and can_be_changed(cohort),
        counts=counts,
        runs=[(run, wording.run_state(run)) for run in runs],
        draft=draft,
        may_ask=draft is not None and may_ask_what_if(draft, scope),
        scenarios=[] if draft is None else [(run, wording.run_state(run)) for run in queries.scenarios_of(draft)],
    )


@allow("owner", "coordinator")
def watch(request: Request, run_id: int) -> HttpResponse:
    """A round being worked out: counts, a way to stop it, and its result later."""
    run, scope = run_and_scope(request, run_id)
    counter = progress.of(run)
    template = "matching/_progress.html" if request.htmx else "matching/run.html"
    state = {"waiting": "running", "solving": "running", "failed": "failed"}.get(run.state, "done")
    if counter is not None and counter.state == progress.State.CANCELLED:
        state = "cancelled"
    return page(
        request,
        template,
        run=run,
        cohort=run.cohort,
        counter=counter,
        state=state,
        text=_what_happened(run, scope, counter.message if counter else _("Waiting for its turn")),
        poll_url=reverse("run", kwargs={"run_id": run.pk}),
        cancel_url=reverse("run_stop", kwargs={"run_id": run.pk}),
        board_url=_result_url(run),
    )


def _result_url(run: Run) -> str:
    """The board, or a scenario beside the board it was asked of."""
    if not run.scenario:
        return reverse("board", kwargs={"run_id": run.pk})
    both = QueryDict(mutable=True)
    both.setlist("run", [str(run.family), str(run.pk)])
    return reverse("scenario_compare", kwargs={"cohort_id": run.cohort_id}) + "?" + both.urlencode()


def _what_happened(run: Run, scope: Scope, message: str) -> str:
    """A refusal can name people of any business, so only who looks after all of them reads it in full."""
    if not run.refusal:
        return message
    return run.refusal if scope.entity_ids is None else _("This round ended without a plan. The programme lead can read why.")


@allow("owner", "coordinator")
@require_POST
def stop(request: Request, run_id: int) -> HttpResponse:
    run, _scope = run_and_scope(request, run_id)
    services.stop_run(run, by=request.account)
    return redirect_with_message(
        request, "run", _("The round stops at its next step. The last board stays as it is."), run_id=run.pk
    )


class BoardFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("All suggestions")),
            ("look", gettext_lazy("Those that need a look")),
            ("kept", gettext_lazy("Kept ones")),
            ("hand", gettext_lazy("Paired by hand")),
            ("out", gettext_lazy("Already sent")),
            ("low", gettext_lazy("Lowest scores first")),
        ],
    )


def board_rows(run: Run, scope: Scope, chosen: dict[str, str]) -> QuerySet[Proposal]:
    rows = Proposal.objects.with_people().filter(queries.in_scope(scope), run=run).exclude(state=Proposal.State.REMOVED)
    show = chosen.get("show", "")
    if show == "out":
        rows = rows.exclude(state__in=[Proposal.State.DRAFT, Proposal.State.CLOSED])
    else:
        rows = rows.filter(state=Proposal.State.DRAFT)
    rows = {
        "look": rows.filter(
            Q(reasons__flags__contains=["unknown_line"]) | Q(reasons__flags__contains=["distance_exception"]) | ~Q(warnings=[])
        ),
        "kept": rows.filter(is_locked=True),
        "hand": rows.filter(is_by_hand=True),
    }.get(show, rows)
    text = folded(chosen.get("q", ""))
    if text:
        inside = Q() if scope.entity_ids is None else Q(mentor__person__entity_id__in=scope.entity_ids)
        inside_mentee = Q() if scope.entity_ids is None else Q(mentee__person__entity_id__in=scope.entity_ids)
        rows = rows.filter(
            Q(mentor__person__search_key__contains=text) & inside | Q(mentee__person__search_key__contains=text) & inside_mentee
        )
    return rows.order_by("score", "pk") if show == "low" else rows.order_by("-score", "pk")


@allow("owner", "coordinator")
def board(request: Request, run_id: int) -> HttpResponse:
    """The suggestions of a round, to be read, changed and sent out."""
    run, scope = board_and_scope(request, run_id)
    filters = BoardFilter(request.GET)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    found = Paginator(board_rows(run, scope, chosen), PER_PAGE).get_page(request.GET.get("page"))
    cards = [card(proposal, scope) for proposal in found]
    return page(
        request,
        "matching/board.html",
        run=run,
        cohort=run.cohort,
        filters=filters,
        found=found,
        cards=cards,
        alone=left_over_of_name(run, scope, chosen.get("q", "")),
        count_text=ngettext("%(count)s suggestion", "%(count)s suggestions", found.paginator.count)
        % {"count": grouped(found.paginator.count)},
        tabs=tabs(run, scope, current="pairs"),
        proof=wording.proof(run),
        facts=wording.figures(run),
        may_publish=can_be_changed(run.cohort),
        mentor_word=words_for(run.cohort.programme).Mentor,
        mentee_word=words_for(run.cohort.programme).Mentee,
    )


def tabs(run: Run, scope: Scope, *, current: str) -> list[Tab]:
    """The views of one round; a scenario never was a board and has only its figures and its proof."""
    views = (
        ("pairs", _("Suggested pairs"), "board", None),
        ("alone", _("No partner yet"), "board_alone", alone_rows(run, scope).count()),
        ("why", _("Why not these two?"), "board_why_not", None),
        ("figures", _("The round in figures"), "board_figures", None),
        ("proof", _("Check the arithmetic"), "board_proof", None),
    )
    return [
        Tab(label=label, url=reverse(name, kwargs={"run_id": run.pk}), is_current=current == key, count=count)
        for key, label, name, count in views
        if not run.scenario or key not in {"pairs", "alone"}
    ]


def card(proposal: Proposal, scope: Scope) -> Card:
    mentor, mentee = shown(proposal.mentor.person, scope), shown(proposal.mentee.person, scope)
    word, tone = wording.proposal_state(proposal)
    return Card(
        proposal=proposal,
        mentor=mentor,
        mentee=mentee,
        shares=wording.shares(proposal),
        gives_back=wording.gives_back(proposal),
        worth=costs.worth(proposal.reasons["worth"]) if "worth" in proposal.reasons else "",
        notes=wording.notes(proposal),
        state_word=word,
        state_tone=tone,
    )


def alone_rows(run: Run, scope: Scope) -> QuerySet[Unmatched]:
    rows = Unmatched.objects.filter(run=run)
    return rows if scope.entity_ids is None else rows.filter(enrolment__person__entity_id__in=scope.entity_ids)


def left_over_of_name(run: Run, scope: Scope, name: str) -> list[tuple[int, Shown]]:
    """Whoever was looked for on the board and has no partner there."""
    text = folded(name)
    if not text:
        return []
    rows = alone_rows(run, scope).filter(enrolment__person__search_key__contains=text)
    found = rows.select_related("enrolment__person__entity").order_by("enrolment__person__sort_key", "pk")[:MOST_OF_NAME]
    return [(row.enrolment_id, shown(row.enrolment.person, scope)) for row in found]


def may_ask_what_if(run: Run, scope: Scope) -> bool:
    """Scenarios are asked of the draft board, while its round is open, by whoever looks after everybody on it."""
    has_all = scope.entity_ids is None and can_be_changed(run.cohort)
    return run.state == Run.State.DRAFT and has_all and keeping.has_input(run)


@allow("owner", "coordinator")
def proof(request: Request, run_id: int) -> HttpResponse:
    """What was promised of the plan, and how anybody can check it."""
    run, scope = run_and_scope(request, run_id)
    return page(
        request,
        "matching/proof.html",
        run=run,
        cohort=run.cohort,
        tabs=tabs(run, scope, current="proof"),
        proof=wording.proof(run),
        facts=wording.proof_facts(run),
        can_check=keeping.has_input(run),
    )


@allow("owner", "coordinator")
@require_POST
def check(request: Request, run_id: int) -> HttpResponse:
    """Let the separate verifier go over the plan again, from its kept input alone."""
    run, _scope = run_and_scope(request, run_id)
    verdict = keeping.check(run)
    if verdict.is_valid:
        return redirect_with_message(
            request,
            "board_proof",
            _("Checked again just now: nothing was changed, and the prices prove the plan."),
            run_id=run.pk,
        )
    messages.error(request, _("The check failed. Do not publish this plan; tell whoever runs the server."))
    return redirect("board_proof", run_id=run.pk)


urls = [
    path("rounds/<int:cohort_id>/matching/", rounds, name="matching"),
    path("matching/<int:run_id>/", watch, name="run"),
    path("matching/<int:run_id>/stop/", stop, name="run_stop"),
    path("matching/<int:run_id>/board/", board, name="board"),
    path("matching/<int:run_id>/proof/", proof, name="board_proof"),
    path("matching/<int:run_id>/proof/check/", check, name="board_check"),
]

"""What if: save a scenario, compare two or three, and make one of them the draft board."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.core.text import grouped
from turnabout.matching import keeping, queries, scenarios
from turnabout.matching.models import Run
from turnabout.programmes.queries import Scope
from turnabout.programmes.ranges import LABELS
from turnabout.web.access import Request, allow
from turnabout.web.asking import Line, named
from turnabout.web.figures import mix, percent
from turnabout.web.matching import cohort_and_scope, run_and_scope
from turnabout.web.numbers import numbers_of
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.programme_forms import CRITERIA, ENTITIES, LANGUAGE_LEVELS

MOST_CHANGES = 20


class ScenarioForm(forms.Form):
    """The round's aims, rules and weights, to be changed for the sake of the question."""

    name = forms.CharField(
        label=gettext_lazy("What do you want to know?"),
        max_length=80,
        help_text=gettext_lazy("Such as “without the rule about languages”. It is the scenario's name."),
    )
    objective = forms.ChoiceField(
        label=gettext_lazy("What should come first?"),
        choices=[
            ("fairest", gettext_lazy("As many people as possible, then the weakest pair as good as it can be, then the total")),
            ("most-people", gettext_lazy("As many people as possible, then the total")),
            ("best-total", gettext_lazy("The total alone")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The total alone can leave people without a partner although one is possible for them."),
    )
    is_breadth_first = forms.BooleanField(
        label=gettext_lazy("Everybody gets one partner before anybody gets two"), required=False
    )
    common_language_level = forms.TypedChoiceField(
        label=LABELS["common_language_level"], choices=[(0, gettext_lazy("No rule")), *LANGUAGE_LEVELS], coerce=int
    )
    weekly_overlap_hours = forms.IntegerField(
        label=LABELS["weekly_overlap_hours"], min_value=0, max_value=20, help_text=gettext_lazy("0 takes the rule away.")
    )
    seniority_gap = forms.IntegerField(label=LABELS["seniority_gap"], min_value=0, max_value=40)
    entity_rule = forms.ChoiceField(label=LABELS["entity_rule"], choices=ENTITIES)
    seed = forms.IntegerField(label=gettext_lazy("Number that settles ties"), min_value=0, max_value=2_000_000_000)

    def __init__(self, board: Run, given: QueryDict | None) -> None:
        self.board, self.now = board, self.values_of(board)
        super().__init__(given, initial=self.now)
        for name, label in CRITERIA.items():
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=label, min_value=0, max_value=100, initial=self.now[f"weight_{name}"]
            )

    @staticmethod
    def values_of(board: Run) -> dict[str, Any]:
        cohort = board.cohort
        weights = {str(name): int(weight.weight) for name, weight in queries.weights_of(cohort).items()}
        weights = board.rules.get("weights", weights)
        rules = {name: board.rules.get(name, getattr(cohort, name)) for name in RULES}
        return (
            rules
            | {f"weight_{name}": int(weights.get(name, 0)) for name in CRITERIA}
            | {"objective": board.objective, "is_breadth_first": board.is_breadth_first, "seed": board.seed}
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given[name] for name in given if name.startswith("weight_")):
            self.add_error("weight_topics", _("Give at least one criterion more than 0."))
        return given

    @property
    def rules(self) -> dict[str, Any]:
        """What differs from the round itself, so that a scenario says what it changes."""
        given, cohort = self.cleaned_data, self.values_of(Run(cohort=self.board.cohort))
        changed: dict[str, Any] = {name: given[name] for name in RULES if given[name] != cohort[name]}
        weights = {name.removeprefix("weight_"): value for name, value in given.items() if name.startswith("weight_")}
        if any(value != cohort[f"weight_{name}"] for name, value in weights.items()):
            changed["weights"] = weights
        return changed


RULES = ("common_language_level", "weekly_overlap_hours", "seniority_gap", "entity_rule")


def _draft(request: Request, cohort_id: int) -> tuple[Run, Scope]:
    cohort, scope = cohort_and_scope(request, cohort_id)
    board = queries.draft_of(cohort)
    if board is None or scope.entity_ids is not None or not keeping.has_input(board):
        raise Http404
    board.cohort = cohort
    return board, scope


@allow("owner", "coordinator")
def new(request: Request, cohort_id: int) -> HttpResponse:
    """Ask "what if" of the people on the draft board."""
    board, _scope = _draft(request, cohort_id)
    form = ScenarioForm(board, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        run = scenarios.start_scenario(
            board,
            by=request.account,
            now=clock.now(),
            name=given["name"],
            objective=given["objective"],
            is_breadth_first=given["is_breadth_first"],
            seed=given["seed"],
            rules=form.rules,
        )
        return redirect("run", run_id=run.pk)
    return page(
        request,
        "matching/scenario.html",
        form=form,
        cohort=board.cohort,
        weights=[form[name] for name in form.fields if name.startswith("weight_")],
        aims=[form[name] for name in ("name", "objective", "is_breadth_first")],
        rules=[form[name] for name in (*RULES, "seed")],
    )


@allow("owner", "coordinator")
def compare(request: Request, cohort_id: int) -> HttpResponse:
    """Two or three plans over the same people, side by side, and who changes."""
    cohort, scope = cohort_and_scope(request, cohort_id)
    wanted = numbers_of(request.GET.getlist("run"))
    found = {run.pk: run for run in Run.objects.filter(cohort=cohort, pk__in=wanted[:20], input__isnull=False)}
    runs = [found[number] for number in dict.fromkeys(wanted) if number in found]
    # The board first: whatever else is compared is compared with it.
    runs.sort(key=lambda run: (bool(run.scenario), run.pk))
    try:
        differences, refusal = scenarios.compared(runs), ""
    except NotPossible as sentence:
        differences, refusal = [], str(sentence)
    return page(
        request,
        "matching/compare.html",
        cohort=cohort,
        refusal=refusal,
        columns=[{"label": _("Figure")}, *({"label": name_of(run), "is_number": True} for run in runs)],
        rows=[] if refusal else rows(runs),
        changes=[
            (name_of(run), found_difference, _lines(scope, found_difference), max(0, len(found_difference.swaps) - MOST_CHANGES))
            for run, found_difference in zip(runs[1:], differences, strict=False)
        ],
        first=name_of(runs[0]) if runs else "",
        adoptable=[run for run in runs if run.state == Run.State.SCENARIO] if scope.entity_ids is None else [],
    )


def name_of(run: Run) -> str:
    return run.scenario or _("The board")


def _lines(scope: Scope, difference: scenarios.Difference) -> list[Line]:
    swaps = difference.swaps[:MOST_CHANGES]
    names = named(scope, (key for swap in swaps for key in (swap.mentee, swap.before, swap.after) if key))
    return [
        Line(
            label=names[swap.mentee],
            before=names.get(swap.before, _("no partner")),
            after=names.get(swap.after, _("no partner")),
        )
        for swap in swaps
    ]


def rows(runs: list[Run]) -> list[tuple[str, list[tuple[str, str]]]]:
    """One row per figure, one named cell per plan."""
    names = [name_of(run) for run in runs]
    return [(label, list(zip(names, cells, strict=True))) for label, cells in _cells(runs)]


def _cells(runs: list[Run]) -> list[tuple[str, list[str]]]:
    aims = {"fairest": _("Fairest"), "most-people": _("Most people"), "best-total": _("Total alone")}
    made = [
        (_("Aim"), [aims[run.objective] for run in runs]),
        (_("People with a partner"), [percent(run.figures["people"], run.figures["candidates"]) for run in runs]),
        (_("Pairs"), [grouped(run.figures["pairs"]) for run in runs]),
        (_("Worse side of the weakest pair, points"), [grouped(run.figures["floor"]) for run in runs]),
        (_("Total of all pairs, points"), [grouped(run.figures["total"]) for run in runs]),
    ]
    reports = [run.figures.get("report") for run in runs]
    if all(reports):
        mixes = [mix(report) for report in reports if report]
        made += [(column[0]["label"], [cell["value"] for cell in column]) for column in zip(*mixes, strict=True)]
    return made


def scenario_and_scope(request: Request, run_id: int) -> tuple[Run, Scope]:
    run, scope = run_and_scope(request, run_id)
    if not run.scenario or scope.entity_ids is not None:
        raise Http404
    return run, scope


@allow("owner", "coordinator")
@require_POST
def adopt(request: Request, run_id: int) -> HttpResponse:
    scenario, _scope = scenario_and_scope(request, run_id)
    run = scenarios.adopt_scenario(scenario, by=request.account, now=clock.now())
    return redirect("run", run_id=run.pk)


@allow("owner", "coordinator")
@require_POST
def forget(request: Request, run_id: int) -> HttpResponse:
    scenario, _scope = scenario_and_scope(request, run_id)
    scenarios.forget_scenario(scenario, by=request.account, now=clock.now())
    sentence = _("The scenario “%(name)s” is forgotten.") % {"name": scenario.scenario}
    return redirect_with_message(request, "matching", sentence, cohort_id=scenario.cohort_id)


urls = [
    path("rounds/<int:cohort_id>/matching/what-if/", new, name="scenario_new"),
    path("rounds/<int:cohort_id>/matching/compare/", compare, name="scenario_compare"),
    path("matching/<int:run_id>/adopt/", adopt, name="scenario_adopt"),
    path("matching/<int:run_id>/forget/", forget, name="scenario_forget"),
]

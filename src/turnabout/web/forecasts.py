"""Would this work? What a round would come to before it is matched, from everybody registered so far."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from turnabout.core import clock, progress
from turnabout.core.text import grouped
from turnabout.matching import costs, queries
from turnabout.matching.forecasts import MOST_ASSUMED, MOST_DRAWS, AssumedPool, start_forecast, stop_forecast
from turnabout.matching.models import Forecast
from turnabout.programmes.models import Cohort
from turnabout.programmes.words import Words, words_for
from turnabout.web.access import Request, allow
from turnabout.web.cohorts import organised_cohort
from turnabout.web.figures import percent
from turnabout.web.pages import page, redirect_with_message

MOST_NEEDS = 12
SUGGESTED_DRAWS = 5


class ForecastForm(forms.Form):
    """Everybody so far needs no answer; a pool of another size needs two numbers."""

    mentors = forms.IntegerField(required=False, min_value=1, max_value=MOST_ASSUMED)
    mentees = forms.IntegerField(required=False, min_value=1, max_value=MOST_ASSUMED)
    draws = forms.IntegerField(
        label=gettext_lazy("How many times to draw it"),
        min_value=1,
        max_value=MOST_DRAWS,
        initial=SUGGESTED_DRAWS,
        help_text=gettext_lazy("Each draw chooses other people; the results together show how much is chance."),
    )

    def __init__(self, given: Mapping[str, Any] | None, words: Words) -> None:
        super().__init__(given)
        for role in ("mentors", "mentees"):
            label = _("How many %(people)s there could be") % {"people": getattr(words, role)}
            self.fields[role].label = label

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for one, other in (("mentors", "mentees"), ("mentees", "mentors")):
            if not self.errors and given.get(one) and not given.get(other):
                self.add_error(other, _("Give both numbers, or neither to look at the people so far alone."))
        return given

    @property
    def pool(self) -> AssumedPool | None:
        given = self.cleaned_data
        if not given["mentors"]:
            return None
        return AssumedPool(mentors=given["mentors"], mentees=given["mentees"], draws=given["draws"])


def _whole_cohort(request: Request, cohort_id: int) -> Cohort:
    """A round whose people are all looked after by this account: a forecast counts every one of them."""
    cohort, scope = organised_cohort(request, cohort_id)
    if scope.entity_ids is not None:
        raise Http404
    return cohort


@allow("owner", "coordinator")
def ask(request: Request, cohort_id: int) -> HttpResponse:
    """Ask what would come out, and find what was asked before."""
    cohort = _whole_cohort(request, cohort_id)
    words = words_for(cohort.programme)
    form = ForecastForm(request.POST if request.method == "POST" else None, words)
    so_far = queries.counts_so_far(cohort)
    if request.method == "POST" and form.is_valid():
        made = start_forecast(cohort, by=request.account, now=clock.now(), pool=form.pool)
        return redirect("forecast", forecast_id=made.pk)
    return page(
        request,
        "forecasts/ask.html",
        cohort=cohort,
        form=form,
        may_ask=all(so_far.values()),
        so_far=[
            {"label": _("%(people)s with a free place so far") % {"people": word}, "value": grouped(so_far[role])}
            for role, word in (("mentor", words.Mentors), ("mentee", words.Mentees))
        ],
        earlier=[(one, _in_a_line(one)) for one in queries.forecasts_of(cohort)],
        status=422 if form.errors else 200,
    )


def _in_a_line(forecast: Forecast) -> str:
    if forecast.is_running:
        return _("Being worked out")
    if forecast.state == Forecast.State.FAILED:
        return _("Ended without figures")
    found = forecast.figures
    return _("%(people)s of %(all)s people could get a partner") % {
        "people": grouped(found["rules"][0]["people"]),
        "all": grouped(found["basis"]["people"]),
    }


@allow("owner", "coordinator")
def show(request: Request, forecast_id: int) -> HttpResponse:
    """Being worked out, or the figures with their date and what they were made from."""
    forecast = _seen(request, forecast_id)
    if forecast.state == Forecast.State.DONE and not request.htmx:
        return page(request, "forecasts/result.html", forecast=forecast, **_result(forecast))
    counter = progress.of(forecast)
    states = {Forecast.State.DONE: "done", Forecast.State.FAILED: "failed"}
    return page(
        request,
        "forecasts/_progress.html" if request.htmx else "forecasts/running.html",
        forecast=forecast,
        cohort=forecast.cohort,
        counter=counter,
        state=states.get(Forecast.State(forecast.state), "running"),
        text=forecast.refusal or (counter.message if counter else _("Waiting for its turn")),
        here=reverse("forecast", kwargs={"forecast_id": forecast.pk}),
    )


def _seen(request: Request, forecast_id: int) -> Forecast:
    forecast = get_object_or_404(Forecast.objects.select_related("cohort__programme"), pk=forecast_id)
    scope = request.duties.scope_in(forecast.cohort.programme_id)
    if scope is None or scope.entity_ids is not None:
        raise Http404
    return forecast


@allow("owner", "coordinator")
@require_POST
def stop(request: Request, forecast_id: int) -> HttpResponse:
    forecast = _seen(request, forecast_id)
    stop_forecast(forecast, by=request.account, now=clock.now())
    return redirect_with_message(
        request, "forecast", _("It stops at its next step. Nothing was changed."), forecast_id=forecast_id
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """One thing that is asked for, for the two-sided chart."""

    label: str
    mentor: int
    mentee: int
    mentor_text: str
    mentee_text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    label: str
    caption: str
    rows: list[Balance]
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One matching that was tried; each cell with its column's label."""

    label: str
    cells: list[tuple[str, str]]


def _result(forecast: Forecast) -> dict[str, Any]:
    found, words = forecast.figures, words_for(forecast.cohort.programme)
    basis, as_it_is, relaxed = found["basis"], found["rules"][0], found["rules"][1:]
    return {
        "cohort": forecast.cohort,
        "words": words,
        "basis": basis,
        "as_it_is": as_it_is,
        "facts": _facts(as_it_is, basis),
        "short": _short(found["needs"], words),
        "charts": _charts(found["needs"]),
        "dearest": _dearest(as_it_is, relaxed),
        "columns": _columns(_("Rules")),
        "free": _free(as_it_is, relaxed),
        "rules": [
            Line(label=_("With all rules"), cells=_cells(as_it_is)),
            *(Line(label=_without(one), cells=_cells(one, than=as_it_is)) for one in relaxed if not _is_the_same(one, as_it_is)),
        ],
        "draw_columns": _columns(_("Draw")),
        "draws": _draws(found["draws"]),
        "range": _range(found["draws"], (forecast.mentors or 0) + (forecast.mentees or 0)),
    }


def _short(needs: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """The three things that most is missing of, in sentences."""
    short = sorted((need for need in needs if need["missing"]), key=lambda need: -int(need["missing"]))
    return [_sentence(need, words) for need in short[:3]]


def _charts(needs: Sequence[Mapping[str, Any]]) -> list[Chart]:
    captions = {
        "topic": (_("Topics"), _("Topics that are asked for, in places")),
        "language": (_("Languages"), _("Languages that people depend on because they speak nothing else well enough, in places")),
    }
    made = []
    for attribute, (label, caption) in captions.items():
        rows = _balances(needs, attribute)
        if rows:
            most = max(max(row.mentor, row.mentee) for row in rows)
            made.append(Chart(label=label, caption=caption, rows=rows, most=most))
    return made


def _facts(as_it_is: Mapping[str, int], basis: Mapping[str, int]) -> list[dict[str, str]]:
    return [
        {"label": _("People who could get a partner"), "value": percent(as_it_is["people"], basis["people"])},
        {"label": _("Pairs"), "value": grouped(as_it_is["pairs"])},
        {
            "label": _("Weakest pair"),
            "value": _("%(floor)s of 1,000 points for its worse side") % {"floor": grouped(as_it_is["floor"])},
        },
    ]


def _sentence(need: Mapping[str, Any], words: Words) -> str:
    """What there is too little of, as the board says it of one person."""
    if need["attribute"] == "topic" and need["value"]:
        return costs.scarce([{**need, "side": "mentee"}], mentors=words.mentors, mentees=words.mentees)[0]
    said = (
        _(
            "%(value)s: %(mentees)s who speak nothing else want %(wanted)s partners, %(mentors)s who speak it have %(offered)s places."
        )
        if need["value"]
        else _("%(value)s: %(mentees)s want %(wanted)s partners, %(mentors)s have %(offered)s places.")
    )
    return said % {
        "value": _name(need),
        "mentees": words.mentees,
        "mentors": words.mentors,
        "wanted": grouped(need["wanted"]),
        "offered": grouped(need["offered"]),
    }


def _name(need: Mapping[str, Any]) -> str:
    if need["value"]:
        return costs.attribute_in_words(need["attribute"], need["value"])
    others = {"topic": _("Topics that fewer than five ask for"), "language": _("Languages that fewer than five depend on")}
    return others[need["attribute"]]


def _balances(needs: Iterable[Mapping[str, Any]], attribute: str) -> list[Balance]:
    """Most missing first, then most wanted."""
    rows = sorted(
        (need for need in needs if need["attribute"] == attribute), key=lambda need: (-need["missing"], -need["wanted"])
    )
    return [
        Balance(
            label=_name(need) if need["value"] else _("Others together"),
            mentor=need["offered"],
            mentee=need["wanted"],
            mentor_text=grouped(need["offered"]),
            mentee_text=grouped(need["wanted"]),
        )
        for need in rows[:MOST_NEEDS]
    ]


FIGURES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("people", lambda: _("With a partner")),
    ("pairs", lambda: _("Pairs")),
    ("floor", lambda: _("Weakest pair")),
    ("total", lambda: _("Total")),
)


def _columns(first: str) -> list[dict[str, Any]]:
    return [{"label": first}, *({"label": label(), "is_number": True} for _name, label in FIGURES)]


def _cells(outcome: Mapping[str, int], *, than: Mapping[str, int] | None = None) -> list[tuple[str, str]]:
    return [(label(), _changed(outcome[name], None if than is None else than[name])) for name, label in FIGURES]


def _changed(value: int, before: int | None) -> str:
    """A figure, and by how much it moves."""
    if before is None or value == before:
        return grouped(value)
    change = value - before
    sign = "+" if change > 0 else ""
    return _("%(value)s (%(change)s)") % {"value": grouped(value), "change": sign + grouped(change)}


# The engine's names of its rules, where they differ from those of its reasons.
RULE_NAMES = {"language_level": "language", "overlap_minutes": "hours", "formats": "format"}


def _rule(outcome: Mapping[str, Any]) -> str:
    return costs.NAMES[RULE_NAMES.get(outcome["name"], outcome["name"])]()


def _without(outcome: Mapping[str, Any]) -> str:
    return _("Without “%(rule)s”") % {"rule": _rule(outcome)}


def _is_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name, _label in FIGURES)


def _dearest(as_it_is: Mapping[str, Any], relaxed: Sequence[Mapping[str, Any]]) -> str:
    """Which rule costs most people their partner."""
    most = max(relaxed, key=lambda one: int(one["people"]), default=as_it_is)
    more = most["people"] - as_it_is["people"]
    if more <= 0:
        return _("No rule on its own costs anybody a partner.")
    return ngettext(
        "“%(rule)s” costs most: without this rule %(count)s more person could get a partner.",
        "“%(rule)s” costs most: without this rule %(count)s more people could get a partner.",
        more,
    ) % {"rule": _rule(most), "count": grouped(more)}


def _free(as_it_is: Mapping[str, Any], relaxed: Sequence[Mapping[str, Any]]) -> str:
    """The rules without which every figure is the same."""
    names = [f"“{_rule(one)}”" for one in relaxed if _is_the_same(one, as_it_is)]
    if not names:
        return ""
    return ngettext(
        "%(rules)s costs nothing: without this rule every figure is the same.",
        "%(rules)s cost nothing: without any one of these rules every figure is the same.",
        len(names),
    ) % {"rules": get_text_list(names, _("and"))}


def _draws(draws: Sequence[Mapping[str, Any]]) -> list[Line]:
    if not draws:
        return []
    ends = [{name: end(draw[name] for draw in draws) for name, _label in FIGURES} for end in (min, max)]
    return [
        *(Line(label=_("Draw %(number)s") % {"number": draw["name"]}, cells=_cells(draw)) for draw in draws),
        *(Line(label=label, cells=_cells(end)) for label, end in zip((_("Lowest"), _("Highest")), ends, strict=True)),
    ]


def _range(draws: Sequence[Mapping[str, Any]], people: int) -> str:
    if not draws:
        return ""
    lowest, highest = (end(draw["people"] for draw in draws) for end in (min, max))
    if lowest == highest:
        return _("In every draw %(lowest)s of %(all)s people got a partner.") % {
            "lowest": grouped(lowest),
            "all": grouped(people),
        }
    return _("Between %(lowest)s and %(highest)s of %(all)s people got a partner, depending on the draw.") % {
        "lowest": grouped(lowest),
        "highest": grouped(highest),
        "all": grouped(people),
    }


urls = [
    path("rounds/<int:cohort_id>/would-this-work/", ask, name="forecasts"),
    path("forecasts/<int:forecast_id>/", show, name="forecast"),
    path("forecasts/<int:forecast_id>/stop/", stop, name="forecast_stop"),
]

"""The round in figures: coverage, fairness and mix of one plan, each with its table."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.core.text import folded
from turnabout.matching import wording
from turnabout.matching.costs import Bar
from turnabout.matching.models import Run
from turnabout.people.models import Entity
from turnabout.programmes.words import words_for
from turnabout.web.access import Request, allow
from turnabout.web.matching import run_and_scope, tabs
from turnabout.web.pages import page

MIX = {
    "entity": lambda: _("Pairs across two businesses"),
    "country": lambda: _("Pairs across two countries"),
    "function": lambda: _("Pairs across two functions"),
}


def percent(part: int, whole: int) -> str:
    """Rounded down, so that 100% is said of everybody only."""
    return _("%(part)d of %(whole)d (%(share)d%%)") % {"part": part, "whole": whole, "share": 100 * part // whole}


def coverage(report: dict[str, Any], run: Run) -> list[dict[str, str]]:
    words = words_for(run.cohort.programme)
    people = {"mentor": words.Mentors, "mentee": words.Mentees}
    facts = [
        {"label": _("%(people)s with a partner") % {"people": people[side]}, "value": percent(part, whole)}
        for side, (part, whole) in sorted(report["coverage"].items(), key=lambda item: item[0] == "mentee")
        if whole
    ]
    return facts + mix(report)


def mix(report: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": MIX[by](), "value": percent(across, known) if known else _("not known")}
        for by, (across, known) in report["mix"].items()
    ]


def curve(report: dict[str, Any]) -> list[Bar]:
    return [
        Bar(
            label=_("at least %(floor)d points") % {"floor": floor},
            value=pairs,
            text=ngettext("%(count)d pair", "%(count)d pairs", pairs) % {"count": pairs},
        )
        for floor, pairs in report["curve"]
    ]


def spread(report: dict[str, Any]) -> list[dict[str, Any]]:
    """How points are spread over the pairs, for either side."""
    names = {
        "0": _("Lowest"),
        "10": _("A tenth have at most"),
        "25": _("A quarter have at most"),
        "50": _("Half have at most"),
        "75": _("Three quarters have at most"),
        "100": _("Highest"),
    }
    mentor, mentee = report["percentiles"]["mentor"], report["percentiles"]["mentee"]
    return [{"label": name, "mentor": mentor[share], "mentee": mentee[share]} for share, name in names.items() if share in mentor]


def groups(report: dict[str, Any], side: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """One row per business with at least five people; smaller ones only together."""
    words = {"rest": _("Smaller businesses together"), "unknown": _("Business not known")}
    rows = [
        group | {"name": words.get(group["kind"]) or names.get(group["code"], group["code"])} for group in report["groups"][side]
    ]
    return sorted(rows, key=lambda row: (row["kind"] != "entity", folded(row["name"])))


@allow("owner", "coordinator")
def figures(request: Request, run_id: int) -> HttpResponse:
    """What a plan comes to, for everybody who has to answer for it."""
    run, scope = run_and_scope(request, run_id)
    report = run.figures.get("report")
    context: dict[str, Any] = {}
    if report:
        names = dict(Entity.objects.values_list("code", "name"))
        words = words_for(run.cohort.programme)
        context = {
            "coverage": coverage(report, run),
            "curve": curve(report),
            "most": max((pairs for _floor, pairs in report["curve"]), default=1),
            "spread": spread(report),
            "groups": [
                (words.Mentors, groups(report, "mentor", names)),
                (words.Mentees, groups(report, "mentee", names)),
            ],
            "stability": report["stability"],
            "group_columns": [
                {"label": _("Business")},
                {"label": _("People"), "is_number": True},
                {"label": _("With a partner"), "is_number": True},
                {"label": _("Half have at least, points"), "is_number": True},
                {"label": _("Short of their best, points"), "is_number": True},
            ],
            "spread_columns": [
                {"label": _("Share of pairs")},
                {"label": words.Mentor, "is_number": True},
                {"label": words.Mentee, "is_number": True},
            ],
        }
    return page(
        request,
        "matching/figures.html",
        run=run,
        cohort=run.cohort,
        report=report,
        facts=wording.figures(run),
        tabs=tabs(run, scope, current="figures"),
        **context,
    )


urls = [path("matching/<int:run_id>/figures/", figures, name="board_figures")]

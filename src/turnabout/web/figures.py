"""The round in figures: coverage, fairness and mix of one plan, each with its table."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.core.text import folded, grouped
from turnabout.matching import costs, wording
from turnabout.matching.costs import Bar
from turnabout.matching.models import Run
from turnabout.people.models import Entity
from turnabout.programmes.words import Words, words_for
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
    return _("%(part)s of %(whole)s (%(share)d%%)") % {
        "part": grouped(part),
        "whole": grouped(whole),
        "share": 100 * part // whole,
    }


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
            label=_("at least %(floor)s points") % {"floor": grouped(floor)},
            value=pairs,
            text=ngettext("%(count)s pair", "%(count)s pairs", pairs) % {"count": grouped(pairs)},
        )
        for floor, pairs, *_total in report["curve"]
    ]


def curve_rows(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The same with the total: what a higher floor costs everybody together. Older rounds were kept without it."""
    return [
        {"floor": floor, "pairs": pairs, "total": total[0] if total else _("not known")}
        for floor, pairs, *total in report["curve"]
    ]


def price_of_stability(report: dict[str, Any], run: Run) -> str:
    """What everybody together would lose for a plan in which no two people would rather have each other."""
    stable = report["stability"]
    pairs, points = run.figures["pairs"] - stable["pairs"], run.figures["total"] - stable["total"]
    what = costs.lost(pairs=pairs, wishes=0, points=points)
    return _("Choosing it would cost the round %(what)s.") % {"what": what} if what else _("Choosing it would cost nothing.")


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


def groups(rows: list[dict[str, Any]], names: dict[str, str], words: dict[str, str]) -> list[dict[str, Any]]:
    """One row per group with at least five people; smaller ones only together."""
    named = [group | {"name": words.get(group["kind"]) or names.get(group["code"], group["code"])} for group in rows]
    return sorted(named, key=lambda row: (row["kind"] in words, folded(row["name"])))


def all_groups(report: dict[str, Any], words: Words, *, only_entities: bool) -> list[dict[str, Any]]:
    """How each business fares, and for whoever looks after all of them each country and function too.

    A country less its businesses would show the small ones, which is nobody's business outside them.
    """
    made = [
        {
            "title": _("By business"),
            "found": report["groups"],
            "names": dict(Entity.objects.values_list("code", "name")),
            "words": {"rest": _("Smaller businesses together"), "unknown": _("Business not known")},
        }
    ]
    if not only_entities:
        titles = {"country": _("By country"), "function": _("By function")}
        rest = {"country": _("Smaller countries together"), "function": _("Smaller functions together")}
        made += [
            {"title": titles[by], "found": found, "names": {}, "words": {"rest": rest[by], "unknown": _("Not known")}}
            for by, found in report.get("groups_by", {}).items()
        ]
    sides = (("mentor", words.Mentors), ("mentee", words.Mentees))
    return [
        {
            "title": one["title"],
            "sides": [(word, groups(one["found"][side], one["names"], one["words"])) for side, word in sides],
        }
        for one in made
    ]


@allow("owner", "coordinator")
def figures(request: Request, run_id: int) -> HttpResponse:
    """What a plan comes to, for everybody who has to answer for it."""
    run, scope = run_and_scope(request, run_id)
    report = run.figures.get("report")
    context: dict[str, Any] = {}
    if report:
        words = words_for(run.cohort.programme)
        context = {
            "coverage": coverage(report, run),
            "curve": curve(report),
            "most": max((pairs for _floor, pairs, *_total in report["curve"]), default=1),
            "spread": spread(report),
            "curve_rows": curve_rows(report),
            "curve_columns": [
                {"label": _("Points that every side must reach")},
                {"label": _("Pairs"), "is_number": True},
                {"label": _("Total, points"), "is_number": True},
            ],
            "groups": all_groups(report, words, only_entities=scope.entity_ids is not None),
            "stability": report["stability"],
            "price": price_of_stability(report, run),
            "group_columns": [
                {"label": _("Group")},
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

"""Where people are, for programme lead, coordinators and sponsor: one table, every figure with its definition."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from turnabout.core.text import folded
from turnabout.insights import funnel
from turnabout.programmes.models import Cohort
from turnabout.programmes.words import words_for
from turnabout.web import tables
from turnabout.web.access import Request, allow
from turnabout.web.entities import country_name
from turnabout.web.pages import page
from turnabout.web.programmes import state_word


def _loaded(request: Request, cohort_id: int) -> tuple[Cohort, funnel.Funnel, bool]:
    """A round and its figures; whoever only sponsors it gets no small count."""
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), pk=cohort_id)
    scope = request.duties.scope_in(cohort.programme_id)
    if scope is None and cohort.programme_id not in request.duties.sponsors:
        raise Http404
    only_aggregates = scope is None
    return cohort, funnel.table(funnel.count(cohort, scope), only_aggregates=only_aggregates), only_aggregates


@allow("owner", "coordinator", "sponsor")
def overview(request: Request, cohort_id: int) -> HttpResponse:
    cohort, figures, only_aggregates = _loaded(request, cohort_id)
    by = "country" if request.GET.get("by") == "country" else "entity"
    labels, definitions = funnel.labels(), funnel.definitions()
    words = words_for(cohort.programme)
    here = reverse("overview", args=[cohort.pk])
    return page(
        request,
        "overview/overview.html",
        cohort=cohort,
        programme=cohort.programme,
        words=words,
        state=state_word(cohort),
        figures=[
            {"label": labels[stage], "text": definitions[stage], "figure": _of_all(cell, figures.total.cells[0])}
            for stage, cell in zip(funnel.STAGES, figures.total.cells, strict=True)
        ],
        lines=_lines(_by_name(figures.countries) if by == "country" else figures.entities, labels),
        only_aggregates=only_aggregates,
        total=_lines((figures.total,), labels)[0],
        has_lines=bool(figures.entities),
        columns=[
            {"label": _("Country") if by == "country" else words.Entity},
            *({"label": labels[stage], "is_number": True} for stage in funnel.STAGES),
        ],
        tabs=[
            {"label": _("By %(entity)s") % {"entity": words.entity}, "url": here, "is_current": by == "entity", "count": None},
            {"label": _("By country"), "url": f"{here}?by=country", "is_current": by == "country", "count": None},
        ],
        has_scope=not only_aggregates and not request.duties.is_owner,
    )


def _of_all(cell: funnel.Cell, everybody: funnel.Cell) -> str:
    """A figure and what it is a part of, where both may be shown."""
    if cell is everybody or cell.value is None or everybody.value is None:
        return cell.text
    return _("%(count)s of %(all)s") % {"count": cell.text, "all": everybody.text}


def _by_name(countries: tuple[funnel.Line, ...]) -> tuple[funnel.Line, ...]:
    """Countries by the names that people give them, in the order of these names; without a country last."""
    named = [replace(line, label=country_name(line.country)) if line.country else line for line in countries]
    return tuple(sorted(named, key=lambda line: (not line.country, folded(line.label))))


def _lines(lines: tuple[funnel.Line, ...], labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": line.label,
            "cells": [{"label": labels[stage], "text": cell.text} for stage, cell in zip(funnel.STAGES, line.cells, strict=True)],
        }
        for line in lines
    ]


@allow("owner", "coordinator", "sponsor")
def export(request: Request, cohort_id: int, kind: str) -> HttpResponse:
    """The table by entity; what the page withholds the file withholds too."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    cohort, figures, _only_aggregates = _loaded(request, cohort_id)
    labels = funnel.labels()
    header = [words_for(cohort.programme).Entity, _("Country"), *(labels[stage] for stage in funnel.STAGES)]
    rows = [
        [line.label, line.country, *(cell.text if cell.value is None else cell.value for cell in line.cells)]
        for line in (*figures.entities, figures.total)
    ]
    make = tables.csv_response if kind == "csv" else tables.xlsx_response
    return make(f"{cohort.programme.name} {cohort.name} {_('where people are')}", header, rows)


urls = [
    path("rounds/<int:cohort_id>/overview/", overview, name="overview"),
    path("rounds/<int:cohort_id>/overview/table.<str:kind>", export, name="overview_export"),
]

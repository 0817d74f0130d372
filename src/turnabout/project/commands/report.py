"""`turnabout report DIR`: what a plan comes to: who is served, how fairly, how mixed, and what stability would cost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from turnabout.engine.folder import on_own_scale
from turnabout.engine.plan import Plan
from turnabout.engine.problem import Refusal, Side
from turnabout.engine.reading import read_plan
from turnabout.engine.reports import Report

GROUPS = {"entity": "entities", "country": "countries", "function": "functions", "unit": "units"}


def main(argv: list[str]) -> int:
    """0 with the figures, 1 when the folder cannot be read, 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="turnabout report",
        description="Say what a plan comes to. Nobody is named, and groups of fewer than five people only together.",
    )
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--by", choices=list(GROUPS), action="append", help="also by group; may be given several times")
    options = parser.parse_args(argv)
    try:
        problem, plan = read_plan(options.folder)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    report = Report(problem, plan)
    _summary(report, plan)
    _spread(report, plan)
    _curve(report, plan)
    for by in options.by or ():
        for side in Side:
            _groups(report, plan, side, by)
    return 0


def _summary(report: Report, plan: Plan) -> None:
    print(f"Pairs: {len(plan.pairs)}")
    print(f"Total: {on_own_scale(plan.total, plan.decimals)}")
    for side in Side:
        matched, taking_part = report.coverage(side)
        print(f"{side.value.capitalize()}s with a partner: {matched} of {taking_part}")
    for by, several in GROUPS.items():
        across, known = report.mix(by)
        if known:
            print(f"Pairs across two {several}: {across} of {known}")
    stability = report.stability()
    pairs, points = len(plan.pairs) - stability.stable_pairs, plan.total - stability.stable_total
    print(f"Pairs that would rather have each other: {stability.blocking}")
    total = on_own_scale(stability.stable_total, plan.decimals)
    price = f"{pairs} pairs and {on_own_scale(points, plan.decimals)} points"
    print(f"A plan without any: {stability.stable_pairs} pairs, total {total}; it costs {price}")


def _spread(report: Report, plan: Plan) -> None:
    sides = [report.percentiles(side) for side in Side]
    if all(sides):
        rows = [(f"{share} %", *(on_own_scale(side[share], plan.decimals) for side in sides)) for share in sides[0]]
        _table(("Own side at most", *(f"{side.value}s" for side in Side)), rows)


def _curve(report: Report, plan: Plan) -> None:
    rows = [
        (on_own_scale(point.floor, plan.decimals), str(point.pairs), on_own_scale(point.total, plan.decimals))
        for point in report.floor_curve()
    ]
    _table(("Floor for both sides", "pairs", "total"), rows)


def _groups(report: Report, plan: Plan, side: Side, by: str) -> None:
    rows = [
        (
            group.name,
            str(group.people),
            str(group.matched),
            *("-" if value is None else on_own_scale(value, plan.decimals) for value in (group.median, group.regret)),
        )
        for group in report.groups(side, by)
    ]
    _table((f"{side.value.capitalize()}s by {by}", "people", "matched", "median", "short of best"), rows)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [tuple(headings), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print()
    for name, *cells in lines:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        print(name.ljust(widths[0]), *padded, sep="  ")

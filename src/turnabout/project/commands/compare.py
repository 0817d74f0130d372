"""`turnabout compare DIR DIR [DIR]`: two or three plans side by side, and who changes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from turnabout.engine.folder import on_own_scale
from turnabout.engine.plan import Plan
from turnabout.engine.problem import PairKey, Problem, Refusal, Side
from turnabout.engine.reading import read_plan
from turnabout.engine.reports import Difference, Report, difference

SHOWN = 10
MIXED_BY = ("entity", "country", "function")


def main(argv: list[str]) -> int:
    """0 with the figures, 1 when a folder cannot be read, 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="turnabout compare",
        description="Put two or three plans side by side. The list of changes names people: for coordinators only.",
    )
    parser.add_argument("folders", metavar="DIR", nargs="+")
    folders = parser.parse_args(argv).folders
    if not 2 <= len(folders) <= 3:
        parser.error("name two or three folders")
    try:
        plans = [read_plan(folder) for folder in folders]
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    _table([[folder, *_figures(*plan)] for folder, plan in zip(folders, plans, strict=True)])
    for name, (_, plan) in zip(folders[1:], plans[1:], strict=True):
        _changes(f"From {folders[0]} to {name}", difference(plans[0][1], plan))
    return 0


def _figures(problem: Problem, plan: Plan) -> list[str]:
    report = Report(problem, plan)
    stability = report.stability()
    covered = (report.coverage(side) for side in Side)
    mixes = (report.mix(by) for by in MIXED_BY)
    return [
        plan.certificate.objective.value,
        str(plan.people),
        str(len(plan.pairs)),
        on_own_scale(plan.total, plan.decimals),
        on_own_scale(plan.floor or 0, plan.decimals),
        *(f"{matched} of {taking_part}" for matched, taking_part in covered),
        *(_median(report, side, plan.decimals) for side in Side),
        *(f"{across} of {known}" if known else "not known" for across, known in mixes),
        str(stability.blocking),
        str(stability.stable_pairs),
        on_own_scale(stability.stable_total, plan.decimals),
    ]


LABELS = (
    "",
    "Objective",
    "People matched",
    "Pairs",
    "Total",
    "Worst pair",
    "Mentors with a partner",
    "Mentees with a partner",
    "Median for mentors",
    "Median for mentees",
    "Pairs across two entities",
    "Pairs across two countries",
    "Pairs across two functions",
    "Pairs that would rather have each other",
    "Pairs of the stable plan",
    "Total of the stable plan",
)


def _median(report: Report, side: Side, decimals: int) -> str:
    found = report.percentiles(side)
    return on_own_scale(found[50], decimals) if found else "none"


def _table(columns: Sequence[Sequence[str]]) -> None:
    label_width, widths = max(map(len, LABELS)), [max(map(len, column)) for column in columns]
    for label, cells in zip(LABELS, zip(*columns, strict=True), strict=True):
        padded = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        print(label.ljust(label_width), *padded, sep="  ")


def _changes(title: str, found: Difference) -> None:
    print(f"\n{title}: {found.kept} pairs stay, {len(found.gone)} go, {len(found.added)} come.")
    for sign, pairs in (("-", found.gone), ("+", found.added)):
        _pairs(sign, pairs)
    for words, keys in (("get a partner", found.newly_matched), ("lose theirs", found.newly_alone)):
        if keys:
            print(f"  {len(keys)} {words}: {', '.join(keys[:SHOWN])}{' ...' if len(keys) > SHOWN else ''}")


def _pairs(sign: str, pairs: Sequence[PairKey]) -> None:
    for mentor, mentee in pairs[:SHOWN]:
        print(f"  {sign} {mentor} and {mentee}")
    if len(pairs) > SHOWN:
        print(f"  {sign} and {len(pairs) - SHOWN} more")

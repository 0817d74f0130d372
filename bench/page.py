"""The tables, and the sentences under them that are computed from the numbers."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence

from bench.catalogue import Facts
from bench.running import Run

HEAD = """# Benchmarks of the engine

Made by `make bench` on {date} in {minutes} minutes: {cores} cores ({machine}), {memory} GiB of memory, Python {python}.
When it began, the load of the machine was {load:.1f}: above {cores}, the seconds are those of a machine busy with other things.

Every solver, ours included, ran in a process of its own, one after the other, on the same instances with the same
seeds, with {limit:.0f} s at most. `networkx`, `matching` and `mentor-match` ran in environments of their own, installed from
`requirements/bench-*.txt`. Seconds depend on the machine and on what else it does; ratios say more.

| column | what it says |
|---|---|
| people | distinct people with at least one partner, both sides together |
| pairs, total | how many pairs the plan has, and their scores added up |
| floor | what whoever gains least in the whole plan gets |
| solve | seconds from the input in memory to the plan; a solver's own model of the input is included. A process of up to 5 s is run three times, and the fastest solve is told |
| ratio | that time, as a multiple of "Turnabout, most people" |
| process | seconds from starting Python to its end: imports and reading the instance too |
| MiB | the most memory the process held (`ru_maxrss`) |

All plans were counted by the same code, which refuses a plan with a pair that is not eligible or too many partners.
"Stages alone" is what the others do, from the same scored pairs in memory to the plan, and what they do not: the proof of
each stage and the draw among equals. The other rows of ours are the whole of `solve`: the input checked, pairs found
eligible, reasons for everybody left over, and every pair's scores told line by line; the input is sealed when the plan
is written. Where it says "rules and scores by the engine", they also include those, and the others are handed the
scored pairs, so only the second sentence under such a table compares the same work
([why](../decisions/006-faster-at-the-same-work.md)).

"Not tried" names what a solver cannot take, or a number of pairs above which it would not end within the limit
(`python -m bench --all` tries it all the same). `mentor-match` gives everybody one partner at a time, so second places
are filled in a second round.

Where people have two places, plans with the same pairs and the same total can differ by a few distinct people. Ours
takes the most among equals; with the others it is chance. "Breadth first" settles it before the total.

"Greedy" is the baseline: what matching by hand does. It counts among the peers for people and total, not for time.
Nobody is compared with a solver that gave no plan.
"""


def head(*, minutes: float, limit: float, load: float) -> str:
    """The page above its tables."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return HEAD.format(
        date=time.strftime("%-d %B %Y"),
        cores=os.cpu_count(),
        machine=platform.machine(),
        memory=round(memory),
        python=platform.python_version(),
        minutes=round(minutes),
        limit=limit,
        load=load,
    )


def solvers(runs: Sequence[Run]) -> str:
    """What ran, in which version, and where it can give somebody more than one partner."""
    lines = ["", "## The solvers", "", "| solver | version | environment | more than one partner |", "|---|---|---|---|"]
    for one in {run.solver.name: run for run in runs if not run.trouble}.values():
        lines.append(f"| {one.solver.name} | {one.version} | {one.solver.environment or 'ours'} | {one.solver.places} |")
    return "\n".join([*lines, ""])


def section(facts: Facts, runs: Sequence[Run]) -> str:
    """One instance: its table, and what follows from it."""
    lines = ["", f"## {facts.name}", ""]
    if facts.missing:
        return "\n".join([*lines, f"Left out: {facts.missing}.", ""])
    lines += [f"{facts.pairs:,} eligible pairs.", ""]
    lines += ["| solver | people | pairs | total | floor | solve | ratio | process | MiB |"]
    lines += ["|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    ours = next(one for one in runs if one.solver.kind == "ours")
    lines += [_row(one, ours) for one in runs]
    return "\n".join([*lines, "", *verdicts(runs), ""])


def _row(one: Run, ours: Run) -> str:
    if one.trouble:
        return f"| {one.solver.name} | {one.trouble} |" + " |" * 7
    ratio = f"{one.seconds / ours.seconds:.2f}" if ours.seconds else ""
    figures = f"{one.people:,} | {one.pairs:,} | {one.total:,} | {one.floor:,} | {one.seconds:.3f} | {ratio}"
    return f"| {one.solver.name} | {figures} | {one.process_seconds:.2f} | {one.mebibytes:,} |"


def verdicts(runs: Sequence[Run]) -> list[str]:
    """Whether we matched at least as many people with at least their total, and whether we were faster."""
    solved = [one for one in runs if not one.trouble]
    ours = [one for one in solved if one.solver.kind == "ours"]
    peers = [one for one in solved if one.solver.kind in ("peer", "baseline")]
    rivals = [one for one in peers if one.solver.kind == "peer" and one.solver.places == "both sides"]
    return [
        f"- Matched at least as many people as every peer with at least their total: {_best(ours, peers)}",
        f"- From scored pairs to the plan faster than every peer that allows places on both sides: {_fastest(solved, 'part', rivals)}",
        f"- The whole of `solve` faster than each of those: {_fastest(solved, 'ours', rivals)}",
    ]


def reaches(one: Run, other: Run) -> bool:
    """At least as many people and at least the total."""
    return one.people >= other.people and one.total >= other.total


def _best(ours: Sequence[Run], peers: Sequence[Run]) -> str:
    if not ours:
        return "no, there is no plan of ours."
    first = ours[0]
    short = [one for one in peers if not reaches(first, one)]
    beaten = [
        f"{one.solver.name} ({one.people:,} people with {one.total:,})"
        for one in short
        if not any(reaches(plan, one) for plan in ours)
    ]
    if beaten:
        return f"**no**, no plan of ours reaches {' or '.join(beaten)}."
    if not short:
        return f"**yes**, by {first.solver.name} alone."
    names = sorted({next(plan for plan in ours if reaches(plan, one)).solver.name for one in short})
    return f"**yes**, by {first.solver.name}; and for {' and '.join(one.solver.name for one in short)} by {' and '.join(names)}."


def _fastest(solved: Sequence[Run], kind: str, rivals: Sequence[Run]) -> str:
    ours = next((one for one in solved if one.solver.kind == kind), None)
    if ours is None:
        return "no, it gave no plan."
    faster = [one for one in rivals if one.seconds <= ours.seconds]
    if not faster:
        return "**yes**."
    told = " and ".join(f"{one.solver.name} took {one.seconds / ours.seconds:.2f} of the time" for one in faster)
    return f"**no**, {told}."

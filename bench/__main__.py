"""`python -m bench [NAME ...]`: run every solver on every instance (or those whose name starts so)."""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path

from bench.instances import Instance, every
from bench.peers import PEERS

PAGE = Path(__file__).parents[1] / "docs/engine/benchmarks.md"
HEAD = """# Benchmarks of the engine

Made by `make bench` on {date}, {machine}, Python {python}. All solvers ran in this one process, one after the
other. Seconds depend on the machine and on what else it does; ratios say more. The engine's times include the
proof, the draw among equals, the reasons for everybody left over and the sealed input; the others have none of these.
"""


def table(instance: Instance) -> list[str]:
    """Rows of one instance, the engine without its floor as 1.0."""
    found: list[tuple[str, int, int, float]] = []
    for name, run in PEERS.items():
        started = time.perf_counter()
        result = run(instance)
        seconds = time.perf_counter() - started
        if result is not None:
            found.append((name, *result, seconds))
    ours = next(seconds for name, _, _, seconds in found if name == "Turnabout, most people")
    lines = ["", f"## {instance.name}, {len(instance.score):,} eligible pairs", ""]
    lines += ["| solver | pairs | total | seconds | ratio |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {n:,} | {sum_:,} | {s:.2f} | {s / ours:.2f} |" for name, n, sum_, s in found]
    return lines


def main(wanted: list[str]) -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    text = HEAD.format(date=time.strftime("%d %B %Y"), machine=machine, python=platform.python_version())
    for instance in every():
        if not wanted or any(instance.name.startswith(name) for name in wanted):
            text += "\n".join([*table(instance), ""])
    print(text)
    PAGE.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`python -m bench [NAME ...]`: every solver on every instance (or those whose name starts so), and the page about it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.catalogue import SOLVERS, Facts
from bench.environments import FOLDER, ROOT
from bench.page import head, section, solvers
from bench.running import Run, run

PAGE = ROOT / "docs/engine/benchmarks.md"


def instances(data: Path, wanted: list[str]) -> list[Facts]:
    """Made in a process of its own, so that this one stays small."""
    command = [sys.executable, "-m", "bench.instances", str(FOLDER / "instances"), str(data.resolve()), *wanted]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Facts(**json.loads(line)) for line in told.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The engine beside its peers.")
    parser.add_argument("names", nargs="*", help="instances, by how their names start; then the page is not written")
    parser.add_argument("--limit", type=float, default=120, help="seconds for one process (default 120)")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data", help="folder with civil_service_small")
    parser.add_argument("--all", action="store_true", help="also try what is known not to end within the limit")
    wanted = parser.parse_args()
    started, load, text, every = time.perf_counter(), os.getloadavg()[0], "", list[Run]()
    found = instances(wanted.data, wanted.names)
    if not found:
        parser.error(f"no instance is called {' or '.join(wanted.names)}: give the beginning of a heading in {PAGE.name}")
    for facts in found:
        runs = [] if facts.missing else [run(one, facts, limit=wanted.limit, is_tried_anyway=wanted.all) for one in SOLVERS]
        print(section(facts, runs), flush=True)
        text += section(facts, runs)
        every += runs
    if not wanted.names:
        top = head(minutes=(time.perf_counter() - started) / 60, limit=wanted.limit, load=load)
        PAGE.write_text(top + text + solvers(every))


if __name__ == "__main__":
    main()

"""Every solver in a process of its own, so that memory is its own and nobody profits from what another loaded.

Standard library only: a child's peak memory begins with its parent's size, so the parent stays small.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

from bench.catalogue import Facts, Solver
from bench.environments import ROOT, NotMade, python_of

# A quick process is run so often and the fastest solve is told, because whatever else the machine does only adds.
QUICK_SECONDS, REPEATS = 5, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One solver on one instance: figures, or in `trouble` why there are none."""

    solver: Solver
    trouble: str = ""
    version: str = ""
    seconds: float = 0
    process_seconds: float = 0
    mebibytes: int = 0
    people: int = 0
    pairs: int = 0
    total: int = 0
    floor: int = 0


def run(solver: Solver, facts: Facts, *, limit: float, is_tried_anyway: bool = False) -> Run:
    """The figures of one solver, or why there are none."""
    refusal = solver.refusal(facts, is_tried_anyway=is_tried_anyway)
    if refusal:
        return Run(solver=solver, trouble=f"not tried: {refusal}")
    try:
        python = python_of(solver.environment)
    except NotMade as reason:
        return Run(solver=solver, trouble=f"not tried: {reason}")
    found = [_once(solver, python, facts, limit)]
    while len(found) < REPEATS and not found[0].trouble and found[0].process_seconds < QUICK_SECONDS:
        found.append(_once(solver, python, facts, limit))
    return min(found, key=lambda one: (bool(one.trouble), one.seconds))


def _once(solver: Solver, python: str, facts: Facts, limit: float) -> Run:
    module, function, *prepare = solver.call
    command = [python, "-m", "bench.one", module, function, "".join(prepare), facts.file]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err)
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            return Run(solver=solver, trouble=_trouble(process.returncode, seconds >= limit, err.read(), limit))
        answer = json.loads(out.read().splitlines()[-1])
    return Run(solver=solver, process_seconds=seconds, mebibytes=usage.ru_maxrss >> 10, **answer)


def _trouble(code: int, is_late: bool, said: str, limit: float) -> str:
    if is_late:
        return f"stopped after {limit:.0f} s"
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"failed: {said.strip().splitlines()[-1] if said.strip() else f'exit {code}'}"

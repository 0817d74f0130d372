"""`python -m bench.one MODULE FUNCTION PREPARE FILE`: one solver on one instance, in this process and environment.

Prints one line of JSON: seconds from the prepared input to the plan, and what the plan comes to.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
import time
from pathlib import Path

import numpy as np

from bench.instance import Instance


def main(module: str, function: str, prepare: str, file: Path) -> None:
    instance = Instance.load(file)
    solver = importlib.import_module(f"bench.solvers.{module}")
    solve = getattr(solver, function)
    given = getattr(solver, prepare)(instance) if prepare else instance
    started = time.perf_counter()
    pairs = solve(given)
    seconds = time.perf_counter() - started
    counted = instance.counted(np.asarray(pairs, dtype=np.int64).reshape(-1, 2))
    version = importlib.metadata.version(solver.PACKAGE)
    print(json.dumps({"seconds": seconds, "version": f"{solver.PACKAGE} {version}", **counted}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))

"""Solving a large round in a process of its own: a solver that dies, or takes too much memory, ends nothing else.

The child needs the engine alone, neither Django nor the database.
"""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from turnabout.engine import Plan, Problem, ProofFailed, Refusal, solve

# Smaller rounds take less time than starting a process.
LARGE = 1_000_000
LOOK_AGAIN_SECONDS = 1.0
MEBIBYTE = 1 << 20


def is_large(problem: Problem) -> bool:
    return len(problem.mentors) * len(problem.mentees) > LARGE


def solve_apart(problem: Problem, *, memory_mb: int, watch: Callable[[], None], **options: Any) -> Plan:
    """The same plan as `solve`, from a child process.

    memory_mb   what the child may take; 0 sets no limit
    watch       called every second; whatever it raises ends the child and is passed on
    Raises what `solve` raises, and ProofFailed when the child ended without a word.
    """
    context = multiprocessing.get_context("spawn")
    # The problem goes through the pipe, not with the start: a child that dies while it starts then shows at once.
    ours, its = context.Pipe()
    child = context.Process(target=_work, args=(its, memory_mb), daemon=True)
    child.start()
    its.close()
    try:
        ours.send((problem, options))
        while not ours.poll(LOOK_AGAIN_SECONDS):
            watch()
        outcome = ours.recv()
    except (EOFError, ConnectionError):
        child.join()
        raise ProofFailed(f"The process that solved ended by itself ({child.exitcode}).") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(outcome, Plan):
        return outcome
    raise outcome


def _work(pipe: Connection, memory_mb: int) -> None:
    problem, options = pipe.recv()
    if memory_mb:
        _highest, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * MEBIBYTE, hard))
    try:
        pipe.send(solve(problem, **options))
    except (Refusal, ProofFailed) as refusal:
        pipe.send(refusal)
    except MemoryError:
        pipe.send(ProofFailed(f"The round needs more than the {memory_mb} MB that it may take."))

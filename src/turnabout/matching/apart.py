"""Solving a large round in a process of its own: a solver that dies, or takes too much memory, ends nothing else.

The child needs the engine alone, neither Django nor the database.
"""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from turnabout.engine import Plan, Problem, ProofFailed, Refusal, Standing, solve

# Smaller rounds take less time than starting a process.
LARGE = 1_000_000
LOOK_AGAIN_SECONDS = 1.0
MEBIBYTE = 1 << 20
STOP = "stop"


def is_large(problem: Problem) -> bool:
    return len(problem.mentors) * len(problem.mentees) > LARGE


def solve_apart(problem: Problem, *, memory_mb: int, watch: Callable[[Standing | None], bool], **options: Any) -> Plan:
    """The same plan as `solve`, from a child process.

    memory_mb   what the child may take; 0 sets no limit
    watch       told every second of the plan in hand, if there is one; True asks for that plan as it is, and
                whatever it raises ends the child and is passed on
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
        outcome = _outcome(ours, watch)
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


def _outcome(pipe: Connection, watch: Callable[[Standing | None], bool]) -> Plan | Exception:
    """What the child ends with; until then, what it has in hand goes to whoever watches."""
    standing: Standing | None = None
    is_asked = False
    while True:
        if pipe.poll(LOOK_AGAIN_SECONDS):
            said = pipe.recv()
            if not isinstance(said, Standing):
                outcome: Plan | Exception = said
                return outcome
            standing = said
        if watch(standing) and not is_asked:
            pipe.send(STOP)
            is_asked = True


def _work(pipe: Connection, memory_mb: int) -> None:
    problem, options = pipe.recv()
    if memory_mb:
        _highest, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * MEBIBYTE, hard))
    try:
        # Whatever comes through the pipe after the problem asks for the plan in hand.
        pipe.send(solve(problem, stop=pipe.poll, watch=pipe.send, **options))
    except (Refusal, ProofFailed) as refusal:
        pipe.send(refusal)
    except MemoryError:
        pipe.send(ProofFailed(f"The round needs more than the {memory_mb} MB that it may take."))

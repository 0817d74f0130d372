import os
import random
import signal
import threading
import time

import pytest

from turnabout.engine import Candidate, Problem, ProofFailed, Refusal, Standing, solve
from turnabout.matching import apart


def problem(people: int = 6, **more) -> Problem:
    mentors = tuple(Candidate(key=f"m{number}", offers={f"t{number % 3}": 2}, **more) for number in range(people))
    mentees = tuple(Candidate(key=f"n{number}", wishes={f"t{number % 4}": 3}) for number in range(people))
    return Problem(mentors=mentors, mentees=mentees)


def nothing(_standing: object) -> bool:
    """Nobody watches."""
    return False


def test_plan_from_a_process_of_its_own_is_the_same():
    here = solve(problem(), seed=3)
    there = apart.solve_apart(problem(), memory_mb=0, watch=nothing, seed=3)
    assert (there.pairs, there.unmatched, there.certificate) == (here.pairs, here.unmatched, here.certificate)


def test_refusal_comes_back_with_its_sentence():
    with pytest.raises(Refusal) as there:
        apart.solve_apart(problem(is_opted_out=True), memory_mb=0, watch=nothing)
    with pytest.raises(Refusal) as here:
        solve(problem(is_opted_out=True))
    assert str(there.value) == str(here.value)


def test_process_that_is_killed_ends_without_a_plan():
    with pytest.raises(ProofFailed, match="ended by itself"), Killer():
        apart.solve_apart(problem(600), memory_mb=0, watch=nothing)


def test_memory_ceiling_ends_without_a_plan():
    with pytest.raises(ProofFailed):
        apart.solve_apart(problem(600), memory_mb=40, watch=nothing)


def test_stopping_ends_the_process():
    class Stopped(Exception):
        """What the watcher raises."""

    def stop(_standing: object) -> bool:
        raise Stopped

    with pytest.raises(Stopped):
        apart.solve_apart(problem(2_000), memory_mb=0, watch=stop)
    assert children() == []


def test_plan_in_hand_comes_back_when_it_is_asked_for():
    """Large enough for column generation; the wish comes with the first plan that has a bound."""
    seen = []

    def ask(standing: Standing | None) -> bool:
        seen.append(standing)
        return standing is not None

    draw = random.Random(5)
    topics = [f"t{number}" for number in range(30)]
    mentors, mentees = (
        tuple(
            Candidate(key=f"{side}{number}", **{has: {topic: draw.randint(1, 3) for topic in draw.sample(topics, 4)}})
            for number in range(3_000)
        )
        for side, has in (("m", "offers"), ("n", "wishes"))
    )
    plan = apart.solve_apart(Problem(mentors=mentors, mentees=mentees), memory_mb=0, watch=ask, objective="most-people")
    assert len(plan.pairs) == 3_000
    assert plan.gap > 0
    assert [standing for standing in seen if standing is not None][-1].gap == plan.gap


def children() -> list[int]:
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children") as file:
        pids = [int(pid) for pid in file.read().split()]
    return [pid for pid in pids if b"spawn_main" in command_of(pid)]


def command_of(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


class Killer:
    """Kills the solving process as soon as there is one."""

    def __enter__(self) -> None:
        self.thread = threading.Thread(target=self.wait_and_kill, daemon=True)
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.thread.join()

    @staticmethod
    def wait_and_kill() -> None:
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            found = children()
            if found:
                os.kill(found[0], signal.SIGKILL)
                return
            time.sleep(0.05)

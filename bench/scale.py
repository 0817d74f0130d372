"""`python -m bench.scale [PEOPLE] [OBJECTIVE]`: a whole universe, every eligible pair considered and proven.

The last line is a row of docs/engine/scale.md: pairs, total, floor, when the plan was within 0.01 per cent of the best,
when it was proven, and the verifier in a process of its own.

Eight languages, twelve time zones, forty topics; the same people for the same number on every machine.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time

from turnabout.engine import Candidate, Problem, Rules, Seniority, Standing, solve, write_folder

TOPICS = [f"topic {k}" for k in range(40)]
LANGUAGES = [f"language {k}" for k in range(8)]
ZONES = 12
NEAR = 0.0001  # one hundredth of a per cent


def workday(day: int, start: int) -> list[tuple[int, int]]:
    """Nine hours from a start, in minutes since Monday; what passes midnight counts for the same day."""
    end = start + 540
    parts = [(start, min(end, 1440))] + ([(0, end - 1440)] if end > 1440 else [])
    return [(day * 1440 + first, day * 1440 + last) for first, last in parts]


def universe(people: int) -> Problem:
    """So many mentors and as many mentees."""
    draw = random.Random(1)

    def one(key: str, grades: tuple[int, int], places: int) -> Candidate:
        start = draw.randrange(ZONES) * 120
        return Candidate(
            key=key,
            capacity=places,
            offers={topic: draw.randint(1, 3) for topic in draw.sample(TOPICS, 5)},
            wishes={topic: draw.randint(1, 3) for topic in draw.sample(TOPICS, 3)},
            languages={language: draw.randint(3, 6) for language in draw.sample(LANGUAGES, 2)},
            hours=tuple(sorted(part for day in range(5) for part in workday(day, start))),
            grade=draw.randint(*grades),
            entity=f"entity {draw.randrange(44)}",
            function=f"function {draw.randrange(9)}",
            ancestors=("head",),
        )

    return Problem(
        mentors=tuple(one(f"mentor{k:06}", (1, 6), draw.choice((1, 1, 2))) for k in range(people)),
        mentees=tuple(one(f"mentee{k:06}", (5, 9), 1) for k in range(people)),
        rules=Rules(
            same_team=False,
            seniority=Seniority(basis="grade", minimum_gap=1),
            language_level=3,
            overlap_minutes=120,
        ),
    )


def main(people: int, objective: str) -> None:
    problem = universe(people)
    started = time.perf_counter()
    near = 0.0

    def say(sentence: str) -> None:
        print(f"{time.perf_counter() - started:8.1f} s  {sentence}", flush=True)

    def watch(now: Standing) -> None:
        nonlocal near
        if now.gap is not None and not near and now.gap <= NEAR * now.total:
            near = time.perf_counter() - started
        say(f"{now.pairs:,} pairs, total {now.total:,}, at most {now.gap} higher")

    plan = solve(problem, objective=objective, progress=lambda sentence, _share: say(sentence), watch=watch)
    took, memory = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    with tempfile.TemporaryDirectory() as folder:
        write_folder(plan, folder)
        started = time.perf_counter()
        verdict = subprocess.run(
            [sys.executable, "-m", "turnabout.engine.verify", folder], capture_output=True, text=True, check=False
        ).stdout.strip()
        checked = time.perf_counter() - started
    print(
        f"| {people:,} x {people:,} | {objective} | {len(plan.pairs):,} | {plan.total:,} | {plan.floor} | {near or took:.0f} s | "
        f"{took:.0f} s, {memory:,} MiB | {verdict.split(':')[0]} in {checked:.0f} s |"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else "most-people")

"""`python -m bench.scale [PEOPLE] [OBJECTIVE]`: a whole universe, every eligible pair considered and proven.

Eight languages, twelve time zones, forty topics; the same people for the same number on every machine.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time

from turnabout.engine import Candidate, Problem, Rules, Seniority, solve, verify_folder, write_folder

TOPICS = [f"topic {k}" for k in range(40)]
LANGUAGES = [f"language {k}" for k in range(8)]
ZONES = 12
MEMORY_MIB = 8192


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

    def tell(sentence: str, _share: float) -> None:
        print(f"{time.perf_counter() - started:8.1f} s  {sentence}", flush=True)

    plan = solve(problem, objective=objective, progress=tell, memory_mib=MEMORY_MIB)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{len(plan.pairs):,} pairs, total {plan.total:,}, floor {plan.floor}; {memory:,} MiB at most")
    with tempfile.TemporaryDirectory() as folder:
        write_folder(plan, folder)
        started = time.perf_counter()
        print(f"{verify_folder(folder)} ({time.perf_counter() - started:.1f} s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.argv[2] if len(sys.argv) > 2 else "fairest")

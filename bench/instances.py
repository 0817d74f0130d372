"""Instances with a seed: the same pairs and scores on every machine.

`python -m bench.instances FOLDER DATA [NAME ...]` writes each (or those whose name starts so) and prints one line of
JSON about it. DATA is the folder with people that nobody here wrote; without it that instance is left out.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.catalogue import Facts
from bench.instance import Instance
from bench.scale import universe
from turnabout.engine import Candidate, Objective, Problem, ScoreList
from turnabout.engine.canonical import canonical
from turnabout.engine.peoplefile import read_people
from turnabout.engine.pool import gather
from turnabout.engine.rulesfile import read_rules

ROOT = Path(__file__).parents[1]
RULES = ROOT / "docs/engine/examples/civil_service.toml"


def axa_size(_data: Path) -> Problem:
    """440 mentors and 498 mentees out of the universe of `bench.scale`."""
    whole = universe(498)
    return dataclasses.replace(whole, mentors=whole.mentors[:440])


def civil_service(data: Path) -> Problem:
    """Fifty and fifty people that nobody here wrote, turned round: the juniors are the mentors."""
    names = ("small_mentees.csv", "small_mentors.csv")
    mentors, mentees = ((name, (data / "civil_service_small" / name).read_bytes()) for name in names)
    return read_people(mentors, mentees, read_rules(RULES.read_bytes(), name=RULES.name))


PEOPLE: dict[str, Callable[[Path], Problem]] = {"axa size": axa_size, "civil service": civil_service}


def problem(instance: Instance) -> Problem:
    """The same for the engine: the people themselves, or the scores brought along."""
    if instance.people:
        return PEOPLE[instance.people](Path(instance.data))
    return Problem(
        mentors=tuple(Candidate(key=f"m{k:06}", capacity=int(a)) for k, a in enumerate(instance.mentors)),
        mentees=tuple(Candidate(key=f"n{k:06}", capacity=int(b)) for k, b in enumerate(instance.mentees)),
        weights={},
        scores=ScoreList(mentor=instance.mentor, mentee=instance.mentee, score=instance.score),
    )


def scored(people: str, data: Path) -> Instance:
    """People's eligible pairs as the engine scores them, in key order."""
    pool = gather(canonical(PEOPLE[people](data)), objective=Objective.MOST_PEOPLE, breadth_first=False)
    return Instance(
        mentors=pool.left.capacity,
        mentees=pool.right.capacity,
        mentor=pool.mentor,
        mentee=pool.mentee,
        score=pool.score,
        worse=pool.worse_side,
        people=people,
        data=str(data),
    )


def dense(size: tuple[int, int], share: float, *, seed: int, two: tuple[float, float] = (0, 0)) -> Instance:
    """A share of all pairs is eligible; `two` is the share of mentors and of mentees with two places."""
    draw = np.random.default_rng(seed)
    mentor, mentee = np.nonzero(draw.random(size) < share)
    return _drawn(size, mentor, mentee, draw, two)


def sparse(people: int, each: int, *, seed: int, two: tuple[float, float] = (0, 0)) -> Instance:
    """So many eligible partners for each mentor, a few drawn twice."""
    draw = np.random.default_rng(seed)
    place = np.unique(np.repeat(np.arange(people), each) * people + draw.integers(0, people, people * each))
    return _drawn((people, people), place // people, place % people, draw, two)


def _drawn(
    size: tuple[int, int],
    mentor: NDArray[np.intp],
    mentee: NDArray[np.intp],
    draw: np.random.Generator,
    two: tuple[float, float],
) -> Instance:
    score = draw.integers(0, 1001, len(mentor))
    return Instance(
        mentors=1 + (draw.random(size[0]) < two[0]),
        mentees=1 + (draw.random(size[1]) < two[1]),
        mentor=mentor.astype(np.int32),
        mentee=mentee.astype(np.int32),
        score=score,
        worse=score,
    )


EVERY: dict[str, Callable[[Path], Instance]] = {
    "A, 440 x 498, places on both sides": lambda _: dense((440, 498), 0.52, seed=1, two=(0.5, 0.2)),
    "A, 440 x 498, one to one": lambda _: dense((440, 498), 0.52, seed=1),
    "People, 440 x 498, rules and scores by the engine": lambda data: scored("axa size", data),
    "B, 2,000 x 2,000, all pairs, one to one": lambda _: dense((2000, 2000), 1.0, seed=2),
    "C, 10,000 x 10,000, 53 each, half the mentors with two places": lambda _: sparse(10_000, 53, seed=3, two=(0.5, 0)),
    "C, 10,000 x 10,000, 53 each, one to one": lambda _: sparse(10_000, 53, seed=3),
    "D, 100,000 x 100,000, 33 each, half the mentors with two places": lambda _: sparse(100_000, 33, seed=4, two=(0.5, 0)),
    "Civil service, 50 x 50, rules and scores by the engine": lambda data: scored("civil service", data),
}


def facts(instance: Instance, *, name: str, file: Path) -> Facts:
    """What the process that starts the solvers needs to know."""
    return Facts(
        name=name,
        file=str(file),
        mentors=len(instance.mentors),
        mentees=len(instance.mentees),
        pairs=len(instance.score),
        mentor_places=int(instance.mentors.max()),
        mentee_places=int(instance.mentees.max()),
    )


def main(folder: Path, data: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, make) in enumerate(EVERY.items()):
        if wanted and not name.startswith(tuple(wanted)):
            continue
        if name.startswith("Civil") and not (data / "civil_service_small").is_dir():
            told = Facts(name=name, missing="civil_service_small is not in the data folder; see --data")
        else:
            instance, file = make(data), folder / f"{number}.npz"
            instance.save(file)
            told = facts(instance, name=name, file=file)
        print(json.dumps(dataclasses.asdict(told)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

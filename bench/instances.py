"""Instances with a seed: the same pairs and scores on every machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine import Candidate, Problem, ScoreList


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Scored pairs with capacities, in key order."""

    name: str
    mentors: NDArray[np.int64]
    mentees: NDArray[np.int64]
    mentor: NDArray[np.int32]
    mentee: NDArray[np.int32]
    score: NDArray[np.int64]

    @property
    def one_to_one(self) -> bool:
        return int(self.mentors.max()) == int(self.mentees.max()) == 1

    def problem(self) -> Problem:
        """The same for the engine."""
        return Problem(
            mentors=tuple(Candidate(key=f"m{k:06}", capacity=int(a)) for k, a in enumerate(self.mentors)),
            mentees=tuple(Candidate(key=f"n{k:06}", capacity=int(b)) for k, b in enumerate(self.mentees)),
            weights={},
            scores=ScoreList(mentor=self.mentor, mentee=self.mentee, score=self.score),
        )


def every() -> list[Instance]:
    """AXA's size with and without capacities, 2,000 x 2,000 dense, 10,000 x 10,000 with 53 per mentor."""
    return [
        _dense("A 440 x 498, 52 %", (440, 498), 0.52, most=2, seed=1),
        _dense("A 440 x 498, 52 %, one to one", (440, 498), 0.52, most=1, seed=1),
        _dense("B 2,000 x 2,000 dense, one to one", (2000, 2000), 1.0, most=1, seed=2),
        _sparse("C 10,000 x 10,000, 53 each", 10_000, 53, most=2, seed=3),
    ]


def _dense(name: str, size: tuple[int, int], share: float, *, most: int, seed: int) -> Instance:
    draw = np.random.default_rng(seed)
    mentor, mentee = np.nonzero(draw.random(size) < share)
    return Instance(
        name=name,
        mentors=draw.integers(1, most + 1, size[0]),
        mentees=np.ones(size[1], np.int64),
        mentor=mentor.astype(np.int32),
        mentee=mentee.astype(np.int32),
        score=draw.integers(0, 1001, len(mentor)),
    )


def _sparse(name: str, people: int, each: int, *, most: int, seed: int) -> Instance:
    draw = np.random.default_rng(seed)
    place = np.unique(np.repeat(np.arange(people), each) * people + draw.integers(0, people, people * each))
    return Instance(
        name=name,
        mentors=draw.integers(1, most + 1, people),
        mentees=np.ones(people, np.int64),
        mentor=(place // people).astype(np.int32),
        mentee=(place % people).astype(np.int32),
        score=draw.integers(0, 1001, len(place)),
    )

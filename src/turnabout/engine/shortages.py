"""What there is too little of: demand and supply by language, grade and topic, seen from one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import SideColumns
from turnabout.engine.plan import Unmatched
from turnabout.engine.pool import Pool
from turnabout.engine.problem import Candidate, Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortage:
    """Places wanted on one side and places there are on the other, for one attribute.

    attribute   "language", "grade" or "topic"
    value       for example "Italian"
    wanted      places of people like this one who need it (a topic: who wish for it)
    offered     places of the other side that have it
    """

    attribute: str
    value: str
    wanted: int
    offered: int
    side: Side

    @property
    def sentence(self) -> str:
        """For example: places of mentees for Italian: 12; places of mentors with it: 3."""
        other = Side.MENTOR if self.side is Side.MENTEE else Side.MENTEE
        return (
            f"{self.attribute} {self.value}: {self.wanted} places of {self.side.value}s need it, "
            f"{self.offered} places of {other.value}s have it."
        )


def shortages(pool: Pool, one: Unmatched) -> tuple[Shortage, ...]:
    """Attributes of which a person's side wants more than the other side has, scarcest first. O(people)."""
    is_mentor = one.side is Side.MENTOR
    own, other = (pool.left, pool.right) if is_mentor else (pool.right, pool.left)
    person = (pool.problem.mentors if is_mentor else pool.problem.mentees)[own.keys.index(one.key)]
    found = [
        Shortage(
            attribute=attribute,
            value=value,
            wanted=int(own.capacity[needs].sum()),
            offered=int(other.capacity[has].sum()),
            side=one.side,
        )
        for attribute, value, needs, has in _compared(pool, one.side, person, own, other)
    ]
    scarce = [shortage for shortage in found if shortage.wanted > shortage.offered]
    return tuple(
        sorted(
            scarce,
            key=lambda shortage: (shortage.offered / shortage.wanted, shortage.attribute, shortage.value),
        )
    )


Compared = tuple[str, str, NDArray[np.bool_], NDArray[np.bool_]]


def _compared(pool: Pool, side: Side, person: Candidate, own: SideColumns, other: SideColumns) -> Iterator[Compared]:
    people = (pool.problem.mentors, pool.problem.mentees)
    mine, theirs = people if side is Side.MENTOR else people[::-1]
    level = pool.problem.rules.language_level
    if level is not None:
        for name in sorted(person.languages):
            yield "language", name, _speak(mine, name, level), _speak(theirs, name, level)
    for topic in sorted(person.wishes):
        wish = np.array([topic in somebody.wishes for somebody in mine], dtype=bool)
        offer = np.array([topic in somebody.offers for somebody in theirs], dtype=bool)
        yield "topic", topic, wish, offer
    measure = pool.problem.rules.seniority
    if measure.basis == "grade" and person.grade is not None:
        yield _by_grade(side, person.grade, own, other, measure.minimum_gap)


def _speak(side: tuple[Candidate, ...], name: str, level: int) -> NDArray[np.bool_]:
    return np.array([somebody.languages.get(name, 0) >= level for somebody in side], dtype=bool)


def _by_grade(side: Side, grade: int, own: SideColumns, other: SideColumns, gap: float) -> Compared:
    """Mentees up to this grade need mentors far enough below it; mentors from it on, mentees above."""
    if side is Side.MENTEE:
        return (
            "grade",
            f"up to {grade}",
            own.measures["grade"] <= grade,
            other.measures["grade"] <= grade - gap,
        )
    return "grade", f"from {grade}", own.measures["grade"] >= grade, other.measures["grade"] >= grade + gap

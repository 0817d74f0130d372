"""Scores of very many pairs as one matrix product, close to the exact ones by a known bound.

A score is a weighted sum of criteria, and nearly each is a product of something of the mentor with something of
the mentee (topics), or a look-up by two codes (entity, hours). So both sides get a row of numbers whose product is
the score before rounding. It serves to leave out pairs that are certainly not wanted; whatever remains is scored
exactly by `scoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import Counts, SideColumns, grid
from turnabout.engine.problem import HIGHEST_LEVEL, HIGHEST_SCORE, Criterion
from turnabout.engine.scoring import HALF, Scoring

Places = NDArray[np.intp]
Codes = NDArray[np.signedinteger]
Floats = NDArray[np.float64]

FEW = 64  # values that are cheaper inside the product than looked up
LARGEST_TABLE = 1 << 24
UNIT = 2.0**-24  # what one rounding of a float32 can add, relatively


@dataclass(frozen=True, kw_only=True, slots=True)
class LookUp:
    """A criterion with many values: `table[of_mentor, of_mentee]`."""

    table: Counts
    of_mentor: Places
    of_mentee: Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedding:
    """The score of mentor i and mentee j is `mentors[i] @ mentees[j]`, plus look-ups, plus slow criteria.

    mentors, mentees   (people, width) float32
    slow      criterion -> factor of its two values (mentor, mentee), computed pair by pair
    constant  what every pair has besides
    size      no sum of a pair's products is larger, whatever their signs
    """

    mentors: Counts
    mentees: Counts
    look_ups: tuple[LookUp, ...]
    slow: Mapping[Criterion, tuple[float, float]]
    constant: float
    size: float

    def error(self, *terms: float) -> float:
        """How far the product can be from the exact score before rounding, with more terms of such a size.

        The usual bound for sums of products: width x unit x sum of the terms' sizes (Higham 2002, chapter 3).
        """
        whole = self.size + sum(map(abs, terms)) + HIGHEST_SCORE
        return float((self.mentors.shape[1] + len(terms) + len(self.look_ups) + 4) * 2 * UNIT * whole)


def embed(scoring: Scoring, *, mentor: float, mentee: float) -> Embedding:
    """A combination of both sides' scores, in thousandths before rounding. O(people x width)."""
    parts = _Parts(scoring, (mentor, mentee))
    whole = sum(weight.weight for weight in scoring.weights.values())
    for criterion, weight in scoring.weights.items():
        if weight.weight:
            parts.add(criterion, HIGHEST_SCORE * weight.weight / whole, is_turned=weight.direction == "different")
    return parts.embedding()


class _Parts:
    """Columns gathered criterion by criterion."""

    def __init__(self, scoring: Scoring, shares: tuple[float, float]) -> None:
        self.scoring, self.shares = scoring, shares
        self.left: list[Counts] = []
        self.right: list[Counts] = []
        self.look_ups: list[LookUp] = []
        self.slow: dict[Criterion, tuple[float, float]] = {}
        self.constant = 0.0

    def add(self, criterion: Criterion, factor: float, *, is_turned: bool) -> None:
        code = CODED.get(criterion)
        if criterion is Criterion.TOPICS:
            self._topics(-factor if is_turned else factor)
            self.constant += factor * sum(self.shares) if is_turned else 0
        elif code is None or not self._table(criterion, code, factor):
            # `Scoring.values` turns it round itself.
            self.slow[criterion] = (factor * self.shares[0], factor * self.shares[1])

    def embedding(self) -> Embedding:
        people = (len(self.scoring.mentors.keys), len(self.scoring.mentees.keys))
        left, right = (
            np.hstack([np.zeros((count, 1), np.float32), *columns])
            for count, columns in zip(people, (self.left, self.right), strict=True)
        )
        return Embedding(
            mentors=left,
            mentees=right,
            look_ups=tuple(self.look_ups),
            slow=self.slow,
            constant=self.constant,
            size=float(np.abs(left).max(axis=0) @ np.abs(right).max(axis=0)),
        )

    def _topics(self, factor: float) -> None:
        mentors, mentees = self.scoring.mentors, self.scoring.mentees
        wishes, unknown = _shares(mentors.wishes)
        self._columns(factor * self.shares[0] * wishes, mentees.offers)
        self._columns(factor * self.shares[0] * unknown, np.ones((len(mentees.keys), 1)))
        wishes, unknown = _shares(mentees.wishes)
        self._columns(mentors.offers, factor * self.shares[1] * wishes)
        self._columns(np.ones((len(mentors.keys), 1)), factor * self.shares[1] * unknown)

    def _columns(self, left: Floats | Counts, right: Floats | Counts) -> None:
        used = np.any(left, axis=0) & np.any(right, axis=0)
        self.left.append(left[:, used].astype(np.float32))
        self.right.append(right[:, used].astype(np.float32))

    def _table(self, criterion: Criterion, code: Callable[[SideColumns], Codes], factor: float) -> bool:
        """A criterion that depends on one code of either side; False when it has too many of them."""
        firsts, codes = [], []
        for side in (self.scoring.mentors, self.scoring.mentees):
            _, first, of = np.unique(code(side), return_index=True, return_inverse=True)
            firsts.append(first)
            codes.append(of.astype(np.intp))
        if len(firsts[0]) * len(firsts[1]) > LARGEST_TABLE:
            return False
        for_mentor, for_mentee = self.scoring.values(criterion, grid(firsts[0], firsts[1]))
        table = factor * (self.shares[0] * for_mentor + self.shares[1] * for_mentee)
        if len(firsts[1]) <= min(FEW, len(firsts[0])):
            self._columns(table[codes[0]], np.eye(len(firsts[1]))[codes[1]])
        elif len(firsts[0]) <= FEW:
            self._columns(np.eye(len(firsts[0]))[codes[0]], table.T[codes[1]])
        else:
            self.look_ups.append(LookUp(table=table.astype(np.float32), of_mentor=codes[0], of_mentee=codes[1]))
        return True


def _shares(wishes: Counts) -> tuple[Floats, Floats]:
    """Each wish as a share of the most that all can bring, and one half for whoever has none."""
    most = HIGHEST_LEVEL * wishes.sum(axis=1, keepdims=True).astype(np.float64)
    return wishes / np.maximum(most, 1), np.where(most > 0, 0, HALF)


CODED: Mapping[Criterion, Callable[[SideColumns], Codes]] = {
    Criterion.LANGUAGE: lambda side: side.languages.of,
    Criterion.HOURS: lambda side: side.hours.of,
    Criterion.FORMAT: lambda side: side.formats.of,
    Criterion.GRADE_GAP: lambda side: np.unique(side.measures["grade"], return_inverse=True)[1],
    Criterion.ENTITY: lambda side: side.codes["entity"],
    Criterion.COUNTRY: lambda side: side.codes["country"],
    Criterion.UNIT: lambda side: side.codes["unit"],
    Criterion.FUNCTION: lambda side: side.codes["function"],
    Criterion.TIME_ZONE: lambda side: side.codes["time_zone"],
}

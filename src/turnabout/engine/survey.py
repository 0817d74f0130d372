"""What holds for all eligible pairs of a problem, counted while walking through them once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints
from turnabout.engine.problem import HIGHEST_SCORE
from turnabout.engine.scoring import BlockScores


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """Counts over all eligible pairs.

    eligible_mentor, eligible_mentee   possible partners per person
    levels       every worse-side score that occurs among pairs that are not locked, rising
    highest      no score is higher
    score_hash   hash of all eligible pairs and their scores, as whole numbers, the same for any block size
    """

    eligible_mentor: Ints
    eligible_mentee: Ints
    levels: Ints
    highest: int
    score_hash: str


class Tally:
    """Counts block by block, in key order."""

    def __init__(self, mentors: int, mentees: int) -> None:
        self._mentor = np.zeros(mentors, dtype=np.int64)
        self._mentee = np.zeros(mentees, dtype=np.int64)
        self._seen = np.zeros(HIGHEST_SCORE + 1, dtype=bool)
        self._hash = hashlib.sha256()

    def add(
        self,
        start: int,
        eligible: NDArray[np.bool_],
        scores: BlockScores,
        worse: Ints,
        locked: NDArray[np.bool_],
    ) -> None:
        """Count one block of whole rows."""
        self._mentor[start : start + len(eligible)] = eligible.sum(axis=1)
        self._mentee += eligible.sum(axis=0)
        self._seen[worse[eligible & ~locked]] = True
        # Three numbers per pair, -1 where it is not eligible, pair after pair: the same for any block size.
        parts = np.stack([scores.for_mentor, scores.for_mentee, scores.combined], axis=2)
        self._hash.update(np.where(eligible[:, :, None], parts, -1).astype("<i2").tobytes())

    def survey(self, *, highest: int) -> Survey:
        """Everything counted so far."""
        return Survey(
            eligible_mentor=self._mentor,
            eligible_mentee=self._mentee,
            levels=np.flatnonzero(self._seen),
            highest=highest,
            score_hash=self._hash.hexdigest(),
        )

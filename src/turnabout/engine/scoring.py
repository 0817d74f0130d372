"""Scores of all pairs of a block at once, in both directions, rounded once.

Matrix products only ever add whole numbers (exact in any order); everything else is elementwise in one
fixed order. So the same input gives the same scores on any machine and for any block size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import UNKNOWN, Counts, Floats, Lens, Patterns, SideColumns
from turnabout.engine.problem import HIGHEST_LEVEL, HIGHEST_SCORE, Criterion, Problem, Weight

HALF = 0.5  # what an unknown value counts: neither for nor against
FULL_OVERLAP_SLOTS = 40  # ten shared hours a week are as good as more
HIGHEST_LANGUAGE = 6
FULL_GRADE_GAP = 5
WORDS_AT_ONCE = 1024

Scores = NDArray[np.int64]
TwoSides = tuple[Floats, Floats]


def rounded(value: Floats) -> Scores:
    """The one place where a score becomes a whole number: floor(1000 s + 0.5)."""
    return np.floor(HIGHEST_SCORE * value + 0.5).astype(np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockScores:
    """Scores of the pairs of one lens, in thousandths."""

    for_mentor: Scores
    for_mentee: Scores
    combined: Scores


@dataclass(frozen=True, kw_only=True, slots=True)
class Scoring:
    """Computes scores for any lens on the pairs of two sides."""

    mentors: SideColumns
    mentees: SideColumns
    weights: Mapping[Criterion, Weight]
    mentee_share: float

    def scores(self, lens: Lens) -> BlockScores:
        """Scores of each pair in the lens. O(pairs x criteria)."""
        shape = lens.shape
        for_mentor, for_mentee = np.zeros(shape), np.zeros(shape)
        whole = 0.0
        for criterion in Criterion:
            weight = self.weights.get(criterion)
            if weight is None or not weight.weight:
                continue
            mentor_gain, mentee_gain = self.values(criterion, lens)
            for_mentor += weight.weight * mentor_gain
            for_mentee += weight.weight * mentee_gain
            whole += weight.weight
        if whole:
            for_mentor /= whole
            for_mentee /= whole
        combined = self.mentee_share * for_mentee + (1 - self.mentee_share) * for_mentor
        return BlockScores(for_mentor=rounded(for_mentor), for_mentee=rounded(for_mentee), combined=rounded(combined))

    def values(self, criterion: Criterion, lens: Lens) -> TwoSides:
        """What each side gains by one criterion, 0 to 1: (for the mentor, for the mentee)."""
        mentor_gain, mentee_gain = MEASURES[criterion](self, lens)
        if self.weights[criterion].direction == "different":
            return 1 - mentor_gain, 1 - mentee_gain
        return mentor_gain, mentee_gain

    def topics(self, lens: Lens) -> TwoSides:
        """How much of one side's wishes the other side's offers cover, by level."""
        left, right = self.mentors, self.mentees
        best_mentor = lens.left(HIGHEST_LEVEL * left.wishes.sum(axis=1).astype(np.float64))
        best_mentee = lens.right(HIGHEST_LEVEL * right.wishes.sum(axis=1).astype(np.float64))
        return (
            _share(lens.dot(left.wishes, right.offers), best_mentor),
            _share(lens.dot(left.offers, right.wishes), best_mentee),
        )

    def interests(self, lens: Lens) -> TwoSides:
        """Dice coefficient of the two sets of words (of three letters or more), as in scipy.spatial."""
        left, right = self.mentors.words, self.mentees.words
        shared = np.zeros(lens.shape, dtype=np.float64)
        for first in range(0, left.vocabulary, WORDS_AT_ONCE):
            last = min(first + WORDS_AT_ONCE, left.vocabulary)
            shared += lens.dot(left.used(first, last), right.used(first, last))
        mine, theirs = lens.left(left.counts), lens.right(right.counts)
        known = (mine > 0) & (theirs > 0)
        value = np.where(known, 2 * shared / np.maximum(mine + theirs, 1), HALF)
        return value, value

    def language(self, lens: Lens) -> TwoSides:
        """The level of the best language they share: the lower of the two, best over all languages."""
        left, right = self.mentors.languages, self.mentees.languages
        value = _known(lens.by_pattern(left, right, _best_shared) / HIGHEST_LANGUAGE, left, right, lens)
        return value, value

    def hours(self, lens: Lens) -> TwoSides:
        """Shared weekly time; ten hours or more count in full."""
        left, right = self.mentors.hours, self.mentees.hours
        shared = lens.by_pattern(left, right, Lens.dot)
        value = _known(np.minimum(shared / FULL_OVERLAP_SLOTS, 1), left, right, lens)
        return value, value

    def format(self, lens: Lens) -> TwoSides:
        """1 when they share a way of meeting."""
        left, right = self.mentors.formats, self.mentees.formats
        value = _known(np.minimum(lens.by_pattern(left, right, Lens.dot), 1), left, right, lens)
        return value, value

    def grade_gap(self, lens: Lens) -> TwoSides:
        """1 for the same grade, 0 for five grades apart or more."""
        apart = np.abs(lens.left(self.mentors.measures["grade"]) - lens.right(self.mentees.measures["grade"]))
        value = np.where(np.isnan(apart), HALF, 1 - np.minimum(apart / FULL_GRADE_GAP, 1))
        return value, value

    def same(self, name: str, lens: Lens) -> TwoSides:
        """1 when both have the same value, 0 when not, one half when either is unknown."""
        left, right = lens.left(self.mentors.codes[name]), lens.right(self.mentees.codes[name])
        unknown = (left == UNKNOWN) | (right == UNKNOWN)
        value = np.where(unknown, HALF, (left == right).astype(np.float64))
        return value, value


def scoring(problem: Problem, mentors: SideColumns, mentees: SideColumns) -> Scoring:
    """Prepare scoring for a canonical problem."""
    return Scoring(mentors=mentors, mentees=mentees, weights=problem.weights, mentee_share=problem.mentee_share)


def _share(part: Floats, whole: Floats) -> Floats:
    """part / whole, and one half where nothing was wished for."""
    return np.where(whole > 0, part / np.maximum(whole, 1), HALF)


def _best_shared(lens: Lens, left: Counts, right: Counts) -> Floats:
    best = np.zeros(lens.shape, dtype=np.float64)
    for spoken in range(left.shape[1]):
        both = np.minimum(lens.left(left[:, spoken]), lens.right(right[:, spoken]))
        np.maximum(best, both, out=best)
    return best


def _known(value: Floats, left: Patterns, right: Patterns, lens: Lens) -> Floats:
    unknown = lens.left(left.is_unknown) | lens.right(right.is_unknown)
    return np.where(unknown, HALF, value)


MEASURES: Mapping[Criterion, Callable[[Scoring, Lens], TwoSides]] = {
    Criterion.TOPICS: Scoring.topics,
    Criterion.INTERESTS: Scoring.interests,
    Criterion.LANGUAGE: Scoring.language,
    Criterion.HOURS: Scoring.hours,
    Criterion.FORMAT: Scoring.format,
    Criterion.GRADE_GAP: Scoring.grade_gap,
    Criterion.ENTITY: lambda scoring, lens: scoring.same("entity", lens),
    Criterion.COUNTRY: lambda scoring, lens: scoring.same("country", lens),
    Criterion.UNIT: lambda scoring, lens: scoring.same("unit", lens),
    Criterion.FUNCTION: lambda scoring, lens: scoring.same("function", lens),
    Criterion.TIME_ZONE: lambda scoring, lens: scoring.same("time_zone", lens),
}

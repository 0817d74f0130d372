"""Finds, among all pairs there are, those that gain enough under some prices, without ever keeping them all.

A pass over ten billion pairs is a matrix product over those whose classes the rules allow; what comes near enough
is scored exactly. So a result depends on whole numbers alone, whatever machine made it.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from turnabout.engine.classes import Classes, classes
from turnabout.engine.embedding import Embedding, embed
from turnabout.engine.encode import single_pairs
from turnabout.engine.network import Ints
from turnabout.engine.openness import Openness
from turnabout.engine.pool import Pool
from turnabout.engine.problem import Refusal
from turnabout.engine.rules import is_eligible
from turnabout.engine.sweep import NOTHING, ROUNDING, Block, Found, Search, Sweep

BYTES_PER_PAIR = 64  # while findings are put in order

Result = TypeVar("Result")


@dataclass(kw_only=True, slots=True)
class Universe:
    """All pairs of a problem that is too large to list them.

    memory_mib   what a finding may take; more is refused, with what to do
    """

    frame: Pool
    memory_mib: int
    groups: Classes = field(init=False)
    _combined: Embedding = field(init=False)
    _sides: tuple[Embedding, ...] = field(init=False, default=())
    _openness: dict[bool, Openness] = field(init=False)

    def __post_init__(self) -> None:
        rules, scoring = self.frame.eligibility, self.frame.scoring
        self.groups = classes(rules)
        self._combined = embed(scoring, mentor=1 - scoring.mentee_share, mentee=scoring.mentee_share)
        self._openness = {by_mentee: Openness.of(rules, self.groups, by_mentee=by_mentee) for by_mentee in (False, True)}

    def find(self, search: Search) -> Found:
        """Every pair that a search wants, in key order. O(pairs whose classes are allowed x width)."""
        sweep, parts, found = self._sweep(search), [], 0
        for part in _over(sweep.pairs, sweep.blocks()):
            parts.append(part)
            found += len(part[0])
            self._refuse_too_many(found)
        columns = [np.concatenate(column) for column in zip(NOTHING, *parts, strict=True)]
        order = np.argsort(columns[0].astype(np.int64) * len(search.theirs) + columns[1])
        mentor, mentee, for_mentor, for_mentee, score = (column[order] for column in columns)
        return Found(mentor=mentor, mentee=mentee, for_mentor=for_mentor, for_mentee=for_mentee, score=score)

    def listed(self, places: Ints) -> Found:
        """Those of some pairs (mentor x mentees + mentee) that are eligible."""
        mentor, mentee = np.divmod(np.unique(places), len(self.frame.right.keys))
        lens = single_pairs(mentor, mentee)
        eligible, scores = is_eligible(self.frame.eligibility.reasons(lens)), self.frame.scoring.scores(lens)
        return Found(
            mentor=mentor[eligible].astype(np.int32),
            mentee=mentee[eligible].astype(np.int32),
            for_mentor=scores.for_mentor[eligible].astype(np.int16),
            for_mentee=scores.for_mentee[eligible].astype(np.int16),
            score=scores.combined[eligible].astype(np.int16),
        )

    def best_worse_sides(self) -> tuple[Ints, Ints]:
        """Per mentor and per mentee, a number that the worse side of none of their pairs is above. O(pairs)."""
        sweep = self._sweep(dataclasses.replace(Search.of_everything(self.frame), has_score=False, level=1))
        mentor, mentee = (np.zeros(len(side.keys), np.float32) for side in (self.frame.left, self.frame.right))
        for rows, columns, by_row, by_column in _over(sweep.best_worse_sides, sweep.blocks()):
            mentor[rows] = np.maximum(mentor[rows], by_row)
            mentee[columns] = np.maximum(mentee[columns], by_column)
        room = ROUNDING + max(side.error() for side in self._sides)
        return np.floor(mentor + room).astype(np.int64), np.floor(mentee + room).astype(np.int64)

    def _sweep(self, search: Search) -> Sweep:
        openness = self._openness[search.by_mentee]
        if not self._sides and search.needs_sides:
            scoring = self.frame.scoring
            self._sides = embed(scoring, mentor=1, mentee=0), embed(scoring, mentor=0, mentee=1)
        return Sweep.of(search, self.frame.scoring, openness, self._combined, self._sides, self.frame.step)

    def _refuse_too_many(self, found: int) -> None:
        needed = found * BYTES_PER_PAIR >> 20
        if needed > self.memory_mib:
            raise Refusal(
                f"So many pairs are equally good that they need more than {self.memory_mib} MiB: allow more "
                "(memory_mib, or --memory), use weights that tell people further apart, or match in parts, for "
                "example by language."
            )


def _over(work: Callable[[Block], Result], blocks: Iterator[Block]) -> Iterator[Result]:
    """Results of all blocks in their order, worked out on every core."""
    with one_thread_each(), ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        yield from threads.map(work, blocks)


def one_thread_each() -> AbstractContextManager[object]:
    """Keeps a product to the thread that asked for it, so that threads are not in each other's way.

    Faster where `threadpoolctl` is installed; the numbers are the same without.
    """
    if importlib.util.find_spec("threadpoolctl") is None:
        return nullcontext()
    limits: AbstractContextManager[object] = importlib.import_module("threadpoolctl").threadpool_limits(limits=1, user_api="blas")
    return limits

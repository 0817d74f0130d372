"""One pass over all pairs: a product for pairs that may be wanted, exact scores for those that come near.

Rows are the people of whom only the best few may be wanted: mentors, or mentees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.embedding import Embedding
from turnabout.engine.encode import Counts, grid, single_pairs
from turnabout.engine.network import Ints
from turnabout.engine.openness import Openness
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import HIGHEST_SCORE
from turnabout.engine.scoring import Scoring

Places = NDArray[np.intp]

ROWS = 512  # people whose possible partners are gathered together
COLUMNS = 8192
SCORED_AT_ONCE = 1 << 15
ROUNDING = 0.5
EVERY = -(1 << 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Which pairs are wanted: eligible, and gaining at least `least` = mine + score - theirs.

    mine, theirs   (people,) whole numbers per mentor and per mentee
    has_score      False leaves the score out of the gain
    level          the worse side reaches this
    rows, columns  only these mentors, only these mentees; None = all
    most           at most so many of one mentor (of one mentee with `by_mentee`), the best; None = all
    one_in         look at every so-manieth pair only
    """

    mine: Ints
    theirs: Ints
    least: int
    has_score: bool = True
    level: int = 0
    rows: Flags | None = None
    columns: Flags | None = None
    most: int | None = None
    by_mentee: bool = False
    one_in: int = 1

    @property
    def needs_sides(self) -> bool:
        """Whether either side's own score tells which pairs are wanted; with the score, the few found are looked at."""
        return self.level > 0 and not self.has_score

    @staticmethod
    def of_everything(frame: Pool) -> Search:
        """Every eligible pair."""
        nothing = np.zeros(len(frame.left.keys), np.int64), np.zeros(len(frame.right.keys), np.int64)
        return Search(mine=nothing[0], theirs=nothing[1], least=EVERY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Pairs in key order, as columns of one length."""

    mentor: NDArray[np.int32]
    mentee: NDArray[np.int32]
    for_mentor: NDArray[np.int16]
    for_mentee: NDArray[np.int16]
    score: NDArray[np.int16]

    @property
    def worse_side(self) -> NDArray[np.int16]:
        """The score of whoever gains less."""
        return np.minimum(self.for_mentor, self.for_mentee)


Part = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]
NOTHING: Part = (
    np.zeros(0, np.int32),
    np.zeros(0, np.int32),
    np.zeros(0, np.int16),
    np.zeros(0, np.int16),
    np.zeros(0, np.int16),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Half:
    """One side of a sweep: its people sorted so that neighbours have the same level of price and like partners.

    order    people of this side that are looked at
    class_of, high, low   per person: class, price in whole steps, and the rest
    """

    order: Places
    class_of: Places
    high: Ints
    low: Ints

    def runs(self) -> Iterator[tuple[int, Places]]:
        """People of one level of price, level by level."""
        high = self.high[self.order]
        edges = np.flatnonzero(np.diff(high)) + 1
        for part in np.split(self.order, edges):
            if len(part):
                yield int(self.high[part[0]]), part


@dataclass(frozen=True, kw_only=True, slots=True)
class _Product:
    """A test that pairs must pass: product + look-ups + slow criteria >= least."""

    rows: Counts
    columns: Counts
    embedding: Embedding
    least: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    number: int
    rows: Places
    columns: Places
    step: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """One search over blocks of pairs; blocks may be searched in any order and by any thread.

    combined, sides   the score, and either side's own, as products
    """

    search: Search
    scoring: Scoring
    openness: Openness
    combined: Embedding
    sides: tuple[Embedding, ...]
    rows: _Half
    columns: _Half
    step: int

    @staticmethod
    def of(
        search: Search, scoring: Scoring, openness: Openness, combined: Embedding, sides: tuple[Embedding, ...], step: int
    ) -> Sweep:
        """Sort both sides and leave out whoever cannot reach `least` with the best partner there could be."""
        short = search.least - (HIGHEST_SCORE if search.has_score else 0)
        only_mentors = (search.mine >= short + search.theirs.min(), search.rows)
        only_mentees = (search.theirs <= search.mine.max() - short, search.columns)
        prices, only = (search.mine, -search.theirs), (only_mentors, only_mentees)
        row, column = (1, 0) if search.by_mentee else (0, 1)
        return Sweep(
            search=search,
            scoring=scoring,
            openness=openness,
            combined=combined,
            sides=sides,
            rows=_half(prices[row], openness.row_class, step, *only[row]),
            columns=_half(prices[column], openness.column_class, step, *only[column]),
            step=step,
        )

    def blocks(self) -> Iterator[Block]:
        """Rows a few hundred at a time with the columns of one level of price, where a pair can gain enough."""
        number = 0
        most_score = HIGHEST_SCORE if self.search.has_score else 0
        columns = list(self.columns.runs())
        for high, rows in self.rows.runs():
            for other, cols in columns:
                best = (high + other) * self.step + int(self.rows.low[rows].max()) + int(self.columns.low[cols].max())
                if best + most_score < self.search.least:
                    continue
                for start in range(0, len(rows), ROWS):
                    yield Block(number=number, rows=rows[start : start + ROWS], columns=cols, step=high + other)
                    number += 1

    def pairs(self, block: Block) -> Part:
        """The wanted pairs of one block, scored exactly."""
        columns = self._near_columns(block)
        tests = self._tests(block, columns)
        found = []
        for start in range(0, len(columns), COLUMNS):
            part = slice(start, start + COLUMNS)
            row, col = self._near(block.rows, columns, part, tests)
            found.append((block.rows[row], columns[part][col]))
        if not found:
            return NOTHING
        row_of, col_of = (np.concatenate(column) for column in zip(*found, strict=True))
        return self._exact(*((col_of, row_of) if self.search.by_mentee else (row_of, col_of)))

    def _near_columns(self, block: Block) -> Places:
        near = self.openness.near(block.rows, block.columns)
        if self.search.one_in > 1:
            near &= (block.columns + block.number) % self.search.one_in == 0
        return block.columns[near]

    def best_worse_sides(self, block: Block) -> tuple[Places, Places, Counts, Counts]:
        """Rows and columns of a block, and the best worse side of each, nearly; 0 where there is no pair."""
        columns = self._near_columns(block)
        by_row, by_column = np.zeros(len(block.rows), np.float32), np.zeros(len(columns), np.float32)
        for start in range(0, len(columns), COLUMNS):
            part = columns[start : start + COLUMNS]
            worse = np.minimum(*(self._value(side, block.rows, part) for side in self.sides))
            worse[~self.openness.table(block.rows, part)] = 0
            by_row = np.maximum(by_row, worse.max(axis=1, initial=0))
            by_column[start : start + COLUMNS] = worse.max(axis=0, initial=0)
        return block.rows, columns, by_row, by_column

    def _tests(self, block: Block, columns: Places) -> list[_Product]:
        """What pairs of a block must reach, each as a product, with room for the rounding of single floats."""
        search, tests = self.search, []
        if search.needs_sides:
            for embedding in self.sides:
                rows, cols = self._features(embedding, block.rows, columns)
                least = search.level - embedding.constant - ROUNDING - embedding.error()
                tests.append(_Product(rows=rows, columns=cols, embedding=embedding, least=least))
        # Without the score, the product is there only to tell which pairs are the best of many.
        if search.has_score or search.most is not None:
            low = self.rows.low[block.rows], self.columns.low[columns]
            size = max((float(np.abs(part).max(initial=0)) for part in low), default=0.0)
            embedding = self.combined
            rows, cols = self._features(embedding, block.rows, columns)
            ones = np.ones((len(rows), 1), np.float32), np.ones((len(cols), 1), np.float32)
            least = search.least - block.step * self.step - embedding.constant
            room = ROUNDING + embedding.error(size, size)
            tests.append(
                _Product(
                    rows=np.hstack([rows, low[0][:, None].astype(np.float32), ones[0]]),
                    columns=np.hstack([cols, ones[1], low[1][:, None].astype(np.float32)]),
                    embedding=embedding,
                    least=max(least - room, float(EVERY)) if search.has_score else float(EVERY),
                )
            )
        return tests

    def _features(self, embedding: Embedding, rows: Places, columns: Places) -> tuple[Counts, Counts]:
        own, other = embedding.mentors, embedding.mentees
        if self.search.by_mentee:
            own, other = other, own
        return own[rows], other[columns]

    def _near(self, rows: Places, columns: Places, part: slice, tests: list[_Product]) -> tuple[Places, Places]:
        """Eligible pairs of a tile that may be wanted, a few at most of each row."""
        most = self.search.most
        open_to = self.openness.table(rows, columns[part])
        for test in tests:
            value = test.rows @ test.columns[part].T
            self._add_the_rest(value, test.embedding, rows, columns[part])
            open_to &= value >= test.least
            if most is not None and test is tests[-1]:
                self._keep_best(open_to, value, most)
        row, col = np.divmod(np.flatnonzero(open_to), open_to.shape[1])
        return row, col

    def _value(self, embedding: Embedding, rows: Places, columns: Places) -> Counts:
        """Scores before rounding, nearly."""
        own, other = self._features(embedding, rows, columns)
        value = own @ other.T
        self._add_the_rest(value, embedding, rows, columns)
        value += np.float32(embedding.constant)
        return value

    def _add_the_rest(self, value: Counts, embedding: Embedding, rows: Places, columns: Places) -> None:
        """What a product cannot hold, added in place."""
        for look_up in embedding.look_ups:
            own, other, table = look_up.of_mentor, look_up.of_mentee, look_up.table
            if self.search.by_mentee:
                own, other, table = other, own, table.T
            value += np.take(table[own[rows]], other[columns], axis=1)
        if embedding.slow:
            mentors, mentees = (columns, rows) if self.search.by_mentee else (rows, columns)
            lens = grid(mentors, mentees)
            for criterion, factors in embedding.slow.items():
                both = self.scoring.values(criterion, lens)
                slow = factors[0] * both[0] + factors[1] * both[1]
                value += (slow.T if self.search.by_mentee else slow).astype(np.float32)

    def _keep_best(self, open_to: Flags, value: Counts, most: int) -> None:
        """Close what cannot be among the best of its row; everything close to the last of them stays."""
        crowded = np.flatnonzero(np.count_nonzero(open_to, axis=1) > most)
        if not len(crowded):
            return
        values = np.where(open_to[crowded], value[crowded], -np.inf)
        last = np.partition(values, -most, axis=1)[:, -most]
        open_to[crowded] &= values >= (last - 2 * (ROUNDING + self.combined.error()))[:, None]

    def _exact(self, mentor: Places, mentee: Places) -> Part:
        parts = [
            self._scored(mentor[start : start + SCORED_AT_ONCE], mentee[start : start + SCORED_AT_ONCE])
            for start in range(0, len(mentor), SCORED_AT_ONCE)
        ]
        if not parts:
            return NOTHING
        mentors, mentees, *scores = (np.concatenate(column) for column in zip(*parts, strict=True))
        found: Part = (mentors, mentees, scores[0], scores[1], scores[2])
        return found if self.search.most is None else self._best(found, self.search.most)

    def _scored(self, mentor: Places, mentee: Places) -> Part:
        search = self.search
        scores = self.scoring.scores(single_pairs(mentor, mentee))
        gain = search.mine[mentor] - search.theirs[mentee]
        wanted = (gain + scores.combined if search.has_score else gain) >= search.least
        if search.level:
            wanted &= np.minimum(scores.for_mentor, scores.for_mentee) >= search.level
        kept = np.flatnonzero(wanted)
        return (
            mentor[kept].astype(np.int32),
            mentee[kept].astype(np.int32),
            scores.for_mentor[kept].astype(np.int16),
            scores.for_mentee[kept].astype(np.int16),
            scores.combined[kept].astype(np.int16),
        )

    def _best(self, found: Part, most: int) -> Part:
        """At most so many of each row: the highest gain first, then the highest score, then by key."""
        mentor, mentee, score = found[0], found[1], found[4]
        own, other = (mentee, mentor) if self.search.by_mentee else (mentor, mentee)
        gain = self.search.mine[mentor] - self.search.theirs[mentee]
        order = np.lexsort((other, -score, -(gain + score if self.search.has_score else gain), own))
        rank = np.arange(len(order)) - np.searchsorted(own[order], own[order])
        kept = order[rank < most]
        return mentor[kept], mentee[kept], found[2][kept], found[3][kept], score[kept]


def _half(price: Ints, class_of: Places, step: int, *only: Flags | None) -> _Half:
    high = np.floor_divide(price + step // 2, step)
    low = price - high * step
    order = np.lexsort((class_of, high))
    for some in only:
        order = order if some is None else order[some[order]]
    return _Half(order=order, class_of=class_of, high=high, low=low)

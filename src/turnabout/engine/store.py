"""The pairs of a universe that are near the plan: priced in milliseconds, where the universe takes seconds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from turnabout.engine.network import Ints
from turnabout.engine.pool import Flags, Pairs, Pool, with_pairs
from turnabout.engine.ranking import best_of_each
from turnabout.engine.sweep import Found

Prices = tuple[Ints, Ints]  # per mentor and per mentee; a pair gains mine + score - theirs


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """Pairs near the plan, and what is known of all others.

    mentees    how many there are
    pairs      in key order
    is_used    those that are in the solver
    prices, least   under these prices every eligible pair outside gains less than that
    """

    mentees: int
    pairs: Found
    is_used: Flags
    prices: Prices | None = None
    least: int = 0

    @staticmethod
    def empty(frame: Pool) -> Store:
        """No pairs yet."""
        nobody, nothing = np.zeros(0, np.int32), np.zeros(0, np.int16)
        pairs = Found(mentor=nobody, mentee=nobody, for_mentor=nothing, for_mentee=nothing, score=nothing)
        return Store(mentees=len(frame.right.keys), pairs=pairs, is_used=np.zeros(0, bool))

    def pool(self, frame: Pool) -> Pool:
        """The pairs that are in the solver."""
        used, pairs = self.is_used, self.pairs
        return with_pairs(
            frame,
            Pairs(
                mentor=pairs.mentor[used],
                mentee=pairs.mentee[used],
                for_mentor=pairs.for_mentor[used].astype(np.int64),
                for_mentee=pairs.for_mentee[used].astype(np.int64),
                score=pairs.score[used].astype(np.int64),
                reasons=np.zeros(int(used.sum()), np.uint32),
            ),
        )

    def gains(self, prices: Prices, *, has_score: bool) -> Ints:
        """What each pair gains beyond its prices."""
        gain: Ints = prices[0][self.pairs.mentor] - prices[1][self.pairs.mentee]
        return gain + self.pairs.score if has_score else gain

    def using(self, more: Flags) -> Store:
        """The same with more pairs in the solver."""
        return dataclasses.replace(self, is_used=self.is_used | more)

    def only(self, wanted: Flags) -> Found:
        """Some of the pairs."""
        return Found(**{item.name: getattr(self.pairs, item.name)[wanted] for item in dataclasses.fields(Found)})

    def with_found(self, found: Found, *, is_used: bool) -> Store:
        """The same with more pairs; those that are there already are used if the others are."""
        place, fresh = self.places(self.pairs), self.places(found)
        at = np.searchsorted(place, fresh)
        is_new = np.ones(len(fresh), dtype=bool)
        inside = at < len(place)
        is_new[inside] = place[at[inside]] != fresh[inside]
        used = self.is_used.copy()
        used[at[~is_new]] |= is_used
        columns = {
            item.name: np.insert(getattr(self.pairs, item.name), at[is_new], getattr(found, item.name)[is_new])
            for item in dataclasses.fields(Found)
        }
        return dataclasses.replace(self, pairs=Found(**columns), is_used=np.insert(used, at[is_new], is_used))

    def places(self, pairs: Found) -> Ints:
        """One number per pair, rising in key order."""
        places: Ints = pairs.mentor.astype(np.int64) * self.mentees + pairs.mentee
        return places

    def best(self, gain: Ints, wanted: Flags, most: int) -> Flags:
        """Of the wanted pairs, so many at most of each mentor: the highest gain first, then by key."""
        places = np.flatnonzero(wanted)
        best = np.zeros(len(wanted), dtype=bool)
        best[places[best_of_each(self.pairs.mentor[places], gain[places], most)]] = True
        return best

    def unknown(self, prices: Prices, least: int) -> tuple[Flags, Flags] | None:
        """Whom to look at again: outside the store, only pairs with one of these mentors or one of these mentees
        can gain as much under other prices. None: everybody.
        """
        if self.prices is None:
            return None
        rise, fall = prices[0] - self.prices[0], self.prices[1] - prices[1]
        # Outside, gain <= self.least - 1 + rise + fall; below `least` unless rise + fall reaches this.
        needed = least - self.least + 1
        return _cover(rise, fall, needed)


def _cover(rise: Ints, fall: Ints, needed: int) -> tuple[Flags, Flags]:
    """The fewest rows and columns outside which no sum of a row's rise and a column's fall reaches so much."""
    rows, columns = np.sort(rise), np.sort(fall)
    limits = np.unique(np.concatenate([rows, rows + 1, needed - columns]))
    many_rows = len(rows) - np.searchsorted(rows, limits)
    many_columns = len(columns) - np.searchsorted(columns, needed + 1 - limits)
    cost = many_rows * len(columns) + many_columns * len(rows)
    limit = int(limits[np.argmin(cost)])
    return rise >= limit, fall > needed - limit

"""The stages of a constrained matching, one upon the other: what each has reached is a row for all that follow.

Solver and verifier build the same systems from it, so that multipliers mean the same rows. NumPy only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from turnabout.engine.bounds import System
from turnabout.engine.constraints import rows_of
from turnabout.engine.network import Ints, Network
from turnabout.engine.pool import Flags, Pool, in_last_plan
from turnabout.engine.proofs import pair_gains

PAIRS, PREFERENCES, TOTAL = "the number of pairs", "breadth, priority and nominations", "the total"
Gains = Callable[[Pool, Network, Flags], Ints]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One stage and what it has reached; `is_most` where it is proven that no plan reaches more."""

    name: str
    gains: Gains
    value: int
    is_most: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """The stages so far.

    pairs   how many pairs every plan has that reaches as much, where that is proven
    """

    pool: Pool
    steps: tuple[Step, ...] = ()
    pairs: int | None = None

    def system(self, level: int, gains: Gains) -> System:
        """The next stage, on the pairs whose worse side reaches a level."""
        pool = self.pool
        kept = pool.above(level)
        network = pool.network(kept)
        rows = rows_of(pool, network, kept, pairs=self.pairs)
        for step in self.steps:
            rows = rows.reaching(step.gains(pool, network, kept), step.value, step.name, no_more=step.is_most)
        return System(network=network, gains=gains(pool, network, kept), rows=rows)

    def above(self, name: str, gains: Gains, value: int, *, is_most: bool = False) -> Ladder:
        """One stage further up."""
        return dataclasses.replace(self, steps=(*self.steps, Step(name=name, gains=gains, value=value, is_most=is_most)))

    def counted(self, pairs: int, *, is_proven: bool) -> Ladder:
        """One stage further up: so many pairs."""
        # A percentage of a number that is fixed is a number, so that number has to be fixed.
        higher = self.above(PAIRS, pair_count, pairs, is_most=is_proven)
        return dataclasses.replace(higher, pairs=pairs) if is_proven else higher


def pair_count(_pool: Pool, network: Network, kept: Flags) -> Ints:
    return pair_gains(network, np.ones(int(kept.sum()), dtype=np.int64))


def kept_from_last_plan(pool: Pool, network: Network, kept: Flags) -> Ints:
    return pair_gains(network, in_last_plan(pool)[kept])


def nothing(_pool: Pool, network: Network, _kept: Flags) -> Ints:
    return np.zeros(len(network.tail), dtype=np.int64)

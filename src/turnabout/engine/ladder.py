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
from turnabout.engine.pool import LOWEST_RANK, Flags, Pool, in_last_plan
from turnabout.engine.proofs import pair_gains

TOTAL = "the total"
Gains = Callable[[Pool, Network, Flags], Ints]


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """What a stage makes as large as possible.

    weight   more than all aims after it together can gain, for proofs by one flow
    """

    name: str
    gains: Gains
    weight: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One stage and what it has reached; `is_most` where it is proven that no plan reaches more."""

    aim: Aim
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
            rows = rows.reaching(step.aim.gains(pool, network, kept), step.value, step.aim.name, no_more=step.is_most)
        return System(network=network, gains=gains(pool, network, kept), rows=rows)

    def above(self, aim: Aim, value: int, *, is_proven: bool = False) -> Ladder:
        """One stage further up."""
        # A percentage of a number that is fixed is a number, so that number has to be fixed.
        counts = is_proven and aim.gains is pair_count
        steps = (*self.steps, Step(aim=aim, value=value, is_most=counts))
        return dataclasses.replace(self, steps=steps, pairs=value if counts else self.pairs)


def aims(pool: Pool, *, breadth_first: bool) -> tuple[Aim, ...]:
    """What comes before floor and total: pairs, priority, breadth, nominations, as far as they are wanted.

    One by one, because together they are numbers too large for a linear programme.
    """
    people = len(pool.left.keys) + len(pool.right.keys)
    priorities = int(pool.left.priority.sum() + pool.right.priority.sum())
    most = (
        ("the number of pairs", pair_count, pool.most if pool.counts_people else 0),
        ("priority", priority, priorities),
        ("breadth", breadth, people if breadth_first else 0),
        ("nominations", nominated, LOWEST_RANK * pool.most if pool.nominated.any() else 0),
    )
    found: list[Aim] = []
    below = 0
    for name, gains, largest in reversed(most):
        if largest:
            found.append(Aim(name=name, gains=gains, weight=below + 1))
            below += (below + 1) * largest
    return tuple(reversed(found))


def pair_count(_pool: Pool, network: Network, kept: Flags) -> Ints:
    return pair_gains(network, np.ones(int(kept.sum()), dtype=np.int64))


def priority(pool: Pool, network: Network, kept: Flags) -> Ints:
    return network.gains(
        pairs=np.zeros(int(kept.sum()), np.int64), first_mentor=pool.left.priority, first_mentee=pool.right.priority
    )


def breadth(_pool: Pool, network: Network, kept: Flags) -> Ints:
    return network.gains(
        pairs=np.zeros(int(kept.sum()), np.int64),
        first_mentor=np.ones(network.mentors, np.int64),
        first_mentee=np.ones(network.mentees, np.int64),
    )


def nominated(pool: Pool, network: Network, kept: Flags) -> Ints:
    return pair_gains(network, pool.nominated[kept])


def kept_from_last_plan(pool: Pool, network: Network, kept: Flags) -> Ints:
    return pair_gains(network, in_last_plan(pool)[kept])


def nothing(_pool: Pool, network: Network, _kept: Flags) -> Ints:
    return np.zeros(len(network.tail), dtype=np.int64)

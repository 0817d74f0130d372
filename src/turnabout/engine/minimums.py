"""Minimum loads that cannot be met: found before anything is solved, with a smallest group that shows it.

All minimums can be met at once if those of the mentors can and those of the mentees can: what stands in the way of
a circulation with lower limits is always a group on one side that asks for more than the other side has left for it
(Hoffman 1960, Some recent applications of the theory of linear inequalities).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow

from turnabout.engine.network import Ints, Places
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import ProofFailed, Refusal, Side

NAMES_SHOWN = 5
MOST_PARTS = 300


def refuse_unmet_minimums(pool: Pool) -> None:
    """Raise Refusal naming a smallest group of people who cannot all have as many partners as they must."""
    if not pool.has_minimums:
        return
    every = np.ones(len(pool.score), dtype=bool)
    for side in Side:
        asked = _Asked.of(pool, side, every)
        group = asked.short_group()
        if len(group):
            raise Refusal(_complaint(side, asked, group))


def can_be_met(pool: Pool, kept: Flags) -> bool:
    """Whether the kept pairs are enough for every minimum."""
    return not pool.has_minimums or not any(_Asked.of(pool, side, kept).is_short for side in Side)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """One side's minimums, and the pairs and places there are for them once locked pairs are taken.

    own, other     the two people of each pair that is left
    least          how many partners each person must have
    locked         how many each has by locked pairs
    room           places left on the other side
    """

    keys: tuple[str, ...]
    own: NDArray[np.int32]
    other: NDArray[np.int32]
    least: Ints
    locked: Ints
    room: Ints

    @classmethod
    def of(cls, pool: Pool, side: Side, kept: Flags) -> _Asked:
        ends = (pool.mentor, pool.left), (pool.mentee, pool.right)
        (own, people), (other, others) = ends if side is Side.MENTOR else ends[::-1]
        free = kept & ~pool.locked
        return cls(
            keys=people.keys,
            own=own[free],
            other=other[free],
            least=people.minimum,
            locked=np.bincount(own[pool.locked], minlength=len(people.keys)).astype(np.int64),
            room=others.capacity - np.bincount(other[pool.locked], minlength=len(others.keys)),
        )

    @property
    def needed(self) -> Ints:
        """Partners each person must still get."""
        need: Ints = np.maximum(self.least - self.locked, 0)
        return need

    @property
    def is_short(self) -> bool:
        return self.served(self.needed)[0] < int(self.needed.sum())

    def served(self, needed: Ints) -> tuple[int, Places]:
        """How many of the needed partners can be had at once, and who still has a way to more. One maximum flow."""
        used = needed[self.own] > 0
        people, sink = len(needed), 1 + len(needed) + len(self.room)
        solver = max_flow.SimpleMaxFlow()
        theirs = np.arange(1 + people, sink, dtype=np.int32)
        solver.add_arcs_with_capacity(np.zeros(people, np.int32), np.arange(1, 1 + people, dtype=np.int32), needed)
        solver.add_arcs_with_capacity(theirs, np.full(len(theirs), sink, np.int32), self.room)
        heads = self.other[used] + np.int32(1 + people)
        solver.add_arcs_with_capacity(self.own[used] + np.int32(1), heads, np.ones(len(heads), np.int64))
        status = solver.solve(0, sink)
        if status != max_flow.SimpleMaxFlow.OPTIMAL:
            raise ProofFailed(f"The flow ended without a result ({status}). Nothing was changed; run it again.")
        reached = np.array(solver.get_source_side_min_cut(), dtype=np.intp)
        return solver.optimal_flow(), np.sort(reached[(reached > 0) & (reached <= people)]) - 1

    def short_group(self) -> Places:
        """People who cannot all be served, none of whom can be left out; empty when everybody can.

        Halves, quarters and so on are left out first, then single people. A very large group ends with a part that is
        not quite the smallest, because each try costs a flow.
        """
        members = self.served(self.needed)[1] if self.is_short else np.zeros(0, dtype=np.intp)
        members = members[self.needed[members] > 0]
        size, smallest = len(members), max(1, len(members) // MOST_PARTS)
        while size > smallest:
            size, start = max(size // 2, smallest), 0
            while start < len(members):
                rest = np.delete(members, slice(start, start + size))
                if self.are_short(rest):
                    members = rest
                else:
                    start += size
        return members

    def are_short(self, members: Places) -> bool:
        """Whether some people alone need more than there is."""
        needed = np.zeros_like(self.needed)
        needed[members] = self.needed[members]
        return self.served(needed)[0] < int(needed.sum())


def _complaint(side: Side, asked: _Asked, group: Places) -> str:
    needed = np.zeros_like(asked.needed)
    needed[group] = asked.needed[group]
    had = int(asked.locked[group].sum())
    wanted, possible = int(needed.sum()) + had, asked.served(needed)[0] + had
    names = [asked.keys[place] for place in group.tolist()]
    if len(names) == 1:
        partners = "1 partner" if wanted == 1 else f"{wanted} partners"
        said = f"{side.value} {names[0]} must have at least {partners} and can have {possible}"
    else:
        said = f"{side.value}s {_listed(names)} must have at least {wanted} partners together and can have {possible}"
    missing = wanted - possible
    places = "1 place is" if missing == 1 else f"{missing} places are"
    other = Side.MENTEE if side is Side.MENTOR else Side.MENTOR
    return f"{said}: {places} missing. Lower a minimum, relax a rule, or add {other.value}s or places for them."


def _listed(names: list[str]) -> str:
    shown, more = names[:NAMES_SHOWN], len(names) - NAMES_SHOWN
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"

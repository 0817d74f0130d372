"""The flow network, and the one inequality on which every proof rests.

Everybody is connected to one node called ground: ground -> mentor -> mentee -> ground. A plan is a
circulation. A person's first place is an arc of its own, so that "once before twice" and priority can be
a gain on it. For any prices on the nodes, the gain of any circulation is at most `bound`: prices cancel
round every circle (weak duality). A plan that reaches the bound is therefore best.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Nodes = NDArray[np.int32]
Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """Arcs with what may flow through them.

    Arcs stand in this order: first place per mentor, further places per mentor, pairs, first place per
    mentee, further places per mentee. Node 0 is ground, then mentors, then mentees.
    """

    mentors: int
    mentees: int
    tail: Nodes
    head: Nodes
    lower: Ints
    upper: Ints

    @property
    def pair_arcs(self) -> slice:
        return slice(2 * self.mentors, len(self.tail) - 2 * self.mentees)

    @property
    def nodes(self) -> int:
        return 1 + self.mentors + self.mentees

    def gains(self, *, pairs: Ints, first_mentor: Ints, first_mentee: Ints) -> Ints:
        """One vector of gains over all arcs; further places gain nothing."""
        none_mentor, none_mentee = np.zeros(self.mentors, np.int64), np.zeros(self.mentees, np.int64)
        return np.concatenate([first_mentor, none_mentor, pairs, first_mentee, none_mentee])

    def flow(self, chosen: NDArray[np.bool_]) -> Ints:
        """The circulation of a set of pairs: each person's first place fills first."""
        arcs = self.pair_arcs
        by_mentor = np.bincount(self.tail[arcs][chosen] - 1, minlength=self.mentors).astype(np.int64)
        by_mentee = np.bincount(self.head[arcs][chosen] - 1 - self.mentors, minlength=self.mentees).astype(np.int64)
        return np.concatenate([*_first_and_further(by_mentor), chosen.astype(np.int64), *_first_and_further(by_mentee)])

    def reduced(self, gains: Ints, prices: Ints) -> Ints:
        """What an arc gains beyond the difference of its ends' prices."""
        return gains + prices[self.tail] - prices[self.head]

    def face(self, gains: Ints, prices: Ints) -> Network:
        """Every equally good circulation and no other: arcs that gain are forced, arcs that lose are out."""
        reduced = self.reduced(gains, prices)
        lower = np.where(reduced > 0, self.upper, self.lower)
        upper = np.where(reduced < 0, self.lower, self.upper)
        return dataclasses.replace(self, lower=lower, upper=upper)

    def holds(self, flow: Ints) -> bool:
        return bool(np.all(flow >= self.lower) and np.all(flow <= self.upper))


def build(
    *,
    mentor: NDArray[np.int32],
    mentee: NDArray[np.int32],
    places: tuple[Ints, Ints],
    least: tuple[Ints, Ints],
    locked: NDArray[np.bool_],
) -> Network:
    """The network of some eligible pairs.

    mentor, mentee   (E,) index of each pair's two people
    places           capacity per mentor and per mentee
    least            how many partners each mentor and each mentee must have
    locked           (E,) pairs that must be used
    """
    left, right = places
    mentors, mentees = len(left), len(right)
    mentor_nodes = np.arange(1, mentors + 1, dtype=np.int32)
    mentee_nodes = np.arange(mentors + 1, mentors + mentees + 1, dtype=np.int32)
    ground_left, ground_right = np.zeros(mentors, np.int32), np.zeros(mentees, np.int32)
    return Network(
        mentors=mentors,
        mentees=mentees,
        tail=np.concatenate([ground_left, ground_left, mentor + np.int32(1), mentee_nodes, mentee_nodes]),
        head=np.concatenate([mentor_nodes, mentor_nodes, mentee + np.int32(1 + mentors), ground_right, ground_right]),
        lower=np.concatenate([*_first_and_further(least[0]), locked.astype(np.int64), *_first_and_further(least[1])]),
        upper=np.concatenate([*_first_and_further(left), np.ones(len(mentor), np.int64), *_first_and_further(right)]),
    )


def _first_and_further(partners: Ints) -> tuple[Ints, Ints]:
    return np.minimum(partners, 1), np.maximum(partners - 1, 0)


def bound(network: Network, gains: Ints, prices: Ints) -> int:
    """No circulation of the network gains more than this, whatever the prices. Exact, O(arcs)."""
    reduced = network.reduced(gains, prices)
    return exact_product(reduced, np.where(reduced > 0, network.upper, network.lower))


def exact_product(values: Ints, times: Ints) -> int:
    """Sum of values x times as a Python integer, without overflow while times stay below 2^20."""
    used = times != 0
    values, times = values[used], times[used]
    high, low = values >> 31, values & 0x7FFFFFFF
    return (int((high * times).sum()) << 31) + int((low * times).sum())

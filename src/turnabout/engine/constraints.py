"""Side constraints as rows over pairs: `lower <= sum of coefficient x pair <= upper`, in whole numbers.

Used by the solver and by the verifier alike, so it needs NumPy only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints, Network
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import Candidate, Picker, Problem, Side, SideConstraint

COMPARED = ("entity", "country", "unit", "team", "function", "time_zone")
PICKED = ("key", *COMPARED)
HUNDRED = 100
# Stands for "no limit"; far beyond any sum.
NO_LIMIT = 1 << 62
Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Sparse rows over the arcs of a network.

    row, arc, value   (N,) the coefficients that are not 0
    lower, upper      (R,) limits of each row; -NO_LIMIT and NO_LIMIT where there is none
    names             (R,) the constraint each row belongs to
    """

    row: Places
    arc: Places
    value: Ints
    lower: Ints
    upper: Ints
    names: tuple[str, ...]

    def sums(self, flow: Ints) -> Ints:
        """What each row adds up to."""
        found = np.zeros(len(self.names), dtype=np.int64)
        np.add.at(found, self.row, self.value * flow[self.arc])
        return found

    def charges(self, multipliers: Ints, arcs: int) -> Ints:
        """What each arc costs when a unit of each row costs its multiplier."""
        found = np.zeros(arcs, dtype=np.int64)
        np.add.at(found, self.arc, self.value * multipliers[self.row])
        return found

    def broken(self, flow: Ints) -> str | None:
        """The first constraint that a flow breaks."""
        sums = self.sums(flow)
        wrong = np.flatnonzero((sums < self.lower) | (sums > self.upper))
        return self.names[wrong[0]] if len(wrong) else None

    def reaching(self, gains: Ints, value: int, name: str, *, no_more: bool = False) -> Rows:
        """The same rows and one more: an earlier stage keeps what it has reached (and reaches no more)."""
        arcs = np.flatnonzero(gains)
        return Rows(
            row=np.concatenate([self.row, np.full(len(arcs), len(self.names))]),
            arc=np.concatenate([self.arc, arcs]),
            value=np.concatenate([self.value, gains[arcs]]),
            lower=np.append(self.lower, value),
            upper=np.append(self.upper, value if no_more else NO_LIMIT),
            names=(*self.names, name),
        )


def rows_of(pool: Pool, network: Network, kept: Flags, *, pairs: int | None = None) -> Rows:
    """All constraints of the pool's problem over the kept pairs.

    pairs   how many pairs every plan in question has, where that is proven: a percentage of them is then a whole
            number, which makes bounds tighter. O(constraints x pairs)
    """
    return joined(network, [row for one in pool.problem.constraints for row in _compiled(pool, kept, one, pairs)])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """One row before it is joined with others: coefficients over the kept pairs."""

    name: str
    pairs: Places
    values: Ints
    lower: int = -NO_LIMIT
    upper: int = NO_LIMIT


def joined(network: Network, found: Sequence[_Row]) -> Rows:
    """Rows as one sparse table."""
    nothing = np.zeros(0, dtype=np.int64)
    start = network.pair_arcs.start
    return Rows(
        row=np.concatenate([nothing, *(np.full(len(one.pairs), place) for place, one in enumerate(found))]),
        arc=np.concatenate([nothing, *(one.pairs + start for one in found)]),
        value=np.concatenate([nothing, *(one.values for one in found)]),
        lower=np.array([one.lower for one in found], dtype=np.int64),
        upper=np.array([one.upper for one in found], dtype=np.int64),
        names=tuple(one.name for one in found),
    )


def _compiled(pool: Pool, kept: Flags, one: SideConstraint, pairs: int | None) -> Iterator[_Row]:
    if one.together:
        yield from _together(pool, kept, one)
        return
    picked = _picked(pool, one)[kept]
    places = np.flatnonzero(picked)
    counted = _Row(name=one.name, pairs=places, values=np.ones(len(places), np.int64))
    low, high = one.at_least, one.at_most
    if one.in_percent and pairs is None:
        every = np.arange(len(picked))
        share = dataclasses.replace(counted, pairs=every)
        if low is not None:
            yield dataclasses.replace(share, values=HUNDRED * picked - low, lower=0)
        if high is not None:
            yield dataclasses.replace(share, values=HUNDRED * picked - high, upper=0)
        return
    if one.in_percent and pairs is not None:
        low = None if low is None else -(-low * pairs // HUNDRED)
        high = None if high is None else high * pairs // HUNDRED
    yield dataclasses.replace(
        counted,
        lower=-NO_LIMIT if low is None else low,
        upper=NO_LIMIT if high is None else high,
    )


def _together(pool: Pool, kept: Flags, one: SideConstraint) -> Iterator[_Row]:
    """For each possible partner: both or neither; whoever has too few places for all of them gets none."""
    is_mentor = one.side is Side.MENTOR
    own, other = (pool.mentor, pool.mentee) if is_mentor else (pool.mentee, pool.mentor)
    columns, partners = (pool.left, pool.right) if is_mentor else (pool.right, pool.left)
    own, other = own[kept], other[kept]
    people = [columns.keys.index(key) for key in one.together]
    first, *rest = [dict(zip(other[own == k].tolist(), np.flatnonzero(own == k).tolist(), strict=True)) for k in people]
    for partner in sorted({partner for known in (first, *rest) for partner in known}):
        mine = [known[partner] for known in (first, *rest) if partner in known]
        if len(mine) < len(people) or partners.capacity[partner] < len(people):
            yield _Row(name=one.name, pairs=np.array(mine), values=np.ones(len(mine), np.int64), upper=0)
            continue
        for place in mine[1:]:
            yield _Row(name=one.name, pairs=np.array([mine[0], place]), values=np.array([1, -1]), lower=0, upper=0)


def _picked(pool: Pool, one: SideConstraint) -> Flags:
    """Which pairs of the pool a constraint counts."""
    mentors, mentees = _chosen(pool.problem.mentors, one.mentor), _chosen(pool.problem.mentees, one.mentee)
    picked: Flags = mentors[pool.mentor] & mentees[pool.mentee]
    if one.same is not None:
        left, right = pool.left.codes[one.same][pool.mentor], pool.right.codes[one.same][pool.mentee]
        picked &= (left == right) & (left >= 0)
    return picked


def _chosen(people: Iterable[Candidate], picker: Picker) -> Flags:
    return np.array([all(getattr(one, name) in values for name, values in picker.items()) for one in people], dtype=bool)


def about_constraints(problem: Problem) -> Iterator[str]:
    """What is wrong with a problem's constraints, each as one sentence that says what to do."""
    seen: set[str] = set()
    for one in problem.constraints:
        if not one.name.strip():
            yield "A constraint has no name: give it one that people will understand."
        if one.name in seen:
            yield f"Two constraints are called {one.name!r}: give each a name of its own."
        seen.add(one.name)
        for complaint in (*_about_people(problem, one), *_about_limits(one)):
            yield f"Constraint {one.name!r}: {complaint}"


def _about_people(problem: Problem, one: SideConstraint) -> Iterator[str]:
    for side, people, picker in ((Side.MENTOR, problem.mentors, one.mentor), (Side.MENTEE, problem.mentees, one.mentee)):
        for name, values in picker.items():
            if name not in PICKED:
                yield f"{side.value} {name} is not known: use {', '.join(PICKED)}."
                continue
            known = {getattr(person, name) for person in people}
            yield from (
                f"no {side.value} has {name} {value!r}: correct the value, or leave the constraint out."
                for value in values
                if value not in known
            )
    keys = {person.key for person in (problem.mentors if one.side is Side.MENTOR else problem.mentees)}
    for key in one.together:
        if key not in keys:
            yield f"{key} is not among the {one.side.value}s: correct the key or the side."
    if one.same is not None and one.same not in COMPARED:
        yield f"same is {one.same!r}: use {', '.join(COMPARED)}."


def _about_limits(one: SideConstraint) -> Iterator[str]:
    limits = [limit for limit in (one.at_least, one.at_most) if limit is not None]
    if one.together:
        if limits or one.mentor or one.mentee or one.same or one.in_percent:
            yield "together goes with nothing but side: write the rest as a constraint of its own."
        if len(set(one.together)) < max(len(one.together), 2):
            yield "together needs two or more different people."
        return
    if not limits:
        yield "it has no limit: add at_least or at_most."
    highest = HUNDRED if one.in_percent else NO_LIMIT >> 1
    if any(not 0 <= limit <= highest for limit in limits):
        yield "a percentage is a whole number from 0 to 100." if one.in_percent else "a number of pairs is 0 or more."
    elif limits != sorted(limits):
        yield f"at_least {one.at_least} is more than at_most {one.at_most}: correct one of them."

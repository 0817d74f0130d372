"""One stage of a constrained matching: the best plan under all rows, and multipliers that bound every plan.

The linear programme is solved by column generation (Dantzig and Wolfe 1960); its multipliers, rounded, turn the
stage into an ordinary flow whose prices are exact; and the whole-number programme runs only over pairs that those
prices do not rule out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from turnabout.engine.bounds import System, highest, highest_charge
from turnabout.engine.constraints import NO_LIMIT
from turnabout.engine.flows import best_gain
from turnabout.engine.highs import Floats, Relaxed, in_whole_numbers, relaxed
from turnabout.engine.network import Ints, Network
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags
from turnabout.engine.prices import recover
from turnabout.engine.problem import ProofFailed
from turnabout.engine.proofs import as_proof, tidy

STARTED_PER_PERSON = 8
ADDED_PER_MENTOR = 8
TOLERANCE = 1e-6
FINEST = 100_000
# The flow solver takes costs up to 2^62 over the number of nodes; this leaves it room.
LARGEST_COST = 1 << 52
FIRST_WINDOW = 2
# Knuth's multiplier: the next numbers of a row come out far from each other.
SPREAD = np.uint32(2_654_435_761)
WIDER = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The best plan of a stage, what it gains, and the proof that none gains more than `proof.bound`."""

    chosen: Flags
    value: int
    proof: StageProof

    @property
    def gap(self) -> int:
        """How much a better plan could gain at most."""
        return self.proof.bound - self.value


def settle(system: System) -> Settled | None:
    """The best plan of a stage; None when no plan keeps to all rows."""
    found, taking_part = _relaxation(system)
    if found.violation > TOLERANCE:
        return None
    proof, left = prove_with(system, *_rounded(system, found.multipliers))
    parts = found.flow[system.network.pair_arcs]
    chosen = parts > 1 / 2
    is_whole = np.abs(parts - chosen).max(initial=0) < TOLERANCE
    if not (is_whole and system.fits(chosen) and system.value(chosen) == proof.bound):
        searched = _search(system, proof, left, taking_part)
        if searched is None:
            return None
        chosen = searched
    return Settled(chosen=chosen, value=system.value(chosen), proof=proof)


def ruled_out(system: System) -> StageProof | None:
    """A proof that no plan keeps to all rows: with nothing to gain, each would gain less than nothing.

    None when plans with parts of pairs do, so that only a search through all cases could tell.
    """
    found, _ = _relaxation(system)
    if found.violation <= TOLERANCE:
        return None
    proof, _ = prove_with(system, *_rounded(system, found.multipliers))
    return proof if proof.bound < 0 else None


def prove_with(system: System, multipliers: Sequence[int], denominator: int = 1) -> tuple[StageProof, Ints]:
    """The best bound that some multipliers give, and what each arc gains beyond its prices. One flow."""
    gains = system.charged(multipliers, denominator)
    chosen = best_gain(system.network, gains)
    prices = tidy(system.network, gains, recover(system.network, gains, system.network.flow(chosen)))
    unbound = dataclasses.replace(as_proof(system.network, prices, 0), multipliers=tuple(multipliers), denominator=denominator)
    proof = dataclasses.replace(unbound, bound=system.upper_bound(unbound))
    return proof, system.network.reduced(gains, prices)


def _relaxation(system: System) -> tuple[Relaxed, Flags]:
    """The linear programme over all pairs, and the arcs that took part. With a violation, nothing fits."""
    taking_part = _first_columns(system)
    if relaxed(system, taking_part) is None:
        found = _with_all_columns(system, taking_part, may_break=True)
        if found.violation > TOLERANCE:
            return found, taking_part
    return _with_all_columns(system, taking_part), taking_part


def _with_all_columns(system: System, taking_part: Flags, *, may_break: bool = False) -> Relaxed:
    """Solve, take in pairs that would do better, and solve again; until there are none, or the bound is reached."""
    while True:
        found = relaxed(system, taking_part, may_break=may_break)
        if found is None:
            raise ProofFailed("The linear programme contradicts itself. It was not used.")
        fresh = _missing(system, found, taking_part, breaking=may_break)
        if not fresh.any() or (found.violation <= TOLERANCE if may_break else _is_best(system, found)):
            return found
        taking_part |= fresh


def _is_best(system: System, found: Relaxed) -> bool:
    """Whether its multipliers allow no more already; where many plans are equal, no price would settle it sooner."""
    proof, _ = prove_with(system, *_rounded(system, found.multipliers))
    return proof.bound <= float(system.gains @ found.flow) + TOLERANCE


def _first_columns(system: System) -> Flags:
    """All places, and the best pairs of everybody by the prices they have without constraints."""
    network = system.network
    span = network.pair_arcs
    _, left = prove_with(system, [0] * len(system.rows.names))
    taking_part = np.ones(len(system.gains), dtype=bool)
    taking_part[span] = network.lower[span] > 0
    for people in (network.tail[span], network.head[span]):
        taking_part[span] |= _best_per_person(people, left[span].astype(float), STARTED_PER_PERSON)
    return taking_part


def _missing(system: System, found: Relaxed, known: Flags, *, breaking: bool) -> Flags:
    """Pairs outside the programme that would gain more than they cost, at most a few per mentor."""
    network, rows = system.network, system.rows
    span = network.pair_arcs
    charges = np.bincount(rows.arc, weights=rows.value * found.multipliers[rows.row], minlength=len(known))
    gains = np.zeros(len(known)) if breaking else system.gains.astype(float)
    left = gains - charges + found.prices[network.head] - found.prices[network.tail]
    better = ~known[span] & (left[span] > TOLERANCE)
    fresh = np.zeros(len(known), dtype=bool)
    places = np.flatnonzero(better) + span.start
    fresh[places] = _best_per_person(network.tail[places], left[places], ADDED_PER_MENTOR)
    return fresh


def _best_per_person(people: np.ndarray[tuple[int], np.dtype[np.int32]], values: Floats, most: int) -> Flags:
    """The highest values of each person, at most so many; among equal ones, people far apart."""
    spread = np.arange(len(people), dtype=np.uint32) * SPREAD
    order = np.lexsort((spread, -values, people))
    ranked = people[order]
    rank = np.arange(len(order)) - np.searchsorted(ranked, ranked)
    best = np.zeros(len(order), dtype=bool)
    best[order[rank < most]] = True
    return best


def _rounded(system: System, multipliers: Floats) -> tuple[tuple[int, ...], int]:
    """Multipliers as whole numbers over one denominator, as fine as the flow solver can take."""
    rows = system.rows
    least = np.where(rows.lower > -NO_LIMIT, -np.inf, 0)
    most = np.where(rows.upper < NO_LIMIT, np.inf, 0)
    allowed = np.clip(multipliers, least, most)
    largest = highest(system.gains) + highest_charge(rows, allowed, len(system.gains))
    denominator = FINEST
    while denominator > 1 and denominator * largest * system.network.nodes > LARGEST_COST:
        denominator //= 10
    return tuple(int(number) for number in np.rint(allowed * denominator)), denominator


def _search(system: System, proof: StageProof, left: Ints, taking_part: Flags) -> Flags | None:
    """The best whole-number plan, over arcs that the prices do not settle.

    An arc that loses more than the window in any plan is out, one that gains more is in. That is safe once the
    window reaches from the best plan found up to the bound. The first look is at arcs of the linear programme only.
    """
    network, searched = system.network, 0
    lower, upper = _within(network, left, FIRST_WINDOW * proof.denominator)
    best, _ = in_whole_numbers(system, lower, np.where(taking_part, upper, lower))
    while best is None or proof.bound - system.value(best) > searched:
        searched = max(FIRST_WINDOW, searched * WIDER) if best is None else proof.bound - system.value(best)
        lower, upper = _within(network, left, searched * proof.denominator)
        found, is_settled = in_whole_numbers(system, lower, upper)
        if found is not None and (best is None or system.value(found) > system.value(best)):
            best = found
        if np.array_equal(lower, network.lower) and np.array_equal(upper, network.upper):
            if best is None and not is_settled:
                raise ProofFailed("Whether the constraints can be met could not be decided. Relax one of them.")
            return best
    return best


def _within(network: Network, left: Ints, limit: int) -> tuple[Ints, Ints]:
    """Limits of the arcs when no plan may lose more than so much on one of them."""
    return np.where(left > limit, network.upper, network.lower), np.where(left < -limit, network.lower, network.upper)

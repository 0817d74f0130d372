"""Stages 2 and 4 on the few pairs that matter, proven on all of them.

Of many pairs a plan uses few. Each person's best are solved first; then every pair is priced, and those that would do
better join, until there are none (sifting: Bixby, Gregory, Lustig, Marsten and Shanno 1992, Very large-scale linear
programming). Under the last prices no pair that was left out gains anything, so they prove the plan on all pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from turnabout.engine.network import Ints, Network, Places
from turnabout.engine.people import most_people
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.proofs import certify, find_prices, still_prove
from turnabout.engine.ranking import best_of_each
from turnabout.engine.totals import best_total

PER_PERSON = 10  # to begin with; as many may join after the first round
FEW = 1.5  # with fewer pairs than so many times those to begin with, all are solved at once
NO_PLAN = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """How many pairs there can be, with the proof of stage 2 on all pairs."""

    pairs: int
    proof: StageProof


@dataclass(frozen=True, kw_only=True, slots=True)
class Best:
    """A best plan, and every pair that an equally good plan could have.

    plan     places of its pairs in the pool they were taken from
    places   places of all those that it could have
    pool     the same pairs
    face     their network, narrowed to plans that are equally good
    """

    plan: Places
    places: Places
    pool: Pool
    proof: StageProof
    face: Network


def most_served(pool: Pool) -> Served:
    """Stage 2 on all pairs. Raises ProofFailed if a solver ended without a provable result."""
    found = _sift(pool, np.ones(len(pool.score), dtype=bool), most_people, has_score=False)
    return Served(pairs=len(found.plan), proof=found.proof)


def best_plan(pool: Pool, kept: Flags) -> Best:
    """Stages 2 and 4 on the kept pairs, with the face. Raises ProofFailed like `most_served`."""
    found = _sift(pool, kept, best_total, has_score=True)
    near = np.flatnonzero(kept & (found.beyond >= 0) | pool.locked)
    part = pool.part(near)
    network = part.network()
    face = network.face(part.total_gains(network, np.ones(len(near), dtype=bool)), found.prices)
    return Best(plan=found.plan, places=near, pool=part, proof=found.proof, face=face)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sifted:
    """plan: places of its pairs; beyond: what each pair of the whole pool gains beyond its two people's prices."""

    plan: Places
    prices: Ints
    beyond: Ints
    proof: StageProof


def _sift(pool: Pool, kept: Flags, solve: Callable[[Pool, Network, Flags], Flags], *, has_score: bool) -> _Sifted:
    """Each round costs a look at all pairs, and a flow on those that joined so far unless other prices will do.

    Rarely more than three, because twice as many may join in each as in the one before.
    """
    is_used, most, plan, prices = _first(pool, kept), PER_PERSON, NO_PLAN, None
    while True:
        used = np.flatnonzero(is_used)
        part = pool.part(used)
        every, network = np.ones(len(used), dtype=bool), part.network()
        gains = part.gains(network, every, has_score=has_score)
        chosen = np.isin(used, plan, assume_unique=True)
        # Of prices that prove a plan there are many: where few pairs joined, the plan is often best with them too.
        new = None if prices is None else still_prove(network, gains, chosen, start=prices)
        if new is None:
            chosen = solve(part, network, every)
            new = find_prices(network, gains, chosen, start=prices)
        plan, prices = used[chosen], new
        beyond = _beyond(pool, prices, has_score=has_score)
        missing = np.flatnonzero(kept & (beyond > 0) & ~is_used)
        if not len(missing):
            # Pairs that were left out gain nothing, so they add nothing to the bound.
            proof, _ = certify(network, gains, chosen, prices)
            return _Sifted(plan=plan, prices=prices, beyond=beyond, proof=proof)
        # Of pairs that would serve people alike, the better score joins first: so not all want the same few.
        worth = beyond[missing] if has_score else beyond[missing] * (pool.highest + 1) + pool.score[missing]
        is_used[missing[best_of_each(pool.mentor[missing], worth, most)]] = True
        most *= 2


def _first(pool: Pool, kept: Flags) -> Flags:
    """Each person's best pairs, and all that must be used or that somebody named; or all, where that is not much less."""
    begun_with = PER_PERSON * (len(pool.left.keys) + len(pool.right.keys))
    places = np.flatnonzero(kept)
    if pool.has_minimums or len(places) < FEW * begun_with:
        return kept.copy()
    is_used = kept & (pool.locked | (pool.nominated > 0))
    score = pool.score[places]
    for person in (pool.mentor, pool.mentee):
        is_used[places[best_of_each(person[places], score, PER_PERSON)]] = True
    return is_used


def _beyond(pool: Pool, prices: Ints, *, has_score: bool) -> Ints:
    """What each pair gains beyond its two people's prices."""
    mentors, step = len(pool.left.keys), pool.step if has_score else 1
    own, theirs = prices[1 : 1 + mentors] + np.int64(step * pool.per_pair), prices[1 + mentors :]
    beyond: Ints = own[pool.mentor] - theirs[pool.mentee]
    if has_score:
        beyond += pool.score
    return beyond + step * pool.nominated if pool.problem.nominations else beyond

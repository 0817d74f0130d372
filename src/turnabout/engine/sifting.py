"""Stages 2 and 4 on the few pairs that matter, proven on all of them.

Of many pairs a plan uses few. Each person's best are solved first; then every pair is priced, and those that would do
better join, until there are none (sifting: Bixby, Gregory, Lustig, Marsten and Shanno 1992, Very large-scale linear
programming). Under the last prices no pair that was left out gains anything, so they prove the plan on all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from turnabout.engine.network import Ints, Network, Places
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.proofs import certify, find_prices
from turnabout.engine.ranking import best_of_each
from turnabout.engine.totals import best_total

PER_MENTOR, PER_MENTEE = 16, 8  # to begin with; as many may join after the first round
FEW = 2  # with fewer pairs than so many times those to begin with, all are solved at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Best:
    """A best plan, and every pair that an equally good plan could have.

    places   those pairs, as places in the pool they were taken from
    pool     the same pairs
    chosen   which of them the plan has
    """

    places: Places
    pool: Pool
    chosen: Flags
    proof: StageProof
    face: Network


def best_plan(pool: Pool, kept: Flags) -> Best:
    """Stages 2 and 4 on the kept pairs, with the face. Raises ProofFailed if a solver ended without a provable result.

    Each round costs a flow on the pairs that joined so far and one look at all. Rarely more than three, because twice as
    many may join in each as in the one before.
    """
    used, prices, most = _first(pool, np.flatnonzero(kept)), None, PER_MENTOR
    while True:
        part = pool.part(used)
        every, network = np.ones(len(used), dtype=bool), part.network()
        chosen, gains = best_total(part, network, every), part.total_gains(network, every)
        prices = find_prices(network, gains, chosen, start=prices)
        beyond = _beyond(pool, prices)
        is_missing = kept & (beyond > 0)
        is_missing[used] = False
        missing = np.flatnonzero(is_missing)
        if not len(missing):
            return _proven(pool, kept & (beyond >= 0), used[chosen], prices)
        used = np.union1d(used, missing[best_of_each(pool.mentor[missing], beyond[missing], most)])
        most *= 2


def _first(pool: Pool, places: Places) -> Places:
    """Each person's best pairs, and all that must be used or that somebody named; or all, where that is not much less."""
    begun_with = PER_MENTOR * len(pool.left.keys) + PER_MENTEE * len(pool.right.keys)
    if pool.has_minimums or len(places) < FEW * begun_with:
        return places
    is_used = pool.locked | (pool.nominated > 0)
    score = pool.score[places]
    is_used[places[best_of_each(pool.mentor[places], score, PER_MENTOR)]] = True
    is_used[places[best_of_each(pool.mentee[places], score, PER_MENTEE)]] = True
    return np.flatnonzero(is_used)


def _beyond(pool: Pool, prices: Ints) -> Ints:
    """What each pair gains beyond its two people's prices."""
    mentors = len(pool.left.keys)
    own, theirs = prices[1 : 1 + mentors] + np.int64(pool.step * pool.per_pair), prices[1 + mentors :]
    beyond: Ints = own[pool.mentor] + pool.score - theirs[pool.mentee]
    return beyond + pool.step * pool.nominated if pool.problem.nominations else beyond


def _proven(pool: Pool, is_near: Flags, plan: Places, prices: Ints) -> Best:
    """The proof on every pair that an equally good plan could have; all others gain nothing and add nothing to it."""
    near = np.flatnonzero(is_near | pool.locked)
    is_chosen = np.zeros(len(is_near), dtype=bool)
    is_chosen[plan] = True
    part, chosen = pool.part(near), is_chosen[near]
    network = part.network()
    proof, face = certify(network, part.total_gains(network, np.ones(len(near), dtype=bool)), chosen, prices)
    return Best(places=near, pool=part, chosen=chosen, proof=proof, face=face)

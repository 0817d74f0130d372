"""Stage 2: as many people as possible, then breadth, priority and nominations."""

from __future__ import annotations

import numpy as np

from turnabout.engine.flows import best_gain, everybody_and_best, most_pairs
from turnabout.engine.minimums import can_be_met
from turnabout.engine.network import Network, exact_product
from turnabout.engine.pool import Flags, Pool


def most_people(pool: Pool, network: Network, kept: Flags) -> Flags:
    """Stage 2: as many pairs as possible, then preferences."""
    if pool.wants_everybody:
        everybody = everybody_and_best(network, np.zeros(len(network.tail), np.int64))
        if everybody is not None:
            return everybody
    return most_preferred(pool, network, kept)


def most_preferred(pool: Pool, network: Network, kept: Flags) -> Flags:
    """The same where not everybody can have a partner."""
    chosen = most_pairs(network) if pool.counts_people else None
    if not pool.has_preferences and chosen is not None:
        return chosen
    wanted = None if chosen is None else int(chosen.sum())
    return best_gain(network, pool.preference_gains(network, kept), pairs_wanted=wanted)


def people_value(pool: Pool, kept: Flags) -> int | None:
    """What stage 2 reaches on the kept pairs, in its own gains; None where they are too few for a minimum."""
    if not can_be_met(pool, kept):
        return None
    network = pool.network(kept)
    flow = network.flow(most_people(pool, network, kept))
    return exact_product(pool.people_gains(network, kept), flow)

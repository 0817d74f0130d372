"""Stage 4: the highest total with as many people as stage 2 serves."""

from __future__ import annotations

from turnabout.engine.flows import best_gain, everybody_and_best, most_and_best
from turnabout.engine.network import Network
from turnabout.engine.people import most_preferred
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.prices import recover


def best_total(pool: Pool, network: Network, kept: Flags) -> Flags:
    """Stage 4 on the kept pairs, without ever adding stages up in the solver."""
    scores = pool.score_gains(network, kept)
    if not pool.has_preferences:
        return most_and_best(network, scores) if pool.counts_people else best_gain(network, scores)
    if pool.wants_everybody and (chosen := everybody_and_best(network, scores)) is not None:
        return chosen
    gains = pool.people_gains(network, kept)
    served = most_preferred(pool, network, kept)
    face = network.face(gains, recover(network, gains, network.flow(served)))
    return best_gain(face, scores)

"""Certificates: prices of a stage, checked the moment they are made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.network import Ints, Network, bound, exact_product
from turnabout.engine.plan import StageProof
from turnabout.engine.prices import recover, settle
from turnabout.engine.problem import ProofFailed

# Two prices and a gain (at most 2^58) still fit into 64 bits.
LARGEST_PRICE = 1 << 61
FEW_ROUNDS = 20


def prove(network: Network, gains: Ints, chosen: NDArray[np.bool_]) -> tuple[StageProof, Network]:
    """Prices for a stage, checked on the spot, and the face of everything equally good."""
    return certify(network, gains, chosen, find_prices(network, gains, chosen))


def find_prices(network: Network, gains: Ints, chosen: NDArray[np.bool_], *, start: Ints | None = None) -> Ints:
    """Prices of a best plan, tidied. Raises ProofFailed if it is not best."""
    return tidy(network, gains, recover(network, gains, network.flow(chosen), start=start))


def still_prove(network: Network, gains: Ints, chosen: NDArray[np.bool_], *, start: Ints) -> Ints | None:
    """The same from prices that are nearly right; None if that is not known within a few looks at all pairs."""
    prices = settle(network, gains, network.flow(chosen), start=start, rounds=FEW_ROUNDS)
    return None if prices is None else tidy(network, gains, prices)


def certify(network: Network, gains: Ints, chosen: NDArray[np.bool_], prices: Ints) -> tuple[StageProof, Network]:
    """Check that prices prove a plan; the proof and the face. Raises ProofFailed if they do not."""
    flow = network.flow(chosen)
    reached, proven = exact_product(gains, flow), bound(network, gains, prices)
    if not network.holds(flow) or reached != proven:
        raise ProofFailed("The plan could not be proven best. It was not used.")
    return as_proof(network, prices, proven), network.face(gains, prices)


def tidy(network: Network, gains: Ints, prices: Ints) -> Ints:
    """Nobody's price below zero (or below what serving them gains): the same proof, easier to read."""
    span, changed = network.pair_arcs, prices.copy()
    first = slice(1, 1 + network.mentors)
    limited = network.lower[: network.mentors] == 0
    changed[first] = np.where(limited, np.minimum(prices[first], gains[: network.mentors]), prices[first])
    last = slice(1 + network.mentors, None)
    limited = network.lower[span.stop :][: network.mentees] == 0
    sink_gains = gains[span.stop :][: network.mentees]
    changed[last] = np.where(limited, np.maximum(prices[last], -sink_gains), prices[last])
    return changed


def as_proof(network: Network, prices: Ints, proven: int) -> StageProof:
    """Prices in the usual signs: u per mentor, v per mentee."""
    mentors = -prices[1 : 1 + network.mentors]
    return StageProof(
        mentor_prices=tuple(mentors.tolist()),
        mentee_prices=tuple(prices[1 + network.mentors :].tolist()),
        bound=proven,
    )


def prices_of(network: Network, proof: StageProof) -> Ints:
    """Node prices from a certificate. Raises ValueError for a wrong number or size of them."""
    return node_prices(proof, network.mentors, network.mentees)


def node_prices(proof: StageProof, mentors: int, mentees: int) -> Ints:
    """The same for so many mentors and mentees."""
    if (len(proof.mentor_prices), len(proof.mentee_prices)) != (mentors, mentees):
        raise ValueError("the prices are not one per person")
    if max(map(abs, (*proof.mentor_prices, *proof.mentee_prices)), default=0) > LARGEST_PRICE:
        raise ValueError("a price is too large for exact arithmetic")
    left = -np.array(proof.mentor_prices, dtype=np.int64)
    return np.concatenate([np.zeros(1, np.int64), left, np.array(proof.mentee_prices, dtype=np.int64)])


def pair_gains(network: Network, pairs: Ints) -> Ints:
    return network.gains(
        pairs=pairs,
        first_mentor=np.zeros(network.mentors, np.int64),
        first_mentee=np.zeros(network.mentees, np.int64),
    )


def spread_gains(network: Network) -> Ints:
    """One for everybody who has a partner at all, on either side."""
    return network.gains(
        pairs=np.zeros(len(network.tail[network.pair_arcs]), np.int64),
        first_mentor=np.ones(network.mentors, np.int64),
        first_mentee=np.ones(network.mentees, np.int64),
    )

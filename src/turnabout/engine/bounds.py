"""Bounds under side constraints: each constraint's limit gets a price too, and what is left is a flow.

Source: Lagrangian relaxation, Geoffrion 1974. Any multipliers of the right sign give a bound that holds, so a
verifier need not know how they were found. NumPy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.constraints import NO_LIMIT, Rows
from turnabout.engine.network import Ints, Network, bound, exact_product
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags
from turnabout.engine.proofs import prices_of

# What an arc may gain and cost together, so that two prices more still fit into 64 bits.
LARGEST_CHARGE = 1 << 58


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """What a stage of a constrained matching makes as large as possible, and under what.

    network   the pairs and places
    gains     (arcs,) what is made as large as possible
    rows      the constraints, and what earlier stages have reached
    """

    network: Network
    gains: Ints
    rows: Rows

    def value(self, chosen: Flags) -> int:
        """What a set of pairs gains."""
        return exact_product(self.gains, self.network.flow(chosen))

    def fits(self, chosen: Flags) -> bool:
        """Whether a set of pairs keeps to all places, locks and rows."""
        flow = self.network.flow(chosen)
        return self.network.holds(flow) and self.rows.broken(flow) is None

    def charged(self, multipliers: Sequence[int], denominator: int) -> Ints:
        """Gains times the denominator, less what the rows charge. Raises ValueError if they leave 64 bits."""
        rows = self.rows
        if len(multipliers) != len(rows.names):
            raise ValueError("the multipliers are not one per row of the constraints")
        priced = np.array(multipliers, dtype=np.int64)
        if denominator * highest(self.gains) + highest_charge(rows, priced.astype(float), len(self.gains)) > LARGEST_CHARGE:
            raise ValueError("the multipliers are too large for exact arithmetic")
        left: Ints = denominator * self.gains - rows.charges(priced, len(self.gains))
        return left

    def upper_bound(self, proof: StageProof) -> int:
        """No plan under these rows gains more, whatever the prices and multipliers. Exact, O(arcs)."""
        if proof.denominator < 1:
            raise ValueError("a denominator is not above 0")
        left = self.charged(proof.multipliers, proof.denominator)
        total = bound(self.network, left, prices_of(self.network, proof))
        for multiplier, lower, upper in zip(proof.multipliers, self.rows.lower, self.rows.upper, strict=True):
            if multiplier:
                limit = int(upper) if multiplier > 0 else int(lower)
                if abs(limit) == NO_LIMIT:
                    raise ValueError("a multiplier has the wrong sign for its constraint")
                total += multiplier * limit
        return total // proof.denominator


def highest(gains: Ints) -> int:
    """The largest gain or loss of a single arc."""
    return int(np.abs(gains).max(initial=0))


def highest_charge(rows: Rows, multipliers: NDArray[np.float64], arcs: int) -> float:
    """No arc is charged more than this, nor is any step on the way there larger."""
    charges = np.bincount(rows.arc, weights=np.abs(rows.value * multipliers[rows.row]), minlength=arcs)
    return float(charges.max(initial=0))

"""Which pairs a certificate's prices do not cover: the only ones a check has to look at one by one.

A pair that gains less than the prices of its two people adds nothing to any bound and is out of every best
plan. So a matching of any size is verified in one pass over all pairs, in little memory.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from turnabout.engine.network import Ints
from turnabout.engine.plan import Certificate, StageProof
from turnabout.engine.pool import Flags, Pool, Wanted, named_places
from turnabout.engine.problem import PairKey
from turnabout.engine.proofs import node_prices


def uncovered(certificate: Certificate, pairs: tuple[PairKey, ...]) -> Callable[[Pool], Wanted]:
    """Keeps the plan's own pairs and every pair that some stage's prices do not cover.

    Where stage 3 went step by step, each step starts from every pair, so all are kept.
    """
    if certificate.evenness:
        return lambda _frame: lambda _start, eligible, _combined, _worse: eligible

    def wanted(frame: Pool) -> Wanted:
        counts = (len(frame.left.keys), len(frame.right.keys))
        own = named_places(frame.problem, pairs)
        next_level = certificate.next_level
        tests = [(certificate.total, certificate.floor_level, frame.step * frame.per_pair, 1)]
        if certificate.people is not None:
            tests.append((certificate.people, 0, frame.per_pair, 0))
        if certificate.floor is not None and next_level is not None:
            tests.append((certificate.floor, next_level, frame.per_pair, 0))

        def keep(start: int, eligible: Flags, combined: Ints, worse: Ints) -> Flags:
            kept = np.zeros(eligible.shape, dtype=bool)
            for proof, level, base, weight in tests:
                gain = _gain(proof, counts, slice(start, start + len(eligible)), base)
                kept |= (gain + weight * combined >= 0) & (worse >= level)
            places = own - start * eligible.shape[1]
            kept.reshape(-1)[places[(places >= 0) & (places < eligible.size)]] = True
            return kept & eligible

        return keep

    return wanted


def _gain(proof: StageProof, counts: tuple[int, int], rows: slice, base: int) -> Ints:
    """What each pair of some rows gains beyond its prices, before its score."""
    prices = node_prices(proof, *counts)
    mine, theirs = prices[1 : 1 + counts[0]][rows] + base, prices[1 + counts[0] :]
    gain: Ints = mine[:, None] - theirs[None, :]
    return gain

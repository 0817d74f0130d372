"""Which pairs a certificate's prices do not cover: the only ones a check has to look at one by one.

A pair that gains less than the prices of its two people adds nothing to any bound and is out of every best
plan. So a matching of any size is verified in a few passes over all pairs, in little memory.
"""

from __future__ import annotations

import numpy as np

from turnabout.engine.network import Ints
from turnabout.engine.plan import Certificate, StageProof
from turnabout.engine.pool import Pool, named_places, places_by_name
from turnabout.engine.problem import PairKey
from turnabout.engine.proofs import node_prices
from turnabout.engine.store import Store
from turnabout.engine.sweep import Search
from turnabout.engine.universe import Universe


def uncovered(universe: Universe, certificate: Certificate, pairs: tuple[PairKey, ...]) -> Pool:
    """The plan's own pairs, those that somebody named, and every pair that the prices of some stage do not cover.

    A nominated pair gains more than its score, so its prices have to cover more than a search compares them with.
    """
    frame = universe.frame
    listed = np.concatenate([named_places(frame.problem, pairs), places_by_name(frame.problem)])
    store = Store.empty(frame).with_found(universe.listed(listed), is_used=True)
    for proof, has_score, level, least in _tests(certificate):
        mine, theirs = _prices(frame, proof, has_score=has_score)
        search = Search(mine=mine, theirs=theirs, least=least, has_score=has_score, level=level)
        store = store.with_found(universe.find(search), is_used=True)
    return store.pool(frame)


def _tests(certificate: Certificate) -> list[tuple[StageProof, bool, int, int]]:
    """Stage's prices, whether scores count, the floor, and the least gain that matters.

    Pairs that gain exactly their prices decide stages 5 and 6, which follow from stage 4 alone.
    """
    tests = [(certificate.total, True, certificate.floor_level, 0)]
    if certificate.people is not None:
        tests.append((certificate.people, False, 0, 1))
    if certificate.floor is not None and certificate.next_level is not None:
        tests.append((certificate.floor, False, certificate.next_level, 1))
    return tests


def _prices(frame: Pool, proof: StageProof, *, has_score: bool) -> tuple[Ints, Ints]:
    mentors = len(frame.left.keys)
    prices = node_prices(proof, mentors, len(frame.right.keys))
    base = frame.per_pair * (frame.step if has_score else 1)
    mine: Ints = prices[1 : 1 + mentors] + np.int64(base)
    return mine, prices[1 + mentors :]

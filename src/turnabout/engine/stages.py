"""Stages 2 to 6 on a pool that holds every pair that matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from turnabout.engine.fairness import highest_floor
from turnabout.engine.flows import best_gain, most_pairs
from turnabout.engine.network import Network
from turnabout.engine.people import most_people
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags, Pool, in_last_plan
from turnabout.engine.prices import recover
from turnabout.engine.problem import Objective
from turnabout.engine.proofs import pair_gains, prove
from turnabout.engine.tiebreak import tie_break_gains

Progress = Callable[[str, float], None]


def silent(_sentence: str, _share: float) -> None:
    """Nobody is listening."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proofs:
    """The stages' proofs, as they go into the certificate."""

    floor_level: int
    next_level: int | None
    people: StageProof | None
    floor: StageProof | None
    total: StageProof
    stay: StageProof | None
    tie_break: StageProof | None
    aims: tuple[StageProof, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """One run over one pool."""

    pool: Pool
    objective: Objective
    seed: int
    tell: Progress

    def run(self) -> tuple[Flags, Proofs]:
        """Stages 2 to 6. Returns which pairs are chosen, over the whole pool, and the proofs."""
        pool = self.pool
        every = np.ones(len(pool.score), dtype=bool)
        level, next_level, people, floor = 0, None, None, None
        if self.objective is Objective.FAIREST:
            self.tell("Raising the floor", 0.3)
            level, next_level = highest_floor(pool)
            people = self._people_proof(every)
            floor = None if next_level is None else self._people_proof(pool.above(next_level))
        self.tell("Finding the best plan", 0.5)
        kept = pool.above(level)
        network = pool.network(kept)
        chosen = best_total(pool, network, kept)
        gains = pool.total_gains(network, kept)
        total, face = prove(network, gains, chosen)
        self.tell("Choosing among equals", 0.8)
        chosen, stay, tie_break = among_equals(pool, kept, face, self.seed)
        return chosen, Proofs(
            floor_level=level,
            next_level=next_level,
            people=people,
            floor=floor,
            total=total,
            stay=stay,
            tie_break=tie_break,
        )

    def _people_proof(self, kept: Flags) -> StageProof:
        network = self.pool.network(kept)
        chosen = most_people(self.pool, network, kept)
        proof, _ = prove(network, self.pool.people_gains(network, kept), chosen)
        return proof


def best_total(pool: Pool, network: Network, kept: Flags) -> Flags:
    """Stage 4 on the kept pairs, without ever adding stages up in the solver."""
    scores = pool.score_gains(network, kept)
    if not pool.has_preferences:
        wanted = int(most_pairs(network).sum()) if pool.counts_people else None
        return best_gain(network, scores, pairs_wanted=wanted)
    gains = pool.people_gains(network, kept)
    served = most_people(pool, network, kept)
    face = network.face(gains, recover(network, gains, network.flow(served)))
    return best_gain(face, scores)


def among_equals(pool: Pool, kept: Flags, face: Network, seed: int) -> tuple[Flags, StageProof | None, StageProof]:
    """Stages 5 and 6 on the face of stage 4: chosen pairs of the whole pool, and two proofs."""
    stay = None
    if pool.problem.last_plan:
        gains = pair_gains(face, in_last_plan(pool)[kept])
        stay, face = prove(face, gains, best_gain(face, gains))
    gains = pair_gains(face, tie_break_gains(pool, kept, seed))
    chosen = best_gain(face, gains)
    tie_break, _ = prove(face, gains, chosen)
    result = np.zeros(len(kept), dtype=bool)
    result[np.flatnonzero(kept)[chosen]] = True
    return result, stay, tie_break

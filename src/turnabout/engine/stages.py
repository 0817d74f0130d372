"""Stages 2 to 6 on a pool that holds every pair that matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from turnabout.engine.evenness import NO_FINER, Finer
from turnabout.engine.fairness import even_out, highest_floor
from turnabout.engine.flows import best_gain
from turnabout.engine.network import Network
from turnabout.engine.people import most_people
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags, Pool, in_last_plan
from turnabout.engine.problem import Objective
from turnabout.engine.proofs import pair_gains, prove, spread_gains
from turnabout.engine.sifting import best_plan, most_served
from turnabout.engine.tiebreak import tie_break_gains

Progress = Callable[[str, float], None]


def silent(_sentence: str, _share: float) -> None:
    """Nobody is listening."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proofs:
    """The stages' proofs, as they go into the certificate.

    gap   what the total's prices leave open; stages 5 and 6 then have none
    """

    floor_level: int
    next_level: int | None
    people: StageProof | None
    floor: StageProof | None
    total: StageProof
    stay: StageProof | None = None
    spread: StageProof | None = None
    tie_break: StageProof | None = None
    leximin_width: int = 0
    evenness: tuple[StageProof, ...] = ()
    aims: tuple[StageProof, ...] = ()
    gap: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """One run over one pool."""

    pool: Pool
    objective: Objective
    seed: int
    tell: Progress
    finer: Finer = NO_FINER

    @property
    def is_stepwise(self) -> bool:
        """Whether pairs below the floor stay in: some may be used, or a minimum may need them."""
        return self.objective is Objective.FAIREST and (self.finer != NO_FINER or self.pool.has_minimums)

    def run(self) -> tuple[Flags, Proofs]:
        """Stages 2 to 6. Returns which pairs are chosen, over the whole pool, and the proofs."""
        pool = self.pool
        if self.is_stepwise:
            return self._step_by_step(np.ones(len(pool.score), dtype=bool))
        level, people, floor = 0, None, None
        if self.objective is Objective.FAIREST:
            self.tell("Raising the floor", 0.3)
            served = most_served(pool)
            people = served.proof
            if (highest := highest_floor(pool, served)) is not None:
                level, floor = highest, self._people_proof(pool.above(highest + 1))
        self.tell("Finding the best plan", 0.5)
        best = best_plan(pool, pool.above(level))
        self.tell("Choosing among equals", 0.8)
        drawn = among_equals(best.pool, np.ones(len(best.places), dtype=bool), best.face, self.seed)
        chosen = np.zeros(len(pool.score), dtype=bool)
        chosen[best.places[drawn.chosen]] = True
        return chosen, Proofs(
            floor_level=level,
            next_level=None if floor is None else level + 1,
            people=people,
            floor=floor,
            total=best.proof,
            stay=drawn.stay,
            spread=drawn.spread,
            tie_break=drawn.tie_break,
        )

    def _step_by_step(self, every: Flags) -> tuple[Flags, Proofs]:
        """The same where pairs below the floor stay in: each stage on the face of the one before it."""
        self.tell("Raising the floor", 0.3)
        pool, network = self.pool, self.pool.network()
        people, face = prove(network, pool.people_gains(network, every), most_people(pool, network, every))
        evened = even_out(pool, face, self.finer)
        self.tell("Finding the best plan", 0.5)
        scores = pool.score_gains(network, every)
        total, face = prove(evened.face, scores, best_gain(evened.face, scores))
        self.tell("Choosing among equals", 0.8)
        drawn = among_equals(pool, every, face, self.seed)
        return drawn.chosen, Proofs(
            floor_level=evened.level,
            next_level=None if evened.floor is None else evened.level + 1,
            leximin_width=evened.width,
            people=people,
            floor=evened.floor,
            evenness=evened.steps,
            total=total,
            stay=drawn.stay,
            spread=drawn.spread,
            tie_break=drawn.tie_break,
        )

    def _people_proof(self, kept: Flags) -> StageProof:
        network = self.pool.network(kept)
        chosen = most_people(self.pool, network, kept)
        proof, _ = prove(network, self.pool.people_gains(network, kept), chosen)
        return proof


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """What decides among plans that are equally good: chosen pairs of the whole pool, and the proofs of each stage."""

    chosen: Flags
    stay: StageProof | None
    spread: StageProof | None
    tie_break: StageProof


def among_equals(pool: Pool, kept: Flags, face: Network, seed: int) -> Drawn:
    """Stages 5 and 6 on the face of stage 4: stay with the last plan, then more different people, then the draw."""
    stay = spread = None
    if pool.problem.last_plan:
        gains = pair_gains(face, in_last_plan(pool)[kept])
        stay, face = prove(face, gains, best_gain(face, gains))
    if pool.has_second_places:
        gains = spread_gains(face)
        spread, face = prove(face, gains, best_gain(face, gains))
    gains = pair_gains(face, tie_break_gains(pool, kept, seed))
    chosen = best_gain(face, gains)
    tie_break, _ = prove(face, gains, chosen)
    result = np.zeros(len(kept), dtype=bool)
    result[np.flatnonzero(kept)[chosen]] = True
    return Drawn(chosen=result, stay=stay, spread=spread, tie_break=tie_break)

"""The pipeline: strictly ordered stages, each exact, each proven before the plan is handed out."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from turnabout.engine.canonical import canonical, input_files, input_hash
from turnabout.engine.fairness import highest_floor
from turnabout.engine.flows import best_gain, most_pairs
from turnabout.engine.network import Network
from turnabout.engine.outcome import assemble
from turnabout.engine.people import most_people
from turnabout.engine.plan import Certificate, Plan, StageProof
from turnabout.engine.pool import Flags, Pool, gather, in_last_plan
from turnabout.engine.prices import recover
from turnabout.engine.problem import Objective, Problem
from turnabout.engine.proofs import pair_gains, prove
from turnabout.engine.tiebreak import tie_break_gains
from turnabout.engine.validation import refuse_bad_locks, refuse_bad_problem, refuse_empty_pool

Progress = Callable[[str, float], None]


def solve(
    problem: Problem,
    *,
    objective: Objective | str = Objective.FAIREST,
    breadth_first: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """The best plan for a problem, with its proof.

    objective      "most-people": as many pairs as possible, then the highest total.
                   "fairest": as many pairs as possible, then the highest floor for whoever gains least,
                   then the highest total. "best-total": the highest total, even with fewer pairs
    breadth_first  everybody once before anybody twice
    seed           decides among plans that are equally good in everything
    progress       called with a sentence and a share from 0 to 1
    Returns a Plan whose certificate holds prices for every stage. The same input, objective and seed give
    the same plan in any order of rows. Raises Refusal for input that cannot be solved as it stands (with
    what to do), ProofFailed if a solver ended without a provable result.
    Cost: mentors x mentees for scores, then the flows; about 0.3 s for 440 x 498.
    """
    tell = progress or _silent
    wanted = Objective(objective)
    tell("Checking the input", 0.0)
    refuse_bad_problem(problem)
    ordered = canonical(problem)
    tell("Scoring every pair", 0.1)
    pool = gather(ordered, objective=wanted, breadth_first=breadth_first)
    refuse_empty_pool(pool)
    refuse_bad_locks(pool)
    stages = _Stages(pool=pool, objective=wanted, seed=seed, tell=tell)
    chosen, proofs = stages.run()
    tell("Writing the reasons", 0.9)
    sealed = input_files(ordered)
    certificate = Certificate(
        input_hash=input_hash(sealed),
        score_hash=pool.score_hash(),
        objective=wanted,
        breadth_first=breadth_first,
        seed=seed,
        floor_level=proofs.floor_level,
        next_level=proofs.next_level,
        people=proofs.people,
        floor=proofs.floor,
        total=proofs.total,
        stay=proofs.stay,
        tie_break=proofs.tie_break,
        versions=versions(),
    )
    plan = assemble(pool, chosen, certificate, sealed)
    tell("Done", 1.0)
    return plan


def versions() -> Mapping[str, str]:
    """What the plan was made with."""
    return {
        "numpy": np.__version__,
        "ortools": importlib.metadata.version("ortools"),
        "python": platform.python_version(),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Proofs:
    """The stages' proofs, as they go into the certificate."""

    floor_level: int
    next_level: int | None
    people: StageProof | None
    floor: StageProof | None
    total: StageProof
    stay: StageProof | None
    tie_break: StageProof


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stages:
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
        chosen = self._best_total(network, kept)
        gains = pool.total_gains(network, kept)
        total, face = prove(network, gains, chosen)
        self.tell("Choosing among equals", 0.8)
        stay = None
        if pool.problem.last_plan:
            gains = pair_gains(face, in_last_plan(pool)[kept])
            chosen = best_gain(face, gains)
            stay, face = prove(face, gains, chosen)
        gains = pair_gains(face, tie_break_gains(pool, kept, self.seed))
        chosen = best_gain(face, gains)
        tie_break, _ = prove(face, gains, chosen)
        result = np.zeros(len(every), dtype=bool)
        result[np.flatnonzero(kept)[chosen]] = True
        return result, Proofs(
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

    def _best_total(self, network: Network, kept: Flags) -> Flags:
        """Stage 4 on the pairs above the floor, without ever adding stages up in the solver."""
        pool = self.pool
        scores = pool.score_gains(network, kept)
        if not pool.has_preferences:
            wanted = int(most_pairs(network).sum()) if pool.counts_people else None
            return best_gain(network, scores, pairs_wanted=wanted)
        gains = pool.people_gains(network, kept)
        served = most_people(pool, network, kept)
        face = network.face(gains, recover(network, gains, network.flow(served)))
        return best_gain(face, scores)


def _silent(_sentence: str, _share: float) -> None:
    """Nobody is listening."""

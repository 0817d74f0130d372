"""Stages 2 to 5 under side constraints, which no flow can hold: whole-number programmes, honestly bounded.

Most matchings reach what they would reach without constraints, so that is tried first; only where it fails is each
stage solved for itself. There is no draw among equals: the plan follows from the canonical order alone.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from turnabout.engine.fairness import highest_floor
from turnabout.engine.ladder import TOTAL, Aim, Gains, Ladder, aims, kept_from_last_plan, nothing
from turnabout.engine.network import exact_product
from turnabout.engine.people import most_people
from turnabout.engine.plan import StageProof
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import Objective, ProofFailed, Refusal, SideConstraint
from turnabout.engine.programme import Settled, prove_with, ruled_out, settle
from turnabout.engine.sifting import most_served
from turnabout.engine.stages import Progress, Proofs


@dataclass(frozen=True, kw_only=True, slots=True)
class Climb:
    """How far the stages up to the floor came.

    ladder       what the number of pairs and the preferences have reached, and the proofs of that
    level        the floor
    next_level   the lowest level above it that is ruled out
    best         the highest total found there
    """

    ladder: Ladder
    aims: tuple[StageProof, ...]
    level: int
    next_level: int | None
    floor: StageProof | None
    best: Settled


@dataclass(frozen=True, kw_only=True, slots=True)
class ConstrainedStages:
    """One run over one pool whose problem has side constraints."""

    pool: Pool
    objective: Objective
    breadth_first: bool
    tell: Progress

    def run(self) -> tuple[Flags, Proofs]:
        """Stages 2 to 5. Returns which pairs are chosen, over the whole pool, and the proofs."""
        pool = self.pool
        self.tell("Finding the best plan", 0.3)
        climb = self.climb()
        best, stay = climb.best, None
        if pool.problem.last_plan:
            self.tell("Choosing among equals", 0.8)
            ladder = climb.ladder.above(Aim(name=TOTAL, gains=Pool.score_gains), best.value)
            # The best plan so far fits, so there is one.
            best = settle(ladder.system(climb.level, kept_from_last_plan)) or best
            stay = best.proof
        result = np.zeros(len(pool.score), dtype=bool)
        result[np.flatnonzero(pool.above(climb.level))[best.chosen]] = True
        return result, Proofs(
            floor_level=climb.level,
            next_level=climb.next_level,
            people=None,
            aims=climb.aims,
            floor=climb.floor,
            total=climb.best.proof,
            stay=stay,
            tie_break=None,
        )

    def climb(self) -> Climb:
        """All stages up to the highest total. Raises Refusal if the constraints cannot be met."""
        return self._as_without_constraints() or self._step_by_step()

    def _as_without_constraints(self) -> Climb | None:
        """The climb if the constraints cost no pair, no preference and no floor; None if they do."""
        pool = self.pool
        every = np.ones(len(pool.score), dtype=bool)
        network = pool.network(every)
        served = network.flow(most_people(pool, network, every))
        level, next_level = _floor(pool) if self.objective is Objective.FAIREST else (0, None)
        ladder, proofs = Ladder(pool=pool), list[StageProof]()
        for aim in self._aims():
            proofs.append(_flow_proof(ladder, 0, aim))
            ladder = ladder.above(aim, exact_product(aim.gains(pool, network, every), served), is_proven=True)
        best = settle(ladder.system(level, Pool.score_gains))
        if best is None:
            return None
        return Climb(
            ladder=ladder,
            aims=tuple(proofs),
            level=level,
            next_level=next_level,
            floor=None if next_level is None else _flow_proof(ladder, next_level, Aim(name="", gains=nothing)),
            best=best,
        )

    def _step_by_step(self) -> Climb:
        """The climb if the constraints cost something: each stage for itself."""
        ladder, proofs = Ladder(pool=self.pool), list[StageProof]()
        for aim in self._aims():
            reached = self._first(ladder, aim.gains)
            proofs.append(reached.proof)
            ladder = ladder.above(aim, reached.value, is_proven=not reached.gap)
        best = self._first(ladder, Pool.score_gains)
        level, next_level, floor = 0, None, None
        if self.objective is Objective.FAIREST:
            self.tell("Raising the floor", 0.5)
            level, next_level, floor, best = self._highest_floor(ladder, best)
        return Climb(
            ladder=ladder,
            aims=tuple(proofs),
            level=level,
            next_level=next_level,
            floor=floor,
            best=best,
        )

    def _aims(self) -> tuple[Aim, ...]:
        return aims(self.pool, breadth_first=self.breadth_first)

    def _first(self, ladder: Ladder, gains: Gains) -> Settled:
        """A stage on all pairs. Raises Refusal if the constraints leave no plan at all."""
        found = settle(ladder.system(0, gains))
        if found is not None:
            return found
        if ladder.steps:
            raise ProofFailed("A stage lost the plan that the one before had found. It was not used.")
        raise Refusal(_contradiction(self.pool))

    def _highest_floor(self, ladder: Ladder, best: Settled) -> tuple[int, int | None, StageProof | None, Settled]:
        """Stage 3: the highest level with a plan, the lowest one that is ruled out, and the best plan at the first."""
        levels = self.pool.levels
        holds, fails = 0, len(levels)
        while fails - holds > 1:
            middle = (holds + fails) // 2
            found = settle(ladder.system(int(levels[middle]), Pool.score_gains))
            if found is None:
                fails = middle
            else:
                holds, best = middle, found
        # What only a search could rule out is not proven; the first level above that is proven is stated.
        while fails < len(levels):
            floor = ruled_out(ladder.system(int(levels[fails]), nothing))
            if floor is not None:
                return int(levels[holds]), int(levels[fails]), floor, best
            fails += 1
        return int(levels[holds]) if len(levels) else 0, None, None, best


def _floor(pool: Pool) -> tuple[int, int | None]:
    """The highest floor without constraints, and the next score above it that occurs."""
    levels = pool.levels
    highest = highest_floor(pool, most_served(pool))
    if highest is None:
        return int(levels.max(initial=0)), None
    above = levels[levels > highest]
    return highest, int(above[0]) if len(above) else None


def _flow_proof(ladder: Ladder, level: int, aim: Aim) -> StageProof:
    """What a flow proves where constraints cost nothing: each aim outweighs all that come after it."""
    system = ladder.system(level, aim.gains)
    weights = [-step.aim.weight for step in ladder.steps]
    free = len(system.rows.names) - len(weights)
    return prove_with(system, (*(0,) * free, *weights), aim.weight)[0]


def _contradiction(pool: Pool) -> str:
    """Constraints that cannot be met together, though the rest of them can be without any one."""
    clashing = list(pool.problem.constraints)
    for one in pool.problem.constraints:
        others = [other for other in clashing if other is not one]
        if others and not _can_be_met(pool, others):
            clashing = others
    names = " and ".join(repr(one.name) for one in clashing)
    if len(clashing) == 1:
        return f"The constraint {names} cannot be met by any plan that the rules and locks allow: relax it, or add people."
    return f"These constraints contradict each other: {names}. Without any one of them the others can be met: relax one."


def _can_be_met(pool: Pool, constraints: list[SideConstraint]) -> bool:
    problem = dataclasses.replace(pool.problem, constraints=tuple(constraints))
    alone = Ladder(pool=dataclasses.replace(pool, problem=problem))
    return settle(alone.system(0, Pool.score_gains)) is not None

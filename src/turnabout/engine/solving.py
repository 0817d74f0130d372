"""The pipeline: strictly ordered stages, each exact, each proven before the plan is handed out."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import ortools

from turnabout.engine.canonical import SealedInput, canonical
from turnabout.engine.classes import Classes
from turnabout.engine.columns import ColumnStages, Limits
from turnabout.engine.constrained import ConstrainedStages
from turnabout.engine.evenness import Finer
from turnabout.engine.highs import scipy_version
from turnabout.engine.minimums import refuse_unmet_minimums
from turnabout.engine.outcome import assemble, scores_hash
from turnabout.engine.plan import Certificate, Plan, Standing
from turnabout.engine.pool import LARGE, Flags, Pool, frame, gather, is_large
from turnabout.engine.problem import Objective, Problem, Refusal
from turnabout.engine.remaining import left_open
from turnabout.engine.stages import Progress, Proofs, Stages, silent
from turnabout.engine.universe import Universe
from turnabout.engine.validation import refuse_bad_locks, refuse_bad_options, refuse_bad_problem, refuse_empty_pool


def solve(
    problem: Problem,
    *,
    objective: Objective | str = Objective.FAIREST,
    breadth_first: bool = False,
    exempt: int = 0,
    leximin_to: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
    memory_mib: int = 1024,
    gap: float = 0,
    stop: Callable[[], bool] | None = None,
    watch: Callable[[Standing], None] | None = None,
) -> Plan:
    """The best plan for a problem, with its proof.

    objective      "most-people": as many pairs as possible, then the highest total.
                   "fairest": as many pairs as possible, then the highest floor for whoever gains least,
                   then the highest total. "best-total": the highest total, even with fewer pairs
    breadth_first  everybody once before anybody twice
    exempt         "fairest": so many pairs may lie below the floor, for people who are hard to place
    leximin_to     "fairest": as few pairs as possible at the floor, then at the next score, up to this one
    seed           decides among plans that are equally good in everything; side constraints leave it no say
    progress       called with a sentence and a share from 0 to 1
    memory_mib     what the pairs that are kept may take, with more than eight million possible ones
    gap            of so many: stop at a plan whose total is at most this share below the best
    stop           of so many: asked again and again; True ends with the best plan so far, see `Plan.gap`
    watch          of so many: told of each plan in hand with its bound
    Returns a Plan whose certificate holds prices for every stage. The same input, objective and seed give
    the same plan in any order of rows. Raises Refusal for input that cannot be solved as it stands (with
    what to do), ProofFailed if a solver ended without a provable result.
    Cost: mentors x mentees for scores, then the flows; about 0.1 s for 440 x 498.
    """
    tell = progress or silent
    wanted = Objective(objective)
    tell("Checking the input", 0.0)
    refuse_bad_problem(problem)
    refuse_bad_options(problem, wanted, finer := Finer(exempt=exempt, leximin_to=leximin_to))
    ordered = canonical(problem)
    tell("Scoring every pair", 0.1)
    run = _Run(problem=ordered, objective=wanted, breadth_first=breadth_first, finer=finer, seed=seed, tell=tell)
    run.refuse_large()
    limits = Limits(gap=gap, stop=stop or _never, watch=watch or _unwatched)
    pool, chosen, proofs, groups = run.by_columns(memory_mib, limits) if is_large(ordered) else run.at_once()
    tell("Writing the reasons", 0.9)
    plan = assemble(pool, chosen, run.certificate(pool, chosen, proofs), SealedInput(ordered), groups)
    tell("Done", 1.0)
    return plan


Solved = tuple[Pool, Flags, Proofs, Classes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    problem: Problem
    objective: Objective
    breadth_first: bool
    finer: Finer
    seed: int
    tell: Progress

    def refuse_large(self) -> None:
        """Side constraints need every pair in memory."""
        pairs = len(self.problem.mentors) * len(self.problem.mentees)
        if self.problem.scores is not None:
            pairs = len(self.problem.scores.score)
        if self.problem.constraints and pairs > LARGE:
            raise Refusal(
                f"There are {pairs} possible pairs, and constraints can be kept with at most {LARGE}: leave the "
                "constraints out, or match in parts, for example by country."
            )

    def at_once(self) -> Solved:
        """All stages on all pairs."""
        pool = gather(self.problem, objective=self.objective, breadth_first=self.breadth_first)
        refuse_empty_pool(pool)
        refuse_bad_locks(pool)
        refuse_unmet_minimums(pool)
        if self.problem.constraints:
            constrained = ConstrainedStages(pool=pool, objective=self.objective, breadth_first=self.breadth_first, tell=self.tell)
            return (pool, *constrained.run(), None)
        stages = Stages(pool=pool, objective=self.objective, seed=self.seed, tell=self.tell, finer=self.finer)
        return (pool, *stages.run(), None)

    def by_columns(self, memory_mib: int, limits: Limits) -> Solved:
        """All stages by column generation; the pool that comes back holds the chosen pairs alone."""
        empty = frame(self.problem, objective=self.objective, breadth_first=self.breadth_first)
        universe = Universe(frame=empty, memory_mib=memory_mib)
        stages = ColumnStages(universe=universe, objective=self.objective, seed=self.seed, tell=self.tell, limits=limits)
        first = stages.store.pool(empty)
        refuse_empty_pool(first, universe.groups)
        refuse_bad_locks(first)
        pool, chosen, proofs = stages.run()
        alone = pool.only(chosen)
        return alone, np.ones(len(alone.score), dtype=bool), proofs, universe.groups

    def certificate(self, pool: Pool, chosen: Flags, proofs: Proofs) -> Certificate:
        """Everything the verifier needs besides the input and the pairs."""
        made = Certificate(
            score_hash=scores_hash(pool, chosen),
            objective=self.objective,
            breadth_first=self.breadth_first,
            exempt=self.finer.exempt,
            leximin_to=self.finer.leximin_to,
            leximin_width=proofs.leximin_width,
            seed=self.seed,
            floor_level=proofs.floor_level,
            next_level=proofs.next_level,
            people=proofs.people,
            floor=proofs.floor,
            evenness=proofs.evenness,
            total=proofs.total,
            stay=proofs.stay,
            spread=proofs.spread,
            tie_break=proofs.tie_break,
            aims=proofs.aims,
            gap=proofs.gap,
            versions=versions(under_constraints=bool(self.problem.constraints)),
        )
        if not self.problem.constraints:
            return made
        found = left_open(pool, chosen, made)
        return dataclasses.replace(made, gap=found.gap, not_ruled_out=found.others)


def versions(*, under_constraints: bool) -> Mapping[str, str]:
    """What the plan was made with."""
    found = {"numpy": np.__version__, "ortools": ortools.__version__, "python": platform.python_version()}
    return {**found, "scipy": scipy_version()} if under_constraints else found


def _unwatched(_standing: Standing) -> None:
    """Nobody is looking."""


def _never() -> bool:
    return False

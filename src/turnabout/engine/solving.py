"""The pipeline: strictly ordered stages, each exact, each proven before the plan is handed out."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from turnabout.engine.canonical import canonical, input_files, input_hash
from turnabout.engine.columns import ColumnStages, Universe
from turnabout.engine.constrained import ConstrainedStages
from turnabout.engine.outcome import assemble
from turnabout.engine.plan import Certificate, Plan
from turnabout.engine.pool import Flags, Pool, gather
from turnabout.engine.problem import Objective, Problem, Refusal
from turnabout.engine.stages import Progress, Proofs, Stages, silent
from turnabout.engine.standing import standing
from turnabout.engine.validation import refuse_bad_locks, refuse_bad_problem, refuse_empty_pool

# Above so many pairs, column generation is faster and keeps to a memory limit.
LARGE = 8_000_000


def solve(
    problem: Problem,
    *,
    objective: Objective | str = Objective.FAIREST,
    breadth_first: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    memory_mib: int = 1024,
) -> Plan:
    """The best plan for a problem, with its proof.

    objective      "most-people": as many pairs as possible, then the highest total.
                   "fairest": as many pairs as possible, then the highest floor for whoever gains least,
                   then the highest total. "best-total": the highest total, even with fewer pairs
    breadth_first  everybody once before anybody twice
    seed           decides among plans that are equally good in everything; side constraints leave it no say
    progress       called with a sentence and a share from 0 to 1
    memory_mib     how much the scores of all pairs may take in a matching with more than eight million
                   pairs, which is solved by column generation
    Returns a Plan whose certificate holds prices for every stage. The same input, objective and seed give
    the same plan in any order of rows. Raises Refusal for input that cannot be solved as it stands (with
    what to do), ProofFailed if a solver ended without a provable result.
    Cost: mentors x mentees for scores, then the flows; about 0.3 s for 440 x 498.
    """
    tell = progress or silent
    wanted = Objective(objective)
    tell("Checking the input", 0.0)
    refuse_bad_problem(problem)
    ordered = canonical(problem)
    tell("Scoring every pair", 0.1)
    run = _Run(problem=ordered, objective=wanted, breadth_first=breadth_first, seed=seed, tell=tell)
    run.refuse_large()
    pool, chosen, proofs = run.by_columns(memory_mib) if run.is_large else run.at_once()
    tell("Writing the reasons", 0.9)
    sealed = input_files(ordered)
    plan = assemble(pool, chosen, run.certificate(input_hash(sealed), pool, chosen, proofs), sealed)
    tell("Done", 1.0)
    return plan


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    problem: Problem
    objective: Objective
    breadth_first: bool
    seed: int
    tell: Progress

    @property
    def is_large(self) -> bool:
        """More pairs than are kept in memory one by one."""
        return self.problem.scores is None and len(self.problem.mentors) * len(self.problem.mentees) > LARGE

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

    def at_once(self) -> tuple[Pool, Flags, Proofs]:
        """All stages on all pairs."""
        pool = gather(self.problem, objective=self.objective, breadth_first=self.breadth_first)
        self._refuse(pool)
        if self.problem.constraints:
            constrained = ConstrainedStages(pool=pool, objective=self.objective, breadth_first=self.breadth_first, tell=self.tell)
            return (pool, *constrained.run())
        stages = Stages(pool=pool, objective=self.objective, seed=self.seed, tell=self.tell)
        return (pool, *stages.run())

    def by_columns(self, memory_mib: int) -> tuple[Pool, Flags, Proofs]:
        """All stages by column generation."""
        mentors, mentees = len(self.problem.mentors), len(self.problem.mentees)
        universe = Universe(mentors=mentors, mentees=mentees, memory_mib=memory_mib)
        pool = gather(self.problem, objective=self.objective, breadth_first=self.breadth_first, wanted=universe.wanted)
        self._refuse(pool)
        stages = ColumnStages(universe=universe, pool=pool, objective=self.objective, seed=self.seed, tell=self.tell)
        return stages.run()

    def certificate(self, sealed_hash: str, pool: Pool, chosen: Flags, proofs: Proofs) -> Certificate:
        """Everything the verifier needs besides the input and the pairs."""
        made = Certificate(
            input_hash=sealed_hash,
            score_hash=pool.survey.score_hash,
            objective=self.objective,
            breadth_first=self.breadth_first,
            seed=self.seed,
            floor_level=proofs.floor_level,
            next_level=proofs.next_level,
            people=proofs.people,
            floor=proofs.floor,
            total=proofs.total,
            stay=proofs.stay,
            tie_break=proofs.tie_break,
            aims=proofs.aims,
            versions=versions(under_constraints=bool(self.problem.constraints)),
        )
        if not self.problem.constraints:
            return made
        left_open = standing(pool, chosen, made)
        return dataclasses.replace(made, gap=left_open.gap, not_ruled_out=left_open.others)

    def _refuse(self, pool: Pool) -> None:
        refuse_empty_pool(pool)
        refuse_bad_locks(pool)


def versions(*, under_constraints: bool) -> Mapping[str, str]:
    """What the plan was made with."""
    found = {
        "numpy": np.__version__,
        "ortools": importlib.metadata.version("ortools"),
        "python": platform.python_version(),
    }
    return {**found, "scipy": importlib.metadata.version("scipy")} if under_constraints else found

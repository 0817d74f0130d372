"""How a constrained plan stands: does it keep to every constraint, and how far may a better one be. NumPy only."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from turnabout.engine.ladder import TOTAL, Aim, Ladder, aims, kept_from_last_plan, nothing
from turnabout.engine.network import exact_product
from turnabout.engine.plan import Certificate, StageProof
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import Objective


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOpen:
    """What is left open about a plan that keeps to everything.

    gap      a better plan could have so many points more at most
    others   what else is not ruled out, as parts of a sentence
    """

    gap: int
    others: tuple[str, ...]


class Unproven(Exception):
    """The certificate states more than it proves; `gap` is what a better plan could gain, where that is known."""

    def __init__(self, detail: str, gap: int | None = None) -> None:
        super().__init__(detail)
        self.gap = gap


def broken_constraint(pool: Pool, chosen: Flags) -> str | None:
    """The first constraint that a plan breaks, by name."""
    system = Ladder(pool=pool).system(0, nothing)
    return system.rows.broken(system.network.flow(chosen))


def checked(pool: Pool, chosen: Flags, certificate: Certificate) -> LeftOpen:
    """How a plan stands, if the certificate says no less about what is left open. Raises Unproven, or ValueError."""
    found = left_open(pool, chosen, certificate)
    for one in found.others:
        if one not in certificate.not_ruled_out:
            raise Unproven(f"{one} is not ruled out, and the certificate does not say so.")
    if certificate.gap < found.gap:
        said = f"the total could be higher by up to {found.gap}, and the certificate says {certificate.gap}."
        raise Unproven(said, found.gap)
    return found


def left_open(pool: Pool, chosen: Flags, certificate: Certificate) -> LeftOpen:
    """Follow the stages and bound each. Raises Unproven, or ValueError for prices that cannot be read."""
    check = _Check(pool=pool, chosen=chosen)
    ladder, others = Ladder(pool=pool), list[str]()
    wanted = aims(pool, breadth_first=certificate.breadth_first)
    for aim, proof in itertools.zip_longest(wanted, certificate.aims):
        if aim is None:
            raise Unproven("the certificate has prices for an aim that this matching does not have.")
        reached, gap = check.stage(ladder, 0, aim, proof)
        ladder = ladder.above(aim, reached, is_proven=not gap)
        others += [f"{aim.name} higher by {gap}"] * bool(gap)
    if certificate.objective is Objective.FAIREST:
        others += check.floor(ladder, certificate)
    score = Aim(name=TOTAL, gains=Pool.score_gains)
    total, gap = check.stage(ladder, certificate.floor_level, score, certificate.total)
    if pool.problem.last_plan:
        stay = Aim(name="pairs kept from the last plan", gains=kept_from_last_plan)
        _, more = check.stage(ladder.above(score, total), certificate.floor_level, stay, certificate.stay)
        others += [f"{stay.name} higher by {more}"] * bool(more)
    return LeftOpen(gap=gap, others=tuple(others))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Check:
    pool: Pool
    chosen: Flags

    def stage(self, ladder: Ladder, level: int, aim: Aim, proof: StageProof | None) -> tuple[int, int]:
        """What the plan reaches in a stage, and how much more the proof leaves open."""
        if proof is None:
            raise Unproven(f"the certificate has no prices for {aim.name}.")
        system = ladder.system(level, aim.gains)
        reached = exact_product(system.gains, system.network.flow(self.chosen[self.pool.above(level)]))
        return reached, system.upper_bound(proof) - reached

    def floor(self, ladder: Ladder, certificate: Certificate) -> list[str]:
        """The level above is ruled out; levels in between are open."""
        levels = self.pool.levels
        above = levels[levels > certificate.floor_level].tolist()
        level = certificate.next_level
        if level is None:
            return [f"a floor above {certificate.floor_level}"] * bool(above)
        if level not in above:
            raise Unproven("the certificate rules out a floor that does not occur.")
        if certificate.floor is None or ladder.system(level, nothing).upper_bound(certificate.floor) >= 0:
            raise Unproven(f"a floor of {level} is not ruled out.")
        return [f"a floor below {level}"] * (level != above[0])

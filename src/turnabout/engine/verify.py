"""The separate verifier: is this folder's plan valid, and best, under its own sealed input?

    python -m turnabout.engine.verify DIR

Needs NumPy only; no solver is imported. It recomputes eligibility and scores from the sealed input and
trusts no stored score. A plan is called VALID only if nothing was changed, every pair is allowed, nobody is
over capacity, and the prices prove that no other plan does better in any stage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from turnabout.engine.canonical import Json, as_text, input_hash
from turnabout.engine.classes import Classes
from turnabout.engine.covering import uncovered
from turnabout.engine.evenness import below, steps
from turnabout.engine.folder import certificate_from_json, pairs_file, seal, unmatched_file
from turnabout.engine.network import Ints, Network, bound, exact_product
from turnabout.engine.outcome import pairings, scores_hash, unmatched
from turnabout.engine.plan import Certificate, StageProof
from turnabout.engine.pool import Flags, Pool, frame, gather, in_last_plan, is_large
from turnabout.engine.problem import Objective, PairKey, Problem, Refusal
from turnabout.engine.proofs import pair_gains, prices_of, spread_gains
from turnabout.engine.reading import read_pairs, read_sealed
from turnabout.engine.remaining import LeftOpen, Unproven, broken_constraint, checked
from turnabout.engine.tiebreak import tie_break_gains
from turnabout.engine.universe import Universe
from turnabout.engine.validation import refuse_bad_problem

MEMORY_MIB = 4096  # what the pairs that decide a very large plan may take
BROKEN_SEAL, INFEASIBLE, NOT_BEST = "broken seal", "infeasible", "not optimal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """VALID, or INVALID with the kind of fault and one sentence; `gap` bounds what a better plan could gain."""

    is_valid: bool
    fault: str = ""
    detail: str = ""
    gap: int | None = None

    def __str__(self) -> str:
        if self.is_valid:
            return f"VALID: {self.detail}"
        return f"INVALID: {self.fault}: {self.detail}"


class _Fault(Exception):
    """Stops the check at the first thing that is wrong."""

    def __init__(self, fault: str, detail: str, gap: int | None = None) -> None:
        super().__init__(detail)
        self.verdict = Verdict(is_valid=False, fault=fault, detail=detail, gap=gap)


def verify_folder(folder: Path | str) -> Verdict:
    """Check an output folder from its own files alone. About 0.3 s for 440 x 498."""
    try:
        content, files = _sealed(Path(folder))
        certificate = certificate_from_json(content)
        problem = read_sealed(files)
        if input_hash(files) != content["input_hash"]:
            raise _Fault(BROKEN_SEAL, "the input is not the one the certificate was made for.")
        refuse_bad_problem(problem)
        pairs = tuple(read_pairs(files["pairs.csv"]))
        pool, groups = _pool(problem, pairs, certificate)
        found = _check_plan(pool, groups, pairs, files, certificate)
    except _Fault as fault:
        return fault.verdict
    except (Refusal, KeyError, TypeError, ValueError, OverflowError, IndexError) as error:
        return Verdict(is_valid=False, fault=BROKEN_SEAL, detail=f"a file cannot be read: {error}")
    except OSError as error:
        return Verdict(is_valid=False, fault=BROKEN_SEAL, detail=f"{error.filename} cannot be opened.")
    return Verdict(is_valid=True, detail=_praise(certificate, found), gap=found.gap)


def _pool(problem: Problem, pairs: tuple[PairKey, ...], certificate: Certificate) -> tuple[Pool, Classes | None]:
    """Every eligible pair, or of very many those that the prices leave open."""
    objective, breadth_first = certificate.objective, certificate.breadth_first
    if not is_large(problem):
        return gather(problem, objective=objective, breadth_first=breadth_first), None
    empty = frame(problem, objective=objective, breadth_first=breadth_first)
    universe = Universe(frame=empty, memory_mib=MEMORY_MIB)
    return uncovered(universe, certificate, pairs), universe.groups


def _sealed(folder: Path) -> tuple[Mapping[str, Json], dict[str, bytes]]:
    """The certificate's content and every file it seals, or a broken seal."""
    raw = (folder / "certificate.json").read_bytes()
    content = json.loads(raw)
    without = {name: value for name, value in content.items() if name != "seal"}
    if raw != (as_text(content) + "\n").encode() or content["seal"] != seal(as_text(without).encode()):
        raise _Fault(BROKEN_SEAL, "certificate.json was changed.")
    files = {}
    for name, expected in content["files"].items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise _Fault(BROKEN_SEAL, f"{name} lies outside the folder.")
        files[name] = (folder / name).read_bytes()
        if seal(files[name]) != expected:
            raise _Fault(BROKEN_SEAL, f"{name} was changed.")
    return content, files


def _check_plan(
    pool: Pool, groups: Classes | None, pairs: tuple[PairKey, ...], files: Mapping[str, bytes], certificate: Certificate
) -> LeftOpen:
    """Whether everything holds, and what is left open."""
    chosen = _chosen(pool, pairs)
    _check_feasible(pool, chosen)
    if pool.problem.constraints:
        found = _check_constrained(pool, chosen, certificate)
    else:
        _check_stages(pool, chosen, certificate)
        found = LeftOpen(gap=certificate.gap, others=())
    if scores_hash(pool, chosen) != certificate.score_hash:
        raise _Fault(BROKEN_SEAL, "the scores recomputed from the input are not those of the certificate.")
    if groups is not None:
        pool = pool.only(chosen)
        chosen = np.ones(len(pool.score), dtype=bool)
    decimals = pool.problem.scores.decimals if pool.problem.scores else 0
    if pairs_file(pairings(pool, np.flatnonzero(chosen)), decimals) != files["pairs.csv"]:
        raise _Fault(BROKEN_SEAL, "pairs.csv states scores or flags that the input does not give.")
    if unmatched_file(unmatched(pool, chosen, groups)) != files["unmatched.csv"]:
        raise _Fault(BROKEN_SEAL, "unmatched.csv states reasons that the input does not give.")
    return found


def _chosen(pool: Pool, pairs: tuple[PairKey, ...]) -> Flags:
    """Which pairs of the pool the plan names; a pair outside the pool is infeasible."""
    left = {key: place for place, key in enumerate(pool.left.keys)}
    right = {key: place for place, key in enumerate(pool.right.keys)}
    places = pool.mentor.astype(np.int64) * len(right) + pool.mentee
    chosen = np.zeros(len(places), dtype=bool)
    for mentor, mentee in pairs:
        wanted = left[mentor] * len(right) + right[mentee] if mentor in left and mentee in right else -1
        found = int(np.searchsorted(places, wanted))
        if found == len(places) or places[found] != wanted:
            raise _Fault(INFEASIBLE, f"{mentor} and {mentee} may not be paired.")
        if chosen[found]:
            raise _Fault(INFEASIBLE, f"{mentor} and {mentee} are paired twice.")
        chosen[found] = True
    return chosen


def _check_feasible(pool: Pool, chosen: Flags) -> None:
    for indices, side in ((pool.mentor, pool.left), (pool.mentee, pool.right)):
        used = np.bincount(indices[chosen], minlength=len(side.keys))
        over = np.flatnonzero(used > side.capacity)
        if len(over):
            place = int(over[0])
            detail = f"{side.keys[place]} has {used[place]} partners and {side.capacity[place]} places."
            raise _Fault(INFEASIBLE, detail)
        under = np.flatnonzero(used < side.minimum)
        if len(under):
            place = int(under[0])
            detail = f"{side.keys[place]} has {used[place]} partners and must have {side.minimum[place]}."
            raise _Fault(INFEASIBLE, detail)
    missing = np.flatnonzero(pool.locked & ~chosen)
    if len(missing) or int(pool.locked.sum()) != len(pool.problem.locks):
        raise _Fault(INFEASIBLE, "a locked pair is not in the plan.")


def _check_level(pool: Pool, chosen: Flags, certificate: Certificate) -> None:
    if certificate.objective is not Objective.FAIREST and certificate.floor_level != 0:
        raise _Fault(NOT_BEST, "a floor was set that this objective does not have.")
    if np.any(chosen & ~pool.above(certificate.floor_level)):
        raise _Fault(NOT_BEST, f"a pair lies below the floor of {certificate.floor_level}.")


def _check_constrained(pool: Pool, chosen: Flags, certificate: Certificate) -> LeftOpen:
    _check_level(pool, chosen, certificate)
    name = broken_constraint(pool, chosen)
    if name is not None:
        raise _Fault(INFEASIBLE, f"the plan breaks the constraint {name!r}.")
    try:
        return checked(pool, chosen, certificate)
    except Unproven as found:
        raise _Fault(NOT_BEST, str(found), found.gap) from None


def _check_stages(pool: Pool, chosen: Flags, certificate: Certificate) -> None:
    every = np.ones(len(chosen), dtype=bool)
    finer = (certificate.exempt, certificate.leximin_to, certificate.leximin_width, certificate.evenness)
    if certificate.objective is not Objective.FAIREST and (certificate.floor_level != 0 or any(finer)):
        raise _Fault(NOT_BEST, "a floor was set that this objective does not have.")
    if any(finer) and (is_large(pool.problem) or certificate.gap):
        raise _Fault(NOT_BEST, "a finer floor was claimed where not every pair was looked at.")
    if any(finer):
        kept, used = every, chosen
        network = _check_evenness(pool, chosen, certificate, every)
        face = _check_stage("the total", network, pool.score_gains(network, every), used, certificate.total)
    else:
        if certificate.objective is Objective.FAIREST:
            _check_floor(pool, chosen, certificate, every)
        kept = pool.above(certificate.floor_level)
        if np.any(chosen & ~kept):
            raise _Fault(NOT_BEST, f"a pair lies below the floor of {certificate.floor_level}.")
        network, used = pool.network(kept), chosen[kept]
        gains = pool.total_gains(network, kept)
        if certificate.gap >= pool.step:
            raise _Fault(NOT_BEST, "the gap leaves open whether more people can be paired.")
        face = _check_stage("the number of people or the total", network, gains, used, certificate.total, certificate.gap)
    if certificate.gap:
        return
    if pool.problem.last_plan:
        gains = pair_gains(face, in_last_plan(pool)[kept])
        face = _check_stage("staying with the last plan", face, gains, used, certificate.stay)
    if pool.has_second_places:
        face = _check_stage("the number of different people", face, spread_gains(face), used, certificate.spread)
    gains = pair_gains(face, tie_break_gains(pool, kept, certificate.seed))
    _check_stage("the draw among equals", face, gains, used, certificate.tie_break)


def _check_floor(pool: Pool, chosen: Flags, certificate: Certificate, every: Flags) -> None:
    """As many are served as without a floor, and the next level up would serve fewer."""
    network = pool.network(every)
    gains = pool.people_gains(network, every)
    _check_stage("the number of people", network, gains, chosen, certificate.people)
    if certificate.next_level is None:
        if int(pool.locked.sum()) != int(chosen.sum()):
            raise _Fault(NOT_BEST, "the certificate rules out no higher floor.")
        return
    if certificate.next_level != certificate.floor_level + 1:
        raise _Fault(NOT_BEST, "the certificate skips a floor between the one reached and the one ruled out.")
    kept = pool.above(certificate.next_level)
    higher = pool.network(kept)
    proof = _present(certificate.floor, "the floor")
    possible = bound(higher, pool.people_gains(higher, kept), prices_of(higher, proof))
    if possible >= exact_product(gains, network.flow(chosen)):
        raise _Fault(NOT_BEST, f"a floor of {certificate.next_level} is not ruled out.")


def _check_evenness(pool: Pool, chosen: Flags, certificate: Certificate, every: Flags) -> Network:
    """As many are served as can be, no more pairs than are exempt lie below the floor, more would below the next level,
    and no plan has fewer pairs below the floor, then below each level after it. Returns what is equal in all of this."""
    network = pool.network(every)
    face = _check_stage("the number of people", network, pool.people_gains(network, every), chosen, certificate.people)
    _check_next_below(pool, face, chosen, certificate)
    if int(below(pool, certificate.floor_level)[chosen].sum()) > certificate.exempt:
        raise _Fault(NOT_BEST, f"more pairs than are exempt lie below the floor of {certificate.floor_level}.")
    edges, width = steps(pool.levels, floor=certificate.floor_level, upto=certificate.leximin_to)
    if (len(edges), width) != (len(certificate.evenness), certificate.leximin_width):
        raise _Fault(NOT_BEST, "the certificate leaves out a level above the floor.")
    for edge, proof in zip(edges, certificate.evenness, strict=True):
        gains = pair_gains(face, -below(pool, edge))
        face = _check_stage(f"the number of pairs below {edge}", face, gains, chosen, proof)
    return face


def _check_next_below(pool: Pool, face: Network, chosen: Flags, certificate: Certificate) -> None:
    """More pairs than are exempt would lie below the next level; or all may, and the floor is the highest score."""
    highest = int(pool.levels[-1]) if len(pool.levels) else 0
    if certificate.next_level is None:
        if int((chosen & ~pool.locked).sum()) > certificate.exempt or certificate.floor_level != highest:
            raise _Fault(NOT_BEST, "the certificate rules out no higher floor.")
        return
    if certificate.next_level != certificate.floor_level + 1:
        raise _Fault(NOT_BEST, "the certificate skips a floor between the one reached and the one ruled out.")
    proof = _present(certificate.floor, "the floor")
    fewest = -bound(face, pair_gains(face, -below(pool, certificate.next_level)), prices_of(face, proof))
    if fewest <= certificate.exempt:
        raise _Fault(NOT_BEST, f"a floor of {certificate.next_level} is not ruled out.")


def _check_stage(what: str, network: Network, gains: Ints, used: Flags, proof: StageProof | None, stated_gap: int = 0) -> Network:
    """The plan reaches what the prices allow at most, but for a gap that it states; the face of all that is as good."""
    prices = prices_of(network, _present(proof, what))
    flow = network.flow(used)
    gap = bound(network, gains, prices) - exact_product(gains, flow)
    if gap > stated_gap:
        raise _Fault(NOT_BEST, f"{what} could be better by up to {gap}.", gap)
    return network.face(gains, prices)


def _present(proof: StageProof | None, what: str) -> StageProof:
    if proof is None:
        raise _Fault(NOT_BEST, f"the certificate has no prices for {what}.")
    return proof


def _praise(certificate: Certificate, found: LeftOpen) -> str:
    under = f"under {certificate.objective.value}"
    if found.gap:
        said = f"every rule holds; the best total {under} is at most {found.gap} higher."
    else:
        said = f"every rule holds {under}." if found.others else f"every rule holds and no plan is better {under}."
    return f"{said} Not ruled out: {' and '.join(found.others)}." if found.others else said


def main(arguments: list[str]) -> int:
    """Print the verdict; 0 for VALID, 1 for INVALID, 2 for a wrong call."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m turnabout.engine.verify DIR\n")
        return 2
    verdict = verify_folder(arguments[0])
    sys.stdout.write(f"{verdict}\n")
    return 0 if verdict.is_valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

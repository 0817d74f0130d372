"""`turnabout match`: the best plan from files, with its proof, without database or Django."""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from turnabout.engine.folder import on_own_scale, write_folder
from turnabout.engine.peoplefile import read_people
from turnabout.engine.plan import Plan, Standing
from turnabout.engine.problem import Objective, Problem, ProofFailed, Refusal
from turnabout.engine.rulesfile import RulesFile, read_rules
from turnabout.engine.scorefile import read_capacities, read_scores
from turnabout.engine.solving import solve


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """What to solve, and how."""

    problem: Problem
    settings: RulesFile


def main(argv: list[str]) -> int:
    """0 when a proven plan was made, 1 when the input was refused or no proof was found, 2 for a wrong call."""
    started = time.perf_counter()
    parser = _parser()
    options = parser.parse_args(argv)
    from_people = options.mentors or options.mentees or options.rules
    if bool(from_people) == bool(options.scores):
        parser.error("give either --mentors, --mentees and --rules, or --scores")
    if from_people and not (options.mentors and options.mentees):
        parser.error("--mentors and --mentees are both needed")
    if options.capacities and not options.scores:
        parser.error("--capacities goes with --scores; without it, capacity is a column of the people's files")
    try:
        task = _task(options)
        plan = _solve(task, options)
        if options.out:
            write_folder(plan, options.out)
    except (Refusal, ProofFailed) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}. Check the path and try again.\n")
        return 1
    _report(plan, options, time.perf_counter() - started)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="turnabout match", description="Find the best pairs from files, with a proof anyone can check."
    )
    parser.add_argument("--mentors", metavar="A.csv", type=Path, help="one row per mentor")
    parser.add_argument("--mentees", metavar="B.csv", type=Path, help="one row per mentee; may be the same file")
    parser.add_argument("--rules", metavar="rules.toml", type=Path, help="rules, weights and what each column means")
    parser.add_argument("--scores", metavar="pairs.csv", type=Path, help="mentor,mentee,score; a missing pair is out")
    parser.add_argument("--capacities", metavar="caps.csv", type=Path, help="key,side,capacity; 1 where nothing is said")
    parser.add_argument("--objective", choices=[str(one) for one in Objective], help="default: most-people")
    parser.add_argument("--breadth-first", action="store_true", help="everybody once before anybody twice")
    parser.add_argument("--exempt", metavar="N", type=int, help="fairest: so many pairs may lie below the floor")
    parser.add_argument("--leximin-to", metavar="SCORE", type=float, help="fairest: even above the floor, up to this score")
    parser.add_argument("--seed", type=int, help="decides among equally good plans (default 0)")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write the plan, its sealed input and the proof here")
    parser.add_argument("--memory", metavar="MIB", type=int, default=1024, help="for the pairs that decide a very large matching")
    parser.add_argument("--gap", metavar="SHARE", type=_share, default=0.0, help="end a very large one so near the best total")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    return parser


def _task(options: argparse.Namespace) -> _Task:
    settings = read_rules(options.rules.read_bytes() if options.rules else b"")
    if options.scores:
        caps = read_capacities(options.capacities.read_bytes(), name=options.capacities.name) if options.capacities else {}
        problem = read_scores(options.scores.read_bytes(), caps, name=options.scores.name)
    else:
        mentors = (options.mentors.name, options.mentors.read_bytes())
        mentees = (options.mentees.name, options.mentees.read_bytes())
        problem = read_people(mentors, mentees, settings)
    return _Task(problem=problem, settings=settings)


def _solve(task: _Task, options: argparse.Namespace) -> Plan:
    with _stoppable() as stop:
        return _solved(task, options, stop)


def _solved(task: _Task, options: argparse.Namespace, stop: Callable[[], bool]) -> Plan:
    settings, brought = task.settings, task.problem.scores
    leximin_to = settings.leximin_to
    if options.leximin_to is not None:
        leximin_to = _whole_score(options.leximin_to, brought.decimals if brought else 0)
    return solve(
        task.problem,
        objective=options.objective or settings.objective or Objective.MOST_PEOPLE,
        breadth_first=options.breadth_first or settings.breadth_first,
        exempt=settings.exempt if options.exempt is None else options.exempt,
        leximin_to=leximin_to,
        seed=settings.seed if options.seed is None else options.seed,
        memory_mib=options.memory,
        gap=options.gap,
        stop=stop,
        watch=_tell,
    )


def _whole_score(score: float, decimals: int) -> int:
    """A score on the scale of the input as the whole number the engine works with."""
    if not math.isfinite(score):
        raise Refusal(f"--leximin-to is {score}: use a score, such as 700.")
    return math.floor(score * 10.0**decimals + 0.5)


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C ends a very large matching with the best plan so far; a second one ends the command."""
    asked = []

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.append(True)
        signal.signal(signal.SIGINT, before)
        sys.stderr.write("Ending with the best plan so far, as soon as its bound is known. Once more to stop at once.\n")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(standing: Standing) -> None:
    """How far a very large matching has come."""
    above = "not proven yet" if standing.gap is None else f"at most {standing.gap} higher"
    sys.stderr.write(f"{standing.pairs} pairs, total {standing.total}; the best total is {above}.\n")


def _share(text: str) -> float:
    """A share of the total, from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share from 0 to 1; 0.0001 is one hundredth of a per cent")
    return value


def _report(plan: Plan, options: argparse.Namespace, seconds: float) -> None:
    total, floor, gap = (on_own_scale(value, plan.decimals) for value in (plan.total, plan.floor or 0, plan.gap))
    if options.json:
        found = {
            "people": plan.people,
            "pairs": len(plan.pairs),
            "total": json.loads(total),
            "floor": json.loads(floor),
            "gap": json.loads(gap),
            "proven_best": plan.is_proven_best,
            "seconds": round(seconds, 3),
        }
        print(json.dumps(found))
        return
    print(f"People matched: {plan.people}")
    print(f"Pairs: {len(plan.pairs)}")
    print(f"Total: {total}")
    print(f"Worst pair: {floor}")
    for pair in plan.exempted:
        level, worse = (on_own_scale(value, plan.decimals) for value in (plan.certificate.floor_level, pair.worse_side))
        print(f"Exempt from the floor of {level}: {pair.mentor} and {pair.mentee}, at {worse}")
    print(f"Without a partner: {len(plan.unmatched)}")
    if plan.is_proven_best:
        print("Proven best.")
    if plan.gap:
        print(f"At most {gap} points below the best total.")
    if plan.certificate.not_ruled_out:
        print(f"Not ruled out: {' and '.join(plan.certificate.not_ruled_out)}")
    if options.out:
        print(f"Written to {options.out}. Check it with: turnabout verify {options.out}")

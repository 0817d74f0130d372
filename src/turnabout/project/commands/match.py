"""`turnabout match`: the best plan from files, with its proof, without database or Django."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from turnabout.engine.folder import on_own_scale, write_folder
from turnabout.engine.peoplefile import read_people
from turnabout.engine.plan import Plan
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
    parser.add_argument("--seed", type=int, help="decides among equally good plans (default 0)")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write the plan, its sealed input and the proof here")
    parser.add_argument("--memory", metavar="MIB", type=int, default=1024, help="for all scores of a very large matching")
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
    settings = task.settings
    return solve(
        task.problem,
        objective=options.objective or settings.objective or Objective.MOST_PEOPLE,
        breadth_first=options.breadth_first or settings.breadth_first,
        seed=settings.seed if options.seed is None else options.seed,
        memory_mib=options.memory,
    )


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
    if plan.is_proven_best:
        print("Proven best")
    if plan.gap:
        print(f"At most {gap} points below the best possible")
    if plan.certificate.not_ruled_out:
        print(f"Not ruled out: {' and '.join(plan.certificate.not_ruled_out)}")
    print(f"Without a partner: {len(plan.unmatched)}")
    if options.out:
        print(f"Written to {options.out}. Check it with: turnabout verify {options.out}")

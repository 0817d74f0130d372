"""`turnabout simulate`: before launch, from files: what is missing, what each rule costs, how another pool would fare."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from turnabout.engine.peoplefile import read_people
from turnabout.engine.problem import Objective, Problem, ProofFailed, Refusal
from turnabout.engine.rulesfile import RulesFile, read_rules
from turnabout.engine.simulate import AS_IT_IS, Need, Outcome, assumed, attempt, needs, without_each_rule

DRAWS = 5
MOST_DRAWS = 100
RULES = {
    "same_team": "without the rule about teams",
    "language_level": "without the rule about languages",
    "overlap_minutes": "without the rule about hours",
    "history": "without the rule about former partners",
    "entity": "without the rule about entities",
    "function": "without the rule about functions",
    "formats": "without the rule about ways of meeting",
    "seniority": "without the rule about seniority",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """Everything that was worked out, to be printed one way or the other."""

    problem: Problem
    rules: tuple[Outcome, ...]
    needs: tuple[Need, ...]
    draws: tuple[Outcome, ...]


def main(argv: list[str]) -> int:
    """0 with the figures, 1 when the input was refused, 2 for a wrong call."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.assume and min(options.assume) < 1:
        parser.error("--assume takes two numbers from 1 up: mentors, then mentees")
    if not 1 <= options.draws <= MOST_DRAWS:
        parser.error(f"--draws takes a number from 1 to {MOST_DRAWS}")
    try:
        settings = read_rules(options.rules.read_bytes() if options.rules else b"")
        mentors, mentees = ((path.name, path.read_bytes()) for path in (options.mentors, options.mentees))
        found = _tried(read_people(mentors, mentees, settings), settings, options)
    except (Refusal, ProofFailed) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}. Check the path and try again.\n")
        return 1
    if options.json:
        print(json.dumps(_as_json(found)))
    else:
        _report(found)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="turnabout simulate",
        description="Before launch: what is missing, what each rule costs, and how a larger pool like this one would fare. "
        "Nothing is written and nobody is named.",
    )
    parser.add_argument("--mentors", metavar="A.csv", type=Path, required=True, help="one row per mentor so far")
    parser.add_argument("--mentees", metavar="B.csv", type=Path, required=True, help="one row per mentee; may be the same file")
    parser.add_argument("--rules", metavar="rules.toml", type=Path, help="rules, weights and what each column means")
    parser.add_argument(
        "--assume",
        metavar=("MENTORS", "MENTEES"),
        type=int,
        nargs=2,
        help="also match pools of this size, drawn from these people",
    )
    parser.add_argument("--draws", metavar="N", type=int, default=DRAWS, help=f"how many pools to draw (default {DRAWS})")
    parser.add_argument("--objective", choices=[str(one) for one in Objective], help="default: most-people")
    parser.add_argument("--breadth-first", action="store_true", help="everybody once before anybody twice")
    parser.add_argument(
        "--seed", type=int, help="of the first draw, one more for each further draw; settles ties too (default 0)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return parser


def _tried(problem: Problem, settings: RulesFile, options: argparse.Namespace) -> _Found:
    seed = settings.seed if options.seed is None else options.seed
    aims: dict[str, Any] = {
        "objective": options.objective or settings.objective or Objective.MOST_PEOPLE,
        "breadth_first": options.breadth_first or settings.breadth_first,
    }
    draws = []
    if options.assume:
        mentors, mentees = options.assume
        for number in range(seed, seed + options.draws):
            pool = assumed(problem, mentors=mentors, mentees=mentees, seed=number)
            draws.append(attempt(f"seed {number}", pool, seed=number, **aims))
    return _Found(
        problem=problem,
        rules=without_each_rule(problem, seed=seed, **aims),
        needs=needs(problem),
        draws=tuple(draws),
    )


def _as_json(found: _Found) -> dict[str, Any]:
    as_it_is, *relaxed = (dataclasses.asdict(outcome) for outcome in found.rules)
    return {
        "mentors": len(found.problem.mentors),
        "mentees": len(found.problem.mentees),
        AS_IT_IS.replace(" ", "_"): as_it_is,
        "without_rule": relaxed,
        "needs": [dataclasses.asdict(need) | {"missing": need.missing} for need in found.needs],
        "assumed": [dataclasses.asdict(outcome) for outcome in found.draws],
    }


def _report(found: _Found) -> None:
    print(f"{len(found.problem.mentors)} mentors and {len(found.problem.mentees)} mentees so far.")
    _table("Rules", [_row(RULES.get(outcome.name, outcome.name), outcome) for outcome in found.rules], FIGURES)
    short = [need for need in found.needs if need.missing]
    if short:
        rows = [(f"{need.attribute} {need.value}", need.wanted, need.offered, need.missing) for need in short]
        _table("What is short", rows, ("places wanted", "places offered", "missing"))
    else:
        print("\nEvery topic and language that mentees ask for has places enough.")
    if found.draws:
        _table("Assumed pool", [*(_row(outcome.name, outcome) for outcome in found.draws), *_range(found.draws)], FIGURES)
    if found.rules[0].refusal:
        print(f"\n{found.rules[0].refusal}")


FIGURES = ("people", "pairs", "worst pair", "total")


def _row(name: str, outcome: Outcome) -> tuple[str | int, ...]:
    return (name, outcome.people, outcome.pairs, outcome.floor, outcome.total)


def _range(draws: Sequence[Outcome]) -> list[tuple[str | int, ...]]:
    rows = [_row("", outcome)[1:] for outcome in draws]
    return [("lowest", *map(min, zip(*rows, strict=True))), ("highest", *map(max, zip(*rows, strict=True)))]


def _table(title: str, rows: Sequence[Sequence[str | int]], headings: Sequence[str]) -> None:
    lines = [(title, *headings), *(tuple(map(str, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print()
    for name, *cells in lines:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        print(name.ljust(widths[0]), *padded, sep="  ")

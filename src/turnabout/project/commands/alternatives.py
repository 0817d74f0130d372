"""`turnabout alternatives DIR KEY`: everybody a person could be paired with, by the exact price for all."""

from __future__ import annotations

import argparse
import sys

from turnabout.engine.explain import Alternative, Explainer
from turnabout.engine.folder import on_own_scale
from turnabout.engine.problem import Refusal, Side
from turnabout.engine.reading import read_plan


def main(argv: list[str]) -> int:
    """0 with a list, 1 when the folder or the person is not known, 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="turnabout alternatives",
        description="List a person's possible partners, cheapest for the programme first.",
    )
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("key", metavar="KEY")
    parser.add_argument("--side", choices=[str(side) for side in Side], help="needed for a key that is on both sides")
    parser.add_argument("--limit", type=int, default=10, help="how many to show (default 10)")
    options = parser.parse_args(argv)
    try:
        problem, plan = read_plan(options.folder)
        side = _side(options, {one.key for one in problem.mentors}, {one.key for one in problem.mentees})
        listed = Explainer(problem, plan).alternatives(options.key, side)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    if not listed:
        print(f"{options.key} has no possible partner. unmatched.csv in {options.folder} says why.")
    for one in listed[: max(options.limit, 0)]:
        print(_line(one, plan.decimals))
    return 0


def _side(options: argparse.Namespace, mentors: set[str], mentees: set[str]) -> Side:
    found = [side for side, keys in ((Side.MENTOR, mentors), (Side.MENTEE, mentees)) if options.key in keys]
    wanted = [side for side in found if options.side in (None, side)]
    if not wanted:
        raise Refusal(f"{options.key} is not in this plan on that side. Check the key in {options.folder}/input.")
    if len(wanted) > 1:
        raise Refusal(f"{options.key} is on both sides: add --side mentor or --side mentee.")
    return wanted[0]


def _line(one: Alternative, decimals: int) -> str:
    score = on_own_scale(one.score, decimals)
    lost = on_own_scale(one.points, decimals)
    price = f"{one.pairs} pairs and {lost} points" if one.pairs else f"{lost} points"
    if one.wishes and not one.pairs:
        price = f"somebody who comes first, and {lost} points"
    elif any(one.levels) and not one.pairs:
        price = f"more pairs at the lowest scores, and {lost} points"
    if one.is_current:
        return f"{one.key}: score {score}, partner now; parting costs {price}"
    return f"{one.key}: score {score}, costs {price}"

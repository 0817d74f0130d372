"""`turnabout why-not DIR MENTOR MENTEE`: the rule that excludes a pair, or the exact price of forcing it."""

from __future__ import annotations

import argparse
import sys

from turnabout.engine.explain import Explainer, Loss, WhyNot
from turnabout.engine.folder import on_own_scale
from turnabout.engine.plan import Plan
from turnabout.engine.problem import Refusal
from turnabout.engine.reading import read_plan
from turnabout.engine.reasons import SENTENCES


def main(argv: list[str]) -> int:
    """0 with an answer, 1 when the folder or a person is not known, 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="turnabout why-not",
        description="Say why two people are not a pair. The answer names other people: for coordinators only.",
    )
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("mentor", metavar="MENTOR")
    parser.add_argument("mentee", metavar="MENTEE")
    options = parser.parse_args(argv)
    try:
        problem, plan = read_plan(options.folder)
        explainer = Explainer(problem, plan)
        answer = explainer.why_not(options.mentor, options.mentee)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyError as unknown:
        sys.stderr.write(f"{unknown} is not known on that side; name the mentor first, then the mentee.\n")
        return 1
    for line in _lines(answer, explainer):
        print(line)
    return 0


def _lines(answer: WhyNot, explainer: Explainer) -> list[str]:
    names = f"{answer.mentor} and {answer.mentee}"
    if answer.reasons:
        return [
            f"{names} cannot be paired:",
            *(f"  {code.value}: {SENTENCES[code]}" for code in answer.reasons),
        ]
    if answer.is_in_plan:
        loss = explainer.why(answer.mentor, answer.mentee)[1]
        if loss is None:
            return [f"{names} are a pair of this plan, because they were locked."]
        return [f"{names} are a pair of this plan. Without them:", *_told(loss, explainer.plan)]
    if answer.loss is None:
        return [f"{names} could be paired, but locked pairs take all their places."]
    return [f"{names} could be paired. It would cost:", *_told(answer.loss, explainer.plan)]


def _told(loss: Loss, plan: Plan) -> list[str]:
    decimals = plan.decimals
    points = on_own_scale(loss.points, decimals)
    if not loss.pairs and not loss.wishes and not loss.points:
        said = ["  nothing: an equally good plan has it so."]
    elif loss.pairs:
        said = [f"  {loss.pairs} fewer pairs, and {points} points of the total."]
    elif loss.wishes:
        said = [f"  somebody who comes first by breadth, priority or nomination, and {points} points of the total."]
    else:
        said = [f"  {points} points of the total. With {points} points more, the pair would be as good."]
    if loss.pairs and plan.certificate.floor_level:
        said.append("  A lower floor might keep them: match again with this pair locked or forbidden to see.")
    said.append(f"  The worst pair would be at {on_own_scale(loss.floor, decimals)}.")
    said += [f"  {'+' if change.is_added else '-'} {change.mentor} and {change.mentee}" for change in loss.shown]
    return [*said, f"  and {loss.more} more changes"] if loss.more else said

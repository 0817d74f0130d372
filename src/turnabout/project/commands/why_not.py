"""`turnabout why-not DIR MENTOR MENTEE`: the rule that excludes a pair, or the exact price of forcing it."""

from __future__ import annotations

import argparse
import sys
from typing import Literal

from turnabout.engine.explain import Explainer, Loss, WhyNot
from turnabout.engine.folder import on_own_scale
from turnabout.engine.plan import Plan
from turnabout.engine.problem import Problem, Refusal
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
        sys.stderr.write(f"{unknown.args[0]} is not known on that side; name the mentor first, then the mentee.\n")
        return 1
    for line in _lines(answer, problem, explainer):
        print(line)
    return 0


def _lines(answer: WhyNot, problem: Problem, explainer: Explainer) -> list[str]:
    names = f"{answer.mentor} and {answer.mentee}"
    if answer.reasons:
        return [
            f"{names} cannot be paired:",
            *(f"  {code.value}: {SENTENCES[code]}" for code in answer.reasons),
        ]
    if answer.is_in_plan:
        loss = explainer.why(answer.mentor, answer.mentee)[1]
        if loss is None:
            why = "they were locked" if answer.pairing and answer.pairing.is_locked else "somebody's minimum needs them"
            return [f"{names} are a pair of this plan, because {why}."]
        head = f"{names} are a pair of this plan. Without them:"
    elif answer.loss is None:
        why = (
            "locked pairs and constraints leave no plan with them"
            if problem.constraints
            else "locked pairs or minimums leave no room for it"
        )
        return [f"{names} could be paired, but {why}."]
    else:
        loss, head = answer.loss, f"{names} could be paired. It would cost:"
    return [head, *_told(_decided_anew(loss, answer, problem, explainer.plan), explainer.plan.decimals)]


def _decided_anew(loss: Loss, answer: WhyNot, problem: Problem, plan: Plan) -> Loss:
    """Where the plan's floor would cost pairs, a lower floor may keep them: only then is it solved again."""
    if problem.constraints or plan.certificate.evenness or not (loss.pairs and plan.certificate.floor_level):
        return loss
    from turnabout.engine.again import loss_again

    change: Literal["force", "forbid"] = "forbid" if answer.is_in_plan else "force"
    return loss_again(problem, plan, answer.mentor, answer.mentee, change=change)[0]


def _told(loss: Loss, decimals: int) -> list[str]:
    points = on_own_scale(loss.points, decimals)
    if not any((loss.pairs, loss.wishes, *loss.levels, loss.points)):
        said = ["  nothing: an equally good plan has it so."]
    elif loss.pairs:
        said = [f"  {loss.pairs} fewer pairs, and {points} points of the total."]
    elif loss.wishes:
        said = [f"  somebody who comes first by breadth, priority or nomination, and {points} points of the total."]
    elif any(loss.levels):
        said = [f"  more pairs at the lowest scores, and {points} points of the total."]
    else:
        said = [f"  {points} points of the total."]
        if loss.chain[0].is_added:
            said = [f"{said[0]} With {points} points more, the pair would be as good."]
    if loss.within:
        said.append(f"  Not proven to the point: give or take {on_own_scale(loss.within, decimals)}.")
    said.append(f"  The worst pair would be at {on_own_scale(loss.floor, decimals)}.")
    said += [f"  {'+' if change.is_added else '-'} {change.mentor} and {change.mentee}" for change in loss.shown]
    return [*said, f"  and {loss.more} more changes"] if loss.more else said

"""Solve once more with a pair forced or forbidden: the loss when the floor may move as well.

`Explainer` answers in milliseconds at the floor a plan has. Where that would cost pairs, a lower floor may keep
them; then only solving again tells.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from turnabout.engine.canonical import canonical
from turnabout.engine.explain import Change, Loss
from turnabout.engine.plan import Plan
from turnabout.engine.pool import frame, nominated_gains
from turnabout.engine.problem import Problem, Refusal
from turnabout.engine.reports import difference
from turnabout.engine.solving import solve


def loss_again(
    problem: Problem, plan: Plan, mentor: str, mentee: str, *, change: Literal["force", "forbid"]
) -> tuple[Loss, Plan | None]:
    """What changes if a pair is forced or forbidden and everything is decided anew, and the new plan.

    Everybody else stays with the plan where that is equally good. The plan is None when nobody is left to pair,
    or a minimum could not be met.
    Cost: one solve. Raises Refusal if the pair cannot be forced.
    """
    pair = (mentor, mentee)
    last = tuple((one.mentor, one.mentee) for one in plan.pairs)
    changed = dataclasses.replace(problem, last_plan=last)
    if change == "force":
        changed = dataclasses.replace(changed, locks=(*problem.locks, pair))
    else:
        changed = dataclasses.replace(changed, forbidden=(*problem.forbidden, pair))
    certificate = plan.certificate
    try:
        new = solve(
            changed,
            objective=certificate.objective,
            breadth_first=certificate.breadth_first,
            exempt=certificate.exempt,
            leximin_to=certificate.leximin_to,
            seed=certificate.seed,
        )
    except Refusal:
        if change == "force":
            raise
        parted = Change(mentor=mentor, mentee=mentee, is_added=False)
        return Loss(pairs=len(plan.pairs), wishes=0, points=plan.total, floor=0, chain=(parted,)), None
    found = difference(plan, new)
    chain = [Change(mentor=a, mentee=b, is_added=True) for a, b in found.added]
    chain += [Change(mentor=a, mentee=b, is_added=False) for a, b in found.gone]
    loss = Loss(
        pairs=len(plan.pairs) - len(new.pairs),
        wishes=_wishes(problem, plan) - _wishes(problem, new),
        points=plan.total - new.total,
        floor=new.floor or 0,
        chain=tuple(sorted(chain, key=lambda one: ((one.mentor, one.mentee) != pair, not one.is_added))),
        within=plan.gap + new.gap,
    )
    return loss, new


def _wishes(problem: Problem, plan: Plan) -> int:
    """Breadth, priority and nominations that a plan serves, in the engine's own weights."""
    certificate = plan.certificate
    people = frame(canonical(problem), objective=certificate.objective, breadth_first=certificate.breadth_first)
    left, right = ({key: place for place, key in enumerate(side.keys)} for side in (people.left, people.right))
    mentor = np.array([left[pair.mentor] for pair in plan.pairs], dtype=np.int32)
    mentee = np.array([right[pair.mentee] for pair in plan.pairs], dtype=np.int32)
    first = people.first_mentor[np.unique(mentor)].sum() + people.first_mentee[np.unique(mentee)].sum()
    return int(first) + int(nominated_gains(people.problem, mentor, mentee).sum())

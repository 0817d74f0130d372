"""What is worked out once with the plan, so that no page has to: figures, what each pair is worth, what is scarce."""

from typing import Any

from turnabout.engine import Explainer, Plan, Problem, Shortage
from turnabout.engine.reports import EVERYBODY_ELSE, UNKNOWN_GROUP, Group, Report
from turnabout.matching import keeping

# Beyond so many pairs or people, one question each would take longer than the plan itself; pages ask when looked at.
MOST_QUESTIONS = 1_000
MOST_SHORTAGES = 3
MIXED_BY = ("entity", "country", "function")


def report(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Figures of a plan; empty for a round too large to look at every possible pair again."""
    if keeping.is_too_large(problem):
        return {}
    made = Report(problem, plan)
    stability = made.stability()
    # Everybody of the pool is in the denominator: who rests or has no place left is nobody's business.
    return {
        "coverage": {
            "mentor": [made.coverage("mentor")[0], len(problem.mentors)],
            "mentee": [made.coverage("mentee")[0], len(problem.mentees)],
        },
        "curve": [[point.floor, point.pairs, point.total] for point in made.floor_curve()],
        "mix": {by: list(made.mix(by)) for by in MIXED_BY},
        "percentiles": {
            side: {str(share): value for share, value in made.percentiles(side).items()} for side in ("mentor", "mentee")
        },
        "groups": _groups(made, "entity"),
        "groups_by": {by: _groups(made, by) for by in ("country", "function")},
        "stability": {
            "blocking": stability.blocking,
            "pairs": stability.stable_pairs,
            "total": stability.stable_total,
        },
    }


def _groups(made: Report, by: str) -> dict[str, list[dict[str, Any]]]:
    return {side: [_group(one) for one in made.groups(side, by)] for side in ("mentor", "mentee")}


def _group(one: Group) -> dict[str, Any]:
    kind = {EVERYBODY_ELSE: "rest", UNKNOWN_GROUP: "unknown"}.get(one.name, "named")
    return {
        "kind": kind,
        "code": one.name,
        "people": one.people,
        "matched": one.matched,
        "median": one.median,
        "regret": one.regret,
    }


def worths(ask: Explainer) -> dict[tuple[str, str], dict[str, int]]:
    """What the round would lose without each pair; locked pairs are worth nothing that could be reckoned."""
    if len(ask.plan.pairs) > MOST_QUESTIONS:
        return {}
    found = {}
    for pairing in ask.plan.pairs:
        _pairing, loss = ask.why(pairing.mentor, pairing.mentee)
        if loss is not None:
            found[pairing.mentor, pairing.mentee] = {"pairs": loss.pairs, "wishes": loss.wishes, "points": loss.points}
    return found


def scarce(ask: Explainer) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What there is too little of for each person without a partner: (side, key) -> scarcest first."""
    if len(ask.plan.unmatched) > MOST_QUESTIONS:
        return {}
    return {
        (str(one.side), one.key): [as_row(row) for row in ask.why_unmatched(one.key, one.side).shortages[:MOST_SHORTAGES]]
        for one in ask.plan.unmatched
    }


def as_row(shortage: Shortage) -> dict[str, Any]:
    return {
        "attribute": shortage.attribute,
        "value": shortage.value,
        "wanted": shortage.wanted,
        "offered": shortage.offered,
        "side": str(shortage.side),
    }


def explainer(problem: Problem, plan: Plan) -> Explainer | None:
    return None if keeping.is_too_large(problem) else Explainer(problem, plan)

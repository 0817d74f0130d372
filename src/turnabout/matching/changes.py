"""What a run changes of its round's rules and weights, for a "what if". Pure."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from turnabout.engine import Problem
from turnabout.matching import candidates


def applied(problem: Problem, change: Mapping[str, Any], *, different: Iterable[str]) -> Problem:
    """The same people under changed rules and weights; what `change` does not name stays.

    change      weights (criterion -> 0 to 100), common_language_level, weekly_overlap_hours, seniority_gap,
                entity_rule; a level or a number of hours of 0 takes the rule away
    different   the criteria in which the programme wants people to differ
    """
    rules = problem.rules
    if "common_language_level" in change:
        rules = dataclasses.replace(rules, language_level=candidates.ENGINE_LANGUAGE_LEVEL.get(change["common_language_level"]))
    if "weekly_overlap_hours" in change:
        rules = dataclasses.replace(rules, overlap_minutes=change["weekly_overlap_hours"] * 60 or None)
    if "seniority_gap" in change:
        rules = dataclasses.replace(rules, seniority=dataclasses.replace(rules.seniority, minimum_gap=change["seniority_gap"]))
    if "entity_rule" in change:
        rules = dataclasses.replace(rules, entity=change["entity_rule"])
    weights = problem.weights
    if change.get("weights"):
        weights = candidates.weights(change["weights"], different)
    return dataclasses.replace(problem, rules=rules, weights=weights)

"""Before launch: what is missing, what each rule costs, and how a larger pool like this one would fare."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from turnabout.engine.plan import Plan
from turnabout.engine.problem import Candidate, Objective, Problem, Refusal, Seniority, Side
from turnabout.engine.solving import solve

AS_IT_IS = "as it is"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Figures of one matching that was only tried; nothing of it is kept.

    refusal   why nothing could be matched at all; the figures are then 0
    """

    name: str
    pairs: int = 0
    people: int = 0
    total: int = 0
    floor: int = 0
    refusal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Places one attribute is wanted for, and places that have it.

    attribute   "topic" (mentees wish for it, mentors offer it) or "language" (spoken at the rule's level)
    missing     how many places short; 0 when there are enough
    """

    attribute: str
    value: str
    wanted: int
    offered: int

    @property
    def missing(self) -> int:
        """How many places are short."""
        return max(self.wanted - self.offered, 0)


def attempt(
    name: str,
    problem: Problem,
    *,
    objective: Objective | str = Objective.FAIREST,
    breadth_first: bool = False,
    seed: int = 0,
    solver: Callable[..., Plan] = solve,
) -> Outcome:
    """Match a problem for its figures. A problem that is refused gives an outcome that says why.

    solver   whatever takes what `solve` takes and raises what it raises, such as one in a process of its own
    """
    try:
        plan = solver(problem, objective=objective, breadth_first=breadth_first, seed=seed)
    except Refusal as refusal:
        return Outcome(name=name, refusal=str(refusal))
    return Outcome(name=name, pairs=len(plan.pairs), people=plan.people, total=plan.total, floor=plan.floor or 0)


def without_each_rule(
    problem: Problem, *, objective: Objective | str = Objective.FAIREST, breadth_first: bool = False, seed: int = 0
) -> tuple[Outcome, ...]:
    """The matching as it stands (AS_IT_IS), then with each rule that is on switched off alone. One solve each."""
    tried = [(AS_IT_IS, problem), *relaxed(problem)]
    return tuple(attempt(name, one, objective=objective, breadth_first=breadth_first, seed=seed) for name, one in tried)


def relaxed(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """The problem with each rule that is on switched off alone. Lines, deciders and conflicts are never switched off."""
    rules = problem.rules
    off = {
        "same_team": dataclasses.replace(rules, same_team=False),
        "language_level": dataclasses.replace(rules, language_level=None),
        "overlap_minutes": dataclasses.replace(rules, overlap_minutes=None),
        "history": dataclasses.replace(rules, history=False),
        "entity": dataclasses.replace(rules, entity="any"),
        "function": dataclasses.replace(rules, function="any"),
        "formats": dataclasses.replace(rules, formats=False),
        "seniority": dataclasses.replace(rules, seniority=Seniority()),
    }
    for name, changed in off.items():
        if changed != rules:
            yield name, dataclasses.replace(problem, rules=changed)


def needs(problem: Problem) -> tuple[Need, ...]:
    """Topics and, where the language rule is on, languages: what mentees want and mentors have, most missing first."""
    found = []
    for topic in sorted({topic for one in problem.mentees for topic in one.wishes}):
        wanted = sum(one.capacity for one in problem.mentees if topic in one.wishes)
        offered = sum(one.capacity for one in problem.mentors if topic in one.offers)
        found.append(Need(attribute="topic", value=topic, wanted=wanted, offered=offered))
    level = problem.rules.language_level
    if level is not None:
        for language in sorted({language for one in problem.mentees for language in one.languages}):
            # Only people who depend on this language: with another one they can be served by others.
            wanted = sum(one.capacity for one in problem.mentees if _spoken(one, level) == {language})
            offered = sum(one.capacity for one in problem.mentors if language in _spoken(one, level))
            found.append(Need(attribute="language", value=language, wanted=wanted, offered=offered))
    return tuple(sorted(found, key=lambda need: (-need.missing, need.attribute, need.value)))


def _spoken(one: Candidate, level: int) -> set[str]:
    return {language for language, known in one.languages.items() if known >= level}


def assumed(problem: Problem, *, mentors: int, mentees: int, seed: int = 0) -> Problem:
    """A pool of another size whose people are drawn, with replacement, from those enrolled so far.

    Keys are new; whatever names a person (lines, conflicts, locks, nominations) is left out, so the figures are
    those of a pool in which nobody knows anybody. Constraints are left out too: their limits are for this pool. Raises
    Refusal when one side has nobody to draw from.
    """
    for side, words in ((problem.mentors, "mentors"), (problem.mentees, "mentees")):
        if not side:
            raise Refusal(f"There are no {words} to draw from. Enrol at least one, then assume as many as you like.")
    draw = random.Random(seed)  # noqa: S311 - a simulation with a seed, not a secret
    chosen = (draw.choices(problem.mentors, k=mentors), draw.choices(problem.mentees, k=mentees))
    named = [{f"{letter}{place:06}": one for place, one in enumerate(side)} for letter, side in zip(Side, chosen, strict=True)]
    senior = problem.rules.seniority.senior
    # A list of the senior people names the old keys; whoever was drawn from it is on the new one.
    listed = frozenset(key for side in named for key, one in side.items() if one.key in senior)
    seniority = dataclasses.replace(problem.rules.seniority, senior=listed)
    return dataclasses.replace(
        problem,
        mentors=tuple(_stranger(key, one) for key, one in named[0].items()),
        mentees=tuple(_stranger(key, one) for key, one in named[1].items()),
        rules=dataclasses.replace(problem.rules, seniority=seniority),
        locks=(),
        forbidden=(),
        nominations=(),
        last_plan=(),
        scores=None,
        constraints=(),
    )


def _stranger(key: str, one: Candidate) -> Candidate:
    return dataclasses.replace(
        one,
        key=key,
        ancestors=(),
        line_is_partial=False,
        decides_for=frozenset(),
        past_partners=frozenset(),
        conflicts=frozenset(),
        not_available=frozenset(),
    )

"""Input that cannot be solved as it stands is refused before anything runs: who, what, why, what to do."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

import numpy as np

from turnabout.engine.classes import Classes
from turnabout.engine.constraints import about_constraints
from turnabout.engine.encode import grid
from turnabout.engine.evenness import Finer
from turnabout.engine.pool import Pool, is_large
from turnabout.engine.problem import (
    HIGHEST_BROUGHT,
    HIGHEST_CAPACITY,
    HIGHEST_LEVEL,
    HIGHEST_PRIORITY,
    HIGHEST_SCORE,
    WEEK_MINUTES,
    Basis,
    Candidate,
    Criterion,
    Direction,
    EntityRule,
    Objective,
    Problem,
    Refusal,
    Rules,
    Seniority,
    Side,
)
from turnabout.engine.reasons import BIT, EXCLUDING, FLAGS, SENTENCES, ReasonCode, excluding_codes
from turnabout.engine.rules import reasons_between
from turnabout.engine.scoring import HIGHEST_LANGUAGE

LEAST_DISTANCE = 3
MOST_EXEMPT = 1_000_000


def refuse_bad_problem(problem: Problem) -> None:
    """Raise Refusal with the first thing that is wrong. O(people)."""
    for side, people in ((Side.MENTOR, problem.mentors), (Side.MENTEE, problem.mentees)):
        _refuse_repeated(side, people)
        for one in people:
            for complaint in complaints(one):
                raise Refusal(f"{side.value} {one.key}: {complaint}")
    about = (
        _about_rules(problem.rules),
        _about_settings(problem),
        _about_names(problem),
        _about_scores(problem),
        about_constraints(problem),
    )
    for complaint in itertools.chain.from_iterable(about):
        raise Refusal(complaint)


def refuse_bad_options(problem: Problem, objective: Objective, finer: Finer) -> None:
    """Raise Refusal for an exemption or a level that cannot be, or that the objective or the size has no use for."""
    highest = HIGHEST_SCORE if problem.scores is None else HIGHEST_BROUGHT
    for name, value, most in (("exempt", finer.exempt, MOST_EXEMPT), ("leximin_to", finer.leximin_to, highest)):
        if not _is_whole(value) or not 0 <= value <= most:
            raise Refusal(f"{name} is {value}: use a whole number from 0 to {most}.")
        if value and objective is not Objective.FAIREST:
            raise Refusal(f"{name} is {value}, but {objective.value} has no floor: choose fairest, or leave {name} out.")
    has_minimums = any(one.minimum for one in (*problem.mentors, *problem.mentees))
    used = {"exempt": finer.exempt, "leximin_to": finer.leximin_to, "a minimum": has_minimums}
    for name in (name for name, value in used.items() if value and is_large(problem)):
        raise Refusal(
            f"{len(problem.mentors)} mentors and {len(problem.mentees)} mentees are too many for {name}, which needs all "
            "possible pairs in the solver at once: leave it out, or match in parts, for example by language."
        )
    for name in (name for name, value in used.items() if value and problem.constraints):
        raise Refusal(f"{name} cannot be combined with constraints on the plan as a whole: leave one of the two out.")


def _is_whole(value: object) -> bool:
    """Whole numbers of Python and of NumPy; True and False are not numbers here."""
    # The first question alone answers for nearly all, and much faster than the others.
    return type(value) is int or (isinstance(value, int | np.integer) and not isinstance(value, bool))


def _refuse_repeated(side: Side, people: Sequence[Candidate]) -> None:
    if not people:
        raise Refusal(f"There is no {side.value}: add at least one.")
    for key, times in Counter(one.key for one in people).items():
        if times > 1:
            raise Refusal(f"{side.value} {key} appears {times} times: every key may appear once on a side.")


def complaints(one: Candidate) -> Iterator[str]:
    """What is wrong with one person, each beginning with the field it is about."""
    if not one.key.strip():
        yield "the key is empty: every person needs one."
    for name, count, most in (
        ("capacity", one.capacity, HIGHEST_CAPACITY),
        ("minimum", one.minimum, HIGHEST_CAPACITY),
        ("priority", one.priority, HIGHEST_PRIORITY),
    ):
        if not (_is_whole(count) and 0 <= count <= most):
            yield f"{name} is {count}: use a whole number from 0 to {most}."
    if one.minimum > one.capacity:
        yield f"minimum is {one.minimum} and capacity {one.capacity}: nobody must have more partners than they have places for."
    for name, value in (("grade", one.grade), ("tree_level", one.tree_level)):
        if value is not None and not _is_whole(value):
            yield f"{name} is {value}: use a whole number, or leave it empty if it is not known."
    # Scores brought along come with a hundred thousand people of whom nothing else is known.
    if one.offers or one.wishes or one.languages:
        yield from _about_levels(one)
    yield from _about_time(one)
    if one.ancestors and one.key in one.ancestors:
        yield "the reporting line leads back to the same person: correct the manager of one of them."


def _about_levels(one: Candidate) -> Iterator[str]:
    for name, levels in (("offers", one.offers), ("wishes", one.wishes)):
        for topic, level in levels.items():
            if not (_is_whole(level) and 1 <= level <= HIGHEST_LEVEL):
                yield f"{name} has level {level} for {topic}: use 1 to {HIGHEST_LEVEL}."
    for language, level in one.languages.items():
        if not (_is_whole(level) and 1 <= level <= HIGHEST_LANGUAGE):
            yield f"languages has level {level} for {language}: use 1 (A1) to {HIGHEST_LANGUAGE} (C2)."


def _about_time(one: Candidate) -> Iterator[str]:
    for start, end in one.hours:
        if not 0 <= start < end <= WEEK_MINUTES:
            yield f"hours has {start} to {end}: use minutes since Monday 00:00 UTC, 0 to {WEEK_MINUTES}, start first."
    for name, value in (("years_of_service", one.years_of_service), ("years_in_profession", one.years_in_profession)):
        if value is not None and not math.isfinite(value):
            yield f"{name} is not a number: leave it empty if it is not known."


def _about_rules(rules: Rules) -> Iterator[str]:
    if rules.distance is not None and not rules.distance.levels >= LEAST_DISTANCE:
        yield (
            f"The distance exception asks for {rules.distance.levels} levels: use {LEAST_DISTANCE} or more, "
            "because direct and skip-level are never allowed."
        )
    if rules.language_level is not None and not 1 <= rules.language_level <= HIGHEST_LANGUAGE:
        yield f"language_level is {rules.language_level}: use 1 (A1) to {HIGHEST_LANGUAGE} (C2), or leave it out."
    if rules.overlap_minutes is not None and not 0 <= rules.overlap_minutes <= WEEK_MINUTES:
        yield f"overlap_minutes is {rules.overlap_minutes}: use 0 to {WEEK_MINUTES}, or leave it out."
    for name, chosen in (("entity", rules.entity), ("function", rules.function)):
        if chosen not in get_args(EntityRule):
            yield f"The rule for {name} is {chosen!r}: use {', '.join(get_args(EntityRule))}."
    yield from _about_seniority(rules.seniority)


def _about_seniority(measure: Seniority) -> Iterator[str]:
    if measure.basis not in get_args(Basis):
        yield f"The basis of seniority is {measure.basis!r}: use {', '.join(get_args(Basis))}."
    for name in ("minimum_gap", "mentor_at_most", "mentee_at_least"):
        value = getattr(measure, name)
        if value is not None and not math.isfinite(value):
            yield f"{name} of seniority is {value}: use a number."
    if measure.basis == "list" and not measure.senior:
        yield "Seniority is by a named list, and the list is empty: name the senior people, or choose another basis."
    low, high = measure.mentor_at_most, measure.mentee_at_least
    if measure.basis == "level" and None not in (low, high):
        yield "Seniority by level in the tree uses minimum_gap only: leave out mentor_at_most and mentee_at_least."


def _about_settings(problem: Problem) -> Iterator[str]:
    if not 0 <= problem.mentee_share <= 1:
        yield f"mentee_share is {problem.mentee_share}: use a number from 0 to 1."
    for name, weight in problem.weights.items():
        if name not in tuple(Criterion):
            yield f"The weights name {name!r}, which is no criterion: use {', '.join(Criterion)}."
        if weight.direction not in get_args(Direction):
            yield f"The direction of {name} is {weight.direction!r}: use {', '.join(get_args(Direction))}."
        if not (math.isfinite(weight.weight) and weight.weight >= 0):
            yield f"The weight of {name} is {weight.weight}: use 0 or more, and direction for the opposite."
    for mentor, mentee in sorted(set(problem.locks) & set(problem.forbidden)):
        yield f"{mentor} and {mentee} are locked and forbidden at once: take one of the two back."


def _about_names(problem: Problem) -> Iterator[str]:
    """Pairs that name somebody who is not there; locks are looked at with the rules they may break."""
    nominations = [(one.mentor, one.mentee) for one in problem.nominations]
    sides = {one.key for one in problem.mentors}, {one.key for one in problem.mentees}
    for entry, pairs in (("nominations", nominations), ("last_plan", problem.last_plan)):
        for pair in pairs:
            for key, known, side in zip(pair, sides, Side, strict=True):
                if key not in known:
                    yield (
                        f"{entry} has {pair[0]} and {pair[1]}, and {key} is not among the {side.value}s: correct the key, "
                        "or leave the pair out."
                    )


def _about_scores(problem: Problem) -> Iterator[str]:
    scores = problem.scores
    if scores is None:
        return
    if len({len(scores.mentor), len(scores.mentee), len(scores.score)}) > 1:
        yield "The three columns of the scores differ in length."
        return
    if any(column.dtype.kind not in "iu" for column in (scores.mentor, scores.mentee, scores.score)):
        yield (
            f"The scores are {scores.score.dtype} and the places {scores.mentor.dtype} and {scores.mentee.dtype}: use whole "
            "numbers, such as int64; `engine.scorefile.whole_scores` turns decimals into them."
        )
        return
    for side, column, people in ((Side.MENTOR, scores.mentor, problem.mentors), (Side.MENTEE, scores.mentee, problem.mentees)):
        if len(column) and not 0 <= int(column.min()) <= int(column.max()) < len(people):
            yield f"The scores name {side.value} {column.max()} and there are {len(people)}: count them from 0."
            return
    if len(scores.score) and not 0 <= int(scores.score.min()) <= int(scores.score.max()) <= HIGHEST_BROUGHT:
        yield f"The scores run from {scores.score.min()} to {scores.score.max()}: use 0 to {HIGHEST_BROUGHT}."
    place = scores.mentor.astype(np.int64) * len(problem.mentees) + scores.mentee
    if not np.all(place[1:] > place[:-1]) and np.any(np.diff(np.sort(place)) == 0):
        yield "The scores name a pair twice: keep one of the two rows."


class NobodyEligible(Refusal):
    """The rules leave no pair at all. Its text counts every reason, so it is for whoever has the files."""


class BrokenLock(Refusal):
    """A locked pair breaks a rule or takes more places than there are. Its text says which reason."""


def refuse_empty_pool(pool: Pool, groups: Classes | None = None) -> None:
    """Nobody eligible: say which rule excludes the most, and the smallest set that empties the pool.

    groups   classes of people, where there are too many to look at every pair
    """
    if len(pool.score):
        return
    if pool.problem.scores is not None:
        raise NobodyEligible("No pair of the scores can be used: each is closed, or one of the two has no places.")
    masks = _masks_of_classes(groups) if groups is not None and not groups.allowed.any() else _masks(pool)
    counts = {code: sum(n for mask, n in masks.items() if mask & BIT[code]) for code in ReasonCode if code not in FLAGS}
    first = max(counts, key=lambda code: counts[code])
    together = " and ".join(code.value for code in _smallest_contradiction(masks))
    raise NobodyEligible(
        f"Nobody can be paired with anybody: {counts[first]} of {sum(masks.values())} pairs are excluded because: "
        f"{SENTENCES[first]} The smallest set of rules that excludes every pair: {together}. Relax one of them, or "
        "add people."
    )


def _masks(pool: Pool) -> Counter[int]:
    """How many pairs have each combination of excluding reasons."""
    found: Counter[int] = Counter()
    for row in range(len(pool.left.keys)):
        mask = pool.eligibility.reasons(grid([row], range(len(pool.right.keys)))) & np.uint32(EXCLUDING)
        values, counts = np.unique(mask, return_counts=True)
        found.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
    return found


def _masks_of_classes(groups: Classes) -> Counter[int]:
    """The same from classes, where no two of them may be paired."""
    found: Counter[int] = Counter()
    people = np.bincount(groups.of_mentee)
    for row, times in zip(groups.broken, np.bincount(groups.of_mentor).tolist(), strict=True):
        for mask, count in zip(row.tolist(), people.tolist(), strict=True):
            found[mask] += times * count
    return found


def _smallest_contradiction(masks: Iterable[int]) -> tuple[ReasonCode, ...]:
    """The fewest rules of which each pair breaks at least one. Every mask has a reason, so all together do."""
    seen = tuple(masks)
    used = [code for code in ReasonCode if any(mask & BIT[code] for mask in seen)]
    every = (some for size in range(1, len(used) + 1) for some in itertools.combinations(used, size))
    return next(some for some in every if all(mask & sum(BIT[code] for code in some) for mask in seen))


def refuse_bad_locks(pool: Pool) -> None:
    """A lock that breaks a rule, or more locks than a person has places, is refused by name."""
    problem = pool.problem
    pairs = set(zip(pool.mentor[pool.locked].tolist(), pool.mentee[pool.locked].tolist(), strict=True))
    known = {(pool.left.keys[row], pool.right.keys[col]) for row, col in pairs}
    for mentor, mentee in problem.locks:
        if (mentor, mentee) not in known:
            raise BrokenLock(f"{mentor} and {mentee} cannot be locked: {_why(problem, mentor, mentee)}")
    for side, locked, columns in (
        (Side.MENTOR, pool.mentor, pool.left),
        (Side.MENTEE, pool.mentee, pool.right),
    ):
        used = np.bincount(locked[pool.locked], minlength=len(columns.keys))
        for place in np.flatnonzero(used > columns.capacity):
            raise BrokenLock(
                f"{side.value} {columns.keys[place]} is locked into {used[place]} pairs but has "
                f"{columns.capacity[place]} places: take a lock back, or raise the capacity."
            )


def _why(problem: Problem, mentor: str, mentee: str) -> str:
    for key, people in ((mentor, problem.mentors), (mentee, problem.mentees)):
        if key not in {one.key for one in people}:
            return f"{key} is not among the people. Correct the key, or take the lock back."
    reasons = () if problem.scores else excluding_codes(mask_between(problem, mentor, mentee))
    said = SENTENCES[reasons[0] if reasons else ReasonCode.NOT_LISTED]
    return f"{said} Take the lock back, or change the rule."


def mask_between(problem: Problem, mentor: str, mentee: str) -> int:
    """The reason bits between two people, by key."""
    return sum(BIT[code] for code in reasons_between(problem, mentor, mentee))

"""Whom a round's distance exception is granted to in one matching. Pure.

It is for the head of the organisation, of an entity or of a site (`people.queries.heads`) who has nobody outside their
line: no mentor of this matching whom the round's other rules allow. What somebody said in private counts for nothing
here: a conflict, a no or a rest outside the line must not show by a suggestion inside it. And a free place counts,
whoever else would like it.
"""

from collections.abc import Iterable, Set
from dataclasses import replace

from turnabout.engine import Candidate, DistanceException, Problem, without_partner
from turnabout.matching.candidates import without_what_is_private


def asking(problem: Problem) -> frozenset[str]:
    """Mentees who have a mentor far enough below them, so that the exception could matter. O(people x line length)."""
    distance = problem.rules.distance
    if distance is None:
        return frozenset()
    far_above = {manager for one in problem.mentors for manager in (one.ancestors or ())[distance.levels - 1 :]}
    return frozenset(far_above & {one.key for one in problem.mentees})


def granted(problem: Problem, heads: Set[str], *, mentors: Iterable[Candidate]) -> Problem:
    """The problem with the exception for those of `heads` alone who have nobody outside their line among `mentors`.

    mentors   everybody of the round who could be suggested, also where the problem is about a few people
    O(mentors x heads).
    """
    distance = problem.rules.distance
    if distance is None:
        return problem
    theirs = [one for one in problem.mentees if one.key in heads]
    alone: frozenset[str] = frozenset()
    if theirs:
        asked = Problem(
            mentors=tuple(without_what_is_private(one) for one in mentors),
            mentees=tuple(replace(without_what_is_private(one), capacity=max(1, one.capacity)) for one in theirs),
            rules=replace(problem.rules, distance=None),
        )
        alone = without_partner(asked)
    exception = DistanceException(allowed_for=alone, levels=distance.levels)
    return replace(problem, rules=replace(problem.rules, distance=exception))

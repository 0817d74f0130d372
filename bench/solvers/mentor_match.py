"""`mentor-match`, made for the civil service: one to one by the Hungarian method, in rounds for second places.

Its package is called `matching` too, which is why it has an environment of its own.
"""

from __future__ import annotations

from matching import process
from matching.match import Match
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.rules.rule import Disqualify

from bench.instance import Instance

PACKAGE = "mentor-match"
# More than any total can differ by, so that one more pair always wins.
BONUS = 10**6


class Scored:
    """A rule of theirs that gives a pair our score: what they count is what everybody counts."""

    def __init__(self, scores: dict[tuple[int, int], int]) -> None:
        self.scores = scores

    def evaluate(self, match: Match) -> bool:
        return (match.mentor.email, match.mentee.email) in self.scores

    def apply(self, match: Match) -> int:
        return self.scores.get((match.mentor.email, match.mentee.email), 0) + BONUS


def solve(instance: Instance) -> list[tuple[int, int]]:
    """As many rounds as somebody has places; whoever has no place left sits out.

    People are told apart by `email` on both sides together, so mentees are numbered after mentors.
    """
    places = [*instance.mentors.tolist(), *instance.mentees.tolist()]
    first = len(instance.mentors)
    keys = zip(instance.mentor.tolist(), (first + instance.mentee).tolist(), strict=True)
    scored = Scored(dict(zip(keys, instance.score.tolist(), strict=True)))

    def is_closed(match: Match) -> bool:
        taken = len(match.mentor.mentees) >= places[match.mentor.email] or len(match.mentee.mentors) >= places[match.mentee.email]
        return taken or not scored.evaluate(match)

    mentors = [Mentor(grade=0, email=one) for one in range(first)]
    mentees = [Mentee(grade=0, email=one) for one in range(first, len(places))]
    process.process_data(mentors, mentees, [[scored, Disqualify(is_closed)] for _ in range(max(places))])
    return [(mentor.email, mentee.email - first) for mentor in mentors for mentee in mentor.mentees]

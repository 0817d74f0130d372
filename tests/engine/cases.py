"""Small problems for the engine's tests, and the slow but obvious answer to compare with."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

from turnabout.engine import Candidate, Plan, Problem, ScoreList, solve
from turnabout.engine.problem import Nomination, Rules, Seniority

Scores = Mapping[tuple[int, int], int]


def from_scores(
    scores: Scores,
    mentors: Sequence[int],
    mentees: Sequence[int],
    *,
    locks: Sequence[tuple[str, str]] = (),
    forbidden: Sequence[tuple[str, str]] = (),
    last_plan: Sequence[tuple[str, str]] = (),
    nominations: Sequence[Nomination] = (),
    priority: Mapping[str, int] | None = None,
    minimums: Mapping[str, int] | None = None,
) -> Problem:
    """A problem with mentors m0, m1, ... and mentees n0, n1, ... of some capacities."""
    pairs = sorted(scores)
    ranks, least = priority or {}, minimums or {}

    def one(key: str, places: int) -> Candidate:
        return Candidate(key=key, capacity=places, minimum=least.get(key, 0), priority=ranks.get(key, 0))

    return Problem(
        mentors=tuple(one(f"m{k}", places) for k, places in enumerate(mentors)),
        mentees=tuple(one(f"n{k}", places) for k, places in enumerate(mentees)),
        weights={},
        locks=tuple(locks),
        forbidden=tuple(forbidden),
        last_plan=tuple(last_plan),
        nominations=tuple(nominations),
        scores=ScoreList(
            mentor=np.array([pair[0] for pair in pairs], dtype=np.int32),
            mentee=np.array([pair[1] for pair in pairs], dtype=np.int32),
            score=np.array([scores[pair] for pair in pairs], dtype=np.int64),
        ),
    )


@st.composite
def small(draw: st.DrawFn, *, most: int = 4, highest: int = 9, capacity: int = 3) -> tuple[Scores, list[int], list[int]]:
    """Scores and capacities with at least one pair that can be used."""
    mentors = draw(st.lists(st.integers(0, capacity), min_size=1, max_size=most))
    mentees = draw(st.lists(st.integers(0, capacity), min_size=1, max_size=most))
    mentors[0], mentees[0] = max(mentors[0], 1), max(mentees[0], 1)
    every = list(itertools.product(range(len(mentors)), range(len(mentees))))
    scores = draw(st.dictionaries(st.sampled_from(every), st.integers(0, highest)))
    scores[0, 0] = draw(st.integers(0, highest))
    return scores, mentors, mentees


def chosen(plan: Plan) -> frozenset[tuple[int, int]]:
    """The numbers of a plan's people."""
    return frozenset((int(pair.mentor[1:]), int(pair.mentee[1:])) for pair in plan.pairs)


def every_plan(scores: Scores, mentors: Sequence[int], mentees: Sequence[int]) -> list[frozenset[tuple[int, int]]]:
    """Every feasible plan, the empty one included. For at most about sixteen pairs."""
    plans: list[tuple[tuple[int, int], ...]] = [()]
    for pair in sorted(scores):
        plans += [
            (*plan, pair)
            for plan in plans
            if sum(one[0] == pair[0] for one in plan) < mentors[pair[0]]
            and sum(one[1] == pair[1] for one in plan) < mentees[pair[1]]
        ]
    return [frozenset(plan) for plan in plans]


def best_by_rows(scores: Scores, mentors: Sequence[int], mentees: Sequence[int]) -> tuple[tuple[int, int], int]:
    """((most pairs, highest total with so many), highest total of any number), one mentor after the other.

    Remembers the best way to every state of places that are left, so that six by six with capacities takes a moment.
    """
    best: dict[tuple[int, ...], dict[int, int]] = {tuple(mentees): {0: 0}}
    for i, places in enumerate(mentors):
        after: dict[tuple[int, ...], dict[int, int]] = {}
        own = [j for j in range(len(mentees)) if (i, j) in scores]
        choices = [some for size in range(places + 1) for some in itertools.combinations(own, size)]
        for left, totals in best.items():
            for some in choices:
                if all(left[j] for j in some):
                    gained = sum(scores[i, j] for j in some)
                    into = after.setdefault(tuple(place - (j in some) for j, place in enumerate(left)), {})
                    for count, total in totals.items():
                        into[count + len(some)] = max(into.get(count + len(some), -1), total + gained)
        best = after
    found = [(count, total) for totals in best.values() for count, total in totals.items()]
    return max(found), max(total for _, total in found)


def meets(plan: frozenset[tuple[int, int]], minimums: Mapping[str, int]) -> bool:
    """Whether everybody has as many partners as they must."""
    partners = Counter(key for i, j in plan for key in (f"m{i}", f"n{j}"))
    return all(partners[key] >= least for key, least in minimums.items())


def served(plan: frozenset[tuple[int, int]]) -> int:
    """How many distinct people have a partner."""
    return len({pair[0] for pair in plan}) + len({pair[1] for pair in plan})


def best_value(
    scores: Scores, mentors: Sequence[int], mentees: Sequence[int], *, objective: str, breadth: bool
) -> tuple[int, ...]:
    """(pairs, people served once, floor, total) of the best plan, 0 for what the objective ignores."""

    def value(plan: frozenset[tuple[int, int]]) -> tuple[int, ...]:
        floor = min((scores[pair] for pair in plan), default=0)
        return (
            len(plan) if objective != "best-total" else 0,
            served(plan) if breadth else 0,
            floor if objective == "fairest" else 0,
            sum(scores[pair] for pair in plan),
        )

    return max(map(value, every_plan(scores, mentors, mentees)))


TOPICS = ("AI", "web", "media", "video", "data", "search")
LANGUAGES = ("en", "fr", "de", "it", "es")


def believable(mentors: int, mentees: int, *, seed: int = 0) -> Problem:
    """A pool like a real one: grades, topics, languages, hours, entities."""
    draw = random.Random(seed)

    def one(key: str, grades: tuple[int, int], places: int) -> Candidate:
        return Candidate(
            key=key,
            capacity=places,
            offers={topic: draw.randint(1, 3) for topic in draw.sample(TOPICS, 3)},
            wishes={topic: draw.randint(1, 3) for topic in draw.sample(TOPICS, 2)},
            languages={name: draw.randint(2, 6) for name in draw.sample(LANGUAGES, 2)},
            hours=tuple((day * 1440 + 480, day * 1440 + 600 + 60 * draw.randint(0, 5)) for day in range(5)),
            grade=draw.randint(*grades),
            entity=f"e{draw.randint(0, 9)}",
            function=f"f{draw.randint(0, 5)}",
            ancestors=("head",),
            interests=draw.choice(("", "sailing and jazz", "jazz piano", "mountain walking")),
        )

    return Problem(
        mentors=tuple(one(f"m{k:03}", (1, 6), draw.choice((1, 1, 2))) for k in range(mentors)),
        mentees=tuple(one(f"n{k:03}", (5, 9), 1) for k in range(mentees)),
        rules=Rules(
            same_team=False,
            seniority=Seniority(basis="grade", minimum_gap=2),
            language_level=3,
            overlap_minutes=60,
        ),
    )


def variants() -> list[Problem]:
    """Problems with a little of everything, on which a faster way must give the same plan as the plain one."""
    plain = believable(70, 80, seed=1)
    pairs = [(pair.mentor, pair.mentee) for pair in solve(plain).pairs]
    ranked = tuple(dataclasses.replace(one, priority=3 if place % 7 == 0 else 0) for place, one in enumerate(plain.mentors))
    asked = tuple(Nomination(mentor=a, mentee=b, rank=k % 3 + 1) for k, (a, b) in enumerate(pairs[::9]))
    return [
        plain,
        dataclasses.replace(plain, mentors=ranked),
        dataclasses.replace(plain, nominations=asked),
        dataclasses.replace(plain, locks=tuple(pairs[3:6]), forbidden=(pairs[0],), last_plan=tuple(pairs[::2])),
        believable(4, 60, seed=2),
        believable(60, 4, seed=3),
    ]

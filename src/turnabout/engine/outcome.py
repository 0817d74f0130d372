"""A solved pool as a plan people can read: pairs with reasons, and everybody left over with theirs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import single_pairs
from turnabout.engine.plan import Certificate, CriterionScore, Pairing, Plan, Unmatched
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import Side
from turnabout.engine.reasons import BIT, EXCLUDING, FLAGS, RELAXABLE, SENTENCES, ReasonCode, codes_in
from turnabout.engine.rules import Mask
from turnabout.engine.scoring import rounded

# Whether somebody is not available is nobody's business: it is in no histogram.
COUNTED: tuple[ReasonCode, ...] = tuple(code for code in ReasonCode if code not in FLAGS and code is not ReasonCode.NOT_AVAILABLE)


def assemble(pool: Pool, chosen: Flags, certificate: Certificate, sealed_input: Mapping[str, bytes]) -> Plan:
    """Pairs and unmatched people of a chosen set of pairs, in key order."""
    scores = pool.problem.scores
    return Plan(
        pairs=pairings(pool, np.flatnonzero(chosen)),
        unmatched=unmatched(pool, chosen),
        certificate=certificate,
        sealed_input=sealed_input,
        decimals=scores.decimals if scores else 0,
    )


def pairings(pool: Pool, places: NDArray[np.intp]) -> tuple[Pairing, ...]:
    """The pool's pairs at some places, with both sides' scores by criterion."""
    criteria = _by_criterion(pool, places)
    return tuple(
        Pairing(
            mentor=pool.left.keys[pool.mentor[place]],
            mentee=pool.right.keys[pool.mentee[place]],
            score=int(pool.score[place]),
            for_mentor=int(pool.for_mentor[place]),
            for_mentee=int(pool.for_mentee[place]),
            criteria=criteria[number],
            flags=codes_in(int(pool.reasons[place])),
            is_locked=bool(pool.locked[place]),
        )
        for number, place in enumerate(places)
    )


def _by_criterion(pool: Pool, places: NDArray[np.intp]) -> list[tuple[CriterionScore, ...]]:
    if pool.problem.scores is not None:
        return [()] * len(places)
    lens = single_pairs(pool.mentor[places], pool.mentee[places])
    columns = []
    for criterion, weight in sorted(pool.problem.weights.items(), key=lambda item: (-item[1].weight, item[0])):
        if weight.weight:
            gains = pool.scoring.values(criterion, lens)
            columns.append((criterion, weight.weight, rounded(gains[0]).tolist(), rounded(gains[1]).tolist()))
    return [
        tuple(
            CriterionScore(criterion=name, weight=weight, for_mentor=mentor[k], for_mentee=mentee[k])
            for name, weight, mentor, mentee in columns
        )
        for k in range(len(places))
    ]


def unmatched(pool: Pool, chosen: Flags) -> tuple[Unmatched, ...]:
    """Everybody without a partner, mentors first, each with what blocked them."""
    alone_left = np.bincount(pool.mentor[chosen], minlength=len(pool.left.keys)) == 0
    alone_right = np.bincount(pool.mentee[chosen], minlength=len(pool.right.keys)) == 0
    eligible_left, eligible_right = pool.survey.eligible_mentor, pool.survey.eligible_mentee
    found = [describe(pool, Side.MENTOR, place, int(eligible_left[place])) for place in np.flatnonzero(alone_left).tolist()]
    found += [describe(pool, Side.MENTEE, place, int(eligible_right[place])) for place in np.flatnonzero(alone_right).tolist()]
    return tuple(found)


def reasons_of(pool: Pool, side: Side, place: int) -> Mask:
    """Reason bits between one person and everybody on the other side."""
    is_mentor = side is Side.MENTOR
    others = range(len(pool.right.keys) if is_mentor else len(pool.left.keys))
    here = [place] * len(others)
    lens = single_pairs(here, others) if is_mentor else single_pairs(others, here)
    if pool.problem.scores is None:
        return pool.eligibility.reasons(lens)
    closed = (pool.right if is_mentor else pool.left).is_closed | (pool.left if is_mentor else pool.right).is_closed[place]
    mask = pool.eligibility.named(lens) | np.where(closed, np.uint32(BIT[ReasonCode.NOT_AVAILABLE]), np.uint32(0))
    mine, theirs = (pool.mentor, pool.mentee) if is_mentor else (pool.mentee, pool.mentor)
    is_listed = np.zeros(len(others), dtype=bool)
    is_listed[theirs[mine == place]] = True
    not_listed = np.uint32(BIT[ReasonCode.NOT_LISTED])
    return np.where(is_listed | ((mask & np.uint32(EXCLUDING)) != 0), mask, mask | not_listed)


def describe(pool: Pool, side: Side, place: int, eligible: int) -> Unmatched:
    """Why one person has no partner: what blocked how many, and which single rule would open how many."""
    own = pool.left if side is Side.MENTOR else pool.right
    if own.is_closed[place]:
        return Unmatched(key=own.keys[place], side=side, eligible=0, sentence="They take no part in this matching.")
    excluding = reasons_of(pool, side, place) & np.uint32(EXCLUDING)
    blocked: dict[ReasonCode, int] = {code: int(np.count_nonzero(excluding & np.uint32(BIT[code]))) for code in COUNTED}
    opens: dict[ReasonCode, int] = {code: int(np.count_nonzero(excluding == np.uint32(BIT[code]))) for code in RELAXABLE}
    blocked = {code: count for code, count in blocked.items() if count}
    opens = {code: count for code, count in opens.items() if count}
    return Unmatched(
        key=own.keys[place],
        side=side,
        eligible=eligible,
        blocked=blocked,
        opens=opens,
        is_shortage=eligible > 0,
        sentence=_sentence(eligible, blocked, opens),
    )


def _sentence(eligible: int, blocked: dict[ReasonCode, int], opens: dict[ReasonCode, int]) -> str:
    if eligible:
        people = "1 partner is" if eligible == 1 else f"{eligible} partners are"
        return f"{people} possible, but every place they have is needed by another pair of this plan."
    if not blocked:
        return "Nobody on the other side is available."
    first = max(blocked, key=lambda code: blocked[code])
    said = f"No partner is possible. The most frequent reason ({blocked[first]}): {SENTENCES[first]}"
    if not opens:
        return said
    best = max(opens, key=lambda code: opens[code])
    return f"{said} Without the rule {best.value} alone, {opens[best]} would become possible."

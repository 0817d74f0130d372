"""A solved pool as a plan people can read: pairs with reasons, and everybody left over with theirs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.encode import grid, single_pairs
from turnabout.engine.plan import Certificate, CriterionScore, Pairing, Plan, Unmatched
from turnabout.engine.pool import BLOCK_PAIRS, Flags, Pool
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
    found = _describe(pool, Side.MENTOR, np.flatnonzero(alone_left))
    return (*found, *_describe(pool, Side.MENTEE, np.flatnonzero(alone_right)))


def reasons_of(pool: Pool, side: Side, places: NDArray[np.intp]) -> Mask:
    """Reason bits between some people (rows) and everybody on the other side (columns)."""
    is_mentor = side is Side.MENTOR
    others = range(len(pool.right.keys) if is_mentor else len(pool.left.keys))
    lens = grid(places, others) if is_mentor else grid(others, places)
    if pool.problem.scores is None:
        mask = pool.eligibility.reasons(lens)
        return mask if is_mentor else mask.T
    closed = lens.left(pool.left.is_closed) | lens.right(pool.right.is_closed)
    mask = pool.eligibility.named(lens) | np.where(closed, _bit(ReasonCode.NOT_AVAILABLE), np.uint32(0))
    at_row, at_col = (np.full(len(keys), -1, dtype=np.intp) for keys in (pool.left.keys, pool.right.keys))
    at_row[lens.rows], at_col[lens.cols] = np.arange(len(lens.rows)), np.arange(len(lens.cols))
    row, col = at_row[pool.mentor], at_col[pool.mentee]
    is_listed = (mask & np.uint32(EXCLUDING)) != 0
    is_listed[row[(row >= 0) & (col >= 0)], col[(row >= 0) & (col >= 0)]] = True
    mask |= np.where(is_listed, np.uint32(0), _bit(ReasonCode.NOT_LISTED))
    return mask if is_mentor else mask.T


def _bit(code: ReasonCode) -> np.uint32:
    return np.uint32(BIT[code])


def _describe(pool: Pool, side: Side, places: NDArray[np.intp]) -> list[Unmatched]:
    """People without a partner, some at a time: what blocked how many, what would open how many."""
    is_mentor = side is Side.MENTOR
    own, others = (pool.left, pool.right) if is_mentor else (pool.right, pool.left)
    eligible = pool.survey.eligible_mentor if is_mentor else pool.survey.eligible_mentee
    found: list[Unmatched] = []
    some = max(1, BLOCK_PAIRS // len(others.keys))
    for start in range(0, len(places), some):
        part = places[start : start + some]
        excluding = reasons_of(pool, side, part) & np.uint32(EXCLUDING)
        blocked = {code: ((excluding & _bit(code)) != 0).sum(axis=1).tolist() for code in COUNTED}
        opens = {code: (excluding == _bit(code)).sum(axis=1).tolist() for code in RELAXABLE}
        for row, place in enumerate(part.tolist()):
            if own.is_closed[place]:
                said = "They take no part in this matching."
                found.append(Unmatched(key=own.keys[place], side=side, eligible=0, sentence=said))
                continue
            one = _unmatched(own.keys[place], side, int(eligible[place]), _row(blocked, row), _row(opens, row))
            if pool.problem.constraints and one.eligible:
                one = dataclasses.replace(one, sentence=_limited(one.eligible))
            found.append(one)
    return found


def _row(counts: dict[ReasonCode, list[int]], row: int) -> dict[ReasonCode, int]:
    return {code: column[row] for code, column in counts.items() if column[row]}


def _unmatched(key: str, side: Side, eligible: int, blocked: dict[ReasonCode, int], opens: dict[ReasonCode, int]) -> Unmatched:
    return Unmatched(
        key=key,
        side=side,
        eligible=eligible,
        blocked=blocked,
        opens=opens,
        is_shortage=eligible > 0,
        sentence=_sentence(eligible, blocked, opens),
    )


def _limited(eligible: int) -> str:
    """With constraints, a place may stay free: it cannot be told in one sentence which of the two it was."""
    possible = _possible(eligible)
    return f"{possible} possible, but each is needed by another pair of this plan, or a constraint leaves no room for one more."


def _possible(eligible: int) -> str:
    return "1 partner is" if eligible == 1 else f"{eligible} partners are"


def _sentence(eligible: int, blocked: dict[ReasonCode, int], opens: dict[ReasonCode, int]) -> str:
    if eligible:
        return f"{_possible(eligible)} possible, but every place they have is needed by another pair of this plan."
    if not blocked:
        return "Nobody on the other side is available."
    first = max(blocked, key=lambda code: blocked[code])
    said = f"No partner is possible. The most frequent reason ({blocked[first]}): {SENTENCES[first]}"
    if not opens:
        return said
    best = max(opens, key=lambda code: opens[code])
    return f"{said} Without the rule {best.value} alone, {opens[best]} would become possible."

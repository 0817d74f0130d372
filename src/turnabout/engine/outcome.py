"""A solved pool as a plan people can read: pairs with reasons, and everybody left over with theirs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.blocking import blocked_by
from turnabout.engine.canonical import digest
from turnabout.engine.classes import Classes
from turnabout.engine.encode import single_pairs
from turnabout.engine.plan import Certificate, CriterionScore, Pairing, Plan, Unmatched
from turnabout.engine.pool import Flags, Pool
from turnabout.engine.problem import Side
from turnabout.engine.reasons import FLAGS, SENTENCES, ReasonCode, codes_in
from turnabout.engine.scoring import rounded

Places = NDArray[np.intp]

# Whether somebody is not available is nobody's business: it is in no histogram.
COUNTED: tuple[ReasonCode, ...] = tuple(code for code in ReasonCode if code not in FLAGS and code is not ReasonCode.NOT_AVAILABLE)


def assemble(
    pool: Pool,
    chosen: Flags,
    certificate: Certificate,
    sealed_input: Mapping[str, bytes],
    groups: Classes | None = None,
) -> Plan:
    """Pairs and unmatched people of a chosen set of pairs, in key order.

    groups   classes of people, for a pool that does not hold every eligible pair
    """
    scores = pool.problem.scores
    return Plan(
        pairs=pairings(pool, np.flatnonzero(chosen)),
        unmatched=unmatched(pool, chosen, groups),
        certificate=certificate,
        sealed_input=sealed_input,
        decimals=scores.decimals if scores else 0,
    )


def pairings(pool: Pool, places: NDArray[np.intp]) -> tuple[Pairing, ...]:
    """The pool's pairs at some places, with both sides' scores by criterion."""
    criteria = _by_criterion(pool, places)
    columns = (pool.mentor, pool.mentee, pool.score, pool.for_mentor, pool.for_mentee, pool.reasons, pool.locked)
    rows = zip(*(column[places].tolist() for column in columns), strict=True)
    return tuple(
        Pairing(
            mentor=pool.left.keys[mentor],
            mentee=pool.right.keys[mentee],
            score=score,
            for_mentor=for_mentor,
            for_mentee=for_mentee,
            criteria=criteria[number],
            flags=codes_in(reasons) if reasons else (),
            is_locked=locked,
        )
        for number, (mentor, mentee, score, for_mentor, for_mentee, reasons, locked) in enumerate(rows)
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


def unmatched(pool: Pool, chosen: Flags, groups: Classes | None = None) -> tuple[Unmatched, ...]:
    """Everybody without a partner, mentors first, each with what blocked them."""
    alone_left = np.bincount(pool.mentor[chosen], minlength=len(pool.left.keys)) == 0
    alone_right = np.bincount(pool.mentee[chosen], minlength=len(pool.right.keys)) == 0
    found = _describe(pool, Side.MENTOR, np.flatnonzero(alone_left), groups)
    return (*found, *_describe(pool, Side.MENTEE, np.flatnonzero(alone_right), groups))


def scores_hash(pool: Pool, chosen: Flags) -> str:
    """Fingerprint of the plan's pairs with their scores, the same on every machine that computes the same."""
    columns = (pool.mentor, pool.mentee, pool.for_mentor, pool.for_mentee, pool.score)
    return digest(*(column[chosen].astype("<i8").tobytes() for column in columns))


def _describe(pool: Pool, side: Side, places: Places, groups: Classes | None) -> list[Unmatched]:
    """People without a partner: what blocked how many, what would open how many."""
    own = pool.left if side is Side.MENTOR else pool.right
    counts = blocked_by(pool, side, places, groups)
    eligible = counts.eligible.tolist()
    blocked = {code: column.tolist() for code, column in counts.blocked.items() if code in COUNTED and column.any()}
    opens = {code: column.tolist() for code, column in counts.opens.items() if column.any()}
    found: list[Unmatched] = []
    for row, place in enumerate(places.tolist()):
        if own.is_closed[place]:
            said = "They take no part in this matching."
            found.append(Unmatched(key=own.keys[place], side=side, eligible=0, sentence=said))
            continue
        one = _unmatched(own.keys[place], side, eligible[row], _row(blocked, row), _row(opens, row))
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

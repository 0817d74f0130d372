"""What of the engine's answer is kept: suggestions with reasons, people left over, figures and proof."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from turnabout.engine import Pairing, Plan, ReasonCode
from turnabout.engine import Unmatched as EngineUnmatched
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Proposal, Run, Unmatched

SHORTAGE = "shortage"
# A past no shares its code with everybody who is not available, and no count of it is kept.
UNCOUNTED = frozenset({ReasonCode.NOT_AVAILABLE, ReasonCode.CONFLICT, ReasonCode.SAME_PERSON})


def proposal(run: Run, pairing: Pairing, mentor: Enrolment, mentee: Enrolment, topics: Mapping[str, list[str]]) -> Proposal:
    return Proposal(
        run=run,
        mentor=mentor,
        mentee=mentee,
        score=pairing.score,
        mentor_score=pairing.for_mentor,
        mentee_score=pairing.for_mentee,
        is_locked=pairing.is_locked,
        reasons=reasons(pairing, topics),
    )


def reasons(pairing: Pairing, topics: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "criteria": [
            {
                "criterion": str(line.criterion),
                "weight": line.weight,
                "mentor": line.for_mentor,
                "mentee": line.for_mentee,
            }
            for line in pairing.criteria
        ],
        "flags": [str(flag) for flag in pairing.flags],
        **topics,
    }


def shared_topics(
    mentor_offers: Mapping[str, int],
    mentee_wishes: Mapping[str, int],
    mentee_offers: Mapping[str, int],
    mentor_wishes: Mapping[str, int],
) -> dict[str, list[str]]:
    """What the mentee can learn here, and what comes back, most wanted first."""
    return {
        "learns": sorted(mentor_offers.keys() & mentee_wishes.keys(), key=lambda topic: (-mentee_wishes[topic], topic)),
        "returns": sorted(mentee_offers.keys() & mentor_wishes.keys(), key=lambda topic: (-mentor_wishes[topic], topic)),
    }


def left_over(run: Run, person: EngineUnmatched, place: Enrolment, scarce: Sequence[Mapping[str, Any]] = ()) -> Unmatched:
    counted = {str(code): count for code, count in person.blocked.items() if code not in UNCOUNTED and count}
    most = max(counted, key=lambda code: (counted[code], code), default=SHORTAGE)
    return Unmatched(
        run=run,
        enrolment=place,
        reason=SHORTAGE if person.eligible else most,
        blocked_by={
            "eligible": person.eligible,
            "rules": counted,
            "opens": {str(code): count for code, count in person.opens.items() if code not in UNCOUNTED and count},
            "scarce": list(scarce),
        },
    )


def figures(plan: Plan, *, pool_size: int, not_prepared: int, waiting: int, seconds: float) -> dict[str, Any]:
    return {
        "people": plan.people,
        "pairs": len(plan.pairs),
        "total": plan.total,
        "floor": plan.floor,
        "candidates": pool_size,
        "not_prepared": not_prepared,
        "waiting": waiting,
        "unknown_lines": sum(ReasonCode.UNKNOWN_LINE in pair.flags for pair in plan.pairs),
        "seconds": round(seconds, 2),
    }


def certificate(plan: Plan) -> dict[str, Any]:
    """The proof as it is stored with the run, so that it can be checked years later."""
    return asdict(plan.certificate)

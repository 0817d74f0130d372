"""A few things that Mia and Sol wrote to each other, so that their pages are not empty."""

import json
from datetime import datetime, timedelta

from turnabout.notes.models import CommonGround, NextStep, Note
from turnabout.pairs.models import Agreement, Pair
from turnabout.scheduling.models import Session

AGREEMENT = {
    "mentor_aims": "See how decisions about claims are really made, and meet two people in product.",
    "mentee_aims": "Use one AI tool in my own week, and stop forwarding newsletters I have not read.",
}
MENTORS_GROUND = (
    "I learned to code from my aunt. I ride the first tram every day. I keep a list of good questions.",
    "I have never met anybody who runs a whole business. I want to hear how it feels.",
)
MENTEES_GROUND = (
    "I failed my first exam in insurance. I cook on Sundays. I still write on paper.",
    "My daughter says I ask the wrong people. I think she is right.",
)


def write(pair: Pair, *, now: datetime) -> None:
    met = Session.objects.filter(pair=pair, state=Session.State.MET).order_by("number").first()
    ahead = Session.objects.filter(pair=pair, state__in=Session.AHEAD).order_by("number").first()
    Agreement.objects.filter(pair=pair).update(words=json.dumps(AGREEMENT))
    _write_common_ground(pair)
    _write_notes(pair, met, ahead, now=now)
    _write_next_steps(pair, met, now=now)


def _write_common_ground(pair: Pair) -> None:
    for author, (body, why) in ((pair.mentor, MENTORS_GROUND), (pair.mentee, MENTEES_GROUND)):
        written_at = pair.started_at + timedelta(days=2)
        CommonGround.objects.create(pair=pair, author=author, body=body, looking_forward=why, written_at=written_at)


def _write_notes(pair: Pair, met: Session | None, ahead: Session | None, *, now: datetime) -> None:
    notes = (
        (ahead, pair.mentor, Note.Kind.AGENDA, "Ten minutes on your three prompts from last week", 2),
        (met, pair.mentee, Note.Kind.SHARED, "Search, then check who wrote it. Twice.", 20),
        (ahead, pair.mentor, Note.Kind.PRIVATE, "Ask about the budget round, gently.", 1),
    )
    for session, author, kind, body, days_ago in notes:
        written_at = now - timedelta(days=days_ago)
        Note.objects.create(pair=pair, session=session, author=author, kind=kind, body=body, written_at=written_at)


def _write_next_steps(pair: Pair, met: Session | None, *, now: datetime) -> None:
    written_at = now - timedelta(days=20)
    soon, done = (now + timedelta(days=9)).date(), now - timedelta(days=15)
    promise, guide = "Introduce Mia to the head of product", "Send the one-page guide to checking a source"
    NextStep.objects.create(pair=pair, holder=pair.mentee, session=met, body=promise, due_on=soon, written_at=written_at)
    NextStep.objects.create(pair=pair, holder=pair.mentor, session=met, body=guide, done_at=done, written_at=written_at)

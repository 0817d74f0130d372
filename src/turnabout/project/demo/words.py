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


def write(pair: Pair, *, now: datetime) -> None:
    Agreement.objects.filter(pair=pair).update(words=json.dumps(AGREEMENT))
    mentor, mentee = pair.mentor, pair.mentee
    before = pair.started_at + timedelta(days=2)
    for place, body, why in (
        (
            mentor,
            "I learned to code from my aunt. I ride the first tram every day. I keep a list of good questions.",
            "I have never met anybody who runs a whole business. I want to hear how it feels.",
        ),
        (
            mentee,
            "I failed my first exam in insurance. I cook on Sundays. I still write on paper.",
            "My daughter says I ask the wrong people. I think she is right.",
        ),
    ):
        CommonGround.objects.create(pair=pair, author=place, body=body, looking_forward=why, written_at=before)
    met = Session.objects.filter(pair=pair, state=Session.State.MET).order_by("number").first()
    ahead = Session.objects.filter(pair=pair, state__in=Session.AHEAD).order_by("number").first()
    Note.objects.create(
        pair=pair,
        session=ahead,
        author=mentor,
        kind=Note.Kind.AGENDA,
        body="Ten minutes on your three prompts from last week",
        written_at=now - timedelta(days=2),
    )
    Note.objects.create(
        pair=pair,
        session=met,
        author=mentee,
        kind=Note.Kind.SHARED,
        body="Search, then check who wrote it. Twice.",
        written_at=before + timedelta(days=12),
    )
    Note.objects.create(
        pair=pair,
        session=ahead,
        author=mentor,
        kind=Note.Kind.PRIVATE,
        body="Ask about the budget round, gently.",
        written_at=now - timedelta(days=1),
    )
    NextStep.objects.create(
        pair=pair,
        holder=mentee,
        session=met,
        body="Introduce Mia to the head of product",
        due_on=(now + timedelta(days=9)).date(),
        written_at=now - timedelta(days=20),
    )
    NextStep.objects.create(
        pair=pair,
        holder=mentor,
        session=met,
        body="Send the one-page guide to checking a source",
        done_at=now - timedelta(days=15),
        written_at=now - timedelta(days=20),
    )

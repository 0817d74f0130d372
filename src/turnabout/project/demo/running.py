"""Pairs in every condition a coordinator meets, planned by the product's own rules for dates."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import F

from turnabout.blueprints import catalogue
from turnabout.enrolments.models import Enrolment
from turnabout.matching import wording
from turnabout.matching.models import NotAvailable, Proposal, Run
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Agreement, Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.scheduling import planning
from turnabout.scheduling.models import Attendance, Session
from turnabout.scheduling.planning import Diary, Terms

State = Session.State

# How often each condition is met among a hundred suggestions.
CONDITIONS = {
    "on_track": 50,
    "fresh": 7,
    "unsigned": 6,
    "quiet": 8,
    "mentee_cancelled_twice": 5,
    "missed": 5,
    "never_met": 3,
    "paused": 2,
    "ended": 4,
    "asking_mentor": 4,
    "asking_mentee": 3,
    "not_available": 3,
}
QUESTIONS = frozenset({"asking_mentor", "asking_mentee", "not_available"})


@dataclass(frozen=True, kw_only=True)
class Life:
    """When things happened in the demo's round."""

    now: datetime
    published_at: datetime
    seed: int
    is_over: bool = False  # every pair that stayed has closed


def condition_of(place: int, draw: random.Random, *, is_over: bool) -> str:
    """The first suggestion of a board is always a pair that goes well: it becomes Mia and Sol."""
    if place == 0:
        return "on_track"
    names = [name for name in CONDITIONS if not (is_over and name in QUESTIONS | {"fresh", "unsigned", "quiet", "paused"})]
    return draw.choices(names, weights=[CONDITIONS[name] for name in names])[0]


def live(run: Run, life: Life) -> list[Pair]:
    """Let a solved board go out and live until now; returns the pairs in the order of the board."""
    draw = random.Random(life.seed + 2)  # noqa: S311 - invented lives, not secrets
    drafts = list(Proposal.objects.with_people().filter(run=run, state=Proposal.State.DRAFT).order_by("-score", "pk"))
    conditions = [condition_of(place, draw, is_over=life.is_over) for place in range(len(drafts))]
    _ask(drafts, conditions, life)
    pairs = _start(drafts, conditions, draw, life)
    _meet(pairs, draw, life)
    Run.objects.filter(pk=run.pk).update(state=Run.State.PUBLISHED)
    state = Cohort.State.CLOSED if life.is_over else Cohort.State.RUNNING
    Cohort.objects.filter(pk=run.cohort_id).update(state=state, closed_at=life.now if life.is_over else None)
    return [pair for pair, _condition in pairs]


def _ask(drafts: list[Proposal], conditions: list[str], life: Life) -> None:
    asked = []
    for proposal, condition in zip(drafts, conditions, strict=True):
        proposal.published_at = proposal.asked_at = life.published_at
        if condition in {"asking_mentor", "asking_mentee"}:
            proposal.state = condition
            proposal.asked_at = life.now - timedelta(days=3)
            proposal.published_at = min(life.published_at, life.now - timedelta(days=8))
            if condition == "asking_mentor":
                proposal.published_at = proposal.asked_at
            proposal.expires_at = life.now + timedelta(days=7)
        elif condition == "not_available":
            proposal.state, proposal.closed_at = Proposal.State.CLOSED, life.published_at + timedelta(days=10)
            asked.append(NotAvailable(cohort_id=proposal.run.cohort_id, mentor=proposal.mentor, mentee=proposal.mentee))
        else:
            proposal.state = Proposal.State.ACCEPTED
    Proposal.objects.bulk_update(drafts, ["state", "published_at", "asked_at", "expires_at", "closed_at"], batch_size=500)
    NotAvailable.objects.bulk_create(asked)


def _start(drafts: list[Proposal], conditions: list[str], draw: random.Random, life: Life) -> list[tuple[Pair, str]]:
    """Pairs, agreements and the places they take."""
    chosen = [(proposal, condition) for proposal, condition in zip(drafts, conditions, strict=True) if condition not in QUESTIONS]
    pairs = [(_pair(proposal, condition, draw, life), condition) for proposal, condition in chosen]
    Pair.objects.bulk_create([pair for pair, _condition in pairs], batch_size=500)
    for (proposal, _condition), (pair, _same) in zip(chosen, pairs, strict=True):
        proposal.pair = pair
    Proposal.objects.bulk_update([proposal for proposal, _condition in chosen], ["pair"], batch_size=500)
    Agreement.objects.bulk_create([_agreement(pair, condition) for pair, condition in pairs], batch_size=500)
    for pair, _condition in pairs:
        if pair.state in Pair.UNFINISHED:
            Enrolment.objects.filter(pk__in=[pair.mentor_id, pair.mentee_id]).update(places_taken=F("places_taken") + 1)
    freed = [place for pair, _condition in pairs if pair.state == Pair.State.ENDED for place in (pair.mentor_id, pair.mentee_id)]
    Enrolment.objects.filter(pk__in=freed).update(priority=1)
    return pairs


def _pair(proposal: Proposal, condition: str, draw: random.Random, life: Life) -> Pair:
    started_at = life.published_at + timedelta(days=draw.randint(2, 9), hours=draw.randint(0, 8))
    if condition == "fresh":
        started_at = life.now - timedelta(days=draw.randint(2, 6))
    elif condition == "unsigned":
        started_at = life.now - timedelta(days=draw.randint(30, 40))
    pair = Pair(
        cohort_id=proposal.run.cohort_id,
        mentor=proposal.mentor,
        mentee=proposal.mentee,
        started_at=started_at,
        reasons=wording.stored_reasons(proposal),
    )
    curriculum = catalogue.curriculum_for(proposal.run.cohort.programme.design)
    pair.themes = [guide.key for guide in curriculum.sessions[1:-1]]
    if condition == "paused":
        pair.state = Pair.State.PAUSED
    elif condition == "ended":
        pair.state, pair.ended_at = Pair.State.ENDED, started_at + timedelta(days=draw.randint(30, 60))
    elif life.is_over:
        pair.state, pair.ended_at = Pair.State.CLOSED, life.now - timedelta(days=draw.randint(1, 12))
    return pair


def _agreement(pair: Pair, condition: str) -> Agreement:
    agreement = Agreement(pair=pair)
    if condition not in {"fresh", "unsigned", "never_met"}:
        agreement.drafted_at = pair.started_at + timedelta(days=10)
        agreement.mentor_signed_at = pair.started_at + timedelta(days=11)
        agreement.mentee_signed_at = pair.started_at + timedelta(days=14)
    return agreement


def _meet(pairs: list[tuple[Pair, str]], draw: random.Random, life: Life) -> None:
    sessions: list[Session] = []
    for pair, condition in pairs:
        sessions += _sessions(pair, condition, draw, life)
    Session.objects.bulk_create(sessions, batch_size=1000)
    spoken = [session for session in sessions if session.state in {State.MET, State.MISSED}]
    Attendance.objects.bulk_create(
        [
            Attendance(session=session, enrolment_id=place, said=session.state, at=session.starts_at + timedelta(hours=2))
            for session in spoken
            for place in (session.pair.mentor_id, session.pair.mentee_id)
        ],
        batch_size=2000,
    )


def _sessions(pair: Pair, condition: str, draw: random.Random, life: Life) -> list[Session]:
    cohort = pair.cohort
    terms = Terms(
        now=pair.started_at,
        sessions=cohort.sessions,
        minutes=cohort.minutes,
        interval_weeks=cohort.interval_weeks,
        zone=pair.mentee.person.zone,
        ends_on=cohort.ends_on,
    )
    slots = planning.plan(terms, mentor=_diary(pair.mentor.person), mentee=_diary(pair.mentee.person))
    themes = pair_queries.themes_of(pair)
    made = []
    for number, slot in enumerate(slots, start=1):
        if slot is None:
            continue
        session = Session(
            pair=pair,
            number=number,
            theme=themes[number - 1],
            starts_at=slot.starts_at,
            time_zone=slot.zone,
            local_start=slot.local_start,
            minutes=cohort.minutes,
            outside_hours=sorted(slot.outside),
            uid=f"session-{uuid.UUID(int=draw.getrandbits(128))}@example.test",
        )
        _settle(session, condition, life, is_last_past=_is_last_past(slots, number, life.now))
        if pair.ended_at is None or slot.starts_at < pair.ended_at:
            made.append(session)
    return made


def _is_last_past(slots: tuple[planning.Slot | None, ...], number: int, now: datetime) -> bool:
    later = [slot for slot in slots[number:] if slot is not None and slot.starts_at < now]
    return not later


def _settle(session: Session, condition: str, life: Life, *, is_last_past: bool) -> None:
    """What became of one session, given how the pair is doing."""
    is_past = session.starts_at < life.now
    if not is_past:
        signed = condition not in {"fresh", "unsigned", "never_met"}
        session.state = State.INVITED if signed or session.number == 1 else State.RESERVED
        return
    if condition == "never_met" or (condition == "quiet" and session.number > 1):
        session.state, session.asked_at = State.INVITED, session.starts_at + timedelta(hours=2)
    elif condition == "missed" and is_last_past:
        session.state = State.MISSED
    elif condition == "mentee_cancelled_twice" and is_last_past:
        session.state, session.mentee_cancellations, session.moves = State.CANCELLED, 2, 1
    else:
        session.state, session.met_on = State.MET, session.starts_at.date()


def _diary(person: Person) -> Diary:
    hours = {int(day): (time.fromisoformat(start), time.fromisoformat(end)) for day, (start, end) in person.weekly_hours.items()}
    return Diary(zone=person.zone, hours=hours)

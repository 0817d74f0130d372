"""Saying yes. The mentor is asked first; the mentee learns of it only after the mentor's yes.

A no, a "not now", an expiry and a withdrawal end in the same state with the same event and no actor, and at the same
time: the question's own deadline. Until then the suggestion looks open to everybody but the one who answered, and both
places stay held (docs/decisions/004).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments import services as enrolment_services
from turnabout.enrolments.models import Enrolment
from turnabout.matching import policies, wording
from turnabout.matching.models import NotAvailable, Proposal, Rest
from turnabout.pairs import services as pair_services

REST_DAYS = 60  # after "not now"; long enough to mean it, short enough to be asked once more in a round
STOPPED_DAYS = 400  # longer than any round


class Choice(StrEnum):
    YES = "yes"
    NOT_THIS_PERSON = "not_this_person"
    NOT_NOW = "not_now"
    STOP = "stop"


@transaction.atomic
def answer_proposal(proposal: Proposal, *, by: Account, choice: Choice, now: datetime, has_no_say: bool = False) -> Proposal:
    """Take the asked person's answer; only a yes is ever passed on.

    has_no_say   declared with it: neither decides on the other's pay or promotion. A yes to somebody in one's own line,
                 by the distance exception, needs it, so that a pair of it is never without both declarations
    """
    proposal = Proposal.objects.with_people().select_for_update(of=("self",)).get(pk=proposal.pk)
    person = policies.asked_person(proposal)
    if person is None or proposal.is_overdue(now):
        raise NotPossible(_("This suggestion is no longer open. Your coordinator will come back to you with another one."))
    if not policies.can_answer(by, proposal):
        raise NotAllowed(_("This question was put to somebody else."))
    if choice == Choice.YES:
        if proposal.is_distance_exception and not has_no_say:
            raise NotPossible(wording.say_is_needed())
        return _say_yes(proposal, by=by, now=now)
    place = proposal.mentor if proposal.state == Proposal.State.ASKING_MENTOR else proposal.mentee
    _settle(proposal)
    if choice == Choice.NOT_NOW:
        Rest.objects.update_or_create(enrolment=place, defaults={"until": now + timedelta(days=REST_DAYS)})
    elif choice == Choice.STOP:
        _stop(place, by=by, now=now)
    return Proposal.objects.get(pk=proposal.pk)


def _stop(place: Enrolment, *, by: Account, now: datetime) -> None:
    """Leave the round; who has a partner already keeps that pair and is asked about nobody else."""
    if Enrolment.objects.filter(pk=place.pk, places_taken__gt=0).exists():
        Rest.objects.update_or_create(enrolment=place, defaults={"until": now + timedelta(days=STOPPED_DAYS)})
    else:
        enrolment_services.withdraw_place(place, by=by, now=now)


def _say_yes(proposal: Proposal, *, by: Account, now: datetime) -> Proposal:
    if proposal.state == Proposal.State.ASKING_MENTOR:
        _ask_mentee(proposal, now=now)
    else:
        accept_proposal(proposal, by=by, now=now)
    return Proposal.objects.get(pk=proposal.pk)


def _ask_mentee(proposal: Proposal, *, now: datetime) -> None:
    deadline = now + timedelta(days=proposal.run.cohort.answer_days)
    asked = Proposal.objects.unanswered().filter(pk=proposal.pk, state=Proposal.State.ASKING_MENTOR)
    if not asked.update(state=Proposal.State.ASKING_MENTEE, asked_at=now, expires_at=deadline):
        raise NotPossible(_("This suggestion is no longer open. Your coordinator will come back to you with another one."))
    events.record("proposal.asked", subject=proposal, at=now, cohort=proposal.run.cohort, role=Enrolment.Role.MENTEE)


def accept_proposal(proposal: Proposal, *, by: Account, now: datetime) -> Proposal:
    """Both said yes: the pair starts in the same transaction."""
    accepted = Proposal.objects.unanswered().filter(pk=proposal.pk, state=Proposal.State.ASKING_MENTEE)
    if not accepted.update(state=Proposal.State.ACCEPTED):
        raise NotPossible(_("This suggestion is no longer open. Your coordinator will come back to you with another one."))
    try:
        with transaction.atomic():
            pair = pair_services.start_pair(
                proposal.mentor,
                proposal.mentee,
                by=by,
                now=now,
                reasons=wording.stored_reasons(proposal),
                distance_exception=proposal.is_distance_exception,
            )
    except IntegrityError:
        raise NotPossible(_("One of you has no free place any more. Your coordinator will come back to you.")) from None
    Proposal.objects.filter(pk=proposal.pk).update(pair=pair)
    events.record("proposal.accepted", subject=proposal, at=now, cohort=proposal.run.cohort)
    return proposal


def _settle(proposal: Proposal) -> None:
    """The question is answered: nobody is asked any more, and nobody else can tell before the deadline."""
    Proposal.objects.open().filter(pk=proposal.pk).update(is_answered=True)
    _keep_apart(proposal)


def _keep_apart(proposal: Proposal) -> None:
    NotAvailable.objects.get_or_create(cohort_id=proposal.run.cohort_id, mentor=proposal.mentor, mentee=proposal.mentee)


def close(proposal: Proposal, *, now: datetime) -> bool:
    """End an open question without a trace of why; the two are not suggested to each other again in this round."""
    open_question = Proposal.objects.open().filter(pk=proposal.pk, state=proposal.state)
    if not open_question.update(state=Proposal.State.CLOSED, closed_at=now, is_answered=False):
        return False
    _keep_apart(proposal)
    events.record("proposal.closed", subject=proposal, at=now, cohort=proposal.run.cohort)
    return True


def expire_due(*, now: datetime) -> int:
    """Close every question whose time is over; one transaction each, so that a crash loses none."""
    due = Proposal.objects.open().with_people().filter(expires_at__lte=now).order_by("pk")
    return sum(_close_alone(proposal, now=now) for proposal in due.iterator(chunk_size=200))


@transaction.atomic
def _close_alone(proposal: Proposal, *, now: datetime) -> bool:
    return close(proposal, now=now)


def ask_no_more_about(place_ids: Sequence[int]) -> None:
    """Ask nothing more about places that ended or paused, and take them off the boards."""
    theirs = Q(mentor_id__in=place_ids) | Q(mentee_id__in=place_ids)
    for proposal in Proposal.objects.unanswered().with_people().filter(theirs).order_by("pk"):
        _settle(proposal)
    Proposal.objects.filter(theirs, state=Proposal.State.DRAFT).update(state=Proposal.State.REMOVED, is_locked=False)

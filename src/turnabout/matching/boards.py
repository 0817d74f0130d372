"""The draft board: pairing by hand, swapping, and sending suggestions out in batches."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.engine import FLAGS, Pairing, ReasonCode, reasons_between, solve
from turnabout.enrolments.models import Enrolment
from turnabout.enrolments.queries import needs_preparation_before_matching
from turnabout.matching import answers, limits, policies, queries, runs, wording
from turnabout.matching.candidates import key_of
from turnabout.matching.models import Proposal, Run, Unmatched
from turnabout.pairs.loads import Load
from turnabout.programmes.models import Cohort

# A coordinator may accept these with open eyes; every other reason blocks.
WARNINGS = frozenset(
    {
        ReasonCode.GRADE_GAP,
        ReasonCode.SENIORITY,
        ReasonCode.SENIORITY_UNKNOWN,
        ReasonCode.LANGUAGE,
        ReasonCode.HOURS,
        ReasonCode.FORMAT,
        ReasonCode.ENTITY,
        ReasonCode.FUNCTION,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What the rules and weights say of two people, before a coordinator decides."""

    blocks: tuple[ReasonCode, ...]
    warnings: tuple[ReasonCode, ...]
    flags: tuple[ReasonCode, ...]
    pairing: Pairing | None


def look_at(mentor: Enrolment, mentee: Enrolment, *, now: datetime, rules: Mapping[str, Any] | None = None) -> Look:
    """Check two people against the rules of a board, and score them when no rule stands against it."""
    pool = queries.pool(mentor.cohort, now=now, places=[mentor, mentee], rules=rules)
    keys = (next(iter(pool.mentors)), next(iter(pool.mentees)))
    reasons = reasons_between(pool.problem, *keys)
    excluding = [code for code in reasons if code not in FLAGS]
    pairing = None
    if not excluding:
        pairing = next(iter(solve(pool.problem, objective="most-people").pairs), None)
    return Look(
        blocks=tuple(code for code in excluding if code not in WARNINGS),
        warnings=tuple(code for code in excluding if code in WARNINGS),
        flags=tuple(code for code in reasons if code in FLAGS),
        pairing=pairing,
    )


def refuse_broken_locks(cohort: Cohort, locks: Sequence[Proposal], rules: Mapping[str, Any], *, now: datetime) -> None:
    """Name the first kept pair that breaks a rule by now, before anything is worked out."""
    places = {place.pk: place for lock in locks for place in (lock.mentor, lock.mentee)}
    if not places:
        return
    _require_preparation(cohort, places.values())
    full = _too_many(cohort, [lock.mentor for lock in locks])
    if full is not None:
        raise NotPossible(
            _(
                "A suggestion of %(name)s is kept, but they have, or are being asked about, as many partners as one person may have at once. Let it change on the board first."
            )
            % {"name": full.person.name}
        )
    pool = queries.pool(cohort, now=now, places=list(places.values()), rules=rules)
    for lock in locks:
        keys = (key_of(lock.mentor.person), key_of(lock.mentee.person))
        broken = [code for code in reasons_between(pool.problem, *keys) if code not in FLAGS]
        if broken:
            raise NotPossible(
                _(
                    "%(mentor)s and %(mentee)s are kept, but a rule stands against it now. %(rule)s Let them change on the board first."
                )
                % {
                    "mentor": lock.mentor.person.name,
                    "mentee": lock.mentee.person.name,
                    "rule": wording.rule_in_words(broken[0]),
                }
            )


@transaction.atomic
def pair_by_hand(
    run: Run,
    mentor: Enrolment,
    mentee: Enrolment,
    *,
    by: Account,
    now: datetime,
    accepts_warnings: bool = False,
) -> Proposal:
    """Put two people of a coordinator's choice on the board, locked; they leave the suggestions they were in."""
    _lock_draft(run)
    look = look_at(mentor, mentee, now=now, rules=run.rules)
    proposal = Proposal(run=run, mentor=mentor, mentee=mentee, is_by_hand=True, is_locked=True)
    if not policies.can_change(by, proposal):
        raise NotAllowed(_("Only the programme lead or a coordinator of one of the two can pair these people."))
    _require_preparation(run.cohort, (mentor, mentee))
    if _too_many(run.cohort, [mentor]) is not None:
        raise NotPossible(
            _("%(name)s has, or is being asked about, as many partners as one person may have at once. Choose somebody else.")
            % {"name": mentor.person.name}
        )
    if look.blocks:
        raise NotPossible(wording.rule_stands(look.blocks[0]))
    if look.warnings and not accepts_warnings:
        raise NotPossible(wording.rule_warns(look.warnings[0]))
    _free(run, mentor, mentee)
    if look.pairing is not None:
        proposal.score, proposal.mentor_score, proposal.mentee_score = (
            look.pairing.score,
            look.pairing.for_mentor,
            look.pairing.for_mentee,
        )
        proposal.reasons = runs.reasons(look.pairing, {})
    proposal.warnings = [str(code) for code in (*look.warnings, *look.flags)]
    proposal.save()
    Unmatched.objects.filter(run=run, enrolment__in=[mentor, mentee]).delete()
    events.record("proposal.made", subject=proposal, by=by, at=now, cohort=run.cohort)
    return proposal


@transaction.atomic
def swap(
    first: Proposal, second: Proposal, *, by: Account, now: datetime, accepts_warnings: bool = False
) -> tuple[Proposal, Proposal]:
    """Exchange the mentees of two suggestions, under the same rules as pairing by hand."""
    for proposal in (first, second):
        if proposal.state != Proposal.State.DRAFT or proposal.run_id != first.run_id:
            raise NotPossible(_("Both suggestions must be on the same board. Load the board again."))
        if not policies.can_change(by, proposal):
            raise NotAllowed(_("Only the programme lead or a coordinator of one of the two can change this suggestion."))
    Proposal.objects.filter(pk__in=[first.pk, second.pk]).update(state=Proposal.State.REMOVED)
    made = [
        pair_by_hand(first.run, one.mentor, other.mentee, by=by, now=now, accepts_warnings=accepts_warnings)
        for one, other in ((first, second), (second, first))
    ]
    return made[0], made[1]


def _too_many(cohort: Cohort, mentors: Sequence[Enrolment]) -> Enrolment | None:
    """The first of these who would meet too many people at once as a mentor, over all rounds; one entry for each suggestion.

    Callers say the number alone: in which other programme somebody takes part is not for this organiser to know.
    """
    promised = limits.promised({mentor.person_id for mentor in mentors})
    wanted = Counter(mentor.person_id for mentor in mentors)
    design = cohort.programme.design
    return next((one for one in mentors if wanted[one.person_id] > promised.get(one.person_id, Load()).room(design)), None)


def _lock_draft(run: Run) -> None:
    """Hold the board for this transaction; two coordinators change it one after the other."""
    if not Run.objects.select_for_update().filter(pk=run.pk, state__in=[Run.State.DRAFT, Run.State.PUBLISHED]).exists():
        raise NotPossible(_("This board was replaced by a newer matching round. Open the newest one."))


def _free(run: Run, mentor: Enrolment, mentee: Enrolment) -> None:
    """Take the two out of the drafts that stand in the way."""
    drafts = Proposal.objects.filter(run=run, state=Proposal.State.DRAFT)
    in_the_way = list(drafts.filter(mentee=mentee).select_related("mentor", "mentee", "run"))
    of_mentor = list(drafts.filter(mentor=mentor).order_by("is_locked", "score").select_related("mentor", "mentee", "run"))
    most = min(mentor.capacity, limits.limits_of(run.cohort).of(mentor.pk))
    if len(of_mentor) + mentor.places_taken >= most:
        in_the_way += of_mentor[:1]
    freed = {proposal.pk: proposal for proposal in in_the_way}
    Proposal.objects.filter(pk__in=freed).update(state=Proposal.State.REMOVED, is_locked=False)
    others = [
        place for proposal in freed.values() for place in (proposal.mentor, proposal.mentee) if place not in (mentor, mentee)
    ]
    for place in others:
        Unmatched.objects.get_or_create(run=run, enrolment=place, defaults={"reason": "taken_apart"})


@transaction.atomic
def publish(run: Run, proposals: Sequence[Proposal], *, by: Account, now: datetime) -> int:
    """Ask the mentors of these suggestions. All of them go out, or none and the reason is said."""
    _lock_draft(run)
    if not Cohort.objects.select_for_update().unfinished().filter(pk=run.cohort_id).exists():
        raise NotPossible(_("This round is closed, so nobody can be asked any more. Plan a new round and match there."))
    if not all(policies.can_change(by, proposal) for proposal in proposals):
        raise NotAllowed(_("Only the programme lead or a coordinator of one of the two can publish these suggestions."))
    wanted = {proposal.pk for proposal in proposals}
    drafts = list(Proposal.objects.select_for_update().filter(pk__in=wanted, run=run, state=Proposal.State.DRAFT).order_by("pk"))
    if not wanted or len(drafts) != len(wanted):
        raise NotPossible(
            _("Some of these suggestions have already gone out or were taken off. Load the board again and choose anew.")
        )
    _require_places(run.cohort, drafts)
    deadline = now + timedelta(days=run.cohort.answer_days)
    try:
        with transaction.atomic():
            Proposal.objects.filter(pk__in=wanted).update(
                state=Proposal.State.ASKING_MENTOR, published_at=now, asked_at=now, expires_at=deadline
            )
    except IntegrityError:
        raise NotPossible(
            _("One of these mentees is already being asked about another suggestion. Load the board again.")
        ) from None
    Cohort.objects.filter(pk=run.cohort_id, state__in=[Cohort.State.ENROLLING, Cohort.State.MATCHING]).update(
        state=Cohort.State.RUNNING
    )
    if not Proposal.objects.filter(run=run, state=Proposal.State.DRAFT).exists():
        Run.objects.filter(pk=run.pk).update(state=Run.State.PUBLISHED)
    events.record("proposals.published", subject=run, by=by, at=now, cohort=run.cohort, count=len(drafts))
    return len(drafts)


def _require_places(cohort: Cohort, drafts: Sequence[Proposal]) -> None:
    """Capacity once more, with the places locked in key order: the board may be days old."""
    place_ids = {place for draft in drafts for place in (draft.mentor_id, draft.mentee_id)}
    places = _locked(place_ids)
    _require_preparation(cohort, places.values())
    full = _too_many(cohort, [places[draft.mentor_id] for draft in drafts])
    if full is not None:
        raise NotPossible(
            _(
                "%(name)s has, or is being asked about, as many partners as one person may have at once. Take the suggestion off the board, then publish the rest."
            )
            % {"name": full.person.name}
        )
    held = queries.held_places(cohort)
    for draft in drafts:
        for place_id in (draft.mentor_id, draft.mentee_id):
            held[place_id] += 1
            place = places[place_id]
            if place.state != Enrolment.State.REGISTERED:
                raise NotPossible(
                    _("%(name)s is not available at present. Take the suggestion off the board, then publish the rest.")
                    % {"name": place.person.name}
                )
            if place.places_taken + held[place_id] > place.capacity:
                raise NotPossible(
                    _("%(name)s has no free place left. Take the suggestion off the board, then publish the rest.")
                    % {"name": place.person.name}
                )


def _locked(place_ids: Collection[int]) -> dict[int, Enrolment]:
    """These places, locked with those of their mentors in other rounds, so that nobody is promised there meanwhile."""
    mentors = Enrolment.objects.filter(pk__in=place_ids, role=Enrolment.Role.MENTOR).values("person_id")
    wanted = Q(pk__in=place_ids) | Q(role=Enrolment.Role.MENTOR, person__in=mentors)
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person").filter(wanted).order_by("pk")
    return {row.pk: row for row in rows if row.pk in place_ids}


def _require_preparation(cohort: Cohort, places: Iterable[Enrolment]) -> None:
    """A pair by hand keeps the rule of every matching round: whoever is to be prepared before matching is."""
    for place in places:
        if not place.is_prepared and needs_preparation_before_matching(place.role, cohort):
            raise NotPossible(
                _(
                    "%(name)s has not finished the preparation this design asks for before matching. Send a reminder from the list of places first, or mark it there as done in a live session."
                )
                % {"name": place.person.name}
            )


@transaction.atomic
def retract(proposal: Proposal, *, by: Account, now: datetime) -> Proposal:
    """Take back a suggestion while it is open, whoever is being asked; both are free again at once.

    The two are not suggested again, as after any other end: otherwise the next matching round would tell a no.
    """
    if not policies.can_change(by, proposal):
        raise NotAllowed(_("Only the programme lead or a coordinator of one of the two can take back this suggestion."))
    asked = Proposal.objects.open().with_people().select_for_update(of=("self",)).filter(pk=proposal.pk).first()
    if asked is None or not answers.close(asked, now=now):
        raise NotPossible(_("This suggestion is no longer open. Load the board again to see it as it is now."))
    return Proposal.objects.get(pk=proposal.pk)


@transaction.atomic
def edit_message(cohort: Cohort, *, by: Account, subject: str, body: str) -> Cohort:
    """Change what the suggestion mail says above the button."""
    if not policies.can_match(by, cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can change this message."))
    Cohort.objects.filter(pk=cohort.pk).update(message_subject=subject.strip()[:160], message_body=body.strip())
    return Cohort.objects.get(pk=cohort.pk)

"""Verbs of a matching round: start, solve, and what a coordinator does on the draft board."""

import time
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events, jobs, progress
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Progress
from turnabout.engine import Plan, Refusal, solve
from turnabout.enrolments.models import Enrolment
from turnabout.matching import policies, queries, runs
from turnabout.matching.models import Proposal, Run, Unmatched
from turnabout.matching.queries import Pool
from turnabout.programmes.models import Cohort

STEPS = 4  # read, solve and prove, store, done: what people watch


@transaction.atomic
def start_run(
    cohort: Cohort,
    *,
    by: Account,
    now: datetime,
    objective: str = "fairest",
    is_breadth_first: bool = False,
    seed: int = 1,
) -> Run:
    """Ask for a matching round over everybody who may be matched now; the worker solves it."""
    if not policies.can_match(by, cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can start a matching round."))
    if cohort.state not in {Cohort.State.ENROLLING, Cohort.State.MATCHING, Cohort.State.RUNNING}:
        raise NotPossible(_("Matching starts when the round is open. Open it on its page first."))
    try:
        with transaction.atomic():
            run = Run.objects.create(
                cohort=cohort,
                objective=objective,
                is_breadth_first=is_breadth_first,
                seed=seed,
                by=by,
                created_at=now,
            )
    except IntegrityError:
        raise NotPossible(_("A matching round is already being worked out. Wait for its result.")) from None
    Cohort.objects.filter(pk=cohort.pk, state=Cohort.State.ENROLLING).update(state=Cohort.State.MATCHING)
    events.record("run.started", subject=run, by=by, at=now, cohort=cohort)
    jobs.enqueue("matching.jobs.solve_run", lock=f"run:{run.pk}", run_id=run.pk)
    return run


def stop_run(run: Run, *, by: Account) -> None:
    """Ask a round that is being worked out to stop at its next step."""
    if not policies.can_match(by, run.cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can stop a matching round."))
    Progress.objects.filter(subject=events.reference(run), state=progress.State.RUNNING).update(is_cancel_asked=True)


def solve_run(run: Run, *, now: datetime) -> Run:
    """Work out the plan, prove it and put it on the draft board; safe to repeat after a crash."""
    waiting = Run.objects.filter(pk=run.pk, state__in=[Run.State.WAITING, Run.State.SOLVING])
    if not waiting.update(state=Run.State.SOLVING):
        return run
    counter = progress.begin(run, total=STEPS, now=now, message=_("Reading places, rules and hours"))
    began = time.perf_counter()
    try:
        locked = _kept(run.cohort)
        pool = queries.pool(run.cohort, now=now, locks=locked)
        progress.advance(counter, 1, _("Looking for the best plan and proving it"))
        plan = _solve(run, pool)
        progress.advance(counter, 2, _("Writing down suggestions and reasons"))
    except progress.Cancelled:
        return _give_up(
            run,
            counter,
            now=now,
            sentence=_("Somebody stopped this matching round."),
            state=progress.State.CANCELLED,
        )
    except Refusal as refusal:
        return _give_up(run, counter, now=now, sentence=str(refusal), state=progress.State.FAILED)
    return _store(run, pool, plan, counter, now=now, seconds=time.perf_counter() - began)


def _solve(run: Run, pool: Pool) -> Plan:
    return solve(pool.problem, objective=run.objective, breadth_first=run.is_breadth_first, seed=run.seed)


def _kept(cohort: Cohort) -> list[Proposal]:
    """What a coordinator locked on the board that this run replaces."""
    board = queries.draft_of(cohort)
    if board is None:
        return []
    kept = Proposal.objects.filter(run=board, state=Proposal.State.DRAFT, is_locked=True)
    return list(kept.select_related("mentor__person", "mentee__person"))


def _give_up(run: Run, counter: progress.Progress, *, now: datetime, sentence: str, state: str) -> Run:
    """Leave the last valid board as it is, and say why there is no new one."""
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, refusal=sentence[:500], solved_at=now)
        events.record("run.failed", subject=run, at=now, cohort=run.cohort)
    progress.end(counter, now=now, state=state, message=sentence[:300])
    return Run.objects.get(pk=run.pk)


def _store(run: Run, pool: Pool, plan: Plan, counter: progress.Progress, *, now: datetime, seconds: float) -> Run:
    """Replace the board whole: until this transaction ends, everybody sees the last one."""
    figures = runs.figures(plan, pool_size=len(pool.mentors) + len(pool.mentees), not_prepared=pool.not_prepared, seconds=seconds)
    with transaction.atomic():
        by_hand = _paired_by_hand(run.cohort)
        Run.objects.filter(cohort=run.cohort, state=Run.State.DRAFT).exclude(pk=run.pk).update(state=Run.State.REPLACED)
        Proposal.objects.filter(run=run).delete()
        Unmatched.objects.filter(run=run).delete()
        Proposal.objects.bulk_create(_suggestions(run, pool, plan, by_hand), batch_size=1000)
        Unmatched.objects.bulk_create(_left_over(run, pool, plan), batch_size=1000)
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.DRAFT,
            solved_at=now,
            input_hash=plan.certificate.input_hash,
            certificate=runs.certificate(plan),
            figures=figures,
        )
        events.record("run.solved", subject=run, at=now, cohort=run.cohort, people=figures["people"], pairs=figures["pairs"])
    progress.end(counter, now=now, message=_("The plan is on the draft board."))
    return Run.objects.get(pk=run.pk)


def _paired_by_hand(cohort: Cohort) -> set[tuple[int, int]]:
    kept = Proposal.objects.filter(run__cohort=cohort, run__state=Run.State.DRAFT, state=Proposal.State.DRAFT)
    return set(kept.filter(is_by_hand=True, is_locked=True).values_list("mentor_id", "mentee_id"))


def _suggestions(run: Run, pool: Pool, plan: Plan, by_hand: set[tuple[int, int]]) -> list[Proposal]:
    mentors = {one.key: one for one in pool.problem.mentors}
    mentees = {one.key: one for one in pool.problem.mentees}
    made = []
    for pairing in plan.pairs:
        mentor, mentee = mentors[pairing.mentor], mentees[pairing.mentee]
        topics = runs.shared_topics(mentor.offers, mentee.wishes, mentee.offers, mentor.wishes)
        row = runs.proposal(run, pairing, pool.mentors[pairing.mentor], pool.mentees[pairing.mentee], topics)
        row.is_by_hand = (row.mentor_id, row.mentee_id) in by_hand
        made.append(row)
    return made


def _left_over(run: Run, pool: Pool, plan: Plan) -> list[Unmatched]:
    """Whoever has nobody; a mentor whose second place stays free has somebody already."""
    sides = {"mentor": pool.mentors, "mentee": pool.mentees}
    people = [(person, sides[person.side][person.key]) for person in plan.unmatched]
    return [runs.left_over(run, person, place) for person, place in people if not place.places_taken]


@transaction.atomic
def lock_proposal(proposal: Proposal, *, by: Account, now: datetime, is_locked: bool = True) -> Proposal:
    """Keep a suggestion, or let it change, when the rest is matched again."""
    _require_change(by, proposal)
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.DRAFT).update(is_locked=is_locked):
        raise _no_longer_on_the_board()
    events.record(
        "proposal.locked" if is_locked else "proposal.unlocked",
        subject=proposal,
        by=by,
        at=now,
        cohort=proposal.run.cohort,
    )
    return Proposal.objects.get(pk=proposal.pk)


@transaction.atomic
def remove_proposal(proposal: Proposal, *, by: Account, now: datetime) -> Proposal:
    """Take a suggestion off the board; both people are without a partner again."""
    _require_change(by, proposal)
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.DRAFT).update(
        state=Proposal.State.REMOVED, is_locked=False
    ):
        raise _no_longer_on_the_board()
    _return_to_the_pool(proposal)
    events.record("proposal.removed", subject=proposal, by=by, at=now, cohort=proposal.run.cohort)
    return Proposal.objects.get(pk=proposal.pk)


def _return_to_the_pool(proposal: Proposal) -> None:
    for place in (proposal.mentor, proposal.mentee):
        has_other = Proposal.objects.filter(run=proposal.run, state=Proposal.State.DRAFT)
        side = {"mentor": place} if place.role == Enrolment.Role.MENTOR else {"mentee": place}
        if not has_other.filter(**side).exists():
            Unmatched.objects.get_or_create(run=proposal.run, enrolment=place, defaults={"reason": "taken_apart"})


def _require_change(by: Account, proposal: Proposal) -> None:
    if not policies.can_change(by, proposal):
        raise NotAllowed(_("Only the programme lead or a coordinator of one of the two can change this suggestion."))


def _no_longer_on_the_board() -> NotPossible:
    return NotPossible(_("This suggestion has already gone out or was taken off. Load the board again to see it as it is now."))

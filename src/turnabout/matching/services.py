"""Verbs of a matching round: start, solve, and what a coordinator does on the draft board."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events, jobs, progress
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Progress
from turnabout.core.references import reference
from turnabout.engine import Explainer, Plan, Problem, ProofFailed, Refusal, Standing, solve
from turnabout.enrolments.models import Enrolment
from turnabout.matching import apart, boards, keeping, policies, queries, reckoning, runs, wording
from turnabout.matching.models import Proposal, Run, Unmatched
from turnabout.matching.queries import Pool
from turnabout.programmes.models import Cohort

STEPS = 3  # read, solve and prove, work out what follows from the plan: what people watch


@transaction.atomic
def start_run(
    cohort: Cohort,
    *,
    by: Account,
    now: datetime,
    objective: str = "fairest",
    is_breadth_first: bool = False,
    seed: int = 1,
    rules: Mapping[str, Any] | None = None,
) -> Run:
    """Ask for a matching round over everybody who may be matched now; the worker solves it.

    rules   what this run changes of the round's rules and weights, as `changes.applied` takes it
    """
    if not policies.can_match(by, cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can start a matching round."))
    if cohort.state not in {Cohort.State.ENROLLING, Cohort.State.MATCHING, Cohort.State.RUNNING}:
        raise NotPossible(_("Matching starts when the round is open. Open it on its page first."))
    boards.refuse_broken_locks(cohort, queries.kept(cohort)[0], rules or {}, now=now)
    run = ask_for(
        Run(
            cohort=cohort,
            objective=objective,
            is_breadth_first=is_breadth_first,
            seed=seed,
            rules=rules or {},
            by=by,
            created_at=now,
        )
    )
    Cohort.objects.filter(pk=cohort.pk, state=Cohort.State.ENROLLING).update(state=Cohort.State.MATCHING)
    events.record("run.started", subject=run, by=by, at=now, cohort=cohort)
    return run


def ask_for(run: Run) -> Run:
    """Hand a new run to the worker; a round works out one at a time."""
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise NotPossible(_("A matching round is already being worked out. Wait for its result.")) from None
    jobs.enqueue("matching.jobs.solve_run", lock=f"run:{run.pk}", run_id=run.pk)
    return run


def stop_run(run: Run, *, by: Account) -> None:
    """Ask a round that is being worked out to stop at its next step."""
    if not policies.can_match(by, run.cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can stop a matching round."))
    Progress.objects.filter(subject=reference(run), state=progress.State.RUNNING).update(is_cancel_asked=True)


def solve_run(run: Run, *, now: datetime) -> Run:
    """Work out the plan, prove it and put it on the draft board; safe to repeat after a crash."""
    waiting = Run.objects.filter(pk=run.pk, state__in=[Run.State.WAITING, Run.State.SOLVING])
    if not waiting.update(state=Run.State.SOLVING):
        return run
    counter = progress.begin(run, total=STEPS, now=now, message=_("Reading places, rules and hours"))
    try:
        return _scenario(run, counter, now=now) if run.scenario else _board(run, counter, now=now)
    except progress.Cancelled:
        sentence, state = _("Somebody stopped this matching round."), progress.State.CANCELLED
    except Refusal as refusal:
        sentence, state = wording.refused(refusal), progress.State.FAILED
    except (ProofFailed, MemoryError):
        sentence, state = _no_proof(), progress.State.FAILED
    return _give_up(run, counter, now=now, sentence=sentence, state=state)


def _board(run: Run, counter: progress.Progress, *, now: datetime) -> Run:
    began = time.perf_counter()
    kept, carried = queries.kept(run.cohort)
    pool = queries.pool(run.cohort, now=now, locks=kept, carried=carried, rules=run.rules)
    progress.advance(counter, 1, _("Looking for the best plan and proving it"))
    plan = _solve(run, pool.problem, counter)
    seconds = time.perf_counter() - began
    progress.advance(counter, 2, _("Working out what each pair is worth"))
    ask = reckoning.explainer(pool.problem, plan)
    worth = {} if ask is None else reckoning.worths(ask)
    figures = _figures(pool.problem, plan, not_prepared=pool.not_prepared, waiting=pool.waiting, seconds=seconds)
    progress.advance(counter, 3, _("Writing down suggestions and reasons"))
    has_partner = {place for row in carried for place in (row.mentor_id, row.mentee_id)}
    made = Board(
        proposals=[*_suggestions(run, pool, plan, worth), *(_carried_over(run, row) for row in carried)],
        left_over=[row for row in _left_over(run, pool, plan, ask) if row.enrolment_id not in has_partner],
    )
    return _store(run, made, plan, figures, counter, now=now)


def _scenario(run: Run, counter: progress.Progress, *, now: datetime) -> Run:
    """The same people as on the board it is based on, under other rules; no board changes."""
    began = time.perf_counter()
    assert run.based_on is not None  # noqa: S101 - a scenario is always made from a board
    changed = queries.changed(run.cohort, keeping.problem_of(run.based_on), run.rules)
    problem = queries.with_exception(changed, run.cohort, now=now)
    progress.advance(counter, 1, _("Looking for the best plan and proving it"))
    plan = _solve(run, problem, counter)
    seconds = time.perf_counter() - began
    progress.advance(counter, 2, _("Working out the figures"))
    left_out = {name: run.based_on.figures.get(name, 0) for name in ("not_prepared", "waiting")}
    figures = _figures(problem, plan, seconds=seconds, **left_out)
    progress.advance(counter, 3, _("Writing down the figures"))
    with transaction.atomic():
        _keep(run, plan, figures, state=Run.State.SCENARIO, now=now)
    progress.end(counter, now=now, message=_("The scenario is ready to be compared."))
    return Run.objects.get(pk=run.pk)


def _solve(run: Run, problem: Problem, counter: progress.Progress) -> Plan:
    """Here, or in a process of its own where a round is large; there it can be stopped at any second."""
    options: dict[str, Any] = {"objective": run.objective, "breadth_first": run.is_breadth_first, "seed": run.seed}
    if not apart.is_large(problem):
        return solve(problem, **options)
    return apart.solve_apart(
        problem, memory_mb=settings.MATCHING_MEMORY_MB, watch=lambda standing: _watched(counter, standing), **options
    )


def _watched(counter: progress.Progress, standing: Standing | None) -> bool:
    """Show how far a large round has come. Stopping keeps its plan in hand, once there is one."""
    try:
        progress.advance(counter, 1, wording.standing(standing))
    except progress.Cancelled:
        if standing is None or standing.gap is None:
            raise
        return True
    return False


def _no_proof() -> str:
    return _(
        "The search ended without a plan that could be proven, so none is shown. The last board stays as it is. "
        "Start the round again; if it ends like this once more, tell whoever runs the server."
    )


def _figures(problem: Problem, plan: Plan, *, not_prepared: int, waiting: int, seconds: float) -> dict[str, Any]:
    people = len(problem.mentors) + len(problem.mentees)
    figures = runs.figures(plan, pool_size=people, not_prepared=not_prepared, waiting=waiting, seconds=seconds)
    return figures | {"report": reckoning.report(problem, plan)}


def _give_up(run: Run, counter: progress.Progress, *, now: datetime, sentence: str, state: str) -> Run:
    """Leave the last valid board as it is, and say why there is no new one."""
    with transaction.atomic():
        if not _is_still_solving(run):
            return Run.objects.get(pk=run.pk)
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, refusal=sentence[:500], solved_at=now)
        events.record("run.failed", subject=run, at=now, cohort=run.cohort)
    progress.end(counter, now=now, state=state, message=sentence[:300])
    return Run.objects.get(pk=run.pk)


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Everything that stands on a board."""

    proposals: list[Proposal]
    left_over: list[Unmatched]


def _store(run: Run, made: Board, plan: Plan, figures: dict[str, Any], counter: progress.Progress, *, now: datetime) -> Run:
    """Replace the board whole: until this transaction ends, everybody sees the last one."""
    with transaction.atomic():
        if not _is_still_solving(run):
            return Run.objects.get(pk=run.pk)
        by_hand = _paired_by_hand(run.cohort)
        for row in made.proposals:
            row.is_by_hand = (row.mentor_id, row.mentee_id) in by_hand
        Run.objects.filter(cohort=run.cohort, state=Run.State.DRAFT).exclude(pk=run.pk).update(state=Run.State.REPLACED)
        Proposal.objects.filter(run=run).delete()
        Unmatched.objects.filter(run=run).delete()
        Proposal.objects.bulk_create(made.proposals, batch_size=1000)
        Unmatched.objects.bulk_create(made.left_over, batch_size=1000)
        _keep(run, plan, figures, state=Run.State.DRAFT, now=now)
        events.record("run.solved", subject=run, at=now, cohort=run.cohort, people=figures["people"], pairs=figures["pairs"])
    progress.end(counter, now=now, message=_("The plan is on the draft board."))
    return Run.objects.get(pk=run.pk)


def _keep(run: Run, plan: Plan, figures: dict[str, Any], *, state: str, now: datetime) -> None:
    """The proof, the figures and the sealed input, so that every question later is about this very plan."""
    Run.objects.filter(pk=run.pk).update(
        state=state,
        solved_at=now,
        input_hash=plan.input_hash,
        certificate=runs.certificate(plan),
        figures=figures,
    )
    keeping.keep(run, plan)


def _is_still_solving(run: Run) -> bool:
    """Hold the run, unless a worker that took it over after a long silence of this one was faster."""
    return Run.objects.select_for_update().filter(pk=run.pk, state=Run.State.SOLVING).exists()


def _paired_by_hand(cohort: Cohort) -> set[tuple[int, int]]:
    kept = Proposal.objects.filter(run__cohort=cohort, run__state=Run.State.DRAFT, state=Proposal.State.DRAFT)
    return set(kept.filter(is_by_hand=True, is_locked=True).values_list("mentor_id", "mentee_id"))


def _suggestions(run: Run, pool: Pool, plan: Plan, worth: Mapping[tuple[str, str], dict[str, int]]) -> list[Proposal]:
    mentors = {one.key: one for one in pool.problem.mentors}
    mentees = {one.key: one for one in pool.problem.mentees}
    made = []
    for pairing in plan.pairs:
        mentor, mentee = mentors[pairing.mentor], mentees[pairing.mentee]
        topics = runs.shared_topics(mentor.offers, mentee.wishes, mentee.offers, mentor.wishes)
        row = runs.proposal(run, pairing, pool.mentors[pairing.mentor], pool.mentees[pairing.mentee], topics)
        if (pairing.mentor, pairing.mentee) in worth:
            row.reasons["worth"] = worth[pairing.mentor, pairing.mentee]
        made.append(row)
    return made


def _carried_over(run: Run, kept: Proposal) -> Proposal:
    """A pair that a coordinator made with open eyes although a rule warns: it goes from board to board as it is."""
    return Proposal(
        run=run,
        mentor=kept.mentor,
        mentee=kept.mentee,
        score=kept.score,
        mentor_score=kept.mentor_score,
        mentee_score=kept.mentee_score,
        reasons=kept.reasons,
        warnings=kept.warnings,
        is_locked=True,
    )


def _left_over(run: Run, pool: Pool, plan: Plan, ask: Explainer | None) -> list[Unmatched]:
    """Whoever has nobody; a mentor whose second place stays free has somebody already."""
    sides = {"mentor": pool.mentors, "mentee": pool.mentees}
    scarce = {} if ask is None else reckoning.scarce(ask)
    people = [(person, sides[person.side][person.key]) for person in plan.unmatched]
    return [
        runs.left_over(run, person, place, scarce.get((person.side, person.key), []))
        for person, place in people
        if not place.places_taken
    ]


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

"""Would this work? What a matching round would come to before there is one: figures only, nobody is named."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events, jobs, progress
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Progress
from turnabout.core.references import reference
from turnabout.engine import Problem, ProofFailed, Refusal, Standing, solve
from turnabout.engine.reports import SMALLEST_GROUP
from turnabout.engine.simulate import AS_IT_IS, Need, Outcome, assumed, attempt, needs, relaxed
from turnabout.matching import apart, policies, queries
from turnabout.matching.candidates import without_what_is_private
from turnabout.matching.models import Forecast
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import is_recruiting

MOST_DRAWS = 20
MOST_ASSUMED = 5_000  # on either side: a minute or so for each draw
# As a matching round is suggested to be worked out.
AIMS: dict[str, Any] = {"objective": "fairest", "breadth_first": True}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One matching to be tried for its figures."""

    name: str
    problem: Problem
    seed: int
    sentence: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AssumedPool:
    """A pool of another size, drawn so many times from the people so far."""

    mentors: int
    mentees: int
    draws: int


@transaction.atomic
def start_forecast(cohort: Cohort, *, by: Account, now: datetime, pool: AssumedPool | None = None) -> Forecast:
    """Ask what a round over everybody registered so far would come to; the worker works it out, nothing changes."""
    if not policies.can_match(by, cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can ask what a round would come to."))
    if not is_recruiting(cohort):
        raise NotPossible(_("This can be asked while the round is open: it looks at the people who have registered."))
    if not all(queries.counts_so_far(cohort).values()):
        raise NotPossible(
            _("Nobody with a free place has registered on one of the two sides yet. Invite people, then ask again.")
        )
    forecast = Forecast(cohort=cohort, by=by, created_at=now, **({} if pool is None else dataclasses.asdict(pool)))
    try:
        with transaction.atomic():
            forecast.save(force_insert=True)
    except IntegrityError:
        raise NotPossible(_("This is already being worked out for the round. Wait for its result.")) from None
    jobs.enqueue("matching.jobs.make_forecast", lock=f"forecast:{forecast.pk}", forecast_id=forecast.pk)
    events.record("forecast.started", subject=forecast, by=by, at=now, cohort=cohort)
    return forecast


def stop_forecast(forecast: Forecast, *, by: Account, now: datetime) -> None:
    """Stop one that waits at once, and one that is being worked out at its next step."""
    if not policies.can_match(by, forecast.cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can stop this."))
    waiting = Forecast.objects.filter(pk=forecast.pk, state=Forecast.State.WAITING)
    if not waiting.update(state=Forecast.State.FAILED, done_at=now, refusal=_stopped()):
        running = Progress.objects.filter(subject=reference(forecast), state=progress.State.RUNNING)
        running.update(is_cancel_asked=True)


def _stopped() -> str:
    return _("Somebody stopped this before it was worked out.")


def make_forecast(forecast: Forecast, *, now: datetime) -> Forecast:
    """Work out the figures and store them; safe to repeat after a crash."""
    asked = Forecast.objects.filter(pk=forecast.pk, state__in=[Forecast.State.WAITING, Forecast.State.WORKING])
    if not asked.update(state=Forecast.State.WORKING):
        return forecast
    places = queries.places_so_far(forecast.cohort)
    problem = _in_public(queries.pool(forecast.cohort, now=now, places=places).problem)
    rules = [
        Trial(name=AS_IT_IS, problem=problem, seed=1, sentence=_("Matching the people so far")),
        *(Trial(name=name, problem=one, seed=1, sentence=_("Matching without one rule")) for name, one in relaxed(problem)),
    ]
    counter = progress.begin(forecast, total=len(rules) + forecast.draws, now=now)
    try:
        figures = {
            "basis": _basis(forecast.cohort, problem),
            "needs": _needs(problem),
            "rules": [_figures(_tried(trial, counter, done)) for done, trial in enumerate(rules)],
            "draws": [
                _figures(_tried(trial, counter, done)) for done, trial in enumerate(_drawn(forecast, problem), start=len(rules))
            ],
        }
    except progress.Cancelled:
        return _give_up(forecast, counter, now=now, sentence=_stopped(), state=progress.State.CANCELLED)
    except Refusal:
        sentence = _("Nobody with a free place is registered on one of the two sides any more.")
        return _give_up(forecast, counter, now=now, sentence=sentence, state=progress.State.FAILED)
    except (ProofFailed, MemoryError):
        sentence = _("This pool is too large for this server. Assume fewer people, or ask whoever runs it for more memory.")
        return _give_up(forecast, counter, now=now, sentence=sentence, state=progress.State.FAILED)
    return _store(forecast, counter, figures, now=now)


def _in_public(problem: Problem) -> Problem:
    """Without anything that was said in private, so that no figure can show it."""
    return dataclasses.replace(
        problem,
        mentors=tuple(without_what_is_private(one) for one in problem.mentors),
        mentees=tuple(without_what_is_private(one) for one in problem.mentees),
        nominations=(),
    )


def _drawn(forecast: Forecast, problem: Problem) -> Iterator[Trial]:
    """Pools of the assumed size, made one at a time."""
    if forecast.mentors is None or forecast.mentees is None:
        return
    for seed in range(1, forecast.draws + 1):
        pool = assumed(problem, mentors=forecast.mentors, mentees=forecast.mentees, seed=seed)
        yield Trial(name=str(seed), problem=pool, seed=seed, sentence=_("Matching an assumed pool"))


def _tried(trial: Trial, counter: Progress, done: int) -> Outcome:
    def look(_standing: Standing | None = None) -> bool:
        """A trial is carried through or stopped; a plan that misses some of the best would compare with no other."""
        progress.advance(counter, done, trial.sentence)
        return False

    look()
    solver = solve
    if apart.is_large(trial.problem):
        solver = partial(apart.solve_apart, memory_mb=settings.MATCHING_MEMORY_MB, watch=look)
    return attempt(trial.name, trial.problem, seed=trial.seed, solver=solver, **AIMS)


def _figures(outcome: Outcome) -> dict[str, Any]:
    """Without the engine's sentence: the figures of what was refused are 0, and that says it."""
    return {
        "name": outcome.name,
        "people": outcome.people,
        "pairs": outcome.pairs,
        "floor": outcome.floor,
        "total": outcome.total,
    }


def _basis(cohort: Cohort, problem: Problem) -> dict[str, int]:
    counts = queries.pool_counts(cohort)
    return {
        "mentors": len(problem.mentors),
        "mentees": len(problem.mentees),
        "people": len({one.key for one in (*problem.mentors, *problem.mentees)}),
        "not_prepared": counts.not_prepared,
        "waiting": counts.waiting,
    }


def _needs(problem: Problem) -> list[dict[str, Any]]:
    """What mentees ask for, most missing first; what few ask for only together, as in every report."""
    wanted = [need for need in needs(problem) if need.wanted]
    rows = [_need(need.attribute, need.value, [need]) for need in wanted if need.wanted >= SMALLEST_GROUP]
    for attribute in ("language", "topic"):
        few = [need for need in wanted if need.attribute == attribute and need.wanted < SMALLEST_GROUP]
        # A rest smaller than a group would show exactly whom it is meant to hide.
        if sum(need.wanted for need in few) >= SMALLEST_GROUP:
            rows.append(_need(attribute, "", few))
    return rows


def _need(attribute: str, value: str, together: list[Need]) -> dict[str, Any]:
    return {
        "attribute": attribute,
        "value": value,
        "wanted": sum(need.wanted for need in together),
        "offered": sum(need.offered for need in together),
        "missing": sum(need.missing for need in together),
    }


@transaction.atomic
def _store(forecast: Forecast, counter: Progress, figures: dict[str, Any], *, now: datetime) -> Forecast:
    working = Forecast.objects.filter(pk=forecast.pk, state=Forecast.State.WORKING)
    if working.update(state=Forecast.State.DONE, done_at=now, figures=figures):
        events.record("forecast.made", subject=forecast, at=now, cohort=forecast.cohort)
        progress.end(counter, now=now, message=_("The figures are ready."))
    return Forecast.objects.get(pk=forecast.pk)


def _give_up(forecast: Forecast, counter: Progress, *, now: datetime, sentence: str, state: str) -> Forecast:
    working = Forecast.objects.filter(pk=forecast.pk, state=Forecast.State.WORKING)
    working.update(state=Forecast.State.FAILED, done_at=now, refusal=sentence)
    progress.end(counter, now=now, state=state, message=sentence)
    return Forecast.objects.get(pk=forecast.pk)

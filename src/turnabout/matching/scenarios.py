"""What if: the people of a board under other rules, weights or aims, worked out beside the board and compared with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.matching import boards, keeping, policies, queries, services
from turnabout.matching.asking import Swap
from turnabout.matching.models import Run

MOST_COMPARED = 3
MOST_SCENARIOS = 20


@transaction.atomic
def start_scenario(
    board: Run,
    *,
    by: Account,
    now: datetime,
    name: str,
    objective: str,
    is_breadth_first: bool,
    seed: int,
    rules: Mapping[str, Any],
) -> Run:
    """Ask what the plan for the people of a board would be otherwise; the worker solves it, the board stays.

    The people are exactly those of the board, as they were, so that only what is asked differs. That also keeps
    every answer given since out of the comparison.
    """
    if not policies.can_match(by, board.cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can ask “what if”."))
    if board.scenario or not keeping.has_input(board):
        raise NotPossible(_("“What if” is asked of a draft board. Start a matching round first."))
    if Run.objects.filter(based_on=board).count() >= MOST_SCENARIOS:
        raise NotPossible(_("This board has twenty scenarios. Forget those you no longer need, then ask again."))
    boards.refuse_broken_locks(board.cohort, queries.kept(board.cohort)[0], rules, now=now)
    return services.ask_for(
        Run(
            cohort=board.cohort,
            scenario=name.strip()[:80],
            based_on=board,
            objective=objective,
            is_breadth_first=is_breadth_first,
            seed=seed,
            rules=dict(rules),
            by=by,
            created_at=now,
        )
    )


@transaction.atomic
def adopt_scenario(scenario: Run, *, by: Account, now: datetime) -> Run:
    """Make the draft board anew under a scenario's aims and rules.

    It is worked out again over whoever may be matched now: nobody who left, rests or found a partner since is put
    on a board. With the same people the plan is the scenario's to the last pair.
    """
    if scenario.state != Run.State.SCENARIO:
        raise NotPossible(_("This scenario has no plan. Choose another one."))
    return services.start_run(
        scenario.cohort,
        by=by,
        now=now,
        objective=scenario.objective,
        is_breadth_first=scenario.is_breadth_first,
        seed=scenario.seed,
        rules=scenario.rules,
    )


@transaction.atomic
def forget_scenario(scenario: Run, *, by: Account, now: datetime) -> None:
    """Delete a scenario with everything that was kept for it. Boards are never deleted here."""
    if not policies.can_match(by, scenario.cohort):
        raise NotAllowed(_("Only the programme lead or a coordinator of the whole programme can forget a scenario."))
    gone = Run.objects.filter(pk=scenario.pk, state__in=[Run.State.SCENARIO, Run.State.FAILED]).exclude(scenario="")
    if not gone.exists():
        raise NotPossible(_("This scenario is being worked out. Stop it first."))
    events.record("scenario.forgotten", subject=scenario, by=by, at=now, cohort=scenario.cohort)
    gone.delete()


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Who changes from one plan to another, mentee by mentee; keys."""

    kept: int
    swaps: tuple[Swap, ...]
    gained: int
    lost: int


def difference(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Difference:
    """From the pairs of one plan to those of another. Pure."""
    old, new = set(before), set(after)
    gone, added = _by_mentee(old - new), _by_mentee(new - old)
    had, have = {key for pair in old for key in pair}, {key for pair in new for key in pair}
    swaps = []
    for mentee in sorted(gone.keys() | added.keys()):
        left, come = gone.get(mentee, []), added.get(mentee, [])
        for place in range(max(len(left), len(come))):
            swaps.append(
                Swap(
                    mentee=mentee,
                    before=left[place] if place < len(left) else "",
                    after=come[place] if place < len(come) else "",
                )
            )
    return Difference(kept=len(old & new), swaps=tuple(swaps), gained=len(have - had), lost=len(had - have))


def _by_mentee(pairs: set[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mentor, mentee in sorted(pairs):
        found.setdefault(mentee, []).append(mentor)
    return found


def compared(runs: Sequence[Run]) -> list[Difference]:
    """Each run against the first of them; all of one board's family, so that the people are the same.

    Two boards of different days are not compared: a pair that is gone because somebody said no would show.
    """
    if not 2 <= len(runs) <= MOST_COMPARED:
        raise NotPossible(_("Choose two or three to compare."))
    if len({run.family for run in runs}) > 1:
        raise NotPossible(_("These were worked out over different people. Compare a board with its own scenarios."))
    pairs = [keeping.pairs_of(run) for run in runs]
    return [difference(pairs[0], other) for other in pairs[1:]]

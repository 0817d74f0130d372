"""The facts behind conditions, for many pairs at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from turnabout.enrolments.queries import door_is_open
from turnabout.insights.condition import Condition, PairFacts, SessionFact, condition_of
from turnabout.pairs.models import Agreement, Pair
from turnabout.pairs.queries import declarations_of
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import zone_of
from turnabout.scheduling.queries import sessions_of


def conditions_of(pairs: Sequence[Pair], *, on: date) -> dict[int, Condition]:
    """The condition of each pair by its id: four queries, whatever their number. Give pairs with cohort and places loaded."""
    return {key: condition_of(facts, on=on) for key, facts in facts_of(pairs).items()}


def facts_of(pairs: Sequence[Pair]) -> dict[int, PairFacts]:
    sessions, declared = sessions_of(pairs), declarations_of(pairs)
    # Dates only: the words of an agreement are not loaded here.
    dates = {
        row["pair_id"]: row
        for row in Agreement.objects.filter(pair__in=[pair.pk for pair in pairs]).values(
            "pair_id", "mentor_signed_at", "mentee_signed_at", "pair__mentee__prepared_at"
        )
    }
    return {pair.pk: _facts(pair, sessions.get(pair.pk, []), dates.get(pair.pk, {}), declared[pair.pk].missing) for pair in pairs}


def _facts(pair: Pair, sessions: Sequence[Session], dates: Mapping[str, Any], undeclared: Sequence[str]) -> PairFacts:
    cohort = pair.cohort
    return PairFacts(
        state=pair.state,
        started_on=pair.started_at.date(),
        total=cohort.sessions,
        interval_weeks=cohort.interval_weeks,
        review_after=cohort.review_after_session,
        mentor_signed=dates.get("mentor_signed_at") is not None,
        mentee_signed=dates.get("mentee_signed_at") is not None,
        undeclared=undeclared,
        is_door_open=door_is_open(dates.get("pair__mentee__prepared_at"), cohort),
        ends_on=cohort.ends_on,
        sessions=tuple(
            SessionFact(
                number=session.number,
                state=session.state,
                starts_on=session.starts_at.astimezone(zone_of(session.time_zone)).date(),
                met_on=session.met_on,
                mentee_cancellations=session.mentee_cancellations,
            )
            for session in sessions
        ),
    )

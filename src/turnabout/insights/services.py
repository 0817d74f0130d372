"""Keeping the stored conditions in step with dates and states."""

from collections.abc import Iterator, Sequence
from datetime import date

from turnabout.insights.condition import Condition
from turnabout.insights.models import PairCondition
from turnabout.insights.queries import conditions_of
from turnabout.pairs.models import Pair

AT_ONCE = 500


def refresh(pairs: Sequence[Pair], *, on: date) -> None:
    """Write the condition of these pairs as of a day; safe to repeat."""
    found = conditions_of(pairs, on=on)
    PairCondition.objects.bulk_create(
        [_row(pair, found[pair.pk], on) for pair in pairs],
        update_conflicts=True,
        unique_fields=["pair"],
        update_fields=["need", "reason", "since", "refreshed_on"],
    )


def refresh_all(*, on: date) -> int:
    """Time passes: bring every unfinished pair up to date, a few hundred at a time."""
    count = 0
    for batch in _batches():
        refresh(batch, on=on)
        count += len(batch)
    return count


def _batches() -> Iterator[list[Pair]]:
    last = 0
    while batch := list(
        Pair.objects.filter(pk__gt=last, state__in=Pair.UNFINISHED)
        .select_related("cohort", "mentor", "mentee")
        .order_by("pk")[:AT_ONCE]
    ):
        last = batch[-1].pk
        yield batch


def _row(pair: Pair, condition: Condition, on: date) -> PairCondition:
    first = condition.first
    return PairCondition(
        pair=pair, need=condition.need, reason=first.key if first else "", since=first.since if first else None, refreshed_on=on
    )

"""What the clock brings: reminders before a session, "did you meet?" after it, pairs that closed quietly.

Each finds its own work from the rows, marks it by compare-and-set, and may run late or twice without harm.
"""

from datetime import datetime, timedelta

from django.db import transaction

from turnabout.core import events
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair
from turnabout.scheduling import services
from turnabout.scheduling.models import Session

REMIND_BEFORE = timedelta(days=2)
ASK_AFTER = timedelta(hours=1)
STOP_ASKING_AFTER = timedelta(days=30)
CLOSE_AFTER = timedelta(days=14)


def remind(*, now: datetime) -> int:
    """Remind both of a session within the next two days, once for each date."""
    due = Session.objects.filter(
        state=Session.State.INVITED,
        reminded_at__isnull=True,
        starts_at__gt=now,
        starts_at__lte=now + REMIND_BEFORE,
        pair__state=Pair.State.ACTIVE,
    )
    return sum(_mark(session, "reminded_at", "session.reminded", now=now) for session in due.select_related("pair__cohort"))


def ask_whether_they_met(*, now: datetime) -> int:
    """Ask both after a session whose time has passed, once for each date."""
    due = Session.objects.filter(
        state__in=Session.AHEAD,
        asked_at__isnull=True,
        starts_at__lte=now - ASK_AFTER,
        starts_at__gt=now - STOP_ASKING_AFTER,
        pair__state=Pair.State.ACTIVE,
    )
    asked = 0
    for session in due.select_related("pair__cohort"):
        if session.starts_at + timedelta(minutes=session.minutes) + ASK_AFTER <= now:
            asked += _mark(session, "asked_at", "session.asked", now=now)
    return asked


def keep_wall_times(*, now: datetime) -> int:
    """Check every date ahead against the clock rules known today."""
    ahead = Session.objects.filter(starts_at__gt=now).upcoming().select_related("pair__cohort")
    return sum(services.keep_wall_time(session, now=now) for session in ahead.iterator(chunk_size=500))


def close_quiet_pairs(*, now: datetime) -> int:
    """Complete pairs whose closing session was two weeks ago and who have not said how they go on."""
    closed = 0
    quiet = Session.objects.filter(
        state=Session.State.MET, met_on__lte=(now - CLOSE_AFTER).date(), pair__state__in=Pair.UNFINISHED
    ).select_related("pair__cohort__programme", "pair__mentor__person", "pair__mentee__person")
    for session in quiet:
        if session.number == session.pair.cohort.sessions:
            pair_services.close_pair(session.pair, by=None, now=now)
            closed += 1
    return closed


@transaction.atomic
def _mark(session: Session, field: str, event: str, *, now: datetime) -> int:
    unmarked = Session.objects.filter(
        pk=session.pk, sequence=session.sequence, state__in=Session.AHEAD, **{f"{field}__isnull": True}
    )
    if not unmarked.update(**{field: now}):
        return 0
    events.record(event, subject=session, at=now, cohort=session.pair.cohort)
    return 1

"""The only clock. Services, queries, jobs and doors ask it; pure code gets the moment as an argument."""

from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """This moment, in UTC; in a demo or a journey, the moment written in TURNABOUT_CLOCK_FILE."""
    if settings.CLOCK_FILE:
        return datetime.fromisoformat(Path(settings.CLOCK_FILE).read_text(encoding="utf-8").strip()).astimezone(UTC)
    return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine


def today() -> date:
    return now().date()

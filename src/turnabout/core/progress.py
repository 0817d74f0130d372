"""Counts for long work, written outside the work's own transaction so that people can watch."""

from datetime import datetime

from django.db import models

from turnabout.core.models import Progress
from turnabout.core.references import reference

__all__ = ["Cancelled", "Progress", "advance", "begin", "end", "of"]

State = Progress.State


class Cancelled(Exception):
    """Somebody asked for the work to stop."""


def of(thing: models.Model) -> Progress | None:
    return Progress.objects.filter(subject=reference(thing)).first()


def begin(thing: models.Model, *, total: int, now: datetime, message: str = "") -> Progress:
    """Start counting, from zero again when the work is repeated."""
    progress, _created = Progress.objects.update_or_create(
        subject=reference(thing),
        defaults={
            "state": State.RUNNING,
            "done": 0,
            "total": total,
            "message": message,
            "is_cancel_asked": False,
            "started_at": now,
            "ended_at": None,
        },
    )
    return progress


def advance(progress: Progress, done: int, message: str = "") -> None:
    """Note how far the work is; raises Cancelled when somebody asked to stop."""
    Progress.objects.filter(pk=progress.pk).update(done=min(done, progress.total), message=message)
    if Progress.objects.filter(pk=progress.pk, is_cancel_asked=True).exists():
        raise Cancelled


def end(progress: Progress, *, now: datetime, state: str = State.DONE, message: str = "") -> None:
    Progress.objects.filter(pk=progress.pk).update(state=state, message=message, ended_at=now)

from django.db import models
from django.db.models import CheckConstraint, F, Q

from turnabout.core import references


class Event(models.Model):
    """One domain fact: audit entry, webhook trigger and notification trigger in one row."""

    class Audience(models.TextChoices):
        OPEN = "open"
        ORGANISER = "organiser"
        PRIVATE = "private"

    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    actor = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    cohort_key = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="core_event_by_subject"),
            models.Index(fields=["cohort_key", "-at"], name="core_event_by_cohort"),
        ]

    @property
    def subject_id(self) -> int:
        return references.id_of(self.subject)


class Progress(models.Model):
    """Long work that people watch: counts, a way to stop it, and a result that can be found later."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    subject = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    is_cancel_asked = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(done__lte=F("total")), name="no_more_is_done_than_there_is")]


class Mark(models.Model):
    """A fact about this database itself, such as that it holds demo data."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)

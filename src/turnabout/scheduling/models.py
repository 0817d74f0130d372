from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from turnabout.accounts.models import Account
from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair


class SessionQuerySet(models.QuerySet["Session"]):
    def upcoming(self) -> Self:
        return self.filter(state__in=Session.AHEAD).order_by("starts_at")


class Session(models.Model):
    """One meeting of a pair. Wall time in the stated zone is the promise; starts_at is its instant."""

    class State(models.TextChoices):
        RESERVED = "reserved"  # a date kept free, not yet in calendars
        INVITED = "invited"
        MET = "met"
        MISSED = "missed"
        CANCELLED = "cancelled"

    AHEAD = (State.RESERVED, State.INVITED)
    TOLD = (State.MET, State.MISSED)

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=60, blank=True)  # key of the session in the curriculum
    state = models.CharField(max_length=9, choices=State.choices, default=State.RESERVED)
    starts_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    local_start = models.CharField(max_length=16)  # "2027-03-04T09:00": what was promised, whatever the zone's rules become
    minutes = models.PositiveSmallIntegerField()
    outside_hours = models.JSONField(default=list, blank=True)  # sides whose own working hours it leaves, both were told
    place = EncryptedTextField()  # a room or a meeting address: for the two, their assistant and their calendars
    uid = models.CharField(max_length=80, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    moved_by_role = models.CharField(max_length=6, blank=True)  # mentor | mentee, counted in aggregate only
    moves = models.PositiveSmallIntegerField(default=0)
    mentee_cancellations = models.PositiveSmallIntegerField(default=0)
    told_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_told_to_coordinator = models.BooleanField(default=False)  # "they told me they met"
    met_on = models.DateField(null=True, blank=True)
    told_from = models.CharField(max_length=9, blank=True)  # the state before anybody told: what a correction goes back to
    asked_at = models.DateTimeField(null=True, blank=True)  # when "did you meet?" went out
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["pair", "number"],
                condition=~Q(state__in=["cancelled", "missed"]),
                name="a_pair_has_one_session_of_each_number",
            ),
            CheckConstraint(condition=~Q(state="met") | Q(met_on__isnull=False), name="a_session_that_was_met_has_a_date"),
        ]
        indexes = [
            models.Index(fields=["pair", "starts_at"], name="scheduling_session_by_pair"),
            models.Index(fields=["state", "starts_at"], name="scheduling_session_by_start"),
        ]


class Attendance(models.Model):
    """What one side of the pair said of a session: met, moved or missed."""

    class Said(models.TextChoices):
        MET = "met"
        MISSED = "missed"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    said = models.CharField(max_length=6, choices=Said.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["session", "enrolment"], name="each_side_speaks_once_of_a_session")]

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, ExpressionWrapper, F, Q, UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import Duties, Scope


class PairQuerySet(models.QuerySet["Pair"]):
    def of_person(self, person: Person | None) -> Self:
        if person is None:
            return self.none()
        return self.filter(Q(mentor__person=person) | Q(mentee__person=person))

    def in_scope(self, scope: Scope) -> Self:
        """Pairs of a programme with at least one side in the entities of this scope."""
        pairs = self.filter(cohort__programme_id=scope.programme_id)
        if scope.entity_ids is None:
            return pairs
        return pairs.filter(Q(mentor__person__entity_id__in=scope.entity_ids) | Q(mentee__person__entity_id__in=scope.entity_ids))

    def organised_by(self, duties: Duties) -> Self:
        """Pairs whose facts (never their words) these duties open; with no duty, none."""
        if duties.is_owner:
            return self
        seen = Q(pk__in=[])
        for scope in duties.coordinates:
            side = Q(cohort__programme_id=scope.programme_id)
            if scope.entity_ids is not None:
                side &= Q(mentor__person__entity_id__in=scope.entity_ids) | Q(mentee__person__entity_id__in=scope.entity_ids)
            seen |= side
        return self.filter(seen)

    def unfinished(self) -> Self:
        return self.filter(state__in=Pair.UNFINISHED)

    def ended_together(self, cohort_id: int, at: datetime) -> Self:
        """What one `pairs.ended` ended."""
        return self.filter(cohort_id=cohort_id, state=Pair.State.ENDED, ended_at=at)

    def kept_long_enough(self, now: datetime) -> Self:
        """Pairs whose round's days after the end have passed, so that what they wrote is deleted."""
        kept_until = ExpressionWrapper(
            F("ended_at") + F("cohort__notes_kept_days") * timedelta(days=1), output_field=models.DateTimeField()
        )
        return self.exclude(state__in=Pair.UNFINISHED).annotate(kept_until=kept_until).filter(kept_until__lte=now)

    def with_people(self) -> Self:
        return self.select_related(
            "cohort__programme",
            "mentor__person__entity",
            "mentee__person__entity",
            "mentor__person__account",
            "mentee__person__account",
        )

    def active(self) -> Self:
        return self.filter(state=Pair.State.ACTIVE)


class Pair(models.Model):
    """A confirmed relation: both said yes."""

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        ENDED = "ended"  # by either side, before the closing session; nobody's fault
        CLOSED = "closed"  # the closing session took place

    class Choice(models.TextChoices):
        """What one side would like after the closing session."""

        CONTINUE = "continue"  # on their own, outside the programme
        SWAP = "swap"  # the other way round, in the next round
        PAUSE = "pause"  # rest, and perhaps meet again later
        CLOSE = "close"

    class Apart(models.TextChoices):
        """What the directory can show by now that keeps two people apart."""

        LINE = "line"
        TEAM = "team"  # one team, or one manager

    UNFINISHED = (State.ACTIVE, State.PAUSED)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="pairs")
    mentor = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pairs_as_mentor")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="pairs_as_mentee")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    themes = models.JSONField(default=list, blank=True)  # curriculum session keys in the pair's own order
    reasons = models.JSONField(default=list, blank=True)  # why these two, as told to both
    distance_exception = models.BooleanField(default=False)
    mentor_choice = models.CharField(max_length=8, choices=Choice.choices, blank=True)
    mentee_choice = models.CharField(max_length=8, choices=Choice.choices, blank=True)
    mentor_nudged_at = models.DateTimeField(null=True, blank=True)  # when an organiser last had the mentor written to
    mentee_nudged_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["mentor", "mentee"], condition=Q(state__in=["active", "paused"]), name="two_people_are_one_pair_at_a_time"
            ),
            CheckConstraint(condition=~Q(mentor=F("mentee")), name="nobody_is_paired_with_themselves"),
            CheckConstraint(
                condition=Q(state__in=["active", "paused"]) | Q(ended_at__isnull=False), name="a_finished_pair_has_a_date"
            ),
        ]
        indexes = [models.Index(fields=["cohort", "state"], name="pairs_pair_by_state")]

    def side_of(self, person: Person | None) -> Enrolment | None:
        """This person's place in the pair, or None for an outsider."""
        if person is None:
            return None
        return next((place for place in (self.mentor, self.mentee) if place.person_id == person.pk), None)

    def partner_of(self, person: Person) -> Enrolment:
        return self.mentee if self.mentor.person_id == person.pk else self.mentor

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    def choice_of(self, role: str) -> str:
        return self.mentor_choice if role == Enrolment.Role.MENTOR else self.mentee_choice

    def nudged_at(self, roles: Iterable[str]) -> datetime | None:
        """When one of these sides was last written to at an organiser's press, if ever."""
        dates = {Enrolment.Role.MENTOR.value: self.mentor_nudged_at, Enrolment.Role.MENTEE.value: self.mentee_nudged_at}
        return max((at for role in roles if (at := dates[role]) is not None), default=None)


class Agreement(models.Model):
    """What both sign before session 2; drafted in session 1, readable by the two alone."""

    pair = models.OneToOneField(Pair, on_delete=models.CASCADE, related_name="agreement")
    version = models.PositiveIntegerField(default=1)  # grows with every saved draft; a save names the one it began from
    words = EncryptedTextField()  # JSON: key of the field in the blueprint's text -> what the pair wrote there
    drafted_at = models.DateTimeField(null=True, blank=True)
    mentor_signed_at = models.DateTimeField(null=True, blank=True)
    mentee_signed_at = models.DateTimeField(null=True, blank=True)
    words_deleted_at = models.DateTimeField(null=True, blank=True)  # some days after the pair has ended; the signatures stay

    @property
    def filled(self) -> dict[str, str]:
        """What the pair wrote, by the key of the field."""
        return {str(key): str(text) for key, text in json.loads(self.words or "{}").items()}

    @property
    def is_signed(self) -> bool:
        return self.mentor_signed_at is not None and self.mentee_signed_at is not None

    def signed_at(self, role: str) -> datetime | None:
        return self.mentor_signed_at if role == Enrolment.Role.MENTOR else self.mentee_signed_at

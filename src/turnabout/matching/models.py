from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from turnabout.accounts.models import Account
from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort


class Run(models.Model):
    """One engine run for a cohort; on screen a "matching round"."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SOLVING = "solving"
        DRAFT = "draft"  # on the board, to be reviewed
        PUBLISHED = "published"  # at least one batch has gone out
        FAILED = "failed"
        REPLACED = "replaced"
        SCENARIO = "scenario"  # worked out to be compared; it never was a board

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    objective = models.CharField(max_length=20, default="fairest")
    is_breadth_first = models.BooleanField(default=False)
    seed = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    input_hash = models.CharField(max_length=64, blank=True)
    rules = models.JSONField(default=dict)  # what this run changes of the round's rules and weights, as `scenarios.Change`
    scenario = models.CharField(max_length=80, blank=True)  # its name; empty for a round that becomes a board
    # A scenario asks "what if" of exactly the people of this board.
    based_on = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="scenarios")
    certificate = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)  # people, pairs, total, floor, seconds, unknown_lines
    refusal = models.CharField(max_length=500, blank=True)  # why there is no plan, in a sentence

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["cohort"],
                condition=Q(state__in=["waiting", "solving"]),
                name="one_matching_round_solves_at_a_time",
            ),
            UniqueConstraint(fields=["cohort"], condition=Q(state="draft"), name="a_round_has_one_draft_board"),
            CheckConstraint(condition=~Q(state="scenario") | ~Q(scenario=""), name="a_scenario_has_a_name"),
        ]

    @property
    def family(self) -> int:
        """The board whose people this run was worked out over; only runs of one family are compared."""
        return self.based_on_id or self.pk


class RunInput(models.Model):
    """Exactly what was solved and what came out, so that any question later is answered about the same problem.

    It holds declared conflicts and who is not available for whom, so it is unreadable without the keys.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="input")
    sealed = EncryptedTextField()


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def with_people(self) -> Self:
        return self.select_related(
            "run__cohort__programme",
            "mentor__person__entity",
            "mentee__person__entity",
            "mentor__person__account",
            "mentee__person__account",
        )

    def open(self) -> Self:
        """Asked, as everybody but the asked person sees it: until the deadline, whatever was answered."""
        return self.filter(state__in=Proposal.OPEN)

    def unanswered(self) -> Self:
        """Still waiting for the asked person's answer; for that person alone to see."""
        return self.open().filter(is_answered=False)


class Proposal(models.Model):
    """A suggested pair with its reasons; the mentor is asked first, and the mentee learns of it only after a yes."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ASKING_MENTOR = "asking_mentor"
        ASKING_MENTEE = "asking_mentee"
        ACCEPTED = "accepted"
        CLOSED = "closed"  # a no, an expiry and a withdrawal look alike to everyone else
        REMOVED = "removed"  # taken off the board before publication

    OPEN = (State.ASKING_MENTOR, State.ASKING_MENTEE)

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="proposals")
    mentor = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals_as_mentor")
    mentee = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals_as_mentee")
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    score = models.PositiveIntegerField(default=0)  # 0..1000, both sides together
    mentor_score = models.PositiveIntegerField(default=0)
    mentee_score = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict)  # criterion -> both directions, as the engine computed them
    is_locked = models.BooleanField(default=False)
    is_by_hand = models.BooleanField(default=False)
    warnings = models.JSONField(default=list, blank=True)  # reason codes a coordinator accepted
    published_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The asked person has answered, and not with a yes; to everybody else the question is open until its deadline.
    is_answered = models.BooleanField(default=False)
    pair = models.OneToOneField(Pair, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["run", "mentor", "mentee"],
                condition=~Q(state__in=["removed", "closed"]),
                name="two_people_are_suggested_once_per_run",
            ),
            UniqueConstraint(
                fields=["mentee"],
                condition=Q(state__in=["asking_mentor", "asking_mentee"]),
                name="a_mentee_waits_for_one_suggestion_at_a_time",
            ),
            CheckConstraint(
                condition=~Q(state__in=["asking_mentor", "asking_mentee"]) | Q(expires_at__isnull=False),
                name="a_question_has_a_deadline",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "-score"], name="matching_proposal_on_board")]

    @property
    def is_distance_exception(self) -> bool:
        """Whether the two are in one line, at a distance that the round allows; found by the engine or when paired by hand."""
        return "distance_exception" in self.reasons.get("flags", ()) or "distance_exception" in self.warnings

    @property
    def has_mentors_yes(self) -> bool:
        """Whether the mentee was asked, which a mentor's yes alone brings about."""
        return self.asked_at is not None and self.published_at is not None and self.asked_at > self.published_at

    def is_overdue(self, now: datetime) -> bool:
        return self.state in self.OPEN and self.expires_at is not None and now >= self.expires_at


class Unmatched(models.Model):
    """A person with no partner yet after a run, and why."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="unmatched")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=30)  # the rule that blocks most, or "shortage"
    blocked_by = models.JSONField(default=dict)  # rule -> number of possible partners it excludes

    class Meta:
        constraints = [UniqueConstraint(fields=["run", "enrolment"], name="a_person_is_left_over_once_per_run")]


class NotAvailable(models.Model):
    """Two people who are not suggested to each other again in this cohort. It does not say who, why or when."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["mentor", "mentee"], name="two_people_are_unavailable_once")]


class Rest(models.Model):
    """Somebody who is not suggested to anybody for a while. To everybody else they are simply not available."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()


class Forecast(models.Model):
    """What a matching round would come to, worked out before there is one: figures only, nobody is named."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        DONE = "done"
        FAILED = "failed"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="forecasts")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # A pool of another size, drawn so often from the people so far; empty when only these were asked about.
    mentors = models.PositiveIntegerField(null=True, blank=True)
    mentees = models.PositiveIntegerField(null=True, blank=True)
    draws = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)  # basis, rules, needs, draws, as `forecasts.make_forecast` writes them
    refusal = models.CharField(max_length=500, blank=True)  # why there are no figures, in a sentence

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["cohort"],
                condition=Q(state__in=["waiting", "working"]),
                name="one_forecast_of_a_round_at_a_time",
            ),
            CheckConstraint(
                condition=Q(mentors__isnull=True, mentees__isnull=True, draws=0)
                | Q(mentors__isnull=False, mentees__isnull=False, draws__gt=0),
                name="an_assumed_pool_has_both_sides",
            ),
        ]

    @property
    def is_running(self) -> bool:
        return self.state in {self.State.WAITING, self.State.WORKING}

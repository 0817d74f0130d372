from datetime import date
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from turnabout.accounts.models import Account
from turnabout.people.models import Entity


class Programme(models.Model):
    """A lasting initiative; its words on screen are settings, its code words are not."""

    class Words(models.TextChoices):
        REVERSE = "reverse"
        MUTUAL = "mutual"
        RECIPROCAL = "reciprocal"
        PEER = "peer"
        UPWARD = "upward"

    name = models.CharField(max_length=160)
    design = models.CharField(max_length=60)  # key of the blueprint it was made from
    words = models.CharField(max_length=12, choices=Words.choices, default=Words.REVERSE)
    mentor_word = models.CharField(max_length=40, default="mentor")
    mentee_word = models.CharField(max_length=40, default="mentee")
    entity_word = models.CharField(max_length=40, default="business")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    texts = models.JSONField(default=dict)  # edited agreement, announcement and preparation texts; missing = the design's


class Charter(models.Model):
    """The signed purpose and promises; a change makes a new version."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="charters")
    version = models.PositiveSmallIntegerField()
    purpose = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    not_alone = models.TextField(blank=True)  # what leaders could not learn on their own
    for_whom = models.TextField(blank=True)
    juniors_get = models.TextField(blank=True)
    measures = models.JSONField(default=list)  # up to three {"name", "today"}; an empty "today" is not known yet
    ends_on = models.DateField(null=True, blank=True)
    readiness = models.JSONField(default=dict)  # question key -> "green" | "amber" | "red"
    sponsor_words = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["programme", "version"], name="a_charter_version_exists_once")]


class CohortQuerySet(models.QuerySet["Cohort"]):
    def unfinished(self) -> Self:
        return self.exclude(state=Cohort.State.CLOSED)


class Cohort(models.Model):
    """One dated run of a programme; on screen a "round"."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ENROLLING = "enrolling"
        MATCHING = "matching"
        RUNNING = "running"
        CLOSED = "closed"

    class Seniority(models.TextChoices):
        GRADE = "grade"
        SERVICE = "service"
        PROFESSION = "profession"
        TREE_LEVEL = "tree_level"
        NAMED_LIST = "named_list"

    class Preparation(models.TextChoices):
        MENTORS_FIRST = "mentors_first"  # mentors before matching, mentees before session 1
        BOTH_FIRST = "both_first"
        OFFERED = "offered"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    open_link_key = models.CharField(max_length=24, unique=True)
    is_open_link_on = models.BooleanField(default=False)

    # The defaults of product.md; every one has an allowed range.
    sessions = models.PositiveSmallIntegerField(default=6)
    minutes = models.PositiveSmallIntegerField(default=60)
    interval_weeks = models.PositiveSmallIntegerField(default=4)
    mentor_cap = models.PositiveSmallIntegerField(default=1)
    answer_days = models.PositiveSmallIntegerField(default=10)
    review_after_session = models.PositiveSmallIntegerField(default=2)
    notes_kept_days = models.PositiveSmallIntegerField(default=30)
    answers_needed = models.PositiveSmallIntegerField(default=5)
    preparation = models.CharField(max_length=14, choices=Preparation.choices, default=Preparation.MENTORS_FIRST)
    seniority = models.CharField(max_length=12, choices=Seniority.choices, default=Seniority.GRADE)
    seniority_gap = models.PositiveSmallIntegerField(default=2)  # grades, levels or years, by the measure
    mentor_years_under = models.PositiveSmallIntegerField(null=True, blank=True)
    mentee_years_over = models.PositiveSmallIntegerField(null=True, blank=True)
    distance_exception = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # levels apart, for heads with nobody outside their line
    entity_rule = models.CharField(max_length=10, default="any")  # any | same | different
    common_language_level = models.PositiveSmallIntegerField(default=2)
    weekly_overlap_hours = models.PositiveSmallIntegerField(default=2)
    weights = models.JSONField(default=dict)  # criterion -> weight, 0 leaves it out; empty = the design's
    mentor_places = models.PositiveSmallIntegerField(null=True, blank=True)  # beyond these, people wait; none means no limit
    mentee_places = models.PositiveSmallIntegerField(null=True, blank=True)
    message_subject = models.CharField(max_length=160, blank=True)  # the suggestion mail, editable before publication
    message_body = models.TextField(blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(sessions__gte=4, sessions__lte=12), name="a_round_has_four_to_twelve_sessions"),
            CheckConstraint(condition=Q(minutes__gte=30, minutes__lte=90), name="a_session_lasts_half_an_hour_to_ninety_minutes"),
            CheckConstraint(
                condition=Q(interval_weeks__gte=2, interval_weeks__lte=8), name="sessions_are_two_to_eight_weeks_apart"
            ),
            CheckConstraint(condition=Q(mentor_cap__gte=1, mentor_cap__lte=2), name="a_mentor_has_at_most_two_mentees"),
            CheckConstraint(condition=Q(answers_needed__gte=5), name="results_need_at_least_five_answers"),
            CheckConstraint(
                condition=Q(distance_exception__isnull=True) | Q(distance_exception__gte=3),
                name="a_distance_exception_is_at_least_three_levels",
            ),
            CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="a_round_ends_after_it_starts",
            ),
            CheckConstraint(
                condition=Q(state="draft") | Q(charter__isnull=False, ends_on__isnull=False),
                name="an_open_round_has_a_charter_and_an_end",
            ),
        ]

    def is_over(self, on: date) -> bool:
        return self.ends_on is not None and on > self.ends_on


class Office(models.Model):
    """An account's duty in a programme, for some entities or, with none named, for all."""

    class Duty(models.TextChoices):
        COORDINATOR = "coordinator"
        SPONSOR = "sponsor"
        CONTACT = "contact"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="offices")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="offices")
    duty = models.CharField(max_length=12, choices=Duty.choices)
    entities = models.ManyToManyField(Entity, blank=True, related_name="+")
    phone = models.CharField(max_length=40, blank=True)  # the named contact's, shown to every mentor
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account", "programme", "duty"], condition=Q(ended_at__isnull=True), name="an_office_is_held_once"
            ),
        ]

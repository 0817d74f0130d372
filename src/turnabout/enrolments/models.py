from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from turnabout.accounts.models import Account
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def taking_part(self) -> Self:
        return self.filter(state__in=Enrolment.TAKING_PART)

    def in_entities(self, entity_ids: frozenset[int] | None) -> Self:
        return self if entity_ids is None else self.filter(person__entity_id__in=entity_ids)


class Enrolment(models.Model):
    """A person's place in a cohort; one person may be mentor in one and mentee in another."""

    class Role(models.TextChoices):
        MENTOR = "mentor"
        MENTEE = "mentee"

    class State(models.TextChoices):
        INVITED = "invited"
        STARTED = "started"  # some steps of the registration are saved
        WAITING = "waiting"  # on the waiting list
        REGISTERED = "registered"
        PAUSED = "paused"
        WITHDRAWN = "withdrawn"
        CLOSED = "closed"

    class Source(models.TextChoices):
        INVITATION = "invitation"
        OPEN_LINK = "open_link"
        NOMINATION = "nomination"
        COORDINATOR = "coordinator"

    TAKING_PART = (State.INVITED, State.STARTED, State.WAITING, State.REGISTERED, State.PAUSED)

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    role = models.CharField(max_length=6, choices=Role.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.INVITATION)
    capacity = models.PositiveSmallIntegerField(default=1)
    places_taken = models.PositiveSmallIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=0)  # somebody whose pair ended is matched first
    formats = models.JSONField(default=list, blank=True)  # "online", "in_person"
    hope = models.CharField(max_length=20, blank=True)  # "Is this what you hoped for?": yes | not_sure | no
    apprehension = models.CharField(max_length=20, blank=True)  # key of the worry named, answered with help
    off_limits = models.JSONField(default=list, blank=True)  # keys of enrolments.limits: what a mentor will not discuss
    commitment = models.BooleanField(default=False)  # the mentee's "I will change course"
    consented_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)  # until when the invitation waits; a coordinator may extend it
    steps_done = models.JSONField(default=list, blank=True)  # registration steps saved so far
    manager_may_be_told = models.BooleanField(default=False)  # the mentor agrees that the manager learns the hours
    registered_at = models.DateTimeField(null=True, blank=True)
    prepared_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )  # set when marked in a live session
    manager_told_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["cohort", "person", "role"], name="a_person_has_one_place_per_role_and_round"),
            CheckConstraint(condition=Q(places_taken__lte=F("capacity")), name="nobody_has_more_pairs_than_places"),
            CheckConstraint(condition=Q(capacity__lte=2), name="nobody_offers_more_than_two_places"),
            CheckConstraint(condition=~Q(role="mentee") | Q(capacity__lte=1), name="a_mentee_has_one_mentor"),
            CheckConstraint(
                condition=~Q(state="registered") | Q(registered_at__isnull=False, consented_at__isnull=False),
                name="a_registered_place_has_a_date_and_a_consent",
            ),
        ]
        indexes = [models.Index(fields=["cohort", "role", "state"], name="enrolments_place_by_state")]

    @property
    def is_prepared(self) -> bool:
        return self.prepared_at is not None


class TopicChoice(models.Model):
    """What a person can share, or would like to learn. Both roles have both."""

    class Kind(models.TextChoices):
        OFFER = "offer"
        WISH = "wish"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="topics")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    topic = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(default=2)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["enrolment", "kind", "topic"], name="a_topic_is_chosen_once_each_way"),
            CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="a_level_is_one_to_four"),
        ]


class PreparationStep(models.Model):
    """One module of the preparation, done."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="preparation_steps")
    module = models.CharField(max_length=60)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["enrolment", "module"], name="a_module_is_done_once")]


class Conflict(models.Model):
    """Two people who must not be paired, declared by one of them; nobody else sees who declared it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="conflicts")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [UniqueConstraint(fields=["enrolment", "other"], name="a_conflict_is_declared_once")]


class Declaration(models.Model):
    """ "I do not manage this person and do not decide on their pay": asked where the line is not known."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="declarations")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["enrolment", "other"], name="a_declaration_is_made_once")]


class Draw(models.Model):
    """One draw among everybody who waited; its seed and the employee numbers give the same result again."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="draws")
    role = models.CharField(max_length=6, choices=Enrolment.Role.choices)
    seed = models.PositiveIntegerField()
    places = models.PositiveIntegerField()  # how many were given
    waiting = models.PositiveIntegerField()  # how many took part
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(places__gte=1, places__lte=F("waiting")), name="a_draw_gives_one_place_or_more_to_those_who_wait"
            ),
        ]


class Lot(models.Model):
    """One person's lot; those who were not drawn are the fair comparison for those who were."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="lots")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lots")
    rank = models.PositiveIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["draw", "enrolment"], name="a_person_has_one_lot_in_a_draw"),
            UniqueConstraint(fields=["draw", "rank"], name="a_rank_of_a_draw_is_given_once"),
        ]


class Nomination(models.Model):
    """An executive names somebody further down, who is asked privately; a no is never reported."""

    class State(models.TextChoices):
        ASKED = "asked"
        ACCEPTED = "accepted"
        CLOSED = "closed"  # a no, an expiry and a withdrawal look alike

    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="nominations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["mentee", "person"], name="a_person_is_named_once")]

from django.db import models
from django.db.models import UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.programmes.models import Cohort


class Pseudonym(models.Model):
    """The only way from a place to its answers; destroyed some time after the round's last follow-up."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="+")
    code = models.UUIDField(unique=True)


class Reply(models.Model):
    """One person's form. It names a pseudonym, never a person, a pair or a session."""

    class Survey(models.TextChoices):
        PULSE = "pulse"
        CLOSING = "closing"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    survey = models.CharField(max_length=8, choices=Survey.choices)
    wave = models.PositiveSmallIntegerField(default=1)  # the session's number, or 1; from 100 on for a place's next pair
    role = models.CharField(max_length=6)
    pseudonym = models.UUIDField()

    class Meta:
        constraints = [UniqueConstraint(fields=["pseudonym", "survey", "wave"], name="a_form_is_answered_once")]
        indexes = [models.Index(fields=["cohort", "survey", "wave"], name="surveys_reply_by_wave")]


class Answer(models.Model):
    """One field of a form: a number, or text that only the analysis gate may open."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=100)
    number = models.SmallIntegerField(null=True, blank=True)
    choice = models.CharField(max_length=40, blank=True)
    text = EncryptedTextField()

    class Meta:
        constraints = [UniqueConstraint(fields=["reply", "question"], name="a_question_is_answered_once")]

"""What a pair writes. Readable by the two alone: relations out of here have no way back, bodies are ciphertext."""

from django.db import models
from django.db.models import UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.scheduling.models import Session


class CommonGround(models.Model):
    """Before session 1: three things each chose to share, two sentences on why they look forward to this."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    body = EncryptedTextField()
    looking_forward = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["pair", "author"], name="each_side_has_one_common_ground")]


class Note(models.Model):
    """A line of the joint agenda, a shared note or a private one."""

    class Kind(models.TextChoices):
        AGENDA = "agenda"
        SHARED = "shared"
        PRIVATE = "private"
        FEEDBACK = "feedback"  # sessions 3 and 6: one thing that helps, one to try

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    body = EncryptedTextField()
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["pair", "kind"], name="notes_note_by_pair")]


class NextStep(models.Model):
    """One thing either of the pair will do."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    holder = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    body = EncryptedTextField()
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField()

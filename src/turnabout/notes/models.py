"""What a pair writes. Readable by the two alone: relations out of here have no way back, bodies are ciphertext."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.scheduling.models import Session


def _one_of_the_two(person: Person) -> Q:
    return Q(pair__mentor__person=person) | Q(pair__mentee__person=person)


class CommonGroundQuerySet(models.QuerySet["CommonGround"]):
    def visible_to(self, person: Person | None) -> Self:
        """One's own, and the partner's once one has written as well."""
        if person is None:
            return self.none()
        mine = CommonGround.objects.filter(pair=OuterRef("pair"), author__person=person)
        return self.filter(_one_of_the_two(person)).filter(Q(author__person=person) | Exists(mine))


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, person: Person | None) -> Self:
        """The two of a pair, and of private notes the writer alone. There is no branch for anybody else."""
        if person is None:
            return self.none()
        return self.filter(_one_of_the_two(person)).filter(~Q(kind=Note.Kind.PRIVATE) | Q(author__person=person))


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def visible_to(self, person: Person | None) -> Self:
        return self.none() if person is None else self.filter(_one_of_the_two(person))


class CommonGround(models.Model):
    """Before session 1: three things each chose to share, two sentences on why they look forward to this."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    body = EncryptedTextField()
    looking_forward = EncryptedTextField()
    written_at = models.DateTimeField()

    objects = CommonGroundQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["pair", "author"], name="each_side_has_one_common_ground")]


class Note(models.Model):
    """A line of the joint agenda, a shared note or a private one."""

    class Kind(models.TextChoices):
        AGENDA = "agenda"
        SHARED = "shared"
        PRIVATE = "private"
        FEEDBACK = "feedback"  # sessions 3 and 6: one thing that helps, one to try
        RECEIVED = "received"  # a line of "what we gave each other", written by the one who got it

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    body = EncryptedTextField()
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = NoteQuerySet.as_manager()

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

    objects = NextStepQuerySet.as_manager()

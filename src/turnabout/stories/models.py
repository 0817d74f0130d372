from typing import Self

from django.db import models
from django.db.models import Q, UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.people.models import Person


class StoryQuerySet(models.QuerySet["Story"]):
    def visible_to(self, person: Person | None) -> Self:
        """The teller's own, and the partner's where the teller would like to share it: nobody else's, until both consent."""
        if person is None:
            return self.none()
        offered = Q(pair__mentor=models.F("teller"), mentor_consented_at__isnull=False) | Q(
            pair__mentee=models.F("teller"), mentee_consented_at__isnull=False
        )
        two = Q(pair__mentor__person=person) | Q(pair__mentee__person=person)
        return self.filter(two).filter(Q(teller__person=person) | offered)


class Story(models.Model):
    """ "One thing that changed", with the consent of both; nothing is published without both."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    teller = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    text = EncryptedTextField()
    told_at = models.DateTimeField()
    mentor_consented_at = models.DateTimeField(null=True, blank=True)
    mentee_consented_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["pair", "teller"], name="each_side_tells_one_story")]
        verbose_name_plural = "stories"

    def consented_at(self, role: str) -> object:
        return self.mentor_consented_at if role == Enrolment.Role.MENTOR else self.mentee_consented_at

    @property
    def may_be_shared(self) -> bool:
        return self.mentor_consented_at is not None and self.mentee_consented_at is not None and self.withdrawn_at is None

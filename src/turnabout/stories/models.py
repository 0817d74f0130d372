from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q, UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.queries import Scope

SHARED_FOR = timedelta(days=365)  # a yes to sharing runs out


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

    def to_tell(self, scope: Scope, *, now: datetime) -> Self:
        """What organisers may read and tell: of pairs in their scope, while the yes of both stands and has not run out."""
        since = now - SHARED_FOR
        agreed = Q(mentor_consented_at__gt=since, mentee_consented_at__gt=since, withdrawn_at__isnull=True)
        return self.filter(agreed, pair__in=Pair.objects.in_scope(scope))


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

    def consented_at(self, role: str) -> datetime | None:
        return self.mentor_consented_at if role == Enrolment.Role.MENTOR else self.mentee_consented_at

    @property
    def shared_until(self) -> datetime | None:
        """When the earlier yes of the two runs out; None while one of them is missing."""
        if self.mentor_consented_at is None or self.mentee_consented_at is None or self.withdrawn_at is not None:
            return None
        return min(self.mentor_consented_at, self.mentee_consented_at) + SHARED_FOR

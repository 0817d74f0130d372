from django.db import models
from django.db.models import UniqueConstraint

from turnabout.core.crypto import EncryptedTextField
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair


class Story(models.Model):
    """"One thing that changed", with the consent of both; nothing is published without both."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    teller = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    text = EncryptedTextField()
    told_at = models.DateTimeField()
    mentor_consented_at = models.DateTimeField(null=True, blank=True)
    mentee_consented_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["pair", "teller"], name="each_side_tells_one_story")]
        verbose_name_plural = "stories"

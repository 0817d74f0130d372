from django.db import models

from turnabout.pairs.models import Pair


class PairCondition(models.Model):
    """How much a pair needs somebody, kept so that a list of twenty thousand opens like one of twenty.

    Only what sorts and filters is stored; the words are made from the dates when a page is shown.
    """

    pair = models.OneToOneField(Pair, on_delete=models.CASCADE, related_name="condition")
    need = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=30, blank=True)
    since = models.DateField(null=True, blank=True)
    refreshed_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["-need", "since", "pair"], name="insights_condition_by_need")]

"""The one line that may be told of the closing form before there is a gate for figures."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from turnabout.enrolments.models import Enrolment
from turnabout.programmes.models import Cohort
from turnabout.surveys.models import Answer, Reply

QUESTION = "would_recommend"
YES = "yes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """Counts of a whole round; `text` is all that a page shows."""

    text: str
    is_known: bool


def recommendation(cohort: Cohort) -> Recommendation:
    """ "x of y who answered would recommend; z took part", or "not known yet" under the floor. Never for less than a round.

    A person counts once, with the newest answer: who looked back on two pairs is neither two people nor two of the floor.
    """
    answers = Answer.objects.filter(reply__cohort=cohort, reply__survey=Reply.Survey.CLOSING, question=QUESTION)
    newest = answers.order_by("reply__pseudonym", "-reply").distinct("reply__pseudonym").values_list("choice", flat=True)
    choices = list(newest)
    answered, would = len(choices), choices.count(YES)
    if answered < cohort.answers_needed:
        return Recommendation(text=_("not known yet"), is_known=False)
    sentence = _("%(would)s of %(answered)s who answered would recommend it; %(took_part)s took part.")
    return Recommendation(text=sentence % {"would": would, "answered": answered, "took_part": took_part(cohort)}, is_known=True)


def took_part(cohort: Cohort) -> int:
    """Places that were ever part of a pair."""
    paired = Q(pairs_as_mentor__isnull=False) | Q(pairs_as_mentee__isnull=False)
    return Enrolment.objects.filter(paired, cohort=cohort).distinct().count()

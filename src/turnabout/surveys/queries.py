"""What a form asks one person: the wording of the design's files, made ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.surveys import AnswerKind, AskedOf, QuestionWording, SurveyWording
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort
from turnabout.surveys.models import Pseudonym, Reply

SCALES = {AnswerKind.AGREEMENT: range(1, 6), AnswerKind.FIVE: range(1, 6), AnswerKind.TEN: range(11)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One question as it stands on a page; every one may stay without an answer."""

    key: str
    text: str
    kind: str  # scale | choice | text
    group: str
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""


def wording(survey: str) -> SurveyWording:
    return catalogue.survey(survey)


def questions(survey: str, *, role: str, topics: Sequence[str] = ()) -> list[Asked]:
    """What the form asks somebody in this role; a question per topic is asked for each of `topics`."""
    asked: list[Asked] = []
    for question in wording(survey).questions:
        if question.kind is AnswerKind.REQUEST or question.asked_of not in (AskedOf.BOTH, AskedOf(role)):
            continue
        if question.per_topic:
            asked += [_asked(question, f"{question.key}:{key}", f"{question.text} {catalogue.topic(key).name}") for key in topics]
        else:
            asked.append(_asked(question, question.key, question.text))
    return asked


def topics_of(enrolment: Enrolment) -> list[str]:
    """The topics a person wants to learn, as far as the catalogue still has them."""
    known = {topic.key for topic in catalogue.topics()}
    return [key for key in enrolment.topics.filter(kind="wish").order_by("pk").values_list("topic", flat=True) if key in known]


def has_answered(enrolment: Enrolment, survey: str, wave: int) -> bool:
    code = Pseudonym.objects.filter(enrolment=enrolment).values_list("code", flat=True).first()
    return code is not None and Reply.objects.filter(pseudonym=code, survey=survey, wave=wave).exists()


def past_follow_up(*, now: datetime) -> Q:
    """Rounds whose last follow-up is over. One that nobody closed counts from the day on which it was to end."""
    long_ago = now - timedelta(days=settings.ANSWER_CODES_KEPT_DAYS)
    return Q(closed_at__lte=long_ago) | Q(closed_at__isnull=True, ends_on__lte=long_ago.date())


def takes_answers(cohort: Cohort, *, now: datetime) -> bool:
    """Until whose answers are whose is forgotten: from then on nobody could tell that a form was answered already."""
    return not Cohort.objects.filter(past_follow_up(now=now), pk=cohort.pk).exists()


def pulse_wave(enrolment: Enrolment, pair: Pair, number: int) -> int:
    """The number under which a session's answers are kept; a second pair of the same place counts on from 100."""
    pairs = Pair.objects.filter(mentor=enrolment) | Pair.objects.filter(mentee=enrolment)
    return number + 100 * pairs.filter(pk__lt=pair.pk).count()


def _asked(question: QuestionWording, key: str, text: str) -> Asked:
    file = catalogue.survey_file()
    if question.kind in SCALES:
        options = tuple(Option(value=str(step), label=str(step)) for step in SCALES[question.kind])
        return Asked(
            key=key, text=text, kind="scale", group=question.group, options=options,
            low=question.low or file.low, high=question.high or file.high,
        )  # fmt: skip
    if question.kind is AnswerKind.YES_NO:
        return Asked(key=key, text=text, kind="choice", group=question.group, options=_yes_no())
    if question.kind is AnswerKind.CHOICE:
        options = tuple(Option(value=str(place), label=label) for place, label in enumerate(question.options, start=1))
        return Asked(key=key, text=text, kind="choice", group=question.group, options=options)
    return Asked(key=key, text=text, kind="text", group=question.group)


def _yes_no() -> tuple[Option, ...]:
    return (Option(value="yes", label=_("Yes")), Option(value="no", label=_("No")))

"""Taking answers. They are kept under a pseudonym and name no person, no pair and no session; no event is recorded."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Func, UUIDField
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.pairs import policies
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort
from turnabout.scheduling.models import Session
from turnabout.scheduling.queries import last_was_met
from turnabout.surveys import queries
from turnabout.surveys.models import Answer, Pseudonym, Reply
from turnabout.surveys.queries import Asked

LONGEST = 4000


def answer_pulse(session: Session, values: Mapping[str, str], *, by: Account, now: datetime) -> None:
    """The three quick questions after a session, once for each side."""
    side = _side(by, session.pair)
    refuse_late(session.pair, now=now)
    if session.state != Session.State.MET:
        raise NotPossible(_("The three questions come after the session. Tell us first that you met."))
    asked = queries.questions(Reply.Survey.PULSE, role=side.role)
    _keep(side, Reply.Survey.PULSE, queries.wave_of(side, session.pair, session.number), asked, values)


def answer_closing(pair: Pair, values: Mapping[str, str], *, by: Account, now: datetime) -> None:
    """The closing form, once for each pair of a place, after the closing session."""
    side = _side(by, pair)
    refuse_late(pair, now=now)
    if not last_was_met(pair):
        raise NotPossible(_("This form comes after your closing session."))
    wave = queries.wave_of(side, pair)
    _keep(side, Reply.Survey.CLOSING, wave, queries.closing_questions(side), values)


@transaction.atomic
def destroy_pseudonyms(*, now: datetime) -> int:
    """Forget which answers are whose in rounds past their last follow-up; safe to repeat.

    The answers stay, each form on its own: it gets a code that nobody and no other form has.
    """
    rounds = Cohort.objects.filter(queries.past_follow_up(now=now)).values("pk")
    codes = Pseudonym.objects.filter(enrolment__cohort__in=rounds)
    Reply.objects.filter(pseudonym__in=codes.values("code")).update(
        pseudonym=Func(function="gen_random_uuid", output_field=UUIDField())
    )
    return codes.delete()[0]


def refuse_late(pair: Pair, *, now: datetime) -> None:
    if not queries.takes_answers(pair.cohort, now=now):
        raise NotPossible(_("This round ended long ago, so its forms are closed. Your coordinator is glad to hear from you."))


@transaction.atomic
def _keep(side: Enrolment, survey: str, wave: int, asked: list[Asked], values: Mapping[str, str]) -> None:
    answers = [answer for question in asked if (answer := _answer(question, values.get(question.key, "").strip()))]
    code = Pseudonym.objects.get_or_create(enrolment=side, defaults={"code": uuid.uuid4()})[0].code
    try:
        with transaction.atomic():
            reply = Reply.objects.create(cohort_id=side.cohort_id, survey=survey, wave=wave, role=side.role, pseudonym=code)
    except IntegrityError as error:
        raise NotPossible(_("You have already answered these questions. Thank you, once is enough.")) from error
    for answer in answers:
        answer.reply = reply
    Answer.objects.bulk_create(answers)


def _answer(question: Asked, value: str) -> Answer | None:
    """None where somebody would rather not say."""
    if not value:
        return None
    if question.kind == "text":
        if len(value) > LONGEST:
            raise NotPossible(
                _("The text is longer than %(count)s characters. Shorten it and send it again.") % {"count": LONGEST}
            )
        return Answer(question=question.key, text=value)
    if value not in {option.value for option in question.options}:
        raise NotPossible(
            _("One of the answers could not be read: “%(question)s”. Choose one of those offered.") % {"question": question.text}
        )
    if question.kind == "scale":
        return Answer(question=question.key, number=int(value))
    return Answer(question=question.key, choice=value)


def _side(by: Account, pair: Pair) -> Enrolment:
    side = policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("These questions are for the two of the pair."))
    return side

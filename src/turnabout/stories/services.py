"""Telling one thing that changed, and each side's yes to sharing it. Nothing is published here."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.pairs import policies
from turnabout.pairs.models import Pair
from turnabout.stories.models import Story

LONGEST = 2000


@transaction.atomic
def tell_story(pair: Pair, text: str, *, may_share: bool, by: Account, now: datetime) -> Story:
    """Keep the teller's words; with `may_share` the partner is asked whether they may be shared."""
    side = _side(by, pair)
    text = text.strip()
    if not text:
        raise NotPossible(_("There is nothing to tell yet. Write one or two sentences first."))
    if len(text) > LONGEST:
        raise NotPossible(_("This is longer than %(count)s characters. Shorten it and send it again.") % {"count": LONGEST})
    consent = {_field(side): now} if may_share else {}
    try:
        with transaction.atomic():
            story = Story.objects.create(pair=pair, teller=side, text=text, told_at=now, **consent)
    except IntegrityError as error:
        raise NotPossible(
            _("You have already told your story. You can take it back on your pair's page and tell it anew.")
        ) from error
    if may_share:
        events.record("story.offered", subject=story, at=now, cohort=pair.cohort)
    return story


@transaction.atomic
def consent_to_story(story: Story, *, is_yes: bool, by: Account, now: datetime) -> Story:
    """The partner's answer to the exact words; a no is recorded nowhere but in the absence of a yes."""
    side = _side(by, story.pair)
    if side.pk == story.teller_id:
        raise NotPossible(_("You have given your own yes when you told it. Your partner decides now."))
    offered = Story.objects.filter(pk=story.pk, withdrawn_at__isnull=True).exclude(**{_field(story.teller): None})
    if not offered.update(**{_field(side): now if is_yes else None}):
        raise NotPossible(_("This story was taken back. There is nothing more to decide."))
    return Story.objects.get(pk=story.pk)


def withdraw_story(story: Story, *, by: Account, now: datetime) -> None:
    """Take it back, at any time: the teller's words are deleted, the partner's yes is withdrawn."""
    side = _side(by, story.pair)
    if side.pk == story.teller_id:
        story.delete()
        return
    Story.objects.filter(pk=story.pk).update(**{_field(side): None})


def _field(side: Enrolment) -> str:
    return "mentor_consented_at" if side.role == Enrolment.Role.MENTOR else "mentee_consented_at"


def _side(by: Account, pair: Pair) -> Enrolment:
    side = policies.side_of(by, pair)
    if side is None:
        raise NotAllowed(_("Only the two of the pair decide what is told about them."))
    return side

"""What we write about preparation: its button, straight from the mail where that can be, and what opens session 1."""

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _

from turnabout.core import clock
from turnabout.enrolments import preparing
from turnabout.enrolments.models import Enrolment
from turnabout.enrolments.queries import door_is_open
from turnabout.notifications.content import Button, Message, action_url, page_url

TIME_TO_READ = timedelta(days=30)


def prepare_button(place: Enrolment) -> Button:
    """For a mentee whose door is the ten-minute brief, straight from the mail; otherwise the preparation's own page."""
    if preparing.brief(place) is not None:
        return Button(
            label=_("Read the ten-minute brief"),
            url=action_url("preparation.commit", place, clock.now() + TIME_TO_READ),
        )
    return Button(label=_("Prepare"), url=page_url("prepare", place_id=place.pk))


def before_session_1(place: Enrolment) -> str:
    """What comes before the first session, and how long it takes."""
    minutes = {"minutes": sum(module.minutes for module in preparing.required(place))}
    if preparing.brief(place) is not None:
        return (
            _("Before your first session comes a brief of %(minutes)s minutes. It ends with one sentence to agree to.") % minutes
        )
    return (
        _("Before your first session comes your preparation: about %(minutes)s minutes in all, in any pieces you like.") % minutes
    )


def with_door(message: Message, place: Enrolment, *, number: int) -> Message:
    """A mail about session 1 asks first for what opens it. The date stands all the same: nobody is locked out of it."""
    if number != 1 or door_is_open(place.prepared_at, place.cohort):
        return message
    quieter = () if message.button is None else (message.button,)
    return replace(
        message,
        paragraphs=(before_session_1(place), *message.paragraphs),
        button=prepare_button(place),
        links=(*quieter, *message.links),
    )

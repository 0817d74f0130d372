"""Dates and states in words, for pages and mails alike."""

from datetime import datetime

from babel.dates import get_timezone_location
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import zone_of


def in_words(instant: datetime, zone: str) -> str:
    """ "Monday 8 March 2027, 10:30 (Paris time)": the wall time in one zone, and which."""
    wall = instant.astimezone(zone_of(zone))
    words = {"day": day_in_words(instant, zone), "time": wall.strftime("%H:%M"), "zone": zone_in_words(zone)}
    return _("%(day)s, %(time)s (%(zone)s)") % words


def zone_in_words(zone: str) -> str:
    """ "Paris time": the place that people know a zone by."""
    place = get_timezone_location(zone, locale=to_locale(get_language() or settings.LANGUAGE_CODE), return_city=True)
    return place if place == "UTC" else _("%(place)s time") % {"place": place}


def day_in_words(instant: datetime, zone: str) -> str:
    return date_format(instant.astimezone(zone_of(zone)).date(), "l j F Y")


def state_word(session: Session) -> tuple[str, str]:
    """The word for a session's state, and its tone."""
    if session.state == Session.State.MET:
        return (_("told to the coordinator: met"), "good") if session.is_told_to_coordinator else (_("met"), "good")
    return {
        Session.State.RESERVED: (_("kept free"), "quiet"),
        Session.State.INVITED: (_("invited"), "quiet"),
        Session.State.MISSED: (_("did not take place"), "watch"),
        Session.State.CANCELLED: (_("cancelled"), "quiet"),
    }[Session.State(session.state)]


def warning(session: Session, role: str) -> str:
    """The plain warning where a time leaves somebody's working hours; empty where it leaves nobody's."""
    if not session.outside_hours:
        return ""
    if role in session.outside_hours and len(session.outside_hours) == 1:
        return _("You share no working hour, so this lies outside your usual hours. Find another time if it does not suit you.")
    if role in session.outside_hours:
        return _(
            "You share no working hour, so this lies outside the usual hours of both of you. Find another time if it does not suit you."
        )
    return _("You share no working hour, so this lies outside your partner's usual hours. Be ready to move it.")

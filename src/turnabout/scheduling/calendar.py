"""A session as a calendar file: one UID for life, a growing SEQUENCE, UTC times, a title and nothing that a pair writes.

Source: RFC 5545 and RFC 5546; METHOD here equals the one of the mail part that carries it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from icalendar import Calendar, Event, vCalAddress, vText

REQUEST, CANCEL = "REQUEST", "CANCEL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    name: str
    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """What a calendar learns of a session. `organiser` is the installation's own address, the same for ever."""

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    title: str
    organiser: str
    guests: tuple[Guest, ...]
    place: str = ""
    url: str = ""
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        return CANCEL if self.is_cancelled else REQUEST


def calendar_file(invitation: Invitation, *, stamp: datetime) -> bytes:
    """The iCalendar object, folded and escaped; `stamp` is the moment of making it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Turnabout//Turnabout//EN")
    calendar.add("version", "2.0")
    calendar.add("method", invitation.method)
    calendar.add_component(_event(invitation, stamp))
    return bytes(calendar.to_ical())


def _event(invitation: Invitation, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", (invitation.starts_at + timedelta(minutes=invitation.minutes)).astimezone(UTC))
    event.add("summary", _one_line(invitation.title))
    event.add("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if invitation.place:
        event.add("location", _one_line(invitation.place))
    if invitation.url:
        event.add("url", invitation.url)
    name, address = parseaddr(invitation.organiser)
    organiser = vCalAddress(f"mailto:{address}")
    organiser.params["cn"] = vText(_name(name or address))
    event.add("organizer", organiser)
    for guest in invitation.guests:
        event.add("attendee", _attendee(guest, invitation), encode=False)
    return event


def _attendee(guest: Guest, invitation: Invitation) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{guest.email}")
    attendee.params["cn"] = vText(_name(guest.name))
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    if not invitation.is_cancelled:
        attendee.params["partstat"] = vText("NEEDS-ACTION")
        attendee.params["rsvp"] = vText("TRUE")
    return attendee


def _one_line(text: str) -> str:
    """No line break or control character of a name or a room reaches a calendar."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _name(text: str) -> str:
    """A parameter value cannot hold a double quote at all."""
    return _one_line(text).replace('"', "'")

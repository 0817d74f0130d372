"""What a notice says: one message, from which the mail's text, its HTML and the page in the product are all made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation

from turnabout.core import events
from turnabout.core.languages import spoken_to
from turnabout.core.models import Event
from turnabout.core.references import reference
from turnabout.notifications.models import Notice


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionUrl:
    """An address that lets its reader do one thing without signing in. The renderer mints its token, nobody else."""

    verb: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInUrl:
    """An address that signs its reader in."""

    subject: str
    expires_at: datetime


Url = str | ActionUrl | SignInUrl


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    label: str
    url: Url


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """The named contact, at the end of every mentor's mail."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """An iCalendar object that travels with the mail; `method` equals the METHOD inside it."""

    content: bytes
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One thing said to one person: the subject says it, the first line repeats it, one button does it."""

    subject: str
    first_line: str
    paragraphs: tuple[str, ...] = ()
    button: Button | None = None
    links: tuple[Button, ...] = ()  # quieter than the button: "Move this session"
    note: str = ""  # who will see what; small, after the button
    contact: Contact | None = None
    calendar: Calendar | None = None
    reply_to: str = ""
    stays_until: datetime | None = None  # in the product, its reader cannot put it away before


Content = Callable[[Notice], Message | None]
UrgentFrom = Callable[[Notice], datetime | None]
CONTENT: dict[str, Content] = {}
URGENT_FROM: dict[str, UrgentFrom] = {}
ASKED_FOR = {"is_asked_for": True}  # data of a notice for which its reader has just pressed a button


def calmly(notice: Notice) -> datetime | None:
    """Never urgent: it waits for its reader's next working day."""
    return None


def at_once(notice: Notice) -> datetime | None:
    """Urgent from the first: its reader has just asked for it, or must know before the next working day."""
    return notice.created_at


def content(template: str, *, urgent_from: UrgentFrom = calmly) -> Callable[[Content], Content]:
    """Declare what a template says. None as its message: the reason has passed, and the notice is dropped.

    `urgent_from` is the moment from which its notice pays no heed to quiet hours.
    """

    def register(function: Content) -> Content:
        CONTENT[template] = function
        URGENT_FROM[template] = urgent_from
        return function

    return register


def urgent_from(notice: Notice) -> datetime | None:
    """The moment from which a notice pays no heed to quiet hours, if there is one."""
    return at_once(notice) if notice.data.get("is_asked_for") else URGENT_FROM.get(notice.template, calmly)(notice)


def compose(notice: Notice) -> Message | None:
    """The message of a notice, saved or not, in its reader's language and time zone. Mints nothing."""
    with _speaking_to(notice):
        return CONTENT[notice.template](notice)


def action_url(verb: str, thing: models.Model, expires_at: datetime) -> ActionUrl:
    """The address of one verb on one thing for the reader of the notice that holds it, valid until the thing's own deadline."""
    return ActionUrl(verb=verb, subject=reference(thing), expires_at=expires_at)


def page_url(name: str, **kwargs: object) -> str:
    """The full address of a page for those who sign in."""
    return settings.SITE_URL + reverse(name, kwargs=kwargs)


def is_for_its_reader_alone(notice: Notice) -> bool:
    """Whether paper that somebody else prints must not show it: private events, and what is not an event."""
    declaration = events.DECLARED.get(notice.template)
    return declaration is None or declaration.audience == Event.Audience.PRIVATE


@contextmanager
def _speaking_to(notice: Notice) -> Iterator[None]:
    with translation.override(locale_of(notice)), timezone.override(zone_of_reader(notice)):
        yield


def locale_of(notice: Notice) -> str:
    """The language of a notice: its reader's, where we have words in it."""
    if notice.account is not None:
        return spoken_to(notice.account.locale)
    return spoken_to(notice.person.locale if notice.person else "")


def zone_of_reader(notice: Notice) -> ZoneInfo:
    """The time zone of a notice's reader: of their diary, where they keep one."""
    person = notice.person or getattr(notice.account, "person", None)
    name = person.zone if person else notice.account.time_zone if notice.account else ""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

"""The post of a journey: what arrived over SMTP, read as its readers read it."""

import email
import re
import time
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

import vobject

from tests.notifications.smtp_server import SmtpServer, Taken

SECONDS = 30
URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True)
class Letter:
    to: str
    subject: str
    text: str
    html: str
    headers: EmailMessage

    @property
    def url(self) -> str:
        """Where the button leads."""
        body = self.text.split("\n-- \n")[0]
        return next(iter(URL.findall(body)), "")

    def link(self, label: str) -> str:
        """The address below this line."""
        return self.text.split(f"{label}:\n", 1)[1].split()[0]

    @property
    def calendar(self) -> Any:
        """The invitation inside, read by a calendar library that is not the product's own."""
        part = next(part for part in self.headers.walk() if part.get_content_type() == "text/calendar")
        source = part.get_payload(decode=True)
        assert isinstance(source, bytes)
        read = vobject.readOne(source.decode("utf-8"))
        assert part.get_param("method") == read.method.value
        return read

    @property
    def has_calendar(self) -> bool:
        return any(part.get_content_type() == "text/calendar" for part in self.headers.walk())


@dataclass(kw_only=True)
class Post:
    """A real mail server; each letter is handed out once, in the order of arrival."""

    server: SmtpServer = field(default_factory=SmtpServer)
    read: set[int] = field(default_factory=set)
    opened: list[Letter] = field(default_factory=list)

    @property
    def letters(self) -> list[Letter]:
        """All of them; each is opened once, however often somebody looks."""
        self.opened += [_letter(taken) for taken in self.server.taken[len(self.opened) :]]
        return self.opened

    def put_away(self) -> None:
        """What lies there unread is not asked for any more."""
        self.read.update(range(len(self.server.taken)))

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.to == address]

    def take(self, address: str, subject: str, *, seconds: float = SECONDS) -> Letter:
        """The first unread letter to this address whose subject has these words; waits until it is there."""
        until = time.monotonic() + seconds
        while True:
            for number, letter in enumerate(self.letters):
                if number not in self.read and letter.to == address and subject in letter.subject:
                    self.read.add(number)
                    return letter
            if time.monotonic() > until:
                found = [letter.subject for letter in self.to(address)]
                raise AssertionError(f"No unread mail to {address} about {subject!r}; there were {found}.")
            time.sleep(0.1)


def _letter(taken: Taken) -> Letter:
    message = email.message_from_bytes(taken.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return Letter(
        to=taken.to[0],
        subject=str(message["Subject"]),
        text="" if plain is None else plain.get_content().replace("\r\n", "\n"),
        html="" if html is None else html.get_content(),
        headers=message,
    )

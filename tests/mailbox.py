"""Mails as tests read them."""

import email
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from turnabout.core.marks import DEMO
from turnabout.core.models import Mark
from turnabout.notifications import services
from turnabout.notifications.models import SentMail


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One mail that went out."""

    to: str
    template: str
    subject: str
    text: str
    html: str
    url: str  # of the button, or empty
    calendar: bytes | None
    headers: EmailMessage


def send_and_read() -> list[Sent]:
    """Send every notice that is due, as a demo does without a mail server, and read all that was ever sent."""
    Mark.objects.get_or_create(name=DEMO, defaults={"value": "tests"})
    services.send_due()
    return [_read(mail) for mail in SentMail.objects.select_related("notice").order_by("pk")]


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return part.get_content() if isinstance(part, EmailMessage) else ""


def _calendar(mail: EmailMessage) -> bytes | None:
    for part in mail.iter_attachments():
        content = part.get_payload(decode=True)
        if part.get_filename() == "invite.ics" and isinstance(content, bytes):
            return content
    return None


def _read(sent: SentMail) -> Sent:
    mail = email.message_from_bytes(bytes(sent.source), policy=policy.default)
    text, html = (_content(mail, kind) for kind in ("plain", "html"))
    lines = text.splitlines()
    body = lines[: lines.index("-- ")] if "-- " in lines else lines
    urls = [line for line in body if line.startswith(("http://", "https://"))]
    return Sent(
        to=sent.to,
        template=sent.notice.template,
        subject=str(mail["Subject"]),
        text=text,
        html=html,
        url=urls[0] if urls else "",
        calendar=_calendar(mail),
        headers=mail,
    )

"""A message as a mail: text and HTML of one content, fresh links, and a calendar object where there is one."""

from datetime import datetime
from email import encoders
from email.mime.base import MIMEBase
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from turnabout.accounts import links
from turnabout.notifications.content import ActionUrl, Button, Calendar, Message, SignInUrl, Url, locale_of
from turnabout.notifications.models import Notice


def address_of(notice: Notice) -> str:
    """Where the mail goes; empty when its reader has no mailbox, or left meanwhile."""
    if notice.account is not None:
        return notice.account.email if notice.account.is_active else ""
    return notice.person.email if notice.person and notice.person.state == notice.person.State.PRESENT else ""


def render(notice: Notice, message: Message, *, now: datetime) -> EmailMultiAlternatives:
    """The mail of a notice; each rendering mints its links anew, since only their hashes are kept."""
    locale = locale_of(notice)
    with translation.override(locale):
        context = {
            "message": message,
            "subject": in_one_line(message.subject),
            "button": _resolved(notice, message.button, now),
            "links": [_resolved(notice, link, now) for link in message.links],
            "locale": locale,
            "is_right_to_left": translation.get_language_bidi(),
            "site_url": settings.SITE_URL,
        }
        text = render_to_string("notifications/mail.txt", context)
        html = render_to_string("notifications/mail.html", context)
    mail = EmailMultiAlternatives(
        subject=in_one_line(message.subject),
        body=text.strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address_of(notice)],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": notice.message_id,
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
            "Content-Language": locale,
        },
    )
    mail.attach_alternative(html, "text/html")
    if message.calendar is not None:
        _attach(mail, message.calendar)
    return mail


def in_one_line(text: str) -> str:
    """A header is one line, whatever a name or a title contains."""
    return " ".join(text.split())


def _attach(mail: EmailMultiAlternatives, calendar: Calendar) -> None:
    """As an alternative, which mail programs answer with their own buttons, and as a file for the others."""
    mail.attach_alternative(calendar.content.decode().replace("\r\n", "\n"), f"text/calendar; method={calendar.method}")
    file = MIMEBase("application", "ics", name="invite.ics", method=calendar.method)
    file.set_payload(calendar.content)
    encoders.encode_base64(file)
    file["Content-Disposition"] = 'attachment; filename="invite.ics"'
    mail.attach(file)


def _resolved(notice: Notice, button: Button | None, now: datetime) -> Button | None:
    return None if button is None else Button(label=button.label, url=address(notice, button.url, now=now))


def address(notice: Notice, url: Url, *, now: datetime) -> str:
    """A full address; here, and only here, the token of a mailed link is made."""
    if isinstance(url, str):
        return url
    if notice.account is None:
        raise ValueError(f"{notice.template} has no account whose link this could be.")
    if isinstance(url, SignInUrl):
        token = links.mint(
            notice.account,
            kind=links.Kind.SIGN_IN,
            subject=url.subject,
            expires_at=url.expires_at,
            now=now,
            cause=notice.dedupe_key,
        )
        return settings.SITE_URL + reverse("sign_in_link", kwargs={"token": token})
    return settings.SITE_URL + reverse("link", kwargs={"token": mint_action(notice, url, now=now)})


def mint_action(notice: Notice, url: ActionUrl, *, now: datetime) -> str:
    """The token of an action link for the notice's reader."""
    assert notice.account is not None  # noqa: S101 - callers have looked; the type checker has not
    return links.mint(
        notice.account,
        kind=links.Kind.ACTION,
        verb=url.verb,
        subject=url.subject,
        expires_at=url.expires_at,
        now=now,
        cause=notice.dedupe_key,
    )

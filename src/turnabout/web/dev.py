"""/dev/: for whoever builds or shows the product. Only in a demo: the setting, the database's mark and a loopback visitor."""

import email
import functools
import ipaddress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Account
from turnabout.core.marks import is_demo_database
from turnabout.core.text import folded
from turnabout.notifications.models import SentMail
from turnabout.web import gallery, sessions
from turnabout.web.access import Page, Request, allow
from turnabout.web.pages import page, redirect_with_message

CAST = ("Mia", "Sol", "Cleo", "Olu", "Sana", "Nadia", "Ash", "Otto", "Ada", "Kofi", "Rosa")
MOST_FOUND = 30


def only_in_a_demo(view: Page) -> Page:
    @functools.wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        is_here = is_loopback(str(request.META.get("REMOTE_ADDR", ""))) and "X-Forwarded-For" not in request.headers
        if not (settings.DEMO and is_here and is_demo_database()):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def is_loopback(address: str) -> bool:
    """An empty address is a socket file, which only this machine reaches, but it may hide a proxy: refused."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A sent mail taken apart."""

    subject: str
    headers: list[tuple[str, str]]
    text: str
    calendar: str


def _parsed(mail: SentMail) -> EmailMessage:
    return email.message_from_bytes(bytes(mail.source), policy=policy.default)


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return part.get_content() if isinstance(part, EmailMessage) else ""


def _letter(mail: SentMail) -> Letter:
    parsed = _parsed(mail)
    files = [part for part in parsed.iter_attachments() if part.get_content_type() == "application/ics"]
    payload = files[0].get_payload(decode=True) if files else b""
    return Letter(
        subject=mail.subject,
        headers=[(name, str(value)) for name, value in parsed.items()],
        text=_body(parsed, "plain"),
        calendar=payload.decode() if isinstance(payload, bytes) else "",
    )


@allow("anyone")
@only_in_a_demo
def index(request: Request) -> HttpResponse:
    """The cast first; anybody else by name."""
    wanted = request.GET.get("name", "").strip()
    accounts = Account.objects.filter(is_active=True).order_by("pk")
    found = list(accounts.filter(display_name__icontains=wanted)[:MOST_FOUND]) if wanted else _cast()
    return page(request, "dev/index.html", accounts=found, wanted=wanted, mails=SentMail.objects.count())


def _cast() -> list[Account]:
    """One account per cast name, the first of that name, which the demo made first."""
    found = {}
    for account in Account.objects.filter(is_active=True, display_name__regex=rf"^({'|'.join(CAST)})\y").order_by("-pk"):
        found[folded(account.display_name).split()[0]] = account
    return [found[name.casefold()] for name in CAST if name.casefold() in found]


@allow("anyone")
@only_in_a_demo
@require_POST
def become(request: Request, account_id: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=account_id, is_active=True)
    sessions.begin(request, account)
    return redirect_with_message(request, "home", _("You are %(name)s now.") % {"name": account.display_name})


@allow("anyone")
@only_in_a_demo
def mails(request: Request) -> HttpResponse:
    wanted = request.GET.get("to", "").strip()
    sent = SentMail.objects.select_related("notice").order_by("-pk")
    found = Paginator(sent.filter(to__icontains=wanted) if wanted else sent, 50).get_page(request.GET.get("page"))
    list(found)
    return page(request, "dev/mails.html", listed=found, wanted=wanted)


@allow("anyone")
@only_in_a_demo
def mail(request: Request, mail_id: int) -> HttpResponse:
    sent = get_object_or_404(SentMail.objects.select_related("notice"), pk=mail_id)
    return page(request, "dev/mail.html", mail=sent, letter=_letter(sent))


@allow("anyone")
@only_in_a_demo
def mail_html(request: Request, mail_id: int) -> HttpResponse:
    """The HTML as a mail program shows it; its styles stand inside it, as in every mail."""
    response = HttpResponse(_body(_parsed(get_object_or_404(SentMail, pk=mail_id)), "html"))
    response._csp_replace = {"style-src": ["'unsafe-inline'"]}  # type: ignore[attr-defined] # what csp.decorators.csp_replace sets
    return response


urls = [
    path("dev/", index, name="dev_index"),
    path("dev/mail/", mails, name="dev_mails"),
    path("dev/mail/<int:mail_id>/", mail, name="dev_mail"),
    path("dev/mail/<int:mail_id>/html/", mail_html, name="dev_mail_html"),
    path("dev/become/<int:account_id>/", become, name="dev_become"),
    *(path(str(sheet.pattern), only_in_a_demo(sheet.callback), name=sheet.name) for sheet in gallery.urls),
]

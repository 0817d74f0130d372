"""Showing a page: everything it needs is loaded before, and the template may not ask the database for more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.notifications.contacts import contact_of_mentor
from turnabout.notifications.content import Contact
from turnabout.people.models import Person
from turnabout.web.sessions import open_passes


class TemplateQueried(AssertionError):
    """A template touched the database: load what it needs in the page function."""


def _refuse_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> NoReturn:
    raise TemplateQueried(f"Load this in the page function, before page(): {sql[:300]}")


@contextmanager
def no_queries() -> Iterator[None]:
    with connection.execute_wrapper(_refuse_query):
        yield


@dataclass(frozen=True, kw_only=True, slots=True)
class NavItem:
    url: str
    label: str
    is_current: bool


NAV: tuple[tuple[str, Callable[[], str], set[str]], ...] = (
    # url name, label, roles that see it
    ("home", lambda: _("Home"), {"participant", "sponsor", "contact"}),
    ("diary", lambda: _("Diary"), {"assistant"}),
    ("morning", lambda: _("Morning"), {"coordinator", "owner"}),
    ("mail_problems", lambda: _("Mail"), {"administrator"}),
    ("programmes", lambda: _("Programmes"), {"owner", "coordinator", "sponsor"}),
    ("people", lambda: _("People"), {"owner", "coordinator"}),
)


# What lies below a place under another address.
BELOW: dict[str, tuple[str, ...]] = {
    "programmes": ("/rounds/", "/matching/", "/suggested/"),
    "people": ("/businesses/",),
}


def nav(request: HttpRequest) -> list[NavItem]:
    roles: frozenset[str] = getattr(request, "roles", frozenset())
    items = []
    for name, label, seen_by in NAV:
        if roles & seen_by:
            url = reverse(name)
            items.append(
                NavItem(
                    url=url,
                    label=label(),
                    is_current=request.path == url or (url != "/" and request.path.startswith((url, *BELOW.get(name, ())))),
                )
            )
    return items


def account_links(account: Account | None) -> list[NavItem]:
    """The account menu: for whoever has no mailbox, what we wrote to them is one of its places."""
    if account is None:
        return []
    places = [("your_account", _("Your account"))]
    if not account.has_mailbox:
        places.append(("messages", _("Messages")))
    return [NavItem(url=reverse(name), label=label, is_current=False) for name, label in places]


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page with the database refused."""
    account = getattr(request, "account", None)
    context["contact"] = context.get("contact") or _contact(request, status)
    context.update(
        nav=nav(request),
        account=account,
        account_name=account.display_name if account else "",
        account_links=account_links(account),
        roles=getattr(request, "roles", frozenset()),
        is_demo=settings.DEMO,
        has_pass=_has_pass(request),
    )
    _load_messages(request)
    with no_queries():
        content = render_to_string(template, context, request=request)
    return HttpResponse(content, status=status)


def _contact(request: HttpRequest, status: int) -> Contact | None:
    """Whom a mentor can turn to, on every page; a page that says something broke asks the database for nothing more."""
    person: Person | None = getattr(request, "person", None)
    is_mentor = "mentor" in getattr(request, "roles", ())
    return contact_of_mentor(person) if person is not None and is_mentor and status < 500 else None


def _has_pass(request: HttpRequest) -> bool:
    """Whether somebody who is not signed in came by a link; a request refused before anybody knew who asks is not looked into."""
    return hasattr(request, "account") and request.account is None and bool(open_passes(request))


def _load_messages(request: HttpRequest) -> None:
    """Read the session before the database is refused, and leave the messages for the template."""
    waiting = messages.get_messages(request)
    list(waiting)
    if isinstance(waiting, BaseStorage):
        waiting.used = False


def redirect_with_message(request: HttpRequest, to: str, sentence: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """After a POST: go to the named page and say there what was done."""
    messages.success(request, sentence)
    response: HttpResponse = redirect(to, *args, **kwargs)
    return response

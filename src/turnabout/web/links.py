"""/l/<token>/: do one thing from a mail or a card, without signing in. Looking never uses a link up; the button does.

Each noun's module registers its verbs: `links.register(Action(verb="agreement.sign", show=..., do=...))`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts import links
from turnabout.accounts.models import Link
from turnabout.core import clock
from turnabout.core.errors import NotAllowed, Refused
from turnabout.core.languages import spoken_to
from turnabout.notifications import notices, queries
from turnabout.web.access import Request, allow
from turnabout.web.pages import page

Handler = Callable[[Request, Link], HttpResponse]


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One verb of a link: `show` draws the page that asks, `do` acts on the pressed button as `link.account`.

    Both load the thing by `link.subject_id` and raise Refused when it is not possible any more.
    `do` runs in the transaction that uses the link up; a Refused, or an
    answer of 400 and more (a form to correct), leaves the link as it was.
    With `is_consumed_first` off, `do` calls `accounts.links.consume` itself when the work is finished.
    """

    verb: str
    show: Handler
    do: Handler
    is_consumed_first: bool = True


ACTIONS: dict[str, Action] = {}


def register(action: Action) -> None:
    ACTIONS[action.verb] = action


class Spent(Refused):
    """Somebody used the link between looking at it and pressing the button."""


@allow("anyone")
def follow(request: Request, token: str) -> HttpResponse:
    found = links.find(token, kind=links.Kind.ACTION)
    if found is None:
        return without_traces(page(request, "links/unknown.html", status=404))
    if _is_somebody_elses(request, found):
        status = 409 if request.method == "POST" else 200  # pressed in a page from before the other signed in: nothing is done
        return without_traces(page(request, "links/somebody_else.html", token=token, status=status))
    with translation.override(spoken_to(found.account.locale)):
        return without_traces(_answer(request, found, token))


def _is_somebody_elses(request: Request, link: Link) -> bool:
    """A machine that people share: what a link opens would mix with whoever is signed in. One that is over opens nothing."""
    is_good = link.verb in ACTIONS and link.account.is_active and link.is_open(clock.now())
    return is_good and request.account is not None and request.account.pk != link.account_id


@allow("anyone")
@require_POST
def open_instead(request: Request, token: str) -> HttpResponse:
    """End the session of whoever is signed in, then open the link. Whose it is, the page says no sooner than to anybody."""
    found = links.find(token, kind=links.Kind.ACTION)
    if found is not None and _is_somebody_elses(request, found):
        logout(request)
    return without_traces(redirect("link", token))


def _answer(request: Request, link: Link, token: str) -> HttpResponse:
    action = ACTIONS.get(link.verb)
    if action is None or not link.account.is_active or not link.is_open(clock.now()):
        return _closed(request, link, token)
    try:
        return _done(request, action, link) if request.method == "POST" else action.show(request, link)
    except Spent:
        return _closed(request, Link.objects.select_related("account").get(pk=link.pk), token)
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        return page(request, "links/refused.html", sentence=refusal.sentence, status=status)


@transaction.atomic
def _done(request: Request, action: Action, link: Link) -> HttpResponse:
    if action.is_consumed_first and not links.consume(link, now=clock.now()):
        raise Spent(_("This link has been used already."))
    response = action.do(request, link)
    if response.status_code >= 400:  # a form to correct: nothing has happened, so the link is as good as before
        transaction.set_rollback(True)
    return response


def _closed(request: Request, link: Link, token: str) -> HttpResponse:
    """A link that ran out, was used or was ended: say so kindly, and offer a fresh mail while the question is open."""
    return page(
        request,
        "links/closed.html",
        reason="used" if link.used_at else "ended" if link.revoked_at or not link.account.is_active else "late",
        can_ask_again=queries.open_notice_of(link) is not None,
        has_mailbox=link.account.has_mailbox,
        token=token,
        status=410,
    )


@allow("anyone")
@require_POST
def ask_again(request: Request, token: str) -> HttpResponse:
    """Send the mail of a closed link once more, to the address that we know, never to one that is typed here."""
    link = links.find(token, kind=links.Kind.ACTION)
    notice = None if link is None else queries.open_notice_of(link)
    if notice is not None:
        notices.repeat(notice, now=clock.now())
    return redirect("link_sent_again")


@allow("anyone")
def sent_again(request: Request) -> HttpResponse:
    return page(request, "links/sent_again.html")


def without_traces(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: it is not told to the next page, nor kept by a search engine."""
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


urls = [
    path("l/sent-again/", sent_again, name="link_sent_again"),
    path("l/<str:token>/", follow, name="link"),
    path("l/<str:token>/open/", open_instead, name="link_open"),
    path("l/<str:token>/again/", ask_again, name="link_again"),
]

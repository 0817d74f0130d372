"""How long a browser stays signed in: 12 hours for everybody, 30 idle minutes for whoever sees other people's data."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.web.access import Page, describe

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
WRITTEN_EVERY = timedelta(minutes=1)
BEGAN, SEEN = "began_at", "seen_at"
PLACE_PASSES = "place_passes"
BACKEND = "django.contrib.auth.backends.ModelBackend"
WATCHED_ROLES = frozenset({"coordinator", "owner", "administrator"})

Handler = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest, account: Account) -> None:
    """Sign the browser in under a fresh session key."""
    login(request, account, backend=BACKEND)
    request.session.pop(PLACE_PASSES, None)  # of whoever used this browser before
    request.session[BEGAN] = clock.now().isoformat()
    describe(request)


def open_passes(request: HttpRequest) -> frozenset[str]:
    """Places that a link opened in this browser and that are open still, by number."""
    passes, now = request.session.get(PLACE_PASSES, {}), clock.now()
    return frozenset(place for place, until in passes.items() if now < datetime.fromisoformat(until))


class session_limits:
    """Placed after the account is known: a session that is over becomes nobody's before any page runs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "account", None) is not None and not _goes_on(request, clock.now()):
            logout(request)
            describe(request)
            request.is_signed_out = True  # type: ignore[attr-defined] # said by process_view, once the page is known
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Page, args: Any, kwargs: Any) -> None:
        """Say it where signing in again is needed; a link from a mail goes on without, so there it would only puzzle."""
        needs_sign_in = "anyone" not in getattr(view, "allowed", ())
        if getattr(request, "is_signed_out", False) and needs_sign_in:
            messages.info(
                request,
                _("You have been signed out, because this browser was signed in for long or left alone. Sign in again to go on."),
            )


def _goes_on(request: HttpRequest, now: datetime) -> bool:
    session, is_watched = request.session, bool(request.roles & WATCHED_ROLES)  # type: ignore[attr-defined] # put there by describe
    began = _moment(session.get(BEGAN))
    seen = _moment(session.get(SEEN)) or began
    if began is None:
        session[BEGAN] = now.isoformat()
        return True
    if now - began > LONGEST or (is_watched and seen is not None and now - seen > IDLE):
        return False
    if is_watched and (seen is None or now - seen > WRITTEN_EVERY):
        session[SEEN] = now.isoformat()
    return True


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

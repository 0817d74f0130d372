"""How long a browser stays signed in: 12 hours for everybody, 30 idle minutes for whoever sees other people's data."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.web.access import describe

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
WRITTEN_EVERY = timedelta(minutes=1)
BEGAN, SEEN = "began_at", "seen_at"
BACKEND = "django.contrib.auth.backends.ModelBackend"
WATCHED_ROLES = frozenset({"coordinator", "owner", "administrator"})

Handler = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest, account: Account) -> None:
    """Sign the browser in under a fresh session key."""
    login(request, account, backend=BACKEND)
    request.session[BEGAN] = clock.now().isoformat()
    describe(request)


def session_limits(get_response: Handler) -> Handler:
    """Placed after the account is known: a session that is over becomes nobody's before any page runs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if getattr(request, "account", None) is not None and not _goes_on(request, clock.now()):
            logout(request)
            describe(request)
            messages.info(
                request,
                _("You have been signed out, because this browser was signed in for long or left alone. Sign in again to go on."),
            )
        return get_response(request)

    return middleware


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

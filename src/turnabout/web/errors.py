"""Pages that say no: each is useful, gives an id where something broke, and leaks nothing."""

import logging
import secrets
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from turnabout.core.database import DatabaseProblem
from turnabout.web.pages import page

logger = logging.getLogger(__name__)

# The server is gone, full, too slow or in another's way: each undoes the transaction, and each passes.
DATABASE_AWAY = (OperationalError, InterfaceError, DatabaseProblem)
SECONDS_TO_WAIT = 10


def refused_page(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    return page(request, "errors/refused.html", sentence=sentence, status=status)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """One answer for what is unknown and for what this person may not see."""
    return page(request, "errors/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return refused_page(request, _("The server could not read this request. Go back and try again."), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_database_away(sys.exception()):
        return database_away(request)
    number = secrets.token_hex(4)
    logger.error(
        "error %s on a page of %s",
        number,
        request.resolver_match.view_name if request.resolver_match else "an unknown address",
    )
    return page(request, "errors/broken.html", number=number, status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Whether the database is behind an error, at whatever depth."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, DATABASE_AWAY):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def database_away(request: HttpRequest) -> HttpResponse:
    """Said without asking the database anything, so not even who is reading."""
    logger.error("the database did not answer for a page")
    content = render_to_string("errors/away.html", {"is_post": request.method == "POST"})
    return HttpResponse(content, status=503, headers={"Retry-After": str(SECONDS_TO_WAIT), "Cache-Control": "no-store"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refused_page(
        request,
        _("This page was open for too long. Go back, reload it and press the button again."),
        status=403,
    )

"""Pages that say no: each is useful, gives an id where something broke, and leaks nothing."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from turnabout.web.pages import page

logger = logging.getLogger(__name__)


def refused_page(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    return page(request, "errors/refused.html", sentence=sentence, status=status)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """One answer for what is unknown and for what this person may not see."""
    return page(request, "errors/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return refused_page(
        request, _("The server could not read this request. Go back and try again."), status=400
    )


def server_error(request: HttpRequest) -> HttpResponse:
    number = secrets.token_hex(4)
    logger.error(
        "error %s on a page of %s",
        number,
        request.resolver_match.view_name if request.resolver_match else "an unknown address",
    )
    return page(request, "errors/broken.html", number=number, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refused_page(
        request,
        _("This page was open for too long. Go back, reload it and press the button again."),
        status=403,
    )

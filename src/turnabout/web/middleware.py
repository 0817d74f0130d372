"""What happens around every page: who is asking, refusals as messages, no personal page in a cache."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from turnabout.core.errors import NotAllowed, Refused
from turnabout.core.languages import spoken_to
from turnabout.web.access import describe
from turnabout.web.errors import refused_page

Handler = Callable[[HttpRequest], HttpResponse]


def account(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        describe(request)
        known = request.account  # type: ignore[attr-defined] # put there by describe
        if known is not None:
            translation.activate(spoken_to(known.locale))
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        return get_response(request)

    return middleware


class no_nul:
    """NUL is a letter in no language, and no column takes it: what holds one is answered with 400, before any page runs.

    Placed after the check of the form's token, which is the first to read a form.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _refuse_nul([request.path, *request.COOKIES.values(), *_texts_in(request.GET)])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        _refuse_nul(_texts_in(request.POST))


def _texts_in(given: QueryDict) -> Iterator[str]:
    return (text for name, values in given.lists() for text in (name, *values))


def _refuse_nul(texts: Iterable[str]) -> None:
    if any("\x00" in text for text in texts):
        raise BadRequest("A request holds NUL.")


class refusals:
    """A Refused from a service becomes a message on the page the person came from, or a page that says it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        came_from = request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        if request.method == "POST" and is_ours and not came_from.endswith(request.get_full_path()):
            messages.error(request, error.sentence)
            return redirect(came_from)
        return refused_page(request, error.sentence, status=403 if isinstance(error, NotAllowed) else 409)


def private_pages(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware

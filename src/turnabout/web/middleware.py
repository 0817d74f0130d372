"""What happens around every page: who is asking, refusals as messages, no personal page in a cache."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
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

"""How a request arrives through the proxy in front, told to whoever holds the installation's key: to `turnabout doctor`."""

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import path

from turnabout.core import self_asking
from turnabout.web.access import Request, allow
from turnabout.web.accounts import remote_address


@allow("anyone")
def arrival(request: Request, asked: str) -> HttpResponse:
    if not self_asking.is_ours(asked):
        raise Http404
    return JsonResponse({"address": remote_address(request), "is_forwarded": "X-Forwarded-For" in request.headers})


urls = [path("arrival/<str:asked>/", arrival, name="arrival")]

"""The first page after signing in: what does the product want from me now?"""

from django.http import HttpResponse
from django.urls import path

from turnabout.web.access import Request, allow
from turnabout.web.pages import page


@allow("signed_in")
def home(request: Request) -> HttpResponse:
    return page(request, "home/nothing.html")


urls = [path("", home, name="home")]

"""Every page, and one that breaks."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from turnabout.web import urls


def broken(request: HttpRequest) -> NoReturn:
    raise RuntimeError("This page breaks on purpose.")


handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
urlpatterns = [*urls.urlpatterns, path("broken/", broken)]

"""Whose place a page may show: the person signed in, or whoever came by the link of that one place.

A link's pass is kept in the session, for one place and until the link's own deadline. It signs nobody in.
"""

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.enrolments.models import Enrolment
from turnabout.web.access import Request, allow
from turnabout.web.pages import page
from turnabout.web.sessions import PLACE_PASSES, open_passes

LASTS = timedelta(hours=12)

PlacePage = Callable[..., HttpResponse]


def give(request: Request, place: Enrolment, *, until: datetime) -> None:
    """Open the place to this browser; places of whoever came by a link before close, since machines are shared."""
    passes = request.session.get(PLACE_PASSES, {})
    theirs = {str(pk) for pk in Enrolment.objects.filter(pk__in=passes, person=place.person_id).values_list("pk", flat=True)}
    passes = {pk: lasts for pk, lasts in passes.items() if pk in theirs}
    request.session[PLACE_PASSES] = {**passes, str(place.pk): min(until, clock.now() + LASTS).isoformat()}


def holds(request: Request, place_id: int) -> bool:
    return str(place_id) in open_passes(request)


@allow("anyone")
def done(request: Request) -> HttpResponse:
    """I am done here: this browser forgets the places that links opened. Nothing else is remembered of who is not signed in."""
    if request.method == "POST":
        request.session.pop(PLACE_PASSES, None)
        if not request.roles:
            request.session.flush()
        return redirect("place_done")
    return page(request, "links/done_here.html")


def for_own_place(view: PlacePage) -> PlacePage:
    """Open a page to the one person whose place it is: `view(request, place, ...)`."""

    @functools.wraps(view)
    def guarded(request: Request, place_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        has_pass = holds(request, place_id)
        if not request.roles and not has_pass:
            return redirect_to_login(request.get_full_path(), login_url=settings.LOGIN_URL)
        places = Enrolment.objects.select_related(
            "cohort__programme", "cohort__charter", "person__entity", "person__account", "person__manager"
        )
        place = places.filter(pk=place_id).first()
        is_own = place is not None and request.account is not None and place.person.account_id == request.account.pk
        if place is None or not (is_own or (has_pass and account_of(place).is_active)):
            raise Http404
        return view(request, place, *args, **kwargs)

    return allow("anyone")(guarded)


def account_of(place: Enrolment) -> Account:
    """Who acts on this place: always the person it belongs to."""
    account = place.person.account
    if account is None:
        raise Http404
    return account


urls = [path("l/done/", done, name="place_done")]

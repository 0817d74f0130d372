"""Who may open a page. `allow` names the roles; the view's own `visible_to` decides which objects."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from turnabout.accounts.models import Account
from turnabout.enrolments.models import Enrolment
from turnabout.people.models import Delegation, Person
from turnabout.programmes.queries import NO_DUTIES, Duties, duties_of

ROLES = (
    "anyone",
    "signed_in",
    "participant",
    "mentor",
    "mentee",
    "assistant",
    "coordinator",
    "sponsor",
    "contact",
    "owner",
    "administrator",
)


class Request(HttpRequest):
    """A request as our pages see it: with the account behind it, its person, its offices and its roles."""

    account: Account
    person: Person | None
    duties: Duties
    roles: frozenset[str]
    htmx: Any


Page = Callable[..., HttpResponse]


def allow(*roles: str) -> Callable[[Page], Page]:
    """Open a page to these roles. Everybody else gets the sign-in page, or 404 when signed in."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"allow() takes some of {ROLES}, not {sorted(unknown)}.")

    def guard(view: Page) -> Page:
        @functools.wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if "anyone" in roles or request.roles & set(roles):
                return view(request, *args, **kwargs)
            if not request.roles:
                return redirect_to_login(request.get_full_path(), login_url=settings.LOGIN_URL)
            raise Http404

        guarded.allowed = frozenset(roles)  # type: ignore[attr-defined] # read by the system check and the access matrix
        return guarded

    return guard


def describe(request: HttpRequest) -> None:
    """Put account, person, duties and roles on the request: four queries when signed in, none otherwise."""
    user = request.user
    account = user if isinstance(user, Account) and user.is_active else None
    person = None if account is None else Person.objects.select_related("entity").filter(account=account).first()
    duties = NO_DUTIES if account is None else duties_of(account)
    request.account = account  # type: ignore[attr-defined] # the attributes that Request declares
    request.person = person  # type: ignore[attr-defined]
    request.duties = duties  # type: ignore[attr-defined]
    request.roles = roles_of(account, person, duties)  # type: ignore[attr-defined]


def roles_of(account: Account | None, person: Person | None, duties: Duties) -> frozenset[str]:
    if account is None:
        return frozenset()
    places = set()
    if person is not None:
        places = set(
            Enrolment.objects.filter(person=person).exclude(state=Enrolment.State.WITHDRAWN).values_list("role", flat=True)
        )
    facts = {
        "signed_in": True,
        "participant": bool(places),
        "mentor": "mentor" in places,
        "mentee": "mentee" in places,
        "assistant": Delegation.objects.filter(assistant=account, ended_at__isnull=True).exists(),
        "coordinator": bool(duties.coordinates),
        "sponsor": bool(duties.sponsors),
        "contact": bool(duties.is_contact_for),
        "owner": account.is_owner,
        "administrator": account.is_administrator,
    }
    return frozenset(role for role, holds in facts.items() if holds)

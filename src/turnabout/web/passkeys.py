"""Making and using passkeys. The browser's part is static/js/passkeys.js; the answers are ordinary form posts."""

import json
from base64 import urlsafe_b64encode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts import passkeys, services
from turnabout.accounts.models import Passkey
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.web import sessions
from turnabout.web.access import Request, allow
from turnabout.web.accounts import safe_next
from turnabout.web.pages import redirect_with_message

CHALLENGE = "passkey_challenge"


def options_response(request: Request, options: tuple[str, bytes]) -> HttpResponse:
    """Hand the options to the browser and remember their challenge for one answer."""
    text, challenge = options
    request.session[CHALLENGE] = urlsafe_b64encode(challenge).decode().rstrip("=")
    return JsonResponse(json.loads(text))


def take_challenge(request: Request) -> bytes:
    challenge = request.session.pop(CHALLENGE, None)
    if challenge is None:
        raise NotPossible(_("This took too long. Reload the page and try again."))
    return passkeys.challenge_from(challenge)


@allow("anyone")
@require_POST
def sign_in_options(request: Request) -> HttpResponse:
    return options_response(request, passkeys.sign_in_options())


@allow("anyone")
@require_POST
def sign_in(request: Request) -> HttpResponse:
    credential = request.POST.get("credential", "")
    account = passkeys.check_passkey(credential=credential, challenge=take_challenge(request))
    sessions.begin(request, account)
    return redirect(safe_next(request, request.POST.get("next", "")))


@allow("signed_in")
@require_POST
def add_options(request: Request) -> HttpResponse:
    return options_response(request, passkeys.registration_options(request.account))


@allow("signed_in")
@require_POST
def add(request: Request) -> HttpResponse:
    passkeys.add_passkey(
        request.account,
        credential=request.POST.get("credential", ""),
        challenge=take_challenge(request),
        label=request.POST.get("label", ""),
        now=clock.now(),
    )
    return redirect_with_message(request, "your_account", _("Your passkey is ready. Use it the next time you sign in."))


@allow("signed_in")
@require_POST
def remove(request: Request, passkey_id: int) -> HttpResponse:
    passkey = get_object_or_404(Passkey.objects.select_related("account").filter(account=request.account), pk=passkey_id)
    services.remove_passkey(passkey, by=request.account)
    return redirect_with_message(request, "your_account", _("The passkey is removed."))


urls = [
    path("sign-in/passkey/", sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/options/", sign_in_options, name="passkey_sign_in_options"),
    path("account/passkeys/add/", add, name="passkey_add"),
    path("account/passkeys/add/options/", add_options, name="passkey_add_options"),
    path("account/passkeys/<int:passkey_id>/remove/", remove, name="passkey_remove"),
]

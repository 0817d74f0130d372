"""Coming in and going out, and the page where each person looks after their own account."""

import time

from django import forms
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from turnabout.accounts import links, services
from turnabout.accounts.models import Account, Passkey
from turnabout.core import clock
from turnabout.core.errors import Refused
from turnabout.core.languages import spoken_to
from turnabout.people.services import choose_time_zone
from turnabout.web import sessions
from turnabout.web.access import Request, allow
from turnabout.web.links import without_traces
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.zones import zone_choices

EVEN_SECONDS = 0.15  # every answer takes at least this long, whether or not the name is known


class LinkForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your work mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "inputmode": "email"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class SecretForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your work mail or employee number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("Password or PIN"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class LanguageForm(forms.Form):
    locale = forms.ChoiceField(label=gettext_lazy("Language"), choices=lambda: settings.LANGUAGES)

    def __init__(self, account: Account, data: QueryDict | None = None, *, zone: str) -> None:
        super().__init__(data, initial={"locale": spoken_to(account.locale), "time_zone": zone}, auto_id="language_%s")
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=zone_choices(zone))
        if len(settings.LANGUAGES) == 1:
            self.fields["locale"].widget = forms.HiddenInput()


class NewSecretForm(forms.Form):
    secret = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, is_pin: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # handed on to Django's form unchanged
        field = self.fields["secret"]
        field.label = _("New PIN") if is_pin else _("New password")
        field.help_text = (
            _("Six digits or more.") if is_pin else _("Twelve characters or more; three or four unusual words do well.")
        )
        if is_pin:
            field.widget.attrs["inputmode"] = "numeric"


def safe_next(request: Request, wanted: str) -> str:
    """The page that somebody was on the way to, if it is one of ours; else the first page."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else reverse("home")


def remote_address(request: Request) -> str:
    """Who is asking; behind a proxy, the address that the proxy itself saw, which comes last."""
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if settings.BEHIND_PROXY else ""
    return seen or str(request.META.get("REMOTE_ADDR", ""))


def _sign_in_page(request: Request, *, status: int = 200, **forms_on_page: object) -> HttpResponse:
    wanted = request.GET.get("next", "") or request.POST.get("next", "")
    context = {
        "link_form": LinkForm(initial={"next": wanted}, auto_id="link_%s"),
        "secret_form": SecretForm(initial={"next": wanted}, auto_id="secret_%s"),
        "next": wanted,
        "opens_other_way": "secret_form" in forms_on_page,
    }
    return page(request, "accounts/sign_in.html", status=status, **(context | forms_on_page))


@allow("anyone")
def sign_in(request: Request) -> HttpResponse:
    """Ask for a link by mail; the answer is one and the same, and takes the same time, for every name."""
    if request.method != "POST":
        return _sign_in_page(request)
    form = LinkForm(request.POST, auto_id="link_%s")
    if not form.is_valid():
        return _sign_in_page(request, link_form=form, status=422)
    began = time.monotonic()
    wanted = safe_next(request, form.cleaned_data["next"])
    try:
        services.request_link(form.cleaned_data["name"], address=remote_address(request), next_path=wanted, now=clock.now())
    except Refused as refusal:
        form.add_error("name", refusal.sentence)
        return _sign_in_page(request, link_form=form, status=429)
    finally:
        take_as_long_as_ever(began)
    return redirect("sign_in_sent")


def take_as_long_as_ever(began: float) -> None:
    """Wait until every answer has taken the same time, so that a clock tells nobody who is known here."""
    time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - began)))


@allow("anyone")
def sign_in_sent(request: Request) -> HttpResponse:
    return page(request, "accounts/sent.html")


@allow("anyone")
def sign_in_secret(request: Request) -> HttpResponse:
    """Sign in by password or, with an employee number, by PIN."""
    if request.method != "POST":
        return _sign_in_page(request, secret_form=SecretForm(initial={"next": request.GET.get("next", "")}, auto_id="secret_%s"))
    form = SecretForm(request.POST, auto_id="secret_%s")
    if not form.is_valid():
        return _sign_in_page(request, secret_form=form, status=422)
    given = form.cleaned_data
    try:
        account = services.check_secret(given["name"], given["secret"], address=remote_address(request), now=clock.now())
    except Refused as refusal:
        form.add_error("secret", refusal.sentence)
        return _sign_in_page(request, secret_form=form, status=422)
    sessions.begin(request, account)
    return redirect(safe_next(request, given["next"]))


@allow("anyone")
def sign_in_link(request: Request, token: str) -> HttpResponse:
    """Looking at the link asks; pressing the button signs in and uses it up."""
    link = links.find(token, kind=links.Kind.SIGN_IN)
    if link is None or not link.is_open(clock.now()) or not link.account.is_active:
        return without_traces(page(request, "accounts/link_over.html", status=410))
    if request.method != "POST":
        return without_traces(page(request, "accounts/confirm.html", name=link.account.display_name))
    try:
        account, wanted = services.consume_sign_in(token, now=clock.now())
    except Refused:
        return without_traces(page(request, "accounts/link_over.html", status=410))
    sessions.begin(request, account)
    return without_traces(redirect(safe_next(request, wanted)))


@allow("anyone")
@require_POST
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return redirect_with_message(request, "sign_in", _("You are signed out."))


@allow("signed_in")
def your_account(request: Request) -> HttpResponse:
    return _account_page(request)


def _account_page(request: Request, *, status: int = 200, **forms_on_page: object) -> HttpResponse:
    account = request.account
    context = {
        "passkeys": list(Passkey.objects.filter(account=account).order_by("created_at")),
        "has_secret": account.has_secret,
        "has_card": services.has_card(account, now=clock.now()),
        "is_pin": not account.has_mailbox,
        "speaks_languages": len(settings.LANGUAGES) > 1,
        "language_form": LanguageForm(account, zone=_zone_of(request)),
        "secret_form": NewSecretForm(is_pin=not account.has_mailbox, auto_id="new_%s"),
    }
    return page(request, "accounts/your_account.html", status=status, **(context | forms_on_page))


@allow("signed_in")
@require_POST
def choose_language(request: Request) -> HttpResponse:
    form = LanguageForm(request.account, request.POST, zone=_zone_of(request))
    if not form.is_valid():
        return _account_page(request, language_form=form, status=422)
    services.choose_language(request.account, **form.cleaned_data)
    if request.person is not None and "time_zone" in form.changed_data:
        choose_time_zone(request.person, form.cleaned_data["time_zone"])
    return redirect_with_message(request, "your_account", _("Saved. Mails and pages follow this from now on."))


def _zone_of(request: Request) -> str:
    """Whoever takes part keeps a diary, and its zone is the one that counts."""
    return request.account.time_zone if request.person is None else request.person.zone


@allow("signed_in")
@require_POST
def set_secret(request: Request) -> HttpResponse:
    form = NewSecretForm(request.POST, is_pin=not request.account.has_mailbox, auto_id="new_%s")
    if not form.is_valid():
        return _account_page(request, secret_form=form, status=422)
    try:
        account = services.set_password(request.account, form.cleaned_data["secret"])
    except Refused as refusal:
        form.add_error("secret", refusal.sentence)
        return _account_page(request, secret_form=form, status=422)
    update_session_auth_hash(request, account)
    return redirect_with_message(request, "your_account", _("Saved. Every other browser has been signed out."))


@allow("signed_in")
@require_POST
def remove_secret(request: Request) -> HttpResponse:
    update_session_auth_hash(request, services.remove_password(request.account))
    return redirect_with_message(request, "your_account", _("Removed. From now on you sign in without it."))


@allow("signed_in")
@require_POST
def end_sessions(request: Request) -> HttpResponse:
    update_session_auth_hash(request, services.end_sessions(request.account))
    return redirect_with_message(request, "your_account", _("Every other browser has been signed out."))


urls = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/sent/", sign_in_sent, name="sign_in_sent"),
    path("sign-in/secret/", sign_in_secret, name="sign_in_secret"),
    path("sign-in/link/<str:token>/", sign_in_link, name="sign_in_link"),
    path("sign-out/", sign_out, name="sign_out"),
    path("account/", your_account, name="your_account"),
    path("account/language/", choose_language, name="choose_language"),
    path("account/secret/", set_secret, name="set_secret"),
    path("account/secret/remove/", remove_secret, name="remove_secret"),
    path("account/sessions/end/", end_sessions, name="end_sessions"),
]

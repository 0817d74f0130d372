"""A way in on paper, for people without a mailbox: an organiser prints a card, its holder chooses a PIN or a passkey."""

import segno
from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from turnabout.accounts import links, passkeys, policies, services
from turnabout.accounts.models import Link
from turnabout.core import clock
from turnabout.core.errors import NotPossible, Refused
from turnabout.enrolments.invitations import give_accounts
from turnabout.enrolments.models import Enrolment
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Contact
from turnabout.people.models import Person
from turnabout.web import sessions
from turnabout.web.access import Request, allow
from turnabout.web.accounts import remote_address
from turnabout.web.links import without_traces
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.passkeys import options_response, take_challenge

NO_ACCOUNT = gettext_lazy("Cards are for people without a mailbox. This person can ask for a sign-in link by mail.")


class PinForm(forms.Form):
    pin = forms.CharField(
        label=gettext_lazy("Choose a PIN"),
        help_text=gettext_lazy("Six digits or more. Nobody else can see it."),
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
    )


class CodeForm(PinForm):
    number = forms.CharField(
        label=gettext_lazy("Your employee number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("The code on the card"),
        help_text=gettext_lazy("Three groups of four, with or without the dashes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    field_order = ("number", "code", "pin")


def person_cared_for(request: Request, person_id: int) -> Person:
    """A person whom this organiser may see; 404 for everybody else's."""
    person = get_object_or_404(Person.objects.present().select_related("account", "entity"), pk=person_id)
    if not (request.duties.is_owner or any(scope.sees(person) for scope in request.duties.coordinates)):
        raise Http404
    return person


@allow("coordinator", "owner")
def person_card(request: Request, person_id: int) -> HttpResponse:
    """Ask before printing; the printed card is the answer to the button and is drawn only once."""
    person = person_cared_for(request, person_id)
    account = person.account
    is_possible = not person.email and (account is None or policies.can_have_card(account))
    if request.method != "POST":
        refusal = "" if is_possible else services.why_no_card(account) if account else NO_ACCOUNT
        is_reset = is_possible and account is not None and services.is_in_use(account)
        return page(request, "accounts/card_ask.html", person=person, refusal=refusal, is_reset=is_reset)
    if person.account is None and is_possible:
        give_accounts([person], now=clock.now(), lead=request.account if request.account.is_owner else None)
        person.refresh_from_db()
    if person.account is None:
        raise NotPossible(str(NO_ACCOUNT))
    return _printed(request, person, services.print_card(person.account, by=request.account, now=clock.now()))


def _printed(request: Request, person: Person, card: services.Card) -> HttpResponse:
    address = request.build_absolute_uri(reverse("card", kwargs={"token": card.token}))
    name = card.account.sign_in_name
    return without_traces(
        page(
            request,
            "accounts/card_print.html",
            person=person,
            number=person.employee_number if person.employee_number.casefold() == name else name,
            drawing=qr_drawing(address),
            address=request.build_absolute_uri(reverse("card_code")),
            code=card.code,
            expires=_when_it_works(card),
            contact_line=_("Questions? Ask %(name)s.") % {"name": request.account.display_name},
            helper=_helper_of(person),
            steps=[
                _("Point your phone's camera at the square, or open the address and type the code."),
                _("Choose a PIN of six digits or more."),
                _("From then on, sign in with your employee number and your PIN."),
            ],
        )
    )


def _when_it_works(card: services.Card) -> str:
    day = date_format(localtime(card.expires_at), "j F Y")
    if card.opens_at is None:
        return _("The card works once, until %(day)s. Keep it like a key.") % {"day": day}
    start = date_format(localtime(card.opens_at), "j F Y, H:i")
    return _("The card works once, from %(start)s until %(day)s. Keep it like a key.") % {"start": start, "day": day}


def _helper_of(person: Person) -> Contact | None:
    """Whom somebody who shares can call; on the card of everybody else there is nobody to name."""
    places = Enrolment.objects.filter(person=person, role=Enrolment.Role.MENTOR).taking_part().select_related("cohort")
    newest = places.order_by("-pk").first()
    return None if newest is None else named_contact(newest.cohort.programme_id)


def qr_drawing(address: str) -> str:
    drawing = segno.make(address, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None, border=2)
    return mark_safe(drawing)  # noqa: S308 - drawn from an address of ours, which the QR code encodes as squares


@allow("coordinator", "owner")
@require_POST
def end_cards(request: Request, person_id: int) -> HttpResponse:
    person = person_cared_for(request, person_id)
    if person.account is not None:
        services.end_cards(person.account, now=clock.now())
    return redirect_with_message(
        request, "person_card", _("Every card printed for this person is worthless now."), person_id=person_id
    )


@allow("signed_in")
@require_POST
def own_cards_end(request: Request) -> HttpResponse:
    """Whoever did not want a card is not dependent on the one who printed it."""
    services.end_cards(request.account, now=clock.now())
    return redirect_with_message(request, "your_account", _("Every card printed for you is worthless now."))


def _open_card(token: str) -> Link | None:
    card = links.find(token, kind=links.Kind.CARD)
    return card if card is not None and card.is_open(clock.now()) and card.account.is_active else None


def _card_over(request: Request, token: str) -> HttpResponse:
    """Nothing to open: for good, or not yet."""
    now = clock.now()
    card = links.find(token, kind=links.Kind.CARD)
    waits = services.when_card_opens(card) if card and card.is_unused(now) and card.waits(now) else ""
    return without_traces(page(request, "accounts/card_over.html", waits=waits, status=409 if waits else 410))


@allow("anyone")
def card(request: Request, token: str) -> HttpResponse:
    """What the square on the card opens."""
    found = _open_card(token)
    if found is None:
        return _card_over(request, token)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = services.set_pin_by_card(found, form.cleaned_data["pin"], now=clock.now())
        except Refused as refusal:
            form.add_error("pin", refusal.sentence)
        else:
            return _welcome(request, account.pk, found)
    status = 422 if form.is_bound else 200
    context = {"form": form, "name": found.account.display_name, "token": token, "are_passkeys_possible": passkeys.are_possible()}
    return without_traces(page(request, "accounts/card_open.html", status=status, **context))


def _welcome(request: Request, account_id: int, found: Link) -> HttpResponse:
    account = type(found.account).objects.get(pk=account_id)
    sessions.begin(request, account)
    sentence = _("Welcome, %(name)s. From now on, sign in with %(number)s and your PIN.")
    return without_traces(
        redirect_with_message(request, "home", sentence % {"name": account.display_name, "number": account.sign_in_name})
    )


@allow("anyone")
def card_code(request: Request) -> HttpResponse:
    """The same by typing, for whoever has no camera at hand."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = services.find_card_by_code(given["number"], given["code"], address=remote_address(request), now=clock.now())
        except Refused as refusal:
            form.add_error("code", refusal.sentence)
        else:
            return _pin_by_code(request, form, found)
    return page(request, "accounts/card_code.html", form=form, status=422 if form.is_bound else 200)


def _pin_by_code(request: Request, form: CodeForm, found: Link) -> HttpResponse:
    try:
        account = services.set_pin_by_card(found, form.cleaned_data["pin"], now=clock.now())
    except Refused as refusal:
        form.add_error("pin", refusal.sentence)
        return page(request, "accounts/card_code.html", form=form, status=422)
    return _welcome(request, account.pk, found)


@allow("anyone")
@require_POST
def card_passkey_options(request: Request, token: str) -> HttpResponse:
    found = _open_card(token)
    if found is None:
        raise Http404
    return options_response(request, passkeys.registration_options(found.account))


@allow("anyone")
@require_POST
def card_passkey(request: Request, token: str) -> HttpResponse:
    """A passkey instead of a PIN; the card is used up with it."""
    found = _open_card(token)
    if found is None:
        return _card_over(request, token)
    account = services.add_passkey_by_card(
        found, credential=request.POST.get("credential", ""), challenge=take_challenge(request), now=clock.now()
    )
    sessions.begin(request, account)
    return redirect_with_message(request, "home", _("Welcome. From now on, sign in with your passkey."))


urls = [
    path("people/<int:person_id>/card/", person_card, name="person_card"),
    path("people/<int:person_id>/card/end/", end_cards, name="person_card_end"),
    path("account/cards/end/", own_cards_end, name="own_cards_end"),
    path("card/", card_code, name="card_code"),
    path("card/<str:token>/", card, name="card"),
    path("card/<str:token>/passkey/", card_passkey, name="card_passkey"),
    path("card/<str:token>/passkey/options/", card_passkey_options, name="card_passkey_options"),
]

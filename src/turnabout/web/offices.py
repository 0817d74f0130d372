"""People in charge of a programme: sponsor, named contact, coordinators with what they look after."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts import services as accounts
from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.core.errors import Refused
from turnabout.enrolments.invitations import give_accounts
from turnabout.people.models import Entity, Person
from turnabout.programmes import services
from turnabout.programmes.models import Office
from turnabout.programmes.words import words_for
from turnabout.web.access import Request, allow
from turnabout.web.charters import step_context
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.programme_forms import OfficeForm
from turnabout.web.programmes import seen_programme


@allow("owner")
def people(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    entities = list(Entity.objects.order_by("sort_key"))
    form = OfficeForm(
        request.POST if request.method == "POST" else None, entities=[(entity.pk, entity.name) for entity in entities]
    )
    if request.method == "POST" and form.is_valid():
        account = _account(form, by=request.account)
        if account is not None:
            chosen = {int(pk) for pk in form.cleaned_data["entities"]}
            try:
                services.give_office(
                    account,
                    programme,
                    form.cleaned_data["duty"],
                    by=request.account,
                    now=clock.now(),
                    entities=[entity for entity in entities if entity.pk in chosen],
                    phone=form.cleaned_data["phone"],
                )
            except Refused as refusal:
                form.add_error("who", refusal.sentence)
            else:
                done = _("%(name)s is in charge now, and will get a mail when the round opens.") % {"name": account.display_name}
                return redirect_with_message(request, "programme_people", done, programme.pk)
    offices = (
        Office.objects.filter(programme=programme, ended_at__isnull=True).select_related("account").prefetch_related("entities")
    )
    held = list(offices.order_by("duty", "pk"))
    return page(
        request,
        "programmes/people.html",
        programme=programme,
        words=words_for(programme),
        form=form,
        has_entities=bool(entities),
        groups=[
            {"title": title, "empty": empty, "offices": [office for office in held if office.duty == duty]}
            for duty, title, empty in _duties()
        ],
        status=422 if form.errors else 200,
        **step_context(programme, "people"),
    )


def _duties() -> list[tuple[str, str, str]]:
    return [
        (Office.Duty.SPONSOR, _("Sponsor"), _("Nobody yet. A round does not open without a sponsor.")),
        (Office.Duty.CONTACT, _("Named contact"), _("Nobody yet. A round does not open without somebody to turn to.")),
        (Office.Duty.COORDINATOR, _("Coordinators"), _("Nobody yet. You can look after the round yourself.")),
    ]


def _account(form: OfficeForm, *, by: Account) -> Account | None:
    """The account of whoever was typed; a stranger to the directory needs an address and a name."""
    who, name, now = form.cleaned_data["who"].strip(), form.cleaned_data["name"].strip(), clock.now()
    person = (
        Person.objects.present().select_related("account").filter(Q(employee_number__iexact=who) | Q(email__iexact=who)).first()
    )
    if person is not None:
        try:
            give_accounts([person], now=now, lead=by)
        except Refused as refused:
            form.add_error("who", refused.sentence)
            return None
        return _account_of(person, who, form)
    known = Account.objects.filter(sign_in_name=who.casefold(), is_active=True).first()
    if known is not None:
        return known
    if "@" not in who:
        form.add_error("who", _("Nobody in the directory has this number. Check it, or type a work address and a name."))
        return None
    if not name:
        form.add_error("name", _("This address is not in the directory: add the person's name, or check the address."))
        return None
    return accounts.account_for(sign_in_name=who, email=who, display_name=name, now=now)


def _account_of(person: Person, who: str, form: OfficeForm) -> Account | None:
    """The person's account, unless the address that was typed is the directory's alone: a duty goes to whoever reads that mail."""
    account = person.account
    if account is not None and "@" in who and account.email != who.casefold():
        form.add_error(
            "who",
            _(
                "The directory gives this address to %(name)s, who signs in as %(other)s. Type that if you mean this account; else correct the directory first."
            )
            % {"name": person.name, "other": account.sign_in_name},
        )
        return None
    return account


@allow("owner")
@require_POST
def end(request: Request, programme_id: int, office_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    office = get_object_or_404(Office.objects.select_related("programme", "account"), pk=office_id, programme=programme)
    services.end_office(office, by=request.account, now=clock.now())
    done = _("%(name)s no longer holds this duty.") % {"name": office.account.display_name}
    return redirect_with_message(request, "programme_people", done, programme.pk)


urls = [
    path("programmes/<int:programme_id>/people/", people, name="programme_people"),
    path("programmes/<int:programme_id>/people/<int:office_id>/end/", end, name="programme_office_end"),
]

"""The directory: who is in it, one person, what is kept of them, and who keeps their diary."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import babel
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts import services as accounts
from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.core.errors import NotPossible, Refused
from turnabout.people import queries, services
from turnabout.people.directory import hours
from turnabout.people.models import Delegation, Entity, Person, PersonQuerySet
from turnabout.programmes.queries import people_scope
from turnabout.web.access import Request, allow
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.people_forms import AssistantForm, FilterForm, PersonForm, initial_of

KEEPERS = ("owner", "coordinator")


def seen_entities(request: Request) -> QuerySet[Entity]:
    """Businesses whose people the account may see, by name."""
    scope = people_scope(request.duties)
    entities = Entity.objects.order_by("sort_key", "pk")
    return entities if scope is None else entities.filter(pk__in=scope)


def _seen_people(request: Request) -> PersonQuerySet:
    return Person.objects.in_entities(people_scope(request.duties))


def seen_person(request: Request, person_id: int) -> Person:
    return get_object_or_404(_seen_people(request).select_related("entity", "account"), pk=person_id)


@allow(*KEEPERS)
def index(request: Request) -> HttpResponse:
    """Costs the same at any size: a slice by the order of names, counts with an end."""
    form = FilterForm(request.GET, list(seen_entities(request)))
    people = _filtered(request, form).select_related("entity")
    part = queries.slice_of(people, after=_place(request, "after"), before=_place(request, "before"))
    is_all_of_it = part.first is None and part.last is None
    count = len(part.people) if is_all_of_it else queries.count_up_to(people)
    context: dict[str, Any] = {
        "form": form,
        "people": part.people,
        "part": part,
        "columns": _columns(),
        "count_text": _count_text(count),
        "is_filtered": any(request.GET.get(name) for name in ("q", "entity", "state")),
        "unknown_text": _unknown_text(queries.unknown_lines(people_scope(request.duties))),
        "is_owner": request.duties.is_owner,
    }
    return page(request, "people/index.html", **context)


def _filtered(request: Request, form: FilterForm) -> PersonQuerySet:
    people = _seen_people(request)
    form.is_valid()  # what is not valid is left out of the filter
    chosen = form.cleaned_data
    state = chosen.get("state") or Person.State.PRESENT
    if state != "all":
        people = people.filter(state=state)
    if chosen.get("entity"):
        people = people.filter(entity_id=int(chosen["entity"]))
    return people.matching_text(chosen.get("q") or "")


def _place(request: Request, name: str) -> tuple[str, int] | None:
    """The address names a person by number only; their place in the order is looked up."""
    number = number_of(request.GET.get(name, ""))
    if number is None:
        return None
    return _seen_people(request).filter(pk=number).values_list("sort_key", "pk").first()


def _columns() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(label=label)
        for label in (_("Name"), _("Employee number"), _("Job title"), _("Business"), _("Team"), _("State"))
    ]


def _count_text(count: int) -> str:
    if count > queries.COUNTED_TO:
        return _("More than %(count)s people") % {"count": f"{queries.COUNTED_TO:,}"}
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": f"{count:,}"}


def _unknown_text(count: int) -> str:
    if count > queries.COUNTED_TO:
        return _("We cannot check reporting lines for more than %(count)s people: their manager is not known here.") % {
            "count": f"{queries.COUNTED_TO:,}"
        }
    if not count:
        return ""
    return ngettext(
        "We cannot check reporting lines for %(count)s person: their manager is not known here.",
        "We cannot check reporting lines for %(count)s people: their manager is not known here.",
        count,
    ) % {"count": f"{count:,}"}


@allow(*KEEPERS)
def detail(request: Request, person_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    is_here = person.state == Person.State.PRESENT
    account = person.account
    runs_it = account is not None and (account.is_owner or account.is_administrator)
    context: dict[str, Any] = {
        "person": person,
        "runs_it": runs_it,
        "is_open": account is not None and account.is_active,
        "can_close": request.duties.is_owner
        and account is not None
        and runs_it
        and account.is_active
        and account != request.account,
        "can_open": request.duties.is_owner and account is not None and not account.is_active and (runs_it or is_here),
        "facts": _facts(request, person),
        "assistants": queries.assistants_of(person),
        "assistant_form": AssistantForm(),
        "is_here": is_here,
        "lead": ", ".join(filter(None, (person.job_title, person.entity.name if person.entity else ""))),
    }
    return page(request, "people/detail.html", **context)


def _facts(request: Request, person: Person) -> list[SimpleNamespace]:
    told = (
        (_("Employee number"), person.employee_number),
        (_("Work mail"), person.email or _("None: notices wait in the product and on paper")),
        *_sign_in_fact(person),
        (_("Business"), person.entity.name if person.entity else ""),
        (_("Team"), person.unit),
        (_("Function or profession"), person.function),
        (_("Grade"), person.grade_label or ("" if person.grade is None else str(person.grade))),
        (_("Hired on"), _day(person.hired_on)),
        (_("In the profession since"), _day(person.in_profession_since)),
        (_("Reporting line"), _line_text(request, person)),
        (_("Languages"), _languages_in_words(person.languages)),
        (_("Time zone"), person.zone),
        (_("Weekly hours"), hours.as_text(person.weekly_hours)),
    )
    return [SimpleNamespace(label=label, value=value or _("Not known yet")) for label, value in told]


def _sign_in_fact(person: Person) -> list[tuple[str, str]]:
    """An account in use keeps the address it was opened with; organisers should see where its mail goes."""
    account = person.account
    return [(_("Signs in as"), account.sign_in_name)] if account and account.email != person.email else []


def _languages_in_words(levels: dict[str, int]) -> str:
    """Names in the reader's own language, best first."""
    names = babel.Locale.parse(get_language() or "en", sep="-").languages
    words = {1: _("basic"), 2: _("working"), 3: _("fluent"), 4: _("mother tongue")}
    best_first = sorted(levels.items(), key=lambda row: -row[1])
    return ", ".join(
        f"{names.get(code, code)} ({words[level]})" if level in words else names.get(code, code) for code, level in best_first
    )


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _line_text(request: Request, person: Person) -> str:
    """The manager's name inside the businesses of the reader, nothing of them outside."""
    if person.line == Person.Line.HEAD:
        return _("At the head: nobody is above this person")
    if person.manager_id is None:
        return _("Not known: we cannot check who is above this person")
    manager = _seen_people(request).filter(pk=person.manager_id).first()
    return _("Reports to %(name)s") % {"name": manager.name} if manager else _("Reports to somebody in another business")


@allow(*KEEPERS)
def add(request: Request) -> HttpResponse:
    form = _person_form(request, initial={"weekly_hours": hours.as_text(Person().weekly_hours)})
    if request.method == "POST" and form.is_valid():
        person = _saved(request, form, None)
        if person is not None:
            return redirect_with_message(
                request, "person", _("%(name)s is in the directory.") % {"name": person.name}, person_id=person.pk
            )
    return _form_page(request, form, None)


@allow(*KEEPERS)
def edit(request: Request, person_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    form = _person_form(request, initial=initial_of(person, _manager_number(request, person)), knows_person=True)
    if request.method == "POST" and form.is_valid() and _saved(request, form, person) is not None:
        return redirect_with_message(
            request, "person", _("The details of %(name)s are saved.") % {"name": person.name}, person_id=person.pk
        )
    return _form_page(request, form, person)


def _person_form(request: Request, *, initial: dict[str, Any], knows_person: bool = False) -> PersonForm:
    data = request.POST if request.method == "POST" else None
    return PersonForm(
        data,
        list(seen_entities(request)),
        can_choose_none=people_scope(request.duties) is None,
        knows_person=knows_person,
        initial=initial,
    )


def _form_page(request: Request, form: PersonForm, person: Person | None) -> HttpResponse:
    back = reverse("person", kwargs={"person_id": person.pk}) if person else reverse("people")
    status = 409 if form.has_conflict else 422 if form.is_bound and form.errors else 200
    return page(request, "people/form.html", form=form, person=person, back_url=back, status=status)


def _manager_number(request: Request, person: Person) -> str:
    numbers = _seen_people(request).filter(pk=person.manager_id or 0).values_list("employee_number", flat=True)
    return numbers.first() or ""


def _saved(request: Request, form: PersonForm, person: Person | None) -> Person | None:
    """Details and line together or neither; a refusal stands on top of the form, which keeps what was typed."""
    told: dict[str, Any] = {"by": request.account, "scope": people_scope(request.duties), "now": clock.now()}
    try:
        with transaction.atomic():
            kept = (
                services.add_person(form.details(), is_somebody_else=form.cleaned_data["is_somebody_else"], **told)
                if person is None
                else services.edit_person(person, form.details(before=person), **told)
            )
            if person is None or {"manager", "is_head"} & set(form.changed_data):
                services.set_manager(kept, _manager(request, form), is_head=form.cleaned_data["is_head"], **told)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        if isinstance(refused, services.FormerAddress) and person is None and request.duties.is_owner:
            form.ask_whether_somebody_else()
        return None
    return kept


def _manager(request: Request, form: PersonForm) -> Person | None:
    number = form.cleaned_data["manager"]
    if not number:
        return None
    manager = _seen_people(request).present().filter(employee_number=number).first()
    if manager is None:
        raise NotPossible(
            _(
                "Nobody you look after has the employee number %(number)s. Correct the manager’s number, or ask the programme lead to set it."
            )
            % {"number": number}
        )
    return manager


@allow(*KEEPERS)
@require_POST
def left(request: Request, person_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    services.mark_left(person, by=request.account, scope=people_scope(request.duties), now=clock.now())
    if Account.objects.filter(person=person, is_active=True).exists():
        done = _(
            "%(name)s is marked as left. Their account runs this installation, so it stays open until a programme lead closes it."
        )
    else:
        done = _("%(name)s is marked as left and can no longer sign in.")
    return redirect_with_message(request, "person", done % {"name": person.name}, person_id=person_id)


@allow(*KEEPERS)
@require_POST
def returned(request: Request, person_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    services.return_person(person, by=request.account, scope=people_scope(request.duties), now=clock.now())
    return redirect_with_message(request, "person", _("%(name)s is here again.") % {"name": person.name}, person_id=person_id)


@allow("owner")
@require_POST
def close_account(request: Request, person_id: int) -> HttpResponse:
    """For whoever runs the installation: what leaving does for everybody else is done by hand."""
    person = seen_person(request, person_id)
    accounts.deactivate_account(_account_of(person), by=request.account, now=clock.now())
    done = _("The account of %(name)s is closed and signed out everywhere.") % {"name": person.name}
    return redirect_with_message(request, "person", done, person_id=person_id)


@allow("owner")
@require_POST
def open_account(request: Request, person_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    accounts.reopen_account(_account_of(person), by=request.account, now=clock.now())
    done = _("%(name)s can sign in again.") % {"name": person.name}
    return redirect_with_message(request, "person", done, person_id=person_id)


def _account_of(person: Person) -> Account:
    if person.account is None:
        raise Http404
    return person.account


@allow(*KEEPERS)
@require_POST
def name_assistant(request: Request, person_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    form = AssistantForm(request.POST)
    if not form.is_valid():
        raise NotPossible(_("An assistant needs a name and a work mail. Fill in both and try again."))
    services.name_assistant(person, **form.cleaned_data, by=request.account, scope=people_scope(request.duties), now=clock.now())
    sentence = _("%(assistant)s keeps the diary of %(name)s from now on: dates only, never notes.")
    return redirect_with_message(
        request, "person", sentence % {"assistant": form.cleaned_data["name"], "name": person.name}, person_id=person_id
    )


@allow(*KEEPERS)
@require_POST
def end_assistant(request: Request, person_id: int, delegation_id: int) -> HttpResponse:
    person = seen_person(request, person_id)
    delegation = Delegation.objects.filter(pk=delegation_id, person=person).select_related("person", "assistant").first()
    if delegation is None:
        raise Http404
    services.end_assistant(delegation, by=request.account, scope=people_scope(request.duties), now=clock.now())
    return redirect_with_message(
        request,
        "person",
        _("%(assistant)s no longer keeps this diary.") % {"assistant": delegation.assistant.display_name},
        person_id=person_id,
    )


urls = [
    path("people/", index, name="people"),
    path("people/add/", add, name="person_add"),
    path("people/<int:person_id>/", detail, name="person"),
    path("people/<int:person_id>/edit/", edit, name="person_edit"),
    path("people/<int:person_id>/left/", left, name="person_left"),
    path("people/<int:person_id>/return/", returned, name="person_return"),
    path("people/<int:person_id>/account/close/", close_account, name="person_account_close"),
    path("people/<int:person_id>/account/open/", open_account, name="person_account_open"),
    path("people/<int:person_id>/assistant/", name_assistant, name="person_assistant"),
    path("people/<int:person_id>/assistant/<int:delegation_id>/end/", end_assistant, name="person_assistant_end"),
]

"""Businesses: their codes, names, countries and time zones."""

from types import SimpleNamespace

import babel
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from turnabout.core import clock
from turnabout.core.errors import Refused
from turnabout.people import services
from turnabout.people.models import Entity
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.people import KEEPERS, seen_entities
from turnabout.web.people_forms import EntityForm

PER_PAGE = 100


@allow(*KEEPERS)
def index(request: Request) -> HttpResponse:
    shown = Paginator(seen_entities(request), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"entity": entity, "country": country_name(entity.country)} for entity in shown]
    columns = [SimpleNamespace(label=label) for label in (_("Name"), _("Code"), _("Country"), _("Time zone"))]
    return page(request, "people/entities.html", rows=rows, shown=shown, columns=columns, is_owner=request.duties.is_owner)


def country_name(code: str) -> str:
    language = babel.Locale.parse((get_language() or "en").replace("_", "-"), sep="-")
    return str(language.territories.get(code, code))


@allow("owner")
def add(request: Request) -> HttpResponse:
    form = EntityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            entity = services.add_entity(form.details(), by=request.account, now=clock.now())
        except Refused as refused:
            form.add_error("code", refused.sentence)
        else:
            return redirect_with_message(request, "entities", _("%(name)s is on the list.") % {"name": entity.name})
    return _form_page(request, form, None)


@allow("owner")
def edit(request: Request, entity_id: int) -> HttpResponse:
    entity = get_object_or_404(Entity, pk=entity_id)
    known = {name: getattr(entity, name) for name in ("code", "name", "country", "time_zone")}
    form = EntityForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_entity(entity, form.details(), by=request.account, now=clock.now())
        except Refused as refused:
            form.add_error("code", refused.sentence)
        else:
            return redirect_with_message(request, "entities", _("The details of %(name)s are saved.") % {"name": entity.name})
    return _form_page(request, form, entity)


def _form_page(request: Request, form: EntityForm, entity: Entity | None) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "people/entity_form.html", form=form, entity=entity, status=status)


urls = [
    path("businesses/", index, name="entities"),
    path("businesses/add/", add, name="entity_add"),
    path("businesses/<int:entity_id>/", edit, name="entity_edit"),
]

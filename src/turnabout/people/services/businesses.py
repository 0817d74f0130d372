"""Businesses by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.people import policies
from turnabout.people.models import Entity


@dataclass(frozen=True, kw_only=True, slots=True)
class BusinessDetails:
    code: str
    name: str
    country: str = ""
    time_zone: str = ""


@transaction.atomic
def add_entity(details: BusinessDetails, *, by: Account | None, now: datetime) -> Entity:
    _require_keeping(by)
    _require_free(details, other_than=None)
    entity = Entity.objects.create(code=details.code, name=details.name, country=details.country, time_zone=details.time_zone)
    events.record("entity.added", subject=entity, by=by, at=now)
    return entity


@transaction.atomic
def edit_entity(entity: Entity, details: BusinessDetails, *, by: Account | None, now: datetime) -> Entity:
    _require_keeping(by)
    _require_free(details, other_than=entity)
    entity.code, entity.name = details.code, details.name
    entity.country, entity.time_zone = details.country, details.time_zone
    entity.save(update_fields=["code", "name", "country", "time_zone", "sort_key"])
    events.record("entity.changed", subject=entity, by=by, at=now)
    return entity


def _require_keeping(by: Account | None) -> None:
    if not policies.can_keep_directory(by):
        raise NotAllowed(_("Only the programme lead keeps the list of businesses. Ask them to make this change."))


def _require_free(details: BusinessDetails, *, other_than: Entity | None) -> None:
    if Entity.objects.exclude(pk=other_than.pk if other_than else 0).filter(code=details.code).exists():
        raise NotPossible(_("Another business has the code %(code)s. Choose another code.") % {"code": details.code})

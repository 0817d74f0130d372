"""Preparation: modules ticked off one by one, the mentee's commitment, and lists marked in a live session."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.blueprints.preparation import Module
from turnabout.core import events
from turnabout.core.errors import NotPossible
from turnabout.enrolments import invitations, services
from turnabout.enrolments.models import Enrolment, PreparationStep
from turnabout.programmes.models import Cohort

State = Enrolment.State


def modules_for(place: Enrolment) -> tuple[Module, ...]:
    return catalogue.preparation(place.role, place.cohort.programme.design).modules


def required(place: Enrolment) -> tuple[Module, ...]:
    """Mentors work through everything; a mentee through the door alone, unless the round prepares both fully."""
    modules = modules_for(place)
    if place.role == Enrolment.Role.MENTOR or place.cohort.preparation == Cohort.Preparation.BOTH_FIRST:
        return modules
    return tuple(module for module in modules if module.is_door)


def needs_commitment(module: Module) -> bool:
    return module.commitment is not None


def brief(place: Enrolment) -> Module | None:
    """The ten-minute brief, where it and its one sentence are all that is asked of somebody."""
    modules = required(place)
    return modules[0] if len(modules) == 1 and needs_commitment(modules[0]) else None


@transaction.atomic
def tick_module(place: Enrolment, *, module: str, by: Account, now: datetime) -> Enrolment:
    """One module is done, on the person's own word."""
    place = _to_prepare(place, by)
    known = {entry.key: entry for entry in modules_for(place)}
    if module not in known:
        raise NotPossible(_("This preparation has no such part. Reload the page and choose one of those shown."))
    if needs_commitment(known[module]) and not place.commitment:
        raise NotPossible(_("This part ends with a commitment. Make it below, and the part is done."))
    PreparationStep.objects.get_or_create(enrolment=place, module=module, defaults={"done_at": now})
    return _settle(place, by=by, now=now)


@transaction.atomic
def commit(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    """The mentee promises to change course when shown to be wrong; the door to session 1 opens."""
    place = _to_prepare(place, by)
    doors = [module for module in modules_for(place) if needs_commitment(module)]
    if not doors:
        raise NotPossible(_("Your preparation asks for no commitment. Open it and continue where you stopped."))
    Enrolment.objects.filter(pk=place.pk).update(commitment=True)
    place.commitment = True
    PreparationStep.objects.bulk_create(
        [PreparationStep(enrolment=place, module=module.key, done_at=now) for module in doors], ignore_conflicts=True
    )
    return _settle(place, by=by, now=now)


def _to_prepare(place: Enrolment, by: Account) -> Enrolment:
    services.require_own(place, by)
    place = Enrolment.objects.select_for_update(of=("self",)).select_related("cohort__programme", "person").get(pk=place.pk)
    if place.state not in {State.REGISTERED, State.PAUSED}:
        raise NotPossible(_("Register first; the preparation opens as soon as you have a place."))
    return place


def _settle(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    done = set(PreparationStep.objects.filter(enrolment=place).values_list("module", flat=True))
    if all(module.key in done for module in required(place)):
        if Enrolment.objects.filter(pk=place.pk, prepared_at__isnull=True).update(prepared_at=now):
            events.record("enrolment.prepared", subject=place, by=by, at=now, cohort=place.cohort)
        place.refresh_from_db(fields=["prepared_at"])
    return place


@transaction.atomic
def mark_prepared(cohort: Cohort, *, places: Sequence[Enrolment], by: Account, now: datetime) -> int:
    """These people were prepared together in a live session; whoever was prepared before stays as they were."""
    rows = invitations.chosen_places(cohort, places, by).filter(
        state__in=[State.REGISTERED, State.PAUSED], prepared_at__isnull=True
    )
    count = rows.update(prepared_at=now, prepared_by=by)
    if not count:
        raise NotPossible(_("Everybody on this list is prepared already, or has not registered yet."))
    events.record("enrolments.prepared", subject=cohort, by=by, at=now, cohort=cohort, count=count)
    return count

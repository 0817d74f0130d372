"""A draw among everybody who waits, when places are free: decided by a number that is kept, so that anybody can repeat it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments import queries
from turnabout.enrolments.models import Draw, Enrolment, Lot
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import is_recruiting
from turnabout.programmes.queries import Scope, scope_of

State = Enrolment.State
LARGEST_SEED = 2**31 - 1


def order(keys: Iterable[str], *, role: str, seed: int) -> list[str]:
    """Employee numbers in the order of their lots; it depends on nothing but the seed, the side and the numbers."""
    return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}|{role}|{key}".encode()).digest(), key))


def can_draw(scope: Scope | None) -> bool:
    """Everybody who waits takes part, so whoever draws looks after all of them."""
    return scope is not None and scope.entity_ids is None


def to_draw(free: int | None, *, waiting: int) -> int:
    """How many places a draw would give: never more than people wait, and one to each where there is no limit."""
    return waiting if free is None else min(free, waiting)


@transaction.atomic
def draw_places(cohort: Cohort, *, role: str, seed: int, by: Account, now: datetime) -> Draw:
    """Give the free places of one side to people on its waiting list, by lot."""
    if not can_draw(scope_of(by, cohort.programme_id)):
        raise NotAllowed(_("Only somebody who looks after everybody in this round can draw. Ask the programme lead."))
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)  # nobody registers or is drawn for the same place meanwhile
    if not is_recruiting(cohort):
        raise NotPossible(_("Places are given while a round is open. Plan a new round and invite people to that one."))
    waiting = _waiting(cohort, role)
    if not waiting:
        raise NotPossible(_("Nobody is on this waiting list, so there is nothing to draw."))
    places = to_draw(queries.free_places(cohort, role), waiting=len(waiting))
    if not places:
        raise NotPossible(_("No place is free. Raise the number of places in the settings of this round, then draw."))
    draw = Draw.objects.create(
        cohort=cohort, role=role, seed=seed, places=places, waiting=len(waiting), drawn_at=now, drawn_by=by
    )
    ranked = order(waiting, role=role, seed=seed)
    Lot.objects.bulk_create(
        [Lot(draw=draw, enrolment_id=waiting[key], rank=rank) for rank, key in enumerate(ranked, start=1)], batch_size=1000
    )
    _give_places([waiting[key] for key in ranked[: draw.places]], now=now)
    events.record(
        "places.drawn",
        subject=draw,
        by=by,
        at=now,
        cohort=cohort,
        role=role,
        seed=seed,
        count=draw.places,
        waiting=draw.waiting,
    )
    return draw


def _waiting(cohort: Cohort, role: str) -> dict[str, int]:
    """Employee number -> place, locked, so that nobody who leaves at this moment is given one."""
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(cohort=cohort, role=role, state=State.WAITING)
    return dict(rows.order_by("pk").values_list("person__employee_number", "pk"))


def _give_places(ids: list[int], *, now: datetime) -> None:
    """The same as a place given by hand: whose manager may be told is told."""
    drawn = Enrolment.objects.filter(pk__in=ids)
    drawn.update(state=State.REGISTERED)
    reachable = Person.objects.present().exclude(email="")
    told = drawn.filter(manager_may_be_told=True, manager_told_at__isnull=True, person__manager__in=reachable)
    Enrolment.objects.filter(pk__in=told.values("pk")).update(manager_told_at=now)

"""Putting a compared file into the directory, in bulk, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.text import folded
from turnabout.people.directory.comparison import COMPARED, Change, Comparison
from turnabout.people.models import Entity, Person, nine_to_five
from turnabout.people.services import addresses
from turnabout.people.services.persons import close_accounts_of, follow_address, open_accounts_of

BATCH = 1_000
WRITTEN = (*COMPARED, "entity", "state", "left_on", "sort_key", "search_key")


def write(comparison: Comparison, *, by: Account | None, now: datetime) -> None:
    """Businesses, leavers, people, then managers, which need everybody's id."""
    entity_ids = _write_businesses(comparison)
    _write_leavers(comparison, by=by, now=now)
    _free_addresses(comparison, by=by, now=now)
    written = _write_new(comparison.new, entity_ids) | _write_changed(comparison.changed, entity_ids, now=now)
    _write_lines(comparison, written, by=by, now=now)


def _write_businesses(comparison: Comparison) -> dict[str, int]:
    businesses = comparison.businesses
    Entity.objects.bulk_create(
        Entity(
            code=new.code,
            name=new.name,
            country=new.country,
            time_zone=new.time_zone,
            sort_key=folded(new.name),
        )
        for new in businesses.new.values()
    )
    for code, country in businesses.countries_to_fill().items():
        Entity.objects.filter(code=code, country="").update(country=country)
    return dict(Entity.objects.values_list("code", "id"))


def _write_leavers(comparison: Comparison, *, by: Account | None, now: datetime) -> None:
    """One event each: their pairs, places and dates hang on it."""
    ids = [person.id for person in comparison.left]
    if not ids:
        return
    Person.objects.filter(pk__in=ids).update(state=Person.State.LEFT, left_on=now.date())
    close_accounts_of(ids, now=now)
    for person in Person.objects.filter(pk__in=ids).order_by("pk"):
        events.record("person.left", subject=person, by=by, at=now)


def _free_addresses(comparison: Comparison, *, by: Account | None, now: datetime) -> None:
    """The preview named who has the address of a leaver; writing says that they are two people."""
    given = [change.values["email"] for change in (*comparison.new, *comparison.changed) if change.values.get("email")]
    addresses.pass_on(given, by=by, now=now, but_not=[change.person_id or 0 for change in comparison.changed])


def _write_new(changes: Sequence[Change], entity_ids: dict[str, int]) -> dict[str, Person]:
    people = [
        _filled(Person(employee_number=change.employee_number, weekly_hours=nine_to_five()), change, entity_ids)
        for change in changes
    ]
    Person.objects.bulk_create(people, batch_size=BATCH)
    return {person.employee_number: person for person in people}


def _write_changed(changes: Sequence[Change], entity_ids: dict[str, int], *, now: datetime) -> dict[str, Person]:
    """Addresses that move from one person to another are let go first, so that no moment has two owners."""
    written: dict[str, Person] = {}
    letting_go = [change.person_id or 0 for change in changes if "email" in change.values]
    accounts = dict(Person.objects.filter(pk__in=letting_go, account__isnull=False).values_list("pk", "account__email"))
    Person.objects.filter(pk__in=letting_go).update(email="")
    for batch in _batches(changes):
        kept = Person.objects.in_bulk([change.person_id for change in batch])
        people = [_filled(kept[change.person_id or 0], change, entity_ids) for change in batch]
        Person.objects.bulk_create(people, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
        written |= {person.employee_number: person for person in people}
    for person in written.values():
        if person.pk in accounts and person.email and person.account_id is not None:
            follow_address(person.account_id, accounts[person.pk], person.email, now=now, is_by_lead=False)
    open_accounts_of([change.person_id or 0 for change in changes if change.is_return])
    return written


def _filled(person: Person, change: Change, entity_ids: dict[str, int]) -> Person:
    for name, value in change.values.items():
        setattr(person, name, value)
    if change.entity_code is not None:
        person.entity_id = entity_ids[change.entity_code] if change.entity_code else None
    person.state, person.left_on = Person.State.PRESENT, None
    person.set_keys()
    return person


def _write_lines(comparison: Comparison, written: dict[str, Person], *, by: Account | None, now: datetime) -> None:
    moved = [
        change
        for change in (*comparison.new, *comparison.changed)
        if change.line is not None and (change.person_id or change.line != "unknown")
    ]
    ids = _ids_of({change.manager for change in moved if change.manager}, written)
    for batch in _batches(moved):
        people = [_with_line(written[change.employee_number], change, ids) for change in batch]
        Person.objects.bulk_create(people, update_conflicts=True, unique_fields=["id"], update_fields=["manager", "line"])
    for change in moved:
        if change.person_id is not None:
            events.record("line.changed", subject=written[change.employee_number], by=by, at=now)


def _with_line(person: Person, change: Change, ids: dict[str, int]) -> Person:
    person.manager_id = ids[change.manager] if change.manager else None
    person.line = change.line or Person.Line.UNKNOWN
    return person


def _ids_of(numbers: set[str], written: dict[str, Person]) -> dict[str, int]:
    ids = {number: written[number].pk for number in numbers if number in written}
    others = numbers - ids.keys()
    return ids | dict(Person.objects.filter(employee_number__in=others).values_list("employee_number", "id"))


def _batches(changes: Sequence[Change]) -> Iterable[Sequence[Any]]:
    return (changes[at : at + BATCH] for at in range(0, len(changes), BATCH))

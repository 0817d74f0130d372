"""One person at a time: added, changed, left, returned, put under a manager."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.accounts.policies import CLOSE, can_be_handed_over
from turnabout.accounts.services import LINKS_KEPT, close_accounts
from turnabout.core import events, guards
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.people import policies
from turnabout.people.directory import lines
from turnabout.people.models import Person, nine_to_five
from turnabout.people.policies import Scope
from turnabout.people.services import addresses

DIRECTORY_LOCK = 5_310_247_709  # any number, the same in every process


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonDetails:
    """What is kept of a person besides their line; only the employee number is required."""

    employee_number: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    job_title: str = ""
    grade: int | None = None
    grade_label: str = ""
    entity_id: int | None = None
    unit: str = ""
    function: str = ""
    hired_on: date | None = None
    in_profession_since: date | None = None
    languages: dict[str, int] = field(default_factory=dict)
    time_zone: str = ""
    weekly_hours: dict[str, list[str]] = field(default_factory=nine_to_five)
    locale: str = ""


DETAILS = tuple(each.name for each in fields(PersonDetails))


def hold_directory() -> None:
    """Let one change of reporting lines happen at a time: a circle can close between two that each look harmless."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [DIRECTORY_LOCK])


@transaction.atomic
def add_person(
    details: PersonDetails, *, by: Account | None, scope: Scope, now: datetime, is_somebody_else: bool = False
) -> Person:
    """`is_somebody_else`: the programme lead has looked at who had this address and left, and it is another person."""
    _require_keeping(by, details.entity_id, scope)
    _require_free(details, other_than=None)
    _require_nobody_elses_account(details, other_than=None, by=by)
    addresses.require_a_decision(details.email, by=by, is_somebody_else=is_somebody_else)
    addresses.pass_on([details.email], by=by, now=now)
    with _whoever_was_faster(details, other_than=None):
        person = Person.objects.create(**{name: getattr(details, name) for name in DETAILS})
    events.record("person.added", subject=person, by=by, at=now)
    return person


@transaction.atomic
def edit_person(person: Person, details: PersonDetails, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    """Change the details; a person moves only between businesses that the account looks after."""
    _require_keeping(by, person.entity_id, scope)
    _require_keeping(by, details.entity_id, scope)
    _require_free(details, other_than=person)
    _require_nobody_elses_account(details, other_than=person, by=by)
    old_address = person.email
    if details.email != old_address and person.state == Person.State.PRESENT:
        _take_over_address(person, details.email, by=by, now=now)
    changed = [name for name in DETAILS if getattr(person, name) != getattr(details, name)]
    if not changed:
        return person
    for name in changed:
        setattr(person, name, getattr(details, name))
    with _whoever_was_faster(details, other_than=person):
        person.save(update_fields=[*changed, "sort_key", "search_key"])
    if person.account_id is not None and person.email and person.email != old_address:
        follow_address(person.account_id, old_address, person.email, now=now, is_by_lead=policies.can_keep_directory(by))
    events.record("person.changed", subject=person, by=by, at=now)
    return person


def _take_over_address(person: Person, address: str, *, by: Account | None, now: datetime) -> None:
    """Somebody known is given an address that a leaver had: by the programme lead, who knows that they are not one person."""
    if addresses.former_accounts([address]).exclude(person=person).exists():
        addresses.require_a_decision(address, by=by, is_somebody_else=True)
        addresses.pass_on([address], by=by, now=now)


def choose_time_zone(person: Person, zone: str) -> None:
    """Where a person says they are: diaries, pages and mails follow it."""
    Person.objects.filter(pk=person.pk).update(time_zone=zone)


def follow_address(account_id: int, old: str, new: str, *, now: datetime, is_by_lead: bool) -> None:
    """An account nobody has used yet takes the corrected address; any other keeps its own, so that nobody reads another's mail.

    Used links are kept on record for LINKS_KEPT only, so an older account counts as used. An account with
    power over others takes another address from the hand of a programme lead alone, never from a file.
    """
    unused = Account.objects.filter(pk=account_id, email=old, created_at__gt=now - LINKS_KEPT, passkeys__isnull=True)
    account = unused.exclude(links__used_at__isnull=False).first()
    if account is None or account.has_usable_password() or not (is_by_lead or can_be_handed_over(account)):
        return
    taken = Account.objects.exclude(pk=account_id).filter(Q(email=new) | Q(sign_in_name=new))
    if not taken.exists():
        name = new if account.sign_in_name == old else account.sign_in_name
        with suppress(IntegrityError), transaction.atomic():  # somebody took it this moment: it is taken
            Account.objects.filter(pk=account_id).update(email=new, sign_in_name=name)


def _require_keeping(by: Account | None, entity_id: int | None, scope: Scope) -> None:
    if not policies.can_keep_people_of(by, entity_id, scope):
        raise NotAllowed(_("You keep the people of your own businesses. Ask the programme lead to make this change."))


def _require_free(details: PersonDetails, *, other_than: Person | None) -> None:
    others = Person.objects.exclude(pk=other_than.pk if other_than else 0)
    if others.filter(employee_number=details.employee_number).exists():
        raise NotPossible(
            _("Somebody else has the employee number %(number)s. Correct the number.") % {"number": details.employee_number}
        )
    is_present = other_than is None or other_than.state == Person.State.PRESENT
    if details.email and is_present and others.present().filter(email=details.email).exists():
        raise NotPossible(
            _("Somebody else has the address %(address)s. Correct the address, or leave it empty for somebody without a mailbox.")
            % {"address": details.email}
        )


@contextmanager
def _whoever_was_faster(details: PersonDetails, *, other_than: Person | None) -> Iterator[None]:
    """Two requests at once: the constraint stops the second, which gets the sentence that it would have got a moment later."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _require_free(details, other_than=other_than)
        raise


def _require_nobody_elses_account(details: PersonDetails, *, other_than: Person | None, by: Account | None) -> None:
    """Whoever is entered under the name of an account is bound to it when they are invited, so power is not found by typing it."""
    if policies.can_keep_directory(by):
        return
    before = {other_than.email, other_than.employee_number} if other_than else set()
    names = [name.strip().casefold() for name in {details.email, details.employee_number} - before - {""}]
    others = Account.objects.filter(Q(email__in=names) | Q(sign_in_name__in=names)).select_related("person")
    others = others.exclude(pk=other_than.account_id) if other_than and other_than.account_id else others
    if any(not hasattr(account, "person") or not can_be_handed_over(account) for account in others):
        raise NotAllowed(
            _("This work mail or employee number is in use outside your directory. Ask the programme lead to enter this person.")
        )


@transaction.atomic
def set_manager(
    person: Person,
    manager: Person | None,
    *,
    by: Account | None,
    scope: Scope,
    now: datetime,
    is_head: bool = False,
) -> Person:
    """Put a person under a manager, at the head, or on no known line; refuses a circle."""
    _require_keeping(by, person.entity_id, scope)
    if manager is not None:
        _require_keeping(by, manager.entity_id, scope)
        hold_directory()
        _refuse_circle(person, manager)
    line = Person.Line.KNOWN if manager else Person.Line.HEAD if is_head else Person.Line.UNKNOWN
    manager_id = manager.pk if manager else None
    before = Person.objects.filter(pk=person.pk).values_list("manager_id", "line").get()
    if before == (manager_id, line):
        return person
    Person.objects.filter(pk=person.pk).update(manager_id=manager_id, line=line)
    person.refresh_from_db(fields=["manager", "line"])
    events.record("line.changed", subject=person, by=by, at=now)
    return person


def _refuse_circle(person: Person, manager: Person) -> None:
    if person.pk == manager.pk:
        raise NotPossible(
            _("Nobody manages themselves. Choose another manager, or say that %(name)s is at the head.") % {"name": person.name}
        )
    manager_of: dict[int, int | None] = dict(Person.objects.values_list("id", "manager_id"))
    if person.pk in lines.ancestors(manager.pk, manager_of):
        raise NotPossible(
            _(
                "%(manager)s reports to %(person)s, directly or through others, so the line would be a circle. Change the line of %(manager)s first."
            )
            % {"manager": manager.name, "person": person.name}
        )


def _require_no_duty(person: Person, by: Account | None) -> None:
    """Somebody with a duty is shut out, and let in again, by the programme lead, who sees what the duty leaves open."""
    if person.account is not None and not policies.can_keep_directory(by):
        guards.ask(CLOSE, person.account)


@transaction.atomic
def mark_left(person: Person, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    """Somebody has left: they stay in the directory for what was, and can no longer sign in.

    Only an account that runs the installation stays open, until somebody closes it by hand.
    """
    _require_keeping(by, person.entity_id, scope)
    _require_no_duty(person, by)
    present = Person.objects.present().filter(pk=person.pk)
    if not present.update(state=Person.State.LEFT, left_on=now.date()):
        raise NotPossible(_("%(name)s is already marked as left.") % {"name": person.name})
    close_accounts_of([person.pk], now=now)
    events.record("person.left", subject=person, by=by, at=now)
    return Person.objects.get(pk=person.pk)


@transaction.atomic
def return_person(person: Person, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    """Somebody who was marked as left is here after all; their account opens again, but for one that runs the installation."""
    _require_keeping(by, person.entity_id, scope)
    _require_no_duty(person, by)
    if person.email and Person.objects.present().exclude(pk=person.pk).filter(email=person.email).exists():
        raise NotPossible(
            _("Somebody else has the address %(address)s now. Change the address of %(name)s first.")
            % {"address": person.email, "name": person.name}
        )
    left = Person.objects.filter(pk=person.pk, state=Person.State.LEFT)
    if not left.update(state=Person.State.PRESENT, left_on=None):
        raise NotPossible(_("%(name)s is not marked as left.") % {"name": person.name})
    open_accounts_of([person.pk])
    events.record("person.returned", subject=person, by=by, at=now)
    return Person.objects.get(pk=person.pk)


def close_accounts_of(person_ids: list[int], *, now: datetime) -> None:
    """Sign-in ends at once, except for those who run the installation: nobody locks it by a file."""
    close_accounts(_without_charge(person_ids), now=now)


def open_accounts_of(person_ids: list[int]) -> None:
    """The same accounts come back; one that runs the installation was closed by hand, and is opened by hand."""
    _without_charge(person_ids).update(is_active=True)


def _without_charge(person_ids: list[int]) -> QuerySet[Account]:
    return Account.objects.filter(person__in=person_ids, is_owner=False, is_administrator=False)

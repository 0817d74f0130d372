"""One person at a time: added, changed, left, returned, put under a manager."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.accounts.services import LINKS_KEPT, close_accounts
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.people import policies
from turnabout.people.directory import lines
from turnabout.people.models import Person, nine_to_five
from turnabout.people.policies import Scope

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
def add_person(details: PersonDetails, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    _require_keeping(by, details.entity_id, scope)
    _require_free(details, other_than=None)
    person = Person.objects.create(**{name: getattr(details, name) for name in DETAILS})
    events.record("person.added", subject=person, by=by, at=now)
    return person


@transaction.atomic
def edit_person(person: Person, details: PersonDetails, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    """Change the details; a person moves only between businesses that the account looks after."""
    _require_keeping(by, person.entity_id, scope)
    _require_keeping(by, details.entity_id, scope)
    _require_free(details, other_than=person)
    old_address = person.email
    changed = [name for name in DETAILS if getattr(person, name) != getattr(details, name)]
    if not changed:
        return person
    for name in changed:
        setattr(person, name, getattr(details, name))
    person.save(update_fields=[*changed, "sort_key", "search_key"])
    if person.account_id is not None and person.email and person.email != old_address:
        follow_address(person.account_id, old_address, person.email, now=now)
    events.record("person.changed", subject=person, by=by, at=now)
    return person


def choose_time_zone(person: Person, zone: str) -> None:
    """Where a person says they are: diaries, pages and mails follow it."""
    Person.objects.filter(pk=person.pk).update(time_zone=zone)


def follow_address(account_id: int, old: str, new: str, *, now: datetime) -> None:
    """An account nobody has used yet takes the corrected address; any other keeps its own, so that nobody reads another's mail.

    Used links are kept on record for LINKS_KEPT only, so an older account counts as used.
    """
    unused = Account.objects.filter(pk=account_id, email=old, created_at__gt=now - LINKS_KEPT, passkeys__isnull=True)
    account = unused.exclude(links__used_at__isnull=False).first()
    if account is None or account.has_usable_password():
        return
    taken = Account.objects.exclude(pk=account_id).filter(Q(email=new) | Q(sign_in_name=new))
    if not taken.exists():
        name = new if account.sign_in_name == old else account.sign_in_name
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


@transaction.atomic
def mark_left(person: Person, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    """Somebody has left: they stay in the directory for what was, and can no longer sign in."""
    _require_keeping(by, person.entity_id, scope)
    present = Person.objects.present().filter(pk=person.pk)
    if not present.update(state=Person.State.LEFT, left_on=now.date()):
        raise NotPossible(_("%(name)s is already marked as left.") % {"name": person.name})
    close_accounts_of([person.pk], now=now)
    events.record("person.left", subject=person, by=by, at=now)
    return Person.objects.get(pk=person.pk)


@transaction.atomic
def return_person(person: Person, *, by: Account | None, scope: Scope, now: datetime) -> Person:
    """Somebody who was marked as left is here after all; their account opens again."""
    _require_keeping(by, person.entity_id, scope)
    if person.email and Person.objects.present().exclude(pk=person.pk).filter(email=person.email).exists():
        raise NotPossible(
            _("Somebody else has the address %(address)s now. Change the address of %(name)s first.")
            % {"address": person.email, "name": person.name}
        )
    left = Person.objects.filter(pk=person.pk, state=Person.State.LEFT)
    if not left.update(state=Person.State.PRESENT, left_on=None):
        raise NotPossible(_("%(name)s is not marked as left.") % {"name": person.name})
    Account.objects.filter(person=person).update(is_active=True)
    events.record("person.returned", subject=person, by=by, at=now)
    return Person.objects.get(pk=person.pk)


def close_accounts_of(person_ids: list[int], *, now: datetime) -> None:
    """Sign-in ends at once, except for those who run the installation: nobody locks it by a file."""
    close_accounts(Account.objects.filter(person__in=person_ids, is_owner=False, is_administrator=False), now=now)

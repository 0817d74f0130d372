"""A work mail that somebody who has left used to have: their account keeps what is in it, the address goes to whoever has it now.

Whether somebody under a new number is the same person, only a human can say, so nothing here joins two people.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.accounts.services import rename_closed
from turnabout.core.errors import NotPossible
from turnabout.people import policies
from turnabout.people.models import Person


class FormerAddress(NotPossible):
    """The address of somebody who has left: a human decides whether it is the same person."""


def former_accounts(addresses: Iterable[str]) -> QuerySet[Account]:
    """Closed accounts of people who have left, by what they were reached under."""
    names = {address.strip().casefold() for address in addresses} - {""}
    held = Account.objects.filter(Q(email__in=names) | Q(sign_in_name__in=names))
    return held.filter(is_active=False, person__state=Person.State.LEFT).select_related("person")


def pass_on(addresses: Iterable[str], *, by: Account | None, now: datetime, but_not: Collection[int] = ()) -> None:
    """Free these addresses of people who have left. `but_not`: people who are coming back themselves."""
    former = former_accounts(addresses).exclude(person__in=but_not)
    for account in former.select_for_update(of=("self",)).order_by("pk"):
        rename_closed(account, name=account.person.employee_number, by=by, now=now)


def require_a_decision(address: str, *, by: Account | None, is_somebody_else: bool) -> None:
    """Ask before a second person gets the address; somebody else is entered by the programme lead alone."""
    former = former_accounts([address]).first()
    if former is None:
        return
    if not policies.can_keep_directory(by):
        raise FormerAddress(
            _(
                "Somebody who has left had this work mail. If it is the same person, put the new number on their page and say that they are here again. If it is somebody else, ask the programme lead to enter them."
            )
        )
    if not is_somebody_else:
        raise FormerAddress(
            _(
                "%(name)s (%(number)s), who has left, had this work mail. If it is the same person, open their page, put the new number there and say that they are here again: they keep their account. If it is somebody else, tick the box at the end."
            )
            % {"name": former.person.name, "number": former.person.employee_number}
        )

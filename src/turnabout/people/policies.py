"""Who may keep the directory. A scope is the set of entities an account looks after: None for all, empty for none.

People stand below programmes, so the doors work the scope out (`programmes.queries.people_scope`) and hand it in.
"""

from turnabout.accounts.models import Account
from turnabout.people.models import Person

Scope = frozenset[int] | None


def can_keep_directory(account: Account | None) -> bool:
    """Imports and businesses: the programme lead, and the command line of the installation, which is nobody."""
    return account is None or (account.is_active and account.is_owner)


def can_keep_people_of(account: Account | None, entity_id: int | None, scope: Scope) -> bool:
    return can_keep_directory(account) or scope is None or entity_id in scope


def can_name_assistant(account: Account, person: Person, scope: Scope) -> bool:
    """People name their own assistant; their organisers may do it for them."""
    return (person.account_id is not None and person.account_id == account.pk) or can_keep_people_of(
        account, person.entity_id, scope
    )

"""Who may do what to a pair: the two themselves, and a coordinator who looks after one of them."""

from turnabout.accounts.models import Account
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.programmes.queries import scope_of


def side_of(account: Account | None, pair: Pair) -> Enrolment | None:
    """The account's own place in the pair, or None for an outsider."""
    if account is None:
        return None
    return next((place for place in (pair.mentor, pair.mentee) if place.person.account_id == account.pk), None)


def takes_part(account: Account | None, pair: Pair) -> bool:
    return side_of(account, pair) is not None


def coordinates(account: Account | None, pair: Pair) -> bool:
    scope = scope_of(account, pair.cohort.programme_id)
    return scope is not None and (scope.sees(pair.mentor.person) or scope.sees(pair.mentee.person))


def can_end(account: Account | None, pair: Pair) -> bool:
    return takes_part(account, pair) or coordinates(account, pair)


def can_pause(account: Account | None, pair: Pair) -> bool:
    return can_end(account, pair)

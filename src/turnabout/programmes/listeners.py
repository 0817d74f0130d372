"""What lower layers ask before they touch an account: whoever holds power over others keeps their own way in."""

from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed
from turnabout.programmes import queries


def power_is_not_handed_over(account: Account) -> NotAllowed | None:
    if not queries.with_power([account.pk]):
        return None
    return NotAllowed(_("This account is in use for the programme. Ask the programme lead to make this change."))


def duties_are_not_shut_out(account: Account) -> NotAllowed | None:
    if not queries.with_duties([account.pk]):
        return None
    return NotAllowed(_("This person has a duty in the programme. Ask the programme lead to make this change."))

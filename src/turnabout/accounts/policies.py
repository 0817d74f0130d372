from turnabout.accounts.models import Account
from turnabout.core import guards

HAND_OVER = "account.hand_over"  # asked before anybody but its holder changes how an account is reached
CLOSE = "account.close"  # asked before a coordinator closes an account or opens it again


def can_be_handed_over(account: Account) -> bool:
    """Whether an organiser may bind the account to somebody, move its address or print a way into it: not where it holds power."""
    return not guards.refusals(HAND_OVER, account)


def can_have_card(account: Account) -> bool:
    """A card opens an account by paper, so only for those without a mailbox, and for nobody with power over others."""
    return account.is_active and not account.has_mailbox and can_be_handed_over(account)


def can_deactivate(by: Account, account: Account) -> bool:
    """Programme leads and administrators close accounts; nobody their own, so that one always remains."""
    return by.is_active and (by.is_owner or by.is_administrator) and by.pk != account.pk


def can_grant_owner(by: Account) -> bool:
    return by.is_active and by.is_owner

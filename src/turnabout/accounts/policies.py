from turnabout.accounts.models import Account


def can_have_card(account: Account) -> bool:
    """A card opens an account by paper, so only for those without a mailbox, and for nobody with power over others."""
    return account.is_active and not account.has_mailbox and not account.is_owner and not account.is_administrator


def can_deactivate(by: Account, account: Account) -> bool:
    """Programme leads and administrators close accounts; nobody their own, so that one always remains."""
    return by.is_active and (by.is_owner or by.is_administrator) and by.pk != account.pk


def can_grant_owner(by: Account) -> bool:
    return by.is_active and by.is_owner

"""Verbs of accounts: opened, closed, signed in, and given back to whoever has no mailbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import get_random_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.accounts import attempts, links, passkeys, pins, policies
from turnabout.accounts.models import Account, Attempt, Link, Passkey, SignInRequest
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible, Refused

SIGN_IN_PURPOSE, LINK_PURPOSE, CARD_PURPOSE = "sign-in", "link", "card"
LINKS_KEPT = timedelta(days=90)  # so that an old mail's link still gets a kind answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What is printed for somebody without a mailbox: both secrets are shown once and kept nowhere."""

    account: Account
    token: str
    code: str
    expires_at: datetime
    opens_at: datetime | None  # None: at once


def account_for(
    *, sign_in_name: str, email: str, display_name: str, now: datetime, locale: str = "", time_zone: str = ""
) -> Account:
    """The account of this name, opened where there was none: the mail address, or without one the employee number.

    An account that exists is returned as it is, closed ones included.
    """
    name = (email or sign_in_name).strip().casefold()
    optional = {field: value for field, value in (("locale", locale), ("time_zone", time_zone)) if value}
    fields = {"email": email.strip().casefold(), "display_name": display_name, "password": make_password(None), "created_at": now}
    account, _is_new = Account.objects.get_or_create(sign_in_name=name, defaults=fields | optional)
    return account


@transaction.atomic
def deactivate_account(account: Account, *, by: Account, now: datetime) -> Account:
    """Shut the account: its next request, its links and its waiting mail are refused from here on."""
    in_charge = _hold_those_in_charge()
    if not policies.can_deactivate(in_charge.get(by.pk, by), account):
        raise NotAllowed(_("Only another programme lead or administrator can close this account; ask one of them."))
    _require_others_in_charge(account, in_charge)
    return close_account(account, by=by, now=now)


def _hold_those_in_charge() -> dict[int, Account]:
    """Open accounts of programme leads and administrators, as they stand, locked: two cannot close each other at once."""
    running = Account.objects.filter(Q(is_owner=True) | Q(is_administrator=True))
    return {account.pk: account for account in running.select_for_update().order_by("pk")}


def _require_others_in_charge(account: Account, in_charge: dict[int, Account]) -> None:
    others = [other for other in in_charge.values() if other.is_active and other.pk != account.pk]
    if account.is_owner and not any(other.is_owner for other in others):
        raise NotPossible(_("This is the last programme lead. Name another one first, then close this account."))
    if account.is_administrator and not any(other.is_administrator for other in others):
        raise NotPossible(_("This is the last administrator. Name another one first, then close this account."))


@transaction.atomic
def reopen_account(account: Account, *, by: Account | None, now: datetime) -> Account:
    """Let a closed account in again; sessions and links from before stay ended. `by` is nobody from the command line alone."""
    if by is not None and not policies.can_deactivate(by, account):
        raise NotAllowed(_("Only a programme lead or an administrator can open this account again; ask one of them."))
    if not Account.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
        raise NotPossible(_("This account is open already."))
    events.record("account.reopened", subject=account, by=by, at=now)
    return Account.objects.get(pk=account.pk)


@transaction.atomic
def close_account(account: Account, *, by: Account | None, now: datetime) -> Account:
    """The same without a question of permission, for the directory: whoever has left the organisation is out at once."""
    open_account = Account.objects.filter(pk=account.pk, is_active=True)
    if open_account.update(is_active=False, session_round=F("session_round") + 1):
        links.revoke(account=account, now=now)
        events.record("account.deactivated", subject=account, by=by, at=now)
    return Account.objects.get(pk=account.pk)


def close_accounts(accounts: QuerySet[Account], *, now: datetime) -> int:
    """Many at once, for an import: signed out, and every open link ended. One event is the import's own."""
    closing = list(accounts.filter(is_active=True).values_list("pk", flat=True))
    Link.objects.filter(account__in=closing, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    return Account.objects.filter(pk__in=closing).update(is_active=False, session_round=F("session_round") + 1)


@transaction.atomic
def rename_closed(account: Account, *, name: str, by: Account | None, now: datetime) -> Account:
    """Take address and name off a closed account, for whoever has them now; what it holds stays behind it.

    It keeps a password that nobody knows, so that it counts as in use: a card for it waits like every reset,
    and no address is moved to it.
    """
    taken = Account.objects.exclude(pk=account.pk).filter(sign_in_name=name.casefold()).exists()
    new = f"{name.casefold()}#{account.pk}" if taken else name.casefold()
    secret = make_password(get_random_string(40))
    closed = Account.objects.filter(pk=account.pk, is_active=False)
    if not closed.update(email="", sign_in_name=new, password=secret, session_round=F("session_round") + 1):
        raise NotPossible(_("This account is open, so it keeps its address. Close it first."))
    events.record("account.renamed", subject=account, by=by, at=now)
    return Account.objects.get(pk=account.pk)


@transaction.atomic
def grant_owner(account: Account, *, by: Account | None, now: datetime) -> Account:
    """Make the account a programme lead; `by` is nobody only for the first one, from the command line."""
    if by is not None and not policies.can_grant_owner(by):
        raise NotAllowed(_("Only a programme lead can name another one; ask yours."))
    if Account.objects.filter(pk=account.pk, is_owner=False, is_active=True).update(is_owner=True):
        events.record("owner.granted", subject=account, by=by, at=now)
    return Account.objects.get(pk=account.pk)


def request_link(name: str, *, address: str, next_path: str, now: datetime) -> None:
    """Have a sign-in link mailed to whoever has this name; for an unknown one nothing happens, and nobody can tell."""
    attempts.count_attempt(LINK_PURPOSE, name, address, now=now)
    known = Account.objects.filter(sign_in_name=name.strip().casefold(), is_active=True).exclude(email="").first()
    known = known or Account.objects.filter(email=name.strip().casefold(), is_active=True).exclude(email="").first()
    if known is None:
        return
    with transaction.atomic():
        request = SignInRequest.objects.create(account=known, asked_at=now, next_path=next_path[:300])
        events.record("sign_in.requested", subject=request, by=None, at=now)


def consume_sign_in(token: str, *, now: datetime) -> tuple[Account, str]:
    """Use up a sign-in link: the account it lets in, and the page its reader wanted."""
    link = links.find(token, kind=links.Kind.SIGN_IN)
    if link is None or not links.consume(link, now=now):
        raise NotPossible(_("This link no longer works. Ask for a new one; it takes a minute."))
    attempts.forget_attempts(LINK_PURPOSE, link.account.sign_in_name)
    return link.account, next_path_of(link)


def next_path_of(link: Link) -> str:
    request = SignInRequest.objects.filter(pk=link.subject_id).first() if link.subject_kind == "signinrequest" else None
    return request.next_path if request else ""


def check_secret(name: str, secret: str, *, address: str, now: datetime) -> Account:
    """The account of this name, if the password or PIN is right; the refusal never says which of the two was wrong."""
    attempts.count_attempt(SIGN_IN_PURPOSE, name, address, now=now)
    account = Account.objects.filter(sign_in_name=name.strip().casefold(), is_active=True).first()
    if account is None:
        make_password(secret)  # as long as a real comparison takes
        raise _wrong_secret()
    if not account.has_secret:
        make_password(secret)
        raise _wrong_secret()
    if not account.check_password(secret):
        raise _wrong_secret()
    attempts.forget_attempts(SIGN_IN_PURPOSE, name)
    return account


def _wrong_secret() -> Refused:
    return NotPossible(_("This name and this password or PIN do not belong together. Look at both and try again."))


def set_password(account: Account, password: str) -> Account:
    """Choose a password or, without a mailbox, a PIN; every other session of the account ends."""
    if account.has_mailbox:
        try:
            validate_password(password, user=account)
        except ValidationError as error:
            raise NotPossible(" ".join(error.messages)) from error
    else:
        pins.require_good_pin(password, account)
    Account.objects.filter(pk=account.pk).update(password=make_password(password), session_round=F("session_round") + 1)
    return Account.objects.get(pk=account.pk)


def remove_password(account: Account) -> Account:
    """Back to mailed links or passkeys alone; not for those who would have no way in left."""
    if not account.has_mailbox and not account.passkeys.exists():
        raise NotPossible(_("Your PIN is your only way in. Add a passkey first, then remove it."))
    Account.objects.filter(pk=account.pk).update(password=make_password(None), session_round=F("session_round") + 1)
    return Account.objects.get(pk=account.pk)


def end_sessions(account: Account) -> Account:
    """Sign the account out everywhere."""
    Account.objects.filter(pk=account.pk).update(session_round=F("session_round") + 1)
    return Account.objects.get(pk=account.pk)


def choose_language(account: Account, *, locale: str, time_zone: str) -> Account:
    Account.objects.filter(pk=account.pk).update(locale=locale, time_zone=time_zone)
    return Account.objects.get(pk=account.pk)


@transaction.atomic
def print_card(account: Account, *, by: Account, now: datetime) -> Card:
    """Make a card that lets its holder choose a PIN or a passkey; earlier cards of the account end.

    Where the account is in use already, the card waits a day and those who may be harmed are told at once:
    whoever prints it could otherwise read, unseen, what its holder and their partner write.
    """
    if not policies.can_have_card(account):
        raise NotAllowed(why_no_card(account))
    links.revoke(account=account, kind=links.Kind.CARD, now=now)
    is_reset = is_in_use(account)
    code, expires_at, opens_at = links.fresh_code(), now + links.CARD_LASTS, now + links.RESET_WAITS if is_reset else None
    for token in (fresh := links.fresh_token(), links.secret_of_code(account.sign_in_name, code)):
        links.mint(account, kind=links.Kind.CARD, expires_at=expires_at, opens_at=opens_at, now=now, token=token)
    events.record("card.printed", subject=account, by=by, at=now, is_reset=is_reset)
    return Card(account=account, token=fresh, code=code, expires_at=expires_at, opens_at=opens_at)


def is_in_use(account: Account) -> bool:
    """Whether its holder has a way in, so that a card would take its place."""
    return account.has_secret or account.passkeys.exists()


def why_no_card(account: Account) -> str:
    if account.has_mailbox:
        return _("Cards are for people without a mailbox. This account can ask for a sign-in link by mail.")
    if not account.is_active:
        return _("This account is closed, so a card would open nothing.")
    return _("No card opens an account with a duty in the programme. End the duty first, or enter a work mail for this person.")


def has_card(account: Account, *, now: datetime) -> bool:
    """Whether somebody holds paper that opens the account, now or from tomorrow."""
    unused = Link.objects.filter(account=account, kind=links.Kind.CARD, used_at__isnull=True, revoked_at__isnull=True)
    return unused.filter(expires_at__gt=now).exists()


def end_cards(account: Account, *, now: datetime) -> int:
    """Make every printed card of the account worthless."""
    return links.revoke(account=account, kind=links.Kind.CARD, now=now)


def find_card_by_code(name: str, code: str, *, address: str, now: datetime) -> Link:
    """The card that was printed with this code for this name."""
    attempts.count_attempt(CARD_PURPOSE, name, address, now=now)
    card = links.find(links.secret_of_code(name, code), kind=links.Kind.CARD)
    if card is not None and card.is_unused(now) and card.waits(now):
        raise NotPossible(when_card_opens(card))
    if card is None or not card.is_open(now) or not card.account.is_active:
        raise NotPossible(
            _("This number and this code do not belong together, or the card has run out. Look at both, or ask for a new card.")
        )
    return card


def when_card_opens(card: Link) -> str:
    when = date_format(localtime(card.opens_at), "j F Y, H:i")
    return _("This card works from %(when)s. Until then, sign in with the PIN or passkey you have.") % {"when": when}


@transaction.atomic
def set_pin_by_card(card: Link, pin: str, *, now: datetime) -> Account:
    """Choose a PIN with a card, which is used up; sessions opened with the old PIN end."""
    pins.require_good_pin(pin, card.account)
    use_card(card, now=now)
    return set_password(card.account, pin)


@transaction.atomic
def add_passkey_by_card(card: Link, *, credential: str, challenge: bytes, now: datetime) -> Account:
    """Keep a passkey made with a card, which is used up; sessions opened before it end."""
    passkeys.add_passkey(card.account, credential=credential, challenge=challenge, label=_("Passkey of the card"), now=now)
    use_card(card, now=now)
    return end_sessions(card.account)


def use_card(card: Link, *, now: datetime) -> None:
    if not links.consume(card, now=now):
        raise NotPossible(_("This card has been used or has run out. Ask your coordinator for a new one."))


def tidy(*, now: datetime) -> None:
    """Forget what has no use any more: tries of an hour ago, old requests, links long past."""
    Attempt.objects.filter(at__lt=now - attempts.WINDOW).delete()
    SignInRequest.objects.filter(asked_at__lt=now - timedelta(days=1)).delete()
    Link.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()


def remove_passkey(passkey: Passkey, *, by: Account) -> None:
    """Forget a passkey of one's own; the last way in stays."""
    account = passkey.account
    if account.pk != by.pk:
        raise NotAllowed(_("You can remove your own passkeys only."))
    is_last_way_in = not account.has_mailbox and not account.has_secret and account.passkeys.count() == 1
    if is_last_way_in:
        raise NotPossible(_("This passkey is your only way in. Choose a PIN first, then remove it."))
    passkey.delete()

"""Links: one way in, or one verb on one object, for one account, once. Only a token's hash is ever stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models, transaction

from turnabout.accounts.models import Account, Link
from turnabout.core.references import reference

Kind = Link.Kind

SIGN_IN_LASTS = timedelta(minutes=15)
CARD_LASTS = timedelta(days=14)
RESET_WAITS = timedelta(days=1)  # so that whoever is told of it can speak up before a card opens an account in use
TOKEN_BYTES = 24  # 192 random bits

# Without the letters and digits that are mistaken for one another on paper: I, L, O, U, 0 and 1.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def fresh_code() -> str:
    """A code that can be copied from paper by hand: three groups of four."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def fresh_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def secret_of_code(sign_in_name: str, code: str) -> str:
    """What is hashed for a typed code: it opens nothing without the name it was printed for."""
    typed = "".join(letter for letter in code.upper() if letter in CODE_ALPHABET)
    return f"code:{sign_in_name.strip().casefold()}:{typed}"


def mint(
    account: Account,
    *,
    kind: str,
    expires_at: datetime,
    now: datetime,
    verb: str = "",
    subject: models.Model | str | None = None,
    cause: str = "",
    token: str = "",
    opens_at: datetime | None = None,
) -> str:
    """Make a link and return its token, which exists nowhere else.

    Only the mail's renderer and the printed card mint. `cause` is the dedupe key of the notice that
    carries the link, so that a fresh mail can be asked for once the link has run out.
    """
    token = token or fresh_token()
    Link.objects.create(
        account=account,
        kind=kind,
        verb=verb,
        subject=subject if isinstance(subject, str) else reference(subject),
        token_hash=hash_of(token),
        cause=cause,
        created_at=now,
        opens_at=opens_at,
        expires_at=expires_at,
    )
    return token


def find(token: str, *, kind: str) -> Link | None:
    """The link of a token, whether it is still open or not; `link.is_open(now)` says."""
    return Link.objects.select_related("account").filter(token_hash=hash_of(token), kind=kind).first()


@transaction.atomic
def consume(link: Link, *, now: datetime) -> bool:
    """Use the link up. True for exactly one caller; every other link to the same thing ends with it.

    Call it in the transaction of the verb, so that a refused verb leaves the link as it was.
    """
    alike = Link.objects.filter(account_id=link.account_id, kind=link.kind, verb=link.verb, subject=link.subject)
    locked = list(alike.filter(used_at__isnull=True).select_for_update().order_by("pk"))
    mine = next((other for other in locked if other.pk == link.pk), None)
    if mine is None or not mine.is_open(now) or not link.account.is_active:
        return False
    Link.objects.filter(pk__in=[other.pk for other in locked]).update(used_at=now)
    return True


def revoke(
    *, now: datetime, account: Account | None = None, kind: str = "", verb: str = "", subject: models.Model | None = None
) -> int:
    """End every open link of an account, or to a thing; at least one of the two is named."""
    if account is None and subject is None:
        raise ValueError("Say whose links, or the links to which thing.")
    wanted = Link.objects.filter(used_at__isnull=True, revoked_at__isnull=True)
    wanted = wanted if account is None else wanted.filter(account=account)
    wanted = wanted if subject is None else wanted.filter(subject=reference(subject))
    wanted = wanted.filter(kind=kind) if kind else wanted
    wanted = wanted.filter(verb=verb) if verb else wanted
    return wanted.update(revoked_at=now)

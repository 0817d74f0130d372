"""Guessing stops early: so many tries an hour for one name, and so many from one address."""

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from turnabout.accounts.models import Attempt
from turnabout.core.errors import NotPossible

WINDOW = timedelta(hours=1)
PER_NAME = 10
PER_ADDRESS = 300  # a whole building may share one address


def count_attempt(purpose: str, name: str, address: str, *, now: datetime) -> None:
    """Note one try; refused beyond the limit, with the same words whether or not the name is known.

    Call it outside a transaction, so that the note stays when the try fails. Tries at the same moment
    all see one another, since each is noted before any is counted.
    """
    name_hash, address_hash = _hashed(purpose, name), _hashed(purpose, address)
    Attempt.objects.create(name_hash=name_hash, address_hash=address_hash, at=now)
    recent = Attempt.objects.filter(at__gt=now - WINDOW)
    if recent.filter(name_hash=name_hash).count() > PER_NAME or recent.filter(address_hash=address_hash).count() > PER_ADDRESS:
        raise NotPossible(_("There were many tries within an hour. Please wait an hour, then try again."))


def forget_attempts(purpose: str, name: str) -> None:
    """After a success the name starts afresh."""
    Attempt.objects.filter(name_hash=_hashed(purpose, name)).delete()


def _hashed(purpose: str, text: str) -> str:
    """Keyed, so that the rows alone do not tell who tried."""
    return salted_hmac(f"turnabout.accounts.attempts.{purpose}", text.strip().casefold(), algorithm="sha256").hexdigest()

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.crypto import salted_hmac

from turnabout.core import references


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(sign_in_name=(username or "").strip().casefold())


class Account(AbstractBaseUser):
    """Credentials. People without a mailbox sign in with their employee number and a PIN or a passkey."""

    last_login = None  # nobody's hours are watched, so the field of AbstractBaseUser is left out
    sign_in_name = models.CharField(max_length=254, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=200)
    locale = models.CharField(max_length=12, default="en-gb")
    time_zone = models.CharField(max_length=60, default="UTC")
    is_owner = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    session_round = models.PositiveIntegerField(default=0)  # one more ends every session of the account
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "sign_in_name"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            UniqueConstraint(fields=["email"], condition=~Q(email=""), name="an_address_belongs_to_one_account"),
        ]

    @property
    def has_mailbox(self) -> bool:
        return bool(self.email)

    @property
    def has_secret(self) -> bool:
        """Whether a password or PIN is set."""
        return bool(self.password) and self.has_usable_password()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: it changes with the password and whenever all sessions are ended."""
        key_salt = "turnabout.accounts.models.Account.get_session_auth_hash"
        value = f"{self.password}:{self.session_round}"
        return salted_hmac(key_salt, value, secret=secret, algorithm="sha256").hexdigest()


class Link(models.Model):
    """A way in, or a way to do one thing, for one account, once. Only the token's hash is kept."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in"
        ACTION = "action"
        CARD = "card"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verb = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    cause = models.CharField(max_length=120, blank=True)  # dedupe key of the notice that carried it
    created_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True)  # a card that takes the place of a PIN in use waits first
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(kind="action") | ~Q(verb=""), name="an_action_link_names_its_verb"),
        ]
        indexes = [
            models.Index(fields=["account", "kind"], name="accounts_link_by_account"),
            models.Index(fields=["verb", "subject"], name="accounts_link_by_subject"),
            models.Index(fields=["expires_at"], name="accounts_link_by_expiry"),
        ]

    @property
    def subject_kind(self) -> str:
        return references.kind_of(self.subject)

    @property
    def subject_id(self) -> int:
        return references.id_of(self.subject)

    def is_open(self, now: datetime) -> bool:
        return self.is_unused(now) and not self.waits(now)

    def is_unused(self, now: datetime) -> bool:
        """Open now or later."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at

    def waits(self, now: datetime) -> bool:
        return self.opens_at is not None and now < self.opens_at


class SignInRequest(models.Model):
    """Somebody asked for a sign-in link; the mail's worker mints the link, so no secret waits in a row."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    next_path = models.CharField(max_length=300, blank=True)


class Passkey(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField(max_length=1024, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    label = models.CharField(max_length=80)
    created_at = models.DateTimeField()


class Attempt(models.Model):
    """One try to sign in, kept an hour, so that guessing stops early for one name and for one address."""

    name_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name_hash", "at"], name="accounts_attempt_by_name"),
            models.Index(fields=["address_hash", "at"], name="accounts_attempt_by_address"),
            models.Index(fields=["at"], name="accounts_attempt_by_time"),
        ]

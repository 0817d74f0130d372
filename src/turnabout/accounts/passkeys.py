"""Passkeys: sign in with the lock of one's own phone or computer. The private key never leaves it."""

import ipaddress
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from turnabout.accounts.models import Account, Passkey
from turnabout.core.errors import NotPossible

MOST = 10
REQUIRED = UserVerificationRequirement.REQUIRED


def host() -> str:
    """The name that passkeys are bound to: the host of the address people use."""
    return urlsplit(settings.SITE_URL).hostname or ""


def are_possible() -> bool:
    """Browsers bind passkeys to a name, never to a bare number such as 127.0.0.1."""
    try:
        ipaddress.ip_address(host())
    except ValueError:
        return True
    return False


def registration_options(account: Account) -> tuple[str, bytes]:
    """What the browser needs to make a passkey, as JSON, and the challenge to remember."""
    known = [PublicKeyCredentialDescriptor(id=bytes(passkey.credential_id)) for passkey in account.passkeys.all()]
    options = generate_registration_options(
        rp_id=host(),
        rp_name="Turnabout",
        user_id=str(account.pk).encode(),
        user_name=account.sign_in_name,
        user_display_name=account.display_name,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
    )
    return options_to_json(options), options.challenge


def add_passkey(account: Account, *, credential: str, challenge: bytes, label: str, now: datetime) -> Passkey:
    """Keep the public half of a passkey that the browser has just made."""
    if account.passkeys.count() >= MOST:
        raise NotPossible(_("You have ten passkeys already. Remove one first."))
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=settings.SITE_URL,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise NotPossible(_("The passkey could not be checked. Nothing was changed; try again.")) from error
    if Passkey.objects.filter(credential_id=verified.credential_id).exists():
        raise NotPossible(_("This passkey is known already. Sign in with it."))
    return Passkey.objects.create(
        account=account,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        label=label.strip()[:80] or _("Passkey"),
        created_at=now,
    )


def sign_in_options() -> tuple[str, bytes]:
    """The same for signing in; it names no account, so it tells nothing about who has one."""
    options = generate_authentication_options(rp_id=host(), user_verification=REQUIRED)
    return options_to_json(options), options.challenge


def check_passkey(*, credential: str, challenge: bytes) -> Account:
    """The account that a passkey belongs to, once its signature over the challenge is right."""
    refusal = NotPossible(_("This passkey is not known here. Have a link sent to your work mail instead."))
    try:
        raw_id = parse_authentication_credential_json(credential).raw_id
        passkey = Passkey.objects.select_related("account").get(credential_id=raw_id, account__is_active=True)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host(),
            expected_origin=settings.SITE_URL,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (Passkey.DoesNotExist, WebAuthnException, ValueError, KeyError) as error:
        raise refusal from error
    in_step = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if not in_step.update(sign_count=verified.new_sign_count):
        raise refusal
    return passkey.account


def challenge_from(text: str) -> bytes:
    return base64url_to_bytes(text)

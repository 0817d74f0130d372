"""Passkeys against a device in software: only the right key, challenge, address and lock let in."""

import json

import pytest

from tests.accounts.authenticator import PRESENT, Authenticator, text
from tests.cast import NOON
from turnabout.accounts import passkeys, services
from turnabout.accounts.models import Passkey
from turnabout.core.errors import NotAllowed, NotPossible


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "http://localhost:8000"


def register(account, device, label="Phone"):
    options, challenge = passkeys.registration_options(account)
    return passkeys.add_passkey(
        account, credential=device.create(json.loads(options)["challenge"]), challenge=challenge, label=label, now=NOON
    )


def sign_in(device, *, challenge=None):
    options, expected = passkeys.sign_in_options()
    return passkeys.check_passkey(credential=device.get(challenge or json.loads(options)["challenge"]), challenge=expected)


def test_passkey_signs_its_owner_in_again_and_again(cast):
    device = Authenticator()
    register(cast.mia.account, device)
    assert [sign_in(device), sign_in(device)] == [cast.mia.account] * 2
    kept = Passkey.objects.get()
    assert (kept.label, kept.sign_count) == ("Phone", 2)


def test_another_device_does_not_get_in_with_the_same_id(cast):
    register(cast.mia.account, Authenticator())
    with pytest.raises(NotPossible):
        sign_in(Authenticator())


def test_unknown_passkey_does_not_get_in(db):
    with pytest.raises(NotPossible):
        sign_in(Authenticator())


def test_answer_to_another_challenge_is_refused(cast):
    device = Authenticator()
    register(cast.mia.account, device)
    with pytest.raises(NotPossible):
        sign_in(device, challenge=text(b"an earlier challenge"))


def test_copied_key_is_noticed_by_its_counter(cast):
    device = Authenticator()
    register(cast.mia.account, device)
    sign_in(device)
    device.count = 0
    with pytest.raises(NotPossible):
        sign_in(device)


def test_other_address_is_refused(cast):
    device = Authenticator()
    register(cast.mia.account, device)
    device.origin = "https://elsewhere.example.test"
    with pytest.raises(NotPossible):
        sign_in(device)


def test_device_that_did_not_check_its_lock_is_refused(cast):
    device = Authenticator(flags=PRESENT)
    with pytest.raises(NotPossible):
        register(cast.mia.account, device)


@pytest.mark.parametrize("nonsense", ["", "{}", "[1]", '{"id": "x"}', "not json"])
def test_nonsense_is_refused(cast, nonsense):
    with pytest.raises(NotPossible):
        passkeys.check_passkey(credential=nonsense, challenge=b"c")
    with pytest.raises(NotPossible):
        passkeys.add_passkey(cast.mia.account, credential=nonsense, challenge=b"c", label="", now=NOON)


def test_closed_account_does_not_get_in(cast):
    device = Authenticator()
    register(cast.mia.account, device)
    type(cast.mia.account).objects.filter(pk=cast.mia.account.pk).update(is_active=False)
    with pytest.raises(NotPossible):
        sign_in(device)


def test_known_passkey_is_not_kept_twice(cast):
    device = Authenticator()
    register(cast.mia.account, device)
    with pytest.raises(NotPossible):
        register(cast.sol.account, device)


def test_there_is_an_end_to_passkeys(cast):
    for number in range(passkeys.MOST):
        register(cast.mia.account, Authenticator(credential_id=f"passkey number {number}".encode()))
    with pytest.raises(NotPossible):
        register(cast.mia.account, Authenticator())


def test_own_passkey_is_removed_and_no_other(cast):
    made = register(cast.mia.account, Authenticator())
    with pytest.raises(NotAllowed):
        services.remove_passkey(made, by=cast.sol.account)
    services.remove_passkey(made, by=cast.mia.account)
    assert Passkey.objects.count() == 0


def test_passkeys_are_bound_to_names_not_numbers(settings):
    assert passkeys.are_possible() is True
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert passkeys.are_possible() is False

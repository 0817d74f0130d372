"""Passkeys through the pages: the options, the device's answer as a form, and the way in."""

import json

import pytest
from django.test import Client

from tests.accounts.authenticator import Authenticator
from turnabout.accounts.models import Passkey


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "http://localhost:8000"


def challenge(browser, path):
    return json.loads(browser.post(path).content)["challenge"]


def add(browser, device):
    credential = device.create(challenge(browser, "/account/passkeys/add/options/"))
    return browser.post("/account/passkeys/add/", {"credential": credential, "label": "My phone"})


def sign_in(browser, device, **data):
    credential = device.get(challenge(browser, "/sign-in/passkey/options/"))
    return browser.post("/sign-in/passkey/", {"credential": credential} | data)


def test_passkey_is_added_used_and_removed(cast, clock_at, client_of):
    device, here, there = Authenticator(), client_of(cast.mia), Client()
    assert add(here, device).headers["Location"] == "/account/"
    assert "My phone" in here.get("/account/").content.decode()
    assert sign_in(there, device, next="/account/").headers["Location"] == "/account/"
    assert there.get("/account/").status_code == 200
    here.post(f"/account/passkeys/{Passkey.objects.get().pk}/remove/")
    assert Passkey.objects.count() == 0


def test_challenge_serves_one_answer(cast, clock_at, client_of):
    device = Authenticator()
    add(client_of(cast.mia), device)
    browser = Client()
    credential = device.get(challenge(browser, "/sign-in/passkey/options/"))
    assert browser.post("/sign-in/passkey/", {"credential": credential}).status_code == 302
    browser.post("/sign-out/")
    assert browser.post("/sign-in/passkey/", {"credential": credential}).status_code == 409


def test_somebody_elses_passkey_is_not_found(cast, clock_at, client_of):
    add(client_of(cast.mia), Authenticator())
    assert client_of(cast.sol).post(f"/account/passkeys/{Passkey.objects.get().pk}/remove/").status_code == 404


def test_sign_in_options_name_nobody(cast, clock_at, client_of):
    add(client_of(cast.mia), Authenticator())
    assert json.loads(Client().post("/sign-in/passkey/options/").content)["allowCredentials"] == []

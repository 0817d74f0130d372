"""A way in on paper: printed by whoever looks after the person, used once by its holder."""

import json
import re

import pytest
import segno
from django.test import Client

from tests import factories
from tests.accounts.authenticator import Authenticator
from turnabout.accounts.models import Link

PIN = "481516"


@pytest.fixture
def clerk(cast):
    return factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False, with_account=False, employee_number="N481")


def print_card(browser, person):
    response = browser.post(f"/people/{person.pk}/card/")
    return response.context["code"], response


def path_in_the_square(browser, person, monkeypatch):
    """What the QR code encodes, noted while the real package draws it."""
    drawn, draw = [], segno.make

    def make(address, **options):
        drawn.append(address)
        return draw(address, **options)

    monkeypatch.setattr(segno, "make", make)
    print_card(browser, person)
    return drawn[0].removeprefix("http://testserver")


def test_coordinator_prints_a_card_for_somebody_without_account_or_mailbox(cast, clock_at, client_of, clerk):
    code, response = print_card(client_of(cast.cleo), clerk)
    clerk.refresh_from_db()
    assert (response.status_code, clerk.account.sign_in_name) == (200, "n481")
    page = response.content.decode()
    assert re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page) == [code]
    assert "<svg" in page
    assert "style=" not in page


def test_code_sets_the_pin_and_signs_in_once(cast, clock_at, client_of, clerk):
    code, _ = print_card(client_of(cast.cleo), clerk)
    browser = Client()
    given = {"number": "N481", "code": code.lower(), "pin": PIN}
    assert browser.post("/card/", given).headers["Location"] == "/"
    assert browser.get("/account/").status_code == 200
    again = Client().post("/card/", given)
    assert again.status_code == 422
    assert "ask for a new card" in again.content.decode()


def test_square_opens_the_page_that_sets_the_pin(cast, clock_at, client_of, clerk, monkeypatch):
    path, browser = path_in_the_square(client_of(cast.cleo), clerk, monkeypatch), Client()
    assert [browser.get(path).status_code for _ in range(2)] == [200, 200]
    assert browser.post(path, {"pin": "123456"}).status_code == 422
    assert browser.post(path, {"pin": PIN}).headers["Location"] == "/"
    assert Client().get(path).status_code == 410
    signed_in = Client()
    signed_in.post("/sign-in/secret/", {"name": "N481", "secret": PIN})
    assert signed_in.get("/account/").status_code == 200


def test_card_makes_a_passkey_instead(cast, clock_at, client_of, clerk, settings, monkeypatch):
    settings.SITE_URL = "http://localhost:8000"
    path, browser, device = path_in_the_square(client_of(cast.cleo), clerk, monkeypatch), Client(), Authenticator()
    options = json.loads(browser.post(f"{path}passkey/options/").content)
    assert browser.post(f"{path}passkey/", {"credential": device.create(options["challenge"])}).headers["Location"] == "/"
    assert browser.get("/account/").status_code == 200
    assert [Client().get(path).status_code, Client().post(f"{path}passkey/").status_code] == [410, 410]
    assert Client().post(f"{path}passkey/options/").status_code == 404


def test_wrong_code_does_not_help(cast, clock_at, client_of, clerk):
    print_card(client_of(cast.cleo), clerk)
    assert Client().post("/card/", {"number": "N481", "code": "2222-2222-2222", "pin": PIN}).status_code == 422


def test_weak_pin_is_refused_beside_its_field(cast, clock_at, client_of, clerk):
    code, _ = print_card(client_of(cast.cleo), clerk)
    response = Client().post("/card/", {"number": "N481", "code": code, "pin": "123456"})
    assert response.status_code == 422
    assert "would be guessed soon" in response.content.decode()


def test_coordinator_of_another_business_finds_nobody(cast, clock_at, client_of, clerk):
    elsewhere = factories.person("Bo", "Lin", entity=cast.lagos, has_mailbox=False)
    assert [client_of(cast.cleo).get(f"/people/{person.pk}/card/").status_code for person in (clerk, elsewhere)] == [200, 404]
    assert client_of(cast.cleo).post(f"/people/{elsewhere.pk}/card/").status_code == 404
    assert Link.objects.count() == 0


def test_no_card_for_somebody_with_a_mailbox(cast, clock_at, client_of):
    assert "can ask for a sign-in link" in client_of(cast.cleo).get(f"/people/{cast.mia.pk}/card/").content.decode()
    assert client_of(cast.cleo).post(f"/people/{cast.mia.pk}/card/").status_code == 403


def test_cards_are_ended_by_hand(cast, clock_at, client_of, clerk):
    browser = client_of(cast.cleo)
    code, _ = print_card(browser, clerk)
    assert browser.post(f"/people/{clerk.pk}/card/end/").status_code == 302
    assert Client().post("/card/", {"number": "N481", "code": code, "pin": PIN}).status_code == 422


def test_holder_is_told_that_a_card_was_printed(cast, clock_at, client_of, clerk):
    code, _ = print_card(client_of(cast.cleo), clerk)
    browser = Client()
    browser.post("/card/", {"number": "N481", "code": code, "pin": PIN})
    assert "A sign-in card was printed for you." in browser.get("/messages/").content.decode()

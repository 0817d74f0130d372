"""Coming in, staying in, going out."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from tests import factories
from tests.cast import NOON
from turnabout.accounts import services
from turnabout.accounts.models import Account
from turnabout.web.accounts import EVEN_SECONDS

PASSWORD = "four unusual words here"


def is_signed_in(browser):
    return browser.get("/account/").status_code == 200


def mailed_path(sent):
    return sent()[-1].url.partition("://")[2].partition("/")[2]


def ask(browser, name, **data):
    return browser.post("/sign-in/", {"name": name} | data)


def test_link_in_the_mail_signs_in_by_its_button_alone(cast, clock_at, sent):
    browser = Client()
    assert ask(browser, cast.mia.email).headers["Location"] == "/sign-in/sent/"
    path = f"/{mailed_path(sent)}"
    assert [browser.get(path).status_code for _ in range(2)] == [200, 200]
    assert is_signed_in(browser) is False
    assert browser.post(path).headers["Location"] == "/"
    assert is_signed_in(browser) is True


def test_link_works_once_and_then_says_what_to_do(cast, clock_at, sent):
    ask(Client(), cast.mia.email)
    path = f"/{mailed_path(sent)}"
    Client().post(path)
    late = Client()
    responses = [late.get(path), late.post(path)]
    assert [response.status_code for response in responses] == [410, 410]
    assert "Send me a new link" in responses[0].content.decode()
    assert is_signed_in(late) is False


def test_answer_is_the_same_for_unknown_addresses(cast, clock_at):
    known, unknown = ask(Client(), cast.mia.email), ask(Client(), "who@example.test")
    assert [known.status_code, known.headers["Location"]] == [unknown.status_code, unknown.headers["Location"]]


def test_answer_takes_as_long_for_unknown_addresses(cast, clock_at):
    """Both are held to one duration, which is longer than either takes."""
    ask(Client(), cast.mia.email)
    seconds = []
    for name in (cast.mia.email, "who@example.test"):
        began = time.monotonic()
        ask(Client(), name)
        seconds.append(time.monotonic() - began)
    assert min(seconds) >= EVEN_SECONDS
    assert abs(seconds[0] - seconds[1]) < EVEN_SECONDS


@pytest.mark.parametrize(
    ("wanted", "arrived"),
    [
        ("/account/", "/account/"),
        ("https://evil.example.test/", "/"),
        ("//evil.example.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_page_is_one_of_ours(cast, clock_at, sent, wanted, arrived):
    browser = Client()
    ask(browser, cast.mia.email, next=wanted)
    assert browser.post(f"/{mailed_path(sent)}").headers["Location"] == arrived


def test_whoever_asked_for_a_page_comes_back_to_it(cast, clock_at):
    services.set_password(cast.mia.account, PASSWORD)
    browser = Client()
    assert browser.get("/account/").headers["Location"] == "/sign-in/?next=/account/"
    signed_in = browser.post("/sign-in/secret/", {"name": cast.mia.email, "secret": PASSWORD, "next": "/account/"})
    assert signed_in.headers["Location"] == "/account/"


def test_wrong_password_says_so_beside_the_field(cast, clock_at):
    response = Client().post("/sign-in/secret/", {"name": cast.mia.email, "secret": "wrong"})
    assert response.status_code == 422
    assert "do not belong together" in response.content.decode()


def test_too_many_tries_say_how_long_to_wait(cast, clock_at, monkeypatch):
    monkeypatch.setattr("turnabout.web.accounts.EVEN_SECONDS", 0)
    responses = [ask(Client(), "who@example.test") for _ in range(11)]
    assert responses[-1].status_code == 429
    assert "wait an hour" in responses[-1].content.decode()


def test_empty_form_names_the_field(db, clock_at):
    assert [Client().post("/sign-in/").status_code, Client().post("/sign-in/secret/").status_code] == [422, 422]


def test_signing_in_changes_the_session_key(cast, clock_at):
    services.set_password(cast.mia.account, PASSWORD)
    browser = Client()
    browser.post("/sign-in/passkey/options/")
    before = browser.session.session_key
    browser.post("/sign-in/secret/", {"name": cast.mia.email, "secret": PASSWORD})
    assert browser.session.session_key != before


def test_signing_out_ends_the_session(cast, clock_at, client_of):
    browser = client_of(cast.mia)
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert is_signed_in(browser) is False


def test_password_is_set_and_used_and_removed(cast, clock_at, client_of):
    here, elsewhere = client_of(cast.mia), client_of(cast.mia)
    here.post("/account/secret/", {"secret": PASSWORD})
    assert [is_signed_in(here), is_signed_in(elsewhere)] == [True, False]
    here.post("/account/secret/remove/")
    assert is_signed_in(here) is True
    assert Client().post("/sign-in/secret/", {"name": cast.mia.email, "secret": PASSWORD}).status_code == 422


def test_weak_password_is_refused_beside_the_field(cast, clock_at, client_of):
    responses = [client_of(cast.mia).post("/account/secret/", {"secret": secret}) for secret in ("", "short")]
    assert [response.status_code for response in responses] == [422, 422]
    assert "at least 12 characters" in responses[1].content.decode()


def test_other_browsers_are_signed_out_and_this_one_stays(cast, clock_at, client_of):
    here, elsewhere = client_of(cast.mia), client_of(cast.mia)
    here.post("/account/sessions/end/")
    assert [is_signed_in(here), is_signed_in(elsewhere)] == [True, False]


def test_language_follows_the_choice(cast, clock_at, client_of, settings):
    settings.LANGUAGES = [("en-gb", "English"), ("ar", "العربية")]
    browser = client_of(cast.mia)
    browser.post("/account/language/", {"locale": "ar", "time_zone": "Africa/Cairo"})
    assert 'lang="ar" dir="rtl"' in browser.get("/account/").content.decode()
    assert browser.post("/account/language/", {"locale": "tlh", "time_zone": "Mars"}).status_code == 422


def test_time_zone_that_somebody_chooses_is_the_one_of_their_diary(cast, clock_at, client_of):
    browser = client_of(cast.mia)
    browser.post("/account/language/", {"locale": "en-gb", "time_zone": "Asia/Tokyo"})
    cast.mia.refresh_from_db()
    assert cast.mia.zone == "Asia/Tokyo"
    assert '<option value="Asia/Tokyo" selected>' in browser.get("/account/").content.decode()


def test_language_without_a_catalogue_is_neither_announced_nor_offered(cast, clock_at, client_of):
    services.choose_language(cast.mia.account, locale="ar", time_zone="Africa/Cairo")
    browser = client_of(cast.mia)
    html = browser.get("/account/").content.decode()
    assert 'lang="en-gb" dir="ltr"' in html
    assert ("العربية" in html, "Save language" in html, "Save time zone" in html) == (False, False, True)
    assert browser.post("/account/language/", {"locale": "en-gb", "time_zone": "Africa/Lagos"}).status_code == 302
    assert browser.post("/account/language/", {"locale": "ar", "time_zone": "Africa/Lagos"}).status_code == 422


def test_behind_a_proxy_each_visitor_has_an_address_of_their_own(cast, clock_at, settings, monkeypatch):
    monkeypatch.setattr("turnabout.web.accounts.EVEN_SECONDS", 0)
    monkeypatch.setattr("turnabout.accounts.attempts.PER_ADDRESS", 1)
    settings.BEHIND_PROXY = True
    addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.1", "forged, 192.0.2.3", "forged, 192.0.2.3")
    tries = [Client(headers={"X-Forwarded-For": address}) for address in addresses]
    statuses = [ask(browser, f"who{number}@example.test").status_code for number, browser in enumerate(tries)]
    assert statuses == [302, 302, 429, 302, 429]
    forgotten = [
        ask(Client(REMOTE_ADDR=address), f"{address}@example.test").status_code for address in ("198.51.100.1", "198.51.100.2")
    ]
    assert forgotten == [302, 302]  # a proxy that does not say so: the address that the server sees, never one for all


# How long a session lasts


def test_closed_account_is_refused_on_its_next_request(cast, clock_at, client_of):
    browser = client_of(cast.mia)
    assert is_signed_in(browser) is True
    services.deactivate_account(cast.mia.account, by=cast.olu, now=NOON)
    assert is_signed_in(browser) is False
    Account.objects.filter(pk=cast.mia.account.pk).update(is_active=True)
    assert is_signed_in(browser) is False  # its sessions ended for good


def test_nobody_stays_signed_in_for_more_than_twelve_hours(cast, clock_at, client_of):
    browser, seen = client_of(cast.mia), []
    for hours in (0, 6, 12, 12.1):
        clock_at(NOON + timedelta(hours=hours))
        seen.append(is_signed_in(browser))
    assert seen == [True, True, True, False]


@pytest.mark.parametrize(
    ("who", "after_31_idle_minutes"), [("cleo", False), ("olu", False), ("ada", False), ("mia", True), ("sana", True)]
)
def test_whoever_sees_others_is_signed_out_when_idle(cast, clock_at, client_of, who, after_31_idle_minutes):
    browser = client_of(getattr(cast, who))
    assert is_signed_in(browser) is True
    clock_at(NOON + timedelta(minutes=31))
    assert is_signed_in(browser) is after_31_idle_minutes


def test_working_keeps_an_organiser_signed_in(cast, clock_at, client_of):
    browser, seen = client_of(cast.cleo), []
    for minutes in (0, 20, 40, 60, 90, 121):
        clock_at(NOON + timedelta(minutes=minutes))
        seen.append(is_signed_in(browser))
    assert seen == [True, True, True, True, True, False]


def test_person_without_a_mailbox_signs_in_by_number_and_pin(db, clock_at):
    clerk = services.set_password(factories.account("Ana", email=""), "481516")
    browser = Client()
    browser.post("/sign-in/secret/", {"name": clerk.sign_in_name.upper(), "secret": "481516"})
    assert is_signed_in(browser) is True
    assert "Messages" in browser.get("/account/").content.decode()

"""/dev/: only in a demo, only on this machine, only with a database of invented people."""

import pytest
from django.test import Client
from django.urls import clear_url_caches

from tests.cast import NOON
from turnabout.accounts import services
from turnabout.core.models import Mark
from turnabout.web import dev, urls  # read before any test turns the demo on


@pytest.fixture
def demo(settings, db):
    """The pages as a demo registers them, on a database marked as one."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.web.demo_urls"
    clear_url_caches()
    Mark.objects.create(name="demo", value="tests")
    yield
    clear_url_caches()


PAGES = ("/dev/", "/dev/mail/", "/dev/gallery/", "/dev/gallery/pair/")


def test_anybody_of_the_cast_can_be_become(demo, cast, clock_at):
    browser = Client()
    assert cast.mia.account
    assert "Become Mia Okafor" in browser.get("/dev/").content.decode()
    assert browser.post(f"/dev/become/{cast.mia.account.pk}/").headers["Location"] == "/"
    assert "Mia Okafor" in browser.get("/account/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_demo_shows_its_pages(demo, clock_at, path):
    assert Client().get(path).status_code == 200


def test_anybody_else_is_found_by_name(demo, cast, clock_at):
    assert cast.rosa.account
    assert "Become Rosa Diaz" in Client().get("/dev/?name=diaz").content.decode()


def test_nobody_becomes_anybody_by_looking(demo, cast, clock_at):
    assert Client().get(f"/dev/become/{cast.mia.account.pk}/").status_code == 405


def test_closed_account_cannot_be_become(demo, cast, clock_at):
    services.deactivate_account(cast.mia.account, by=cast.olu, now=NOON)
    assert Client().post(f"/dev/become/{cast.mia.account.pk}/").status_code == 404


def test_mails_are_shown_as_sent(demo, cast, clock_at, sent):
    services.request_link(cast.mia.email, address="192.0.2.1", next_path="", now=NOON)
    assert len(sent()) == 1
    browser = Client()
    assert "Your link to sign in" in browser.get(f"/dev/mail/?to={cast.mia.email}").content.decode()
    mail = browser.get("/dev/mail/").context["listed"][0]
    shown = browser.get(f"/dev/mail/{mail.pk}/").content.decode()
    assert [text in shown for text in ("Message-ID", "Here is your link to sign in.")] == [True, True]
    html = browser.get(f"/dev/mail/{mail.pk}/html/")
    assert "style-src 'unsafe-inline'" in html.headers["Content-Security-Policy"]
    assert "script-src 'self'" in html.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_from_another_machine(demo, clock_at, path):
    assert Client(REMOTE_ADDR="192.0.2.7").get(path).status_code == 404
    assert Client(REMOTE_ADDR="").get(path).status_code == 404
    assert Client(headers={"X-Forwarded-For": "192.0.2.7"}).get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_on_a_database_of_real_people(demo, clock_at, path):
    Mark.objects.all().delete()
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_without_the_setting(demo, settings, clock_at, path):
    settings.DEMO = False
    assert Client().get(path).status_code == 404


def test_become_is_refused_like_the_rest(demo, cast, clock_at):
    Mark.objects.all().delete()
    assert Client().post(f"/dev/become/{cast.mia.account.pk}/").status_code == 404


def test_without_a_demo_there_are_no_such_addresses():
    assert [pattern.name for pattern in urls.urlpatterns if str(pattern.pattern).startswith("dev/")] == []


@pytest.mark.parametrize(
    ("address", "is_here"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False), ("localhost", False)]
)
def test_this_machine_is_known_by_its_number(address, is_here):
    assert dev.is_loopback(address) is is_here

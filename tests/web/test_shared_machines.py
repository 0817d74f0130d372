"""One machine, many people: what a link opened can be closed again, and closes by itself when the next link is opened."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import factories
from tests.cast import NOON
from turnabout.accounts import links
from turnabout.web.registration import REGISTER

DONE = "/l/done/"


@pytest.fixture
def mia_place(cast, clock_at):
    return factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)


def came_by_link(place, browser=None):
    """A browser that has pressed the button of the invitation."""
    browser = browser or Client()
    token = links.mint(
        place.person.account,
        kind=links.Kind.ACTION,
        verb=REGISTER,
        subject=place,
        expires_at=NOON + timedelta(days=9),
        now=NOON,
    )
    assert browser.post(f"/l/{token}/").status_code == 302
    return browser


def register(place):
    return f"/places/{place.pk}/register/"


def test_who_came_by_a_link_leaves_by_a_button(cast, mia_place):
    browser = came_by_link(mia_place)
    shown = browser.get(register(mia_place), follow=True)
    assert f'action="{DONE}"' in shown.content.decode()
    assert "I am done here" in shown.content.decode()
    left = browser.post(DONE, follow=True)
    assert "This machine no longer opens your place." in left.content.decode()
    assert "I am done here" not in left.content.decode()
    assert browser.get(register(mia_place))["Location"].startswith("/sign-in/")


def test_looking_at_the_page_drops_nothing_and_says_so(cast, mia_place):
    browser = came_by_link(mia_place)
    assert "Are you done here?" in browser.get(DONE).content.decode()
    assert browser.get(register(mia_place), follow=True).status_code == 200


def test_the_button_is_for_those_without_an_account_menu(cast, mia_place, client_of):
    signed_in = client_of(cast.mia)
    came_by_link(mia_place, signed_in)
    assert "I am done here" not in signed_in.get(register(mia_place), follow=True).content.decode()
    assert "I am done here" not in Client().get("/sign-in/").content.decode()
    signed_in.post(DONE)
    assert "_auth_user_id" in signed_in.session


def test_the_button_goes_with_the_pass(cast, mia_place, clock_at):
    browser = came_by_link(mia_place)
    clock_at(NOON + timedelta(hours=13))
    assert "I am done here" not in browser.get("/sign-in/").content.decode()


def test_the_link_of_the_next_person_closes_the_place_of_the_one_before(cast, mia_place):
    browser = came_by_link(mia_place)
    sol = factories.enrolment(cast.cohort, cast.sol, "mentee", state="invited", is_prepared=False)
    came_by_link(sol, browser)
    assert browser.get(register(sol), follow=True).status_code == 200
    assert browser.get(register(mia_place))["Location"].startswith("/sign-in/")


def test_two_places_of_one_person_stay_open(cast, mia_place):
    browser = came_by_link(mia_place)
    came_by_link(factories.enrolment(cast.cohort, cast.mia, "mentee", state="invited", is_prepared=False), browser)
    assert browser.get(register(mia_place), follow=True).status_code == 200


def test_a_link_opened_while_somebody_else_is_signed_in_gives_no_pass(cast, mia_place, client_of):
    browser = client_of(cast.sol)
    token = links.mint(
        cast.mia.account, kind=links.Kind.ACTION, verb=REGISTER, subject=mia_place, expires_at=NOON + timedelta(days=9), now=NOON
    )
    assert browser.post(f"/l/{token}/").status_code == 409
    assert browser.get(register(mia_place)).status_code == 404

"""/l/<token>/: looking asks, pressing acts, once; a link that is over says so kindly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.cast import NOON
from turnabout.accounts import links
from turnabout.accounts.models import Account, Link
from turnabout.core.errors import NotPossible
from turnabout.notifications import notices
from turnabout.notifications.content import CONTENT, Button, Message, action_url, content
from turnabout.notifications.models import Notice
from turnabout.web.links import ACTIONS, Action, register


@pytest.fixture
def answered():
    """A verb of the tests' own; the list tells who pressed its button."""
    pressed: list[Account | str] = []

    def do(request, link):
        if pressed == ["refuse"]:
            raise NotPossible("This is over.")
        pressed.append(link.account)
        return HttpResponse("done")

    register(Action(verb="test.answer", show=lambda request, link: HttpResponse("Will you?"), do=do))
    yield pressed
    del ACTIONS["test.answer"]


@pytest.fixture
def question():
    """A notice with a link to the verb; `is_open` tells whether its question still stands."""
    state = {"is_open": True}

    @content("test.question")
    def ask(notice):
        url = action_url("test.answer", notice.account, NOON + timedelta(days=1))
        return (
            Message(subject="Will you?", first_line="Will you?", button=Button(label="Answer", url=url))
            if state["is_open"]
            else None
        )

    yield state
    del CONTENT["test.question"]


def mint(account, *, days=1):
    return links.mint(
        account, kind=links.Kind.ACTION, verb="test.answer", subject=account, expires_at=NOON + timedelta(days=days), now=NOON
    )


def test_looking_at_a_link_does_not_use_it_up(cast, clock_at, answered):
    token = mint(cast.mia.account)
    assert [Client().get(f"/l/{token}/").content for _ in range(3)] == [b"Will you?"] * 3
    assert (Link.objects.get().used_at, answered) == (None, [])


def test_pressing_the_button_acts_once_and_without_signing_in(cast, clock_at, answered):
    token, browser = mint(cast.mia.account), Client()
    assert [browser.post(f"/l/{token}/").status_code for _ in range(2)] == [200, 410]
    assert answered == [cast.mia.account]
    assert "_auth_user_id" not in browser.session


def test_the_right_person_presses_once_signed_in_or_not(cast, clock_at, answered, client_of):
    assert client_of(cast.mia).get(f"/l/{mint(cast.mia.account)}/").content == b"Will you?"
    assert client_of(cast.mia).post(f"/l/{mint(cast.mia.account)}/").content == b"done"
    assert answered == [cast.mia.account]


def test_a_link_of_somebody_else_asks_before_it_opens_and_says_nothing_of_them(cast, clock_at, answered, client_of):
    browser, token = client_of(cast.sol), mint(cast.mia.account)
    looked, pressed = browser.get(f"/l/{token}/"), browser.post(f"/l/{token}/")
    assert (looked.status_code, pressed.status_code, answered, Link.objects.get().used_at) == (200, 409, [], None)
    for shown in (looked.content.decode(), pressed.content.decode()):
        assert "You are signed in as Sol Lindqvist." in shown
        assert "Stay signed in as Sol Lindqvist" in shown
        assert [word for word in ("Mia", "Okafor", "Will you?", cast.mia.email) if word in shown] == []
    assert looked.headers["Referrer-Policy"] == "strict-origin"


def test_opening_it_ends_the_session_first_and_then_works_in_one_press(cast, clock_at, answered, client_of):
    browser, token = client_of(cast.sol), mint(cast.mia.account)
    opened = browser.post(f"/l/{token}/open/")
    assert (opened.status_code, opened["Location"], "_auth_user_id" in browser.session) == (302, f"/l/{token}/", False)
    assert browser.get(f"/l/{token}/").content == b"Will you?"
    assert (browser.post(f"/l/{token}/").content, answered) == (b"done", [cast.mia.account])


def test_nobody_is_signed_out_by_a_link_that_opens_nothing(cast, clock_at, answered, client_of):
    own, used = mint(cast.sol.account), mint(cast.mia.account)
    Client().post(f"/l/{used}/")
    browser = client_of(cast.sol)
    for token in ("never-minted", own, used):
        browser.post(f"/l/{token}/open/")
        assert "_auth_user_id" in browser.session
    assert "This link has been used" in browser.get(f"/l/{used}/").content.decode()


def test_refused_verb_leaves_the_link_as_it_was(cast, clock_at, answered):
    token = mint(cast.mia.account)
    answered.append("refuse")
    response = Client().post(f"/l/{token}/")
    assert (response.status_code, Link.objects.get().used_at) == (409, None)
    assert "This is over." in response.content.decode()


def test_form_to_correct_leaves_the_link_as_it_was(cast, clock_at):
    register(
        Action(verb="test.form", show=lambda request, link: HttpResponse(), do=lambda request, link: HttpResponse(status=422))
    )
    token = links.mint(cast.mia.account, kind=links.Kind.ACTION, verb="test.form", expires_at=NOON + timedelta(days=1), now=NOON)
    assert (Client().post(f"/l/{token}/").status_code, Link.objects.get().used_at) == (422, None)
    del ACTIONS["test.form"]


def test_link_past_its_time_is_closed_kindly(cast, clock_at, answered):
    token = mint(cast.mia.account)
    clock_at(NOON + timedelta(days=1))
    response = Client().post(f"/l/{token}/")
    assert (response.status_code, answered) == (410, [])
    assert "This link has run out" in response.content.decode()


def test_ended_link_is_closed_kindly(cast, clock_at, answered):
    token = mint(cast.mia.account)
    links.revoke(account=cast.mia.account, now=NOON)
    assert "This link is closed" in Client().get(f"/l/{token}/").content.decode()


def test_link_of_a_closed_account_is_closed(cast, clock_at, answered):
    token = mint(cast.mia.account)
    type(cast.mia.account).objects.filter(pk=cast.mia.account.pk).update(is_active=False)
    assert (Client().post(f"/l/{token}/").status_code, answered) == (410, [])


def test_link_that_needs_no_sign_in_says_nothing_of_one_that_ended(cast, clock_at, answered, client_of):
    browser = client_of(cast.cleo)
    browser.get("/morning/")
    clock_at(NOON + timedelta(minutes=31))
    for address in ("/l/never-minted/", "/sign-in/"):
        assert "You have been signed out" not in browser.get(address).content.decode()
    again = client_of(cast.cleo)
    again.get("/morning/")
    clock_at(NOON + timedelta(minutes=62))
    assert "You have been signed out" in again.get("/morning/", follow=True).content.decode()


def test_unknown_link_says_what_to_do(db, clock_at):
    response = Client().get("/l/never-minted/")
    assert response.status_code == 404
    assert "Open it from the mail once more" in response.content.decode()


def test_a_token_is_not_told_to_the_next_page(cast, clock_at, answered):
    response = Client().get(f"/l/{mint(cast.mia.account)}/")
    assert response.headers["Referrer-Policy"] == "strict-origin"


def test_a_sign_in_token_is_no_action_token(cast, clock_at, answered):
    token = links.mint(cast.mia.account, kind=links.Kind.SIGN_IN, expires_at=NOON + timedelta(minutes=15), now=NOON)
    assert Client().get(f"/l/{token}/").status_code == 404


def ask(account, sent):
    notices.write("test.question", account=account, subject=account, dedupe_key="q", now=NOON)
    return sent()[0].url.rstrip("/").rpartition("/")[2]


def test_late_reader_has_a_fresh_mail_sent_while_the_question_is_open(cast, clock_at, answered, question, sent):
    token = ask(cast.mia.account, sent)
    clock_at(NOON + timedelta(days=2))
    assert "Send me a fresh mail" in Client().get(f"/l/{token}/").content.decode()
    assert Client().post(f"/l/{token}/again/").status_code == 302
    assert Client().post(f"/l/{token}/again/").status_code == 302  # pressed twice: one mail an hour
    assert [mail.to for mail in sent()] == [cast.mia.email] * 2
    assert Notice.objects.count() == 2


def test_no_fresh_mail_once_the_question_is_closed(cast, clock_at, answered, question, sent):
    token = ask(cast.mia.account, sent)
    clock_at(NOON + timedelta(days=2))
    question["is_open"] = False
    assert "Send me a fresh mail" not in Client().get(f"/l/{token}/").content.decode()
    Client().post(f"/l/{token}/again/")
    assert len(sent()) == 1


def test_button_in_the_mail_opens_the_page_that_asks(cast, clock_at, answered, question, sent):
    assert Client().get(f"/l/{ask(cast.mia.account, sent)}/").content == b"Will you?"


def test_link_of_a_verb_that_is_gone_is_closed_kindly(cast, clock_at):
    token = links.mint(cast.mia.account, kind=links.Kind.ACTION, verb="gone.verb", expires_at=NOON + timedelta(days=1), now=NOON)
    assert Client().get(f"/l/{token}/").status_code == 410


@pytest.mark.django_db(transaction=True)
def test_many_press_the_button_at_once_and_one_acts(clock_at, answered):
    account = Account.objects.create(sign_in_name="mia", display_name="Mia", created_at=NOON)
    token, start = mint(account), Barrier(4)

    def press(number):
        start.wait()
        try:
            return Client().post(f"/l/{token}/").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [200, 410, 410, 410]
    assert answered == [account]

"""What waits in the product and on paper for people without a mailbox, and mail that did not arrive."""

from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.accounts import services as accounts
from turnabout.accounts.models import Link
from turnabout.core import events
from turnabout.notifications import notices
from turnabout.notifications.content import CONTENT, Button, Message, action_url, content
from turnabout.notifications.models import Notice
from turnabout.web.links import ACTIONS, Action, register
from turnabout.web.pages import page


@pytest.fixture
def clerk(cast):
    return factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False)


@pytest.fixture
def question(monkeypatch):
    """A private question with an action link, and whether it is still open."""
    state = {"is_open": True}

    @content("test.question")
    def ask(notice):
        url = action_url("test.answer", notice.account, NOON + timedelta(days=1))
        return (
            Message(subject="Will you?", first_line="Will you, Ana?", button=Button(label="Answer", url=url))
            if state["is_open"]
            else None
        )

    register(
        Action(
            verb="test.answer",
            show=lambda request, link: page(request, "links/sent_again.html"),
            do=lambda request, link: page(request, "links/sent_again.html"),
        )
    )
    yield state
    del CONTENT["test.question"], ACTIONS["test.answer"]


def write(account, template="test.question", key="q", **fields):
    return notices.write(template, account=account, subject=account, dedupe_key=key, now=NOON, **fields)


def state_of(notice):
    return Notice.objects.get(pk=notice.pk).state


def test_message_waits_for_its_reader_and_for_nobody_else(cast, clock_at, client_of, clerk, question):
    write(clerk.account)
    assert ["Will you, Ana?" in client_of(who).get("/messages/").content.decode() for who in (clerk, cast.mia)] == [True, False]


def test_button_of_a_message_makes_the_link_and_leads_there(cast, clock_at, client_of, clerk, question):
    notice, browser = write(clerk.account), client_of(clerk)
    browser.get("/messages/")
    assert Link.objects.count() == 0  # looking makes none
    response = browser.post(f"/messages/{notice.pk}/open/", follow=True)
    assert (response.status_code, Link.objects.get().verb) == (200, "test.answer")


def test_message_whose_time_has_passed_says_so(cast, clock_at, client_of, clerk, question):
    notice, browser = write(clerk.account), client_of(clerk)
    question["is_open"] = False
    assert "A message that has had its time" in browser.get("/messages/").content.decode()
    assert browser.post(f"/messages/{notice.pk}/open/").status_code == 409


def test_message_is_put_away_by_its_reader_once(cast, clock_at, client_of, clerk, question):
    notice = write(clerk.account)
    assert client_of(cast.mia).post(f"/messages/{notice.pk}/away/").status_code == 404
    browser = client_of(clerk)
    assert [browser.post(f"/messages/{notice.pk}/away/").status_code for _ in range(2)] == [302, 404]
    assert "No message waits for you" in browser.get("/messages/").content.decode()


def test_sheet_shows_what_is_not_private_and_counts_the_rest(cast, clock_at, client_of, clerk, question):
    write(clerk.account)
    accounts.print_card(clerk.account, by=cast.cleo, now=NOON)
    sheet = client_of(cast.cleo).get("/messages/sheet/").content.decode()
    assert "Ana Sousa" in sheet
    assert "A sign-in card was printed for you." in sheet
    assert "One message is for you alone and waits in Turnabout." in sheet
    assert "Will you" not in sheet


def test_sheet_holds_nobody_of_another_business_and_nobody_with_a_mailbox(cast, clock_at, client_of, clerk, question):
    elsewhere = factories.person("Bo", "Lin", entity=cast.lagos, has_mailbox=False)
    for number, person in enumerate((clerk, elsewhere, cast.mia)):
        write(person.account, key=f"q{number}")
    names = [heap.person.name for heap in client_of(cast.cleo).get("/messages/sheet/").context["heaps"]]
    assert names == ["Ana Sousa"]
    names = [heap.person.name for heap in client_of(cast.olu).get("/messages/sheet/").context["heaps"]]
    assert names == ["Bo Lin", "Ana Sousa"]


def test_sheet_tells_nothing_of_people_whom_its_printer_may_not_know(cast, clock_at, client_of, clerk):
    """Her pair is with somebody of Lagos, whom Cleo does not look after; the programme lead may print it."""
    partner = factories.person("Zandelu", "Okafor", entity=cast.lagos)
    pair = factories.pair(factories.enrolment(cast.cohort, clerk, "mentor"), factories.enrolment(cast.cohort, partner, "mentee"))
    notices.write("pair.started", account=clerk.account, subject=pair, dedupe_key="s", now=NOON, cohort=cast.cohort)
    sheets = {who: client_of(getattr(cast, who)).get("/messages/sheet/") for who in ("cleo", "olu")}
    assert "Zandelu" not in sheets["cleo"].content.decode()
    assert [heap.kept_back for heap in sheets["cleo"].context["heaps"]] == [1]
    assert "Zandelu" in sheets["olu"].content.decode()


def test_every_template_named_after_a_private_event_is_kept_from_paper(db):
    private = [name for name in CONTENT if name in events.DECLARED and events.DECLARED[name].audience == "private"]
    assert "sign_in.requested" in private


def test_link_that_ran_out_leads_whoever_has_no_mailbox_to_the_messages(cast, clock_at, client_of, clerk, question):
    notice, browser = write(clerk.account), client_of(clerk)
    address = browser.post(f"/messages/{notice.pk}/open/")["Location"]
    clock_at(NOON + timedelta(days=2))
    closed = client_of(None).get(address)
    assert (closed.status_code, "Send me a fresh mail" in closed.content.decode(), "/messages/" in closed.content.decode()) == (
        410,
        False,
        True,
    )


def park(account, key="q"):
    notice = write(account, key=key)
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.PARKED, last_error="550 no such mailbox")
    return notice


def test_administrator_sees_why_a_mail_did_not_arrive_and_decides(cast, clock_at, client_of, question):
    first, second, browser = park(cast.mia.account), park(cast.sol.account, "r"), client_of(cast.ada)
    shown = browser.get("/mail/").content.decode()
    told = ("550 no such mailbox", cast.mia.email, "Will you", "test.question")
    assert [text in shown for text in told] == [True, True, False, False]
    browser.post(f"/mail/{first.pk}/retry/")
    browser.post(f"/mail/{second.pk}/discard/")
    assert [state_of(first), state_of(second)] == [Notice.State.WAITING, Notice.State.DROPPED]
    assert "Every mail was taken" in browser.get("/mail/").content.decode()


def test_mail_that_is_tried_again_is_listed_with_its_next_try(cast, clock_at, client_of, question):
    notice = write(cast.mia.account)
    Notice.objects.filter(pk=notice.pk).update(attempts=2, last_error="451 later")
    assert "451 later" in client_of(cast.ada).get("/mail/").content.decode()

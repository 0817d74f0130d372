import pytest
from django.urls import reverse

from tests import factories
from turnabout.enrolments.models import Enrolment
from turnabout.programmes.models import Cohort


@pytest.fixture
def url(cast, clock_at) -> str:
    Cohort.objects.filter(pk=cast.cohort.pk).update(is_open_link_on=True)
    return reverse("programme_page", args=[cast.cohort.open_link_key])


def test_the_page_says_what_it_is_for_what_it_takes_and_what_is_private(cast, client_of, url):
    page = client_of(None).get(url).content.decode()
    for sentence in (
        "Leaders learn what they cannot learn alone.",
        "About 14 hours over six months",
        "What is private",
        "Am I too old to learn this?",
    ):
        assert sentence in page


def test_the_page_promises_the_hours_that_the_round_is_set_to(cast, client_of, url):
    Cohort.objects.filter(pk=cast.cohort.pk).update(sessions=12, minutes=90, interval_weeks=2)
    page = client_of(None).get(url).content.decode()
    assert "About 29 hours over 7 months. That is 12 sessions of 90 minutes" in page
    assert "About 22 hours over 7 months. That is 12 sessions of 90 minutes" in page
    assert "six sessions" not in page


def test_whoever_is_in_the_directory_gets_a_mail_and_everybody_gets_the_same_answer(cast, client_of, url, sent):
    answers = [client_of(None).post(url, {"who": who, "role": "mentor"}) for who in (cast.otto.email, "nobody@example.test")]
    assert [answer["Location"] for answer in answers] == [reverse("programme_page_asked", args=[cast.cohort.open_link_key])] * 2
    assert [(mail.to, mail.template) for mail in sent()] == [(cast.otto.email, "enrolment.invited")]


def test_tries_are_counted_and_take_the_same_time(cast, client_of, url, sent, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr("turnabout.web.accounts.time.sleep", waits.append)
    monkeypatch.setattr("turnabout.accounts.attempts.PER_ADDRESS", 2)
    for who in (cast.otto.email, "nobody@example.test", "somebody@example.test"):
        client_of(None).post(url, {"who": who, "role": "mentor"})
    assert len(waits) == 3
    assert [mail.to for mail in sent()] == [cast.otto.email]
    client_of(None).post(url, {"who": "another@example.test", "role": "mentor"})  # who is known here did not count
    refused = client_of(None).post(url, {"who": cast.kofi.email, "role": "mentor"}, follow=True)
    assert "There were many tries within an hour." in refused.content.decode()
    assert len(sent()) == 1


def test_an_empty_form_says_what_to_type(client_of, url):
    response = client_of(None).post(url, {})
    assert (response.status_code, response.context["form"].errors["who"]) == (
        422,
        ["Type your work address or your employee number."],
    )


def test_a_link_that_is_off_shows_the_page_and_takes_nobody(cast, client_of, url):
    Cohort.objects.update(is_open_link_on=False)
    assert client_of(None).post(url, {"who": cast.otto.email, "role": "mentor"}).context["is_open"] is False
    assert Enrolment.objects.count() == 0


def test_whoever_has_a_place_is_led_to_it(cast, client_of, url):
    assert cast.mia_place
    assert client_of(cast.mia).get(url).context["own_place"] == cast.mia_place


def test_a_planned_round_is_shown_to_its_organisers_only(cast, client_of, clock_at):
    cohort = factories.cohort(cast.programme, state="draft")
    page = reverse("programme_page", args=[cohort.open_link_key])
    assert [client_of(who).get(page).status_code for who in (None, cast.otto, cast.sana, cast.olu, cast.cleo)] == [
        404,
        404,
        404,
        200,
        200,
    ]


def test_who_registered_already_is_sent_to_their_place(cast, client_of, url, sent):
    assert cast.mia_place
    client_of(None).post(url, {"who": cast.mia.email, "role": "mentor"})
    assert [mail.subject for mail in sent()] == ["You have a place already: Turning tables"]

"""What a mentee does before session 1: asked first on every page and mail about it, told to the organiser, never a lock."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.enrolments import preparing
from turnabout.enrolments.models import Enrolment
from turnabout.insights.models import PairCondition
from turnabout.pairs.models import Pair
from turnabout.scheduling import questions
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session

BRIEF = "Before your first session comes a brief of 10 minutes. It ends with one sentence to agree to."
LABEL = "Read the ten-minute brief"


@pytest.fixture
def unprepared(cast, clock_at):
    """Mia and Sol as a pair with dates; Sol has not read the brief."""
    Enrolment.objects.filter(pk=cast.sol_place.pk).update(prepared_at=None)
    assert cast.mia_and_sol
    assert cast.cleo
    pair = Pair.objects.with_people().get(pk=cast.mia_and_sol.pk)
    scheduling_services.plan_sessions(pair, now=NOON)
    return pair


@pytest.fixture
def first(unprepared):
    return Session.objects.select_related("pair__cohort__programme").get(pair=unprepared, number=1)


def brief_of(pair) -> str:
    module = preparing.brief(Enrolment.objects.select_related("cohort__programme").get(pk=pair.mentee_id))
    assert module is not None
    return reverse("prepare_module", args=[pair.mentee_id, module.key])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def says(text: str) -> tuple[bool, bool]:
    return BRIEF in text, LABEL in text


def addresses(pair, first) -> list[str]:
    return ["/", reverse("pair", args=[pair.pk]), reverse("session", args=[pair.pk, first.pk])]


def test_mentee_meets_the_brief_first_at_home_on_the_pair_page_and_at_session_one(unprepared, first, cast, client_of):
    sol, brief = client_of(cast.sol), brief_of(unprepared)
    for address in addresses(unprepared, first):
        page = text_of(sol.get(address))
        assert (address, says(page), page.count(f'href="{brief}"')) == (address, (True, True), 1)
    sol.post(brief)
    for address in addresses(unprepared, first):
        assert says(text_of(sol.get(address))) == (False, False)


def test_mentor_reads_nothing_of_it(unprepared, first, cast, client_of):
    for address in addresses(unprepared, first):
        assert says(text_of(client_of(cast.mia).get(address))) == (False, False)


def test_later_sessions_and_a_session_that_was_met_ask_nothing(unprepared, first, cast, client_of):
    second = Session.objects.get(pair=unprepared, number=2)
    assert BRIEF not in text_of(client_of(cast.sol).get(reverse("session", args=[unprepared.pk, second.pk])))
    scheduling_services.report_session(
        first, said="met", by=cast.mia.account, now=first.starts_at + timedelta(hours=1), met_on=first.starts_at.date()
    )
    for address in addresses(unprepared, first)[1:]:
        assert BRIEF not in text_of(client_of(cast.sol).get(address))


def test_where_preparation_is_only_offered_nothing_is_asked(unprepared, first, cast, client_of):
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(preparation="offered")
    for address in addresses(unprepared, first):
        assert says(text_of(client_of(cast.sol).get(address))) == (False, False)


def test_the_first_session_takes_place_all_the_same(unprepared, first, cast, client_of, clock_at):
    """Nobody is locked out at the door: it is invited, and it can be told that they met."""
    assert first.state == Session.State.INVITED
    clock_at(first.starts_at + timedelta(hours=2))
    client_of(cast.mia).post(reverse("session_report", args=[unprepared.pk, first.pk]), {"answer": "met"})
    assert Session.objects.get(pk=first.pk).state == Session.State.MET


def mail_to(sent, template: str, name: str):
    return [mail for mail in sent() if mail.template == template and mail.to.startswith(name)][-1]


def pressed(mail) -> Enrolment:
    """What the mail's button does for somebody who is not signed in."""
    path = re.sub(r"^https?://[^/]+", "", mail.url)
    assert "I will change course" in Client().get(path).content.decode()
    assert Client().post(path, follow=True).status_code == 200
    return Enrolment.objects.get(role="mentee")


def test_the_mail_that_brings_session_one_opens_the_door_with_one_press(unprepared, cast, sent):
    mail = mail_to(sent, "pair.started", "sol")
    assert (says(mail.text), mail.calendar is not None) == ((True, True), True)
    place = pressed(mail)
    assert (place.commitment, place.is_prepared) == (True, True)
    assert says(mail_to(sent, "pair.started", "mia").text) == (False, False)


def test_the_reminder_of_session_one_opens_the_door_with_one_press(unprepared, first, cast, sent, clock_at):
    clock_at(first.starts_at - timedelta(hours=20))
    questions.remind(now=first.starts_at - timedelta(hours=20))
    mail = mail_to(sent, "session.reminded", "sol")
    assert (mail.subject.startswith("Coming up: Session 1 with Mia"), says(mail.text)) == (True, (True, True))
    assert pressed(mail).is_prepared is True
    assert says(mail_to(sent, "session.reminded", "mia").text) == (False, False)


def test_a_new_date_of_session_one_asks_again_and_once_prepared_no_more(unprepared, first, cast, sent):
    scheduling_services.move_session(first, local_start="2027-03-09T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    assert says(mail_to(sent, "session.moved", "sol").text) == (True, True)
    preparing.commit(cast.sol_place, by=cast.sol.account, now=NOON)
    scheduling_services.move_session(
        Session.objects.select_related("pair__cohort").get(pk=first.pk),
        local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON,
    )  # fmt: skip
    assert says(mail_to(sent, "session.moved", "sol").text) == (False, False)


def test_the_organiser_is_told_and_may_send_it_once_more(unprepared, first, cast, client_of, sent):
    said = "Session 1 is on 8 March, and the mentee has not done the preparation that comes before it."
    card = "Sol Lindqvist has not done yet what comes before session 1."
    cleo, facts = client_of(cast.cleo), reverse("pair_facts", args=[unprepared.pk])
    page = text_of(cleo.get(facts))
    assert (said in page, card in page) == (True, True)
    assert PairCondition.objects.get(pair=unprepared).reason == "door"
    cleo.post(reverse("nudge", args=[unprepared.pk]))
    mail = mail_to(sent, "pair.nudge", "sol")
    assert (mail.subject, says(mail.text)) == ("Before you meet Mia", (True, True))
    assert pressed(mail).is_prepared is True
    page = text_of(cleo.get(facts))
    assert (said in page, card in page) == (False, False)
    assert PairCondition.objects.get(pair=unprepared).reason == ""


def test_a_list_marked_in_a_live_session_settles_it(unprepared, cast):
    preparing.mark_prepared(cast.cohort, places=[cast.sol_place], by=cast.cleo, now=NOON)
    assert PairCondition.objects.get(pair=unprepared).reason == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_home_costs_no_more_where_pairs_wait_for_the_brief(rows, cast, client_of, clock_at):
    mentee = factories.enrolment(cast.cohort, cast.sol, "mentee", is_prepared=True)
    for _number in range(rows):
        factories.session(factories.pair(factories.enrolment(cast.cohort, factories.person(), "mentor"), mentee), 1)
        Enrolment.objects.filter(pk=mentee.pk).update(places_taken=0)
        mentee.refresh_from_db()
    costs = []
    for prepared_at in (NOON, None):
        Enrolment.objects.filter(pk=mentee.pk).update(prepared_at=prepared_at)
        client = client_of(cast.sol)
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        costs.append(len(queries))
    assert costs[0] == costs[1]

import re

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Proposal
from turnabout.notifications import notices
from turnabout.pairs import services as pairs


def test_a_signed_in_person_without_a_place_sees_that_nothing_waits(cast, client_of):
    response = client_of(cast.otto).get("/")
    assert response.status_code == 200


def test_a_stranger_is_asked_to_sign_in(client_of):
    response = client_of(None).get("/")
    assert response.status_code == 302


def test_pair_is_made(cast):
    assert cast.mia_and_sol.partner_of(cast.mia).person == cast.sol


def test_sponsor_comes_to_the_newest_round_that_has_begun(cast, client_of):
    begun = cast.cohort
    factories.cohort(cast.programme, state="draft", name="Autumn")
    response = client_of(cast.sana).get("/")
    assert (response.status_code, response["Location"]) == (302, f"/rounds/{begun.pk}/overview/")


def test_sponsor_of_a_programme_without_a_round_comes_to_the_programmes(cast, client_of):
    response = client_of(cast.sana).get("/")
    assert (response.status_code, response["Location"]) == (302, "/programmes/")


def test_mentor_who_said_yes_reads_until_when_they_hear_from_us(cast, client_of, clock_at):
    asked = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, state="asking_mentee")
    says = ["You said yes to Sol, who is asked now. You hear from us on 11 March at the latest."]
    for is_answered in (False, True):
        Proposal.objects.filter(pk=asked.pk).update(is_answered=is_answered)
        assert [item.sentence for item in client_of(cast.mia).get("/").context["asked"]] == says
    assert [item.sentence for item in client_of(cast.sol).get("/").context["asked"]] != says


@pytest.mark.parametrize(("count", "says"), [(1, "1 message waits for you."), (3, "3 messages wait for you.")])
def test_whoever_has_no_mailbox_sees_at_home_that_messages_wait(count, says, cast, client_of, clock_at):
    clerk = factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False)
    factories.enrolment(cast.cohort, clerk, "mentor")
    assert "Read your messages" not in client_of(clerk).get("/").content.decode()
    for number in range(count):
        notices.write("card.printed", account=clerk.account, subject=clerk.account, dedupe_key=f"card:{number}", now=NOON)
    assert says in client_of(clerk).get("/").content.decode()


def test_whoever_has_a_mailbox_is_not_sent_to_messages(cast, client_of, clock_at):
    assert cast.mia_place
    notices.write("card.printed", account=cast.mia.account, subject=cast.mia.account, dedupe_key="card", now=NOON)
    assert "Read your messages" not in client_of(cast.mia).get("/").content.decode()


def test_whoever_has_a_place_finds_it_from_home_with_or_without_a_partner(cast, client_of, clock_at):
    link = f'<a href="/places/{cast.mia_place.pk}/">Your place in {cast.cohort.name}</a>'
    assert link in client_of(cast.mia).get("/").content.decode()
    assert cast.mia_and_sol
    assert link in client_of(cast.mia).get("/").content.decode()
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(state="withdrawn")
    assert link not in client_of(cast.mia).get("/").content.decode()


def test_earlier_pairs_are_linked_beside_the_one_that_goes_on(cast, client_of, clock_at):
    pair = cast.mia_and_sol
    pairs.end_pair(pair, by=cast.sol.account, now=NOON)
    browser = client_of(cast.mia)
    assert browser.get("/").context["earlier"] == []  # the pair that closed last has its own section
    other = factories.enrolment(cast.cohort, factories.person("Noor", "Haddad", entity=cast.paris), "mentee")
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(places_taken=0)
    cast.mia_place.refresh_from_db()
    factories.pair(cast.mia_place, other)
    home = browser.get("/")
    assert [(item.pair_id, item.name) for item in home.context["earlier"]] == [(pair.pk, cast.sol.name)]
    assert f'href="/pairs/{pair.pk}/"' in home.content.decode()


def test_no_date_is_asked_for_while_the_first_ones_are_being_found(cast, client_of, clock_at):
    assert cast.mia_and_sol
    assert "Choose a date" not in client_of(cast.sol).get("/").content.decode()


def test_pages_travel_compressed(cast, client_of):
    response = client_of(cast.olu).get("/people/", headers={"Accept-Encoding": "gzip"})
    assert (response["Content-Encoding"], response["Vary"].count("Accept-Encoding")) == ("gzip", 1)


@pytest.mark.parametrize(
    ("path", "place"), [("/businesses/", "People"), ("/programmes/", "Programmes"), ("/rounds/{cohort}/people/", "Programmes")]
)
def test_main_places_say_where_a_page_belongs(path, place, cast, client_of):
    page = client_of(cast.olu).get(path.format(cohort=cast.cohort.pk)).content.decode()
    assert re.findall(r'aria-current="page">([^<]+)</a></li>', page)[:1] == [place]

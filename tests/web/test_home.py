import re

import pytest

from tests import factories


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


def test_pages_travel_compressed(cast, client_of):
    response = client_of(cast.olu).get("/people/", headers={"Accept-Encoding": "gzip"})
    assert (response["Content-Encoding"], response["Vary"].count("Accept-Encoding")) == ("gzip", 1)


@pytest.mark.parametrize(
    ("path", "place"), [("/businesses/", "People"), ("/programmes/", "Programmes"), ("/rounds/{cohort}/people/", "Programmes")]
)
def test_main_places_say_where_a_page_belongs(path, place, cast, client_of):
    page = client_of(cast.olu).get(path.format(cohort=cast.cohort.pk)).content.decode()
    assert re.findall(r'aria-current="page">([^<]+)</a></li>', page)[:1] == [place]

"""Whom a mentor can turn to stands on every page that a mentor may open: the agreement says so."""

import pytest
from django.urls import reverse

from tests import factories
from tests.access_matrix import MATRIX, Row
from turnabout.enrolments.models import Enrolment

OPENS_FOR_MIA = [row for row in MATRIX if "mia" in row.opens and row.status != 405]


def is_page(response) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html") and response.status_code not in (301, 302)


def names_the_contact(response) -> bool:
    page = response.content.decode()
    return "Nadia Haddad is there for you" in page and "+33 1 23 45 67 89" in page


@pytest.mark.parametrize("row", OPENS_FOR_MIA, ids=lambda row: row.name)
def test_every_page_of_a_mentor_names_the_contact(row: Row, cast, client_of, clock_at):
    assert cast.mia_and_sol
    response = client_of(cast.mia).get(reverse(row.name, kwargs=row.of(cast)) + row.query)
    assert not is_page(response) or names_the_contact(response)


def test_what_is_not_there_names_the_contact_too(cast, client_of, clock_at):
    assert cast.mia_and_sol
    response = client_of(cast.mia).get("/programmes/")
    assert (response.status_code, names_the_contact(response)) == (404, True)


@pytest.mark.parametrize("name", ["your_account", "messages", "home"])
def test_pages_of_others_name_nobody(name, cast, client_of, clock_at):
    assert cast.mia_and_sol
    for member in (cast.sol, cast.otto, cast.ada):
        response = client_of(member).get(reverse(name), follow=True)
        assert (member, names_the_contact(response)) == (member, False)


def test_whoever_has_left_the_round_reads_it_no_more_and_whoever_shares_in_a_newer_one_reads_its_own(cast, client_of, clock_at):
    account = reverse("your_account")
    assert names_the_contact(client_of(cast.mia_place.person).get(account))
    newer = factories.cohort(factories.programme(name="Another"), name="Autumn")
    factories.office(factories.account("Noor Aziz"), newer.programme, "contact")
    place = factories.enrolment(newer, cast.mia, "mentor")
    page = client_of(cast.mia).get(account).content.decode()
    assert ("Noor Aziz is there for you" in page, "Nadia Haddad" in page) == (True, False)
    Enrolment.objects.filter(pk__in=[place.pk, cast.mia_place.pk]).update(state="withdrawn", left_at=cast.cohort.opened_at)
    page = client_of(cast.mia).get(account).content.decode()
    assert ("Noor Aziz" in page, "Nadia Haddad" in page) == (False, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_frame_costs_the_same_for_any_number_of_rounds(rows, cast, client_of, clock_at, django_assert_num_queries):
    assert cast.mia_place
    for number in range(rows - 1):
        factories.enrolment(factories.cohort(cast.programme, name=f"Round {number}"), cast.mia, "mentor")
    client = client_of(cast.mia)
    with django_assert_num_queries(12):
        assert names_the_contact(client.get(reverse("your_account")))

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from tests import factories
from turnabout.enrolments.models import Enrolment
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort


@pytest.fixture
def cleo(cast, client_of, clock_at):
    assert cast.cohort
    return client_of(cast.cleo)


def url(cast, query: str = "") -> str:
    return reverse("places", args=[cast.cohort.pk]) + query


def act(cast, query: str = "") -> str:
    return reverse("places_act", args=[cast.cohort.pk]) + query


def invited(cast, person: Person, role: str = "mentor") -> Enrolment:
    return factories.enrolment(cast.cohort, person, role, state="invited", is_prepared=False)


def names(response) -> list[str]:
    return [row["place"].person.given_name for row in response.context["rows"]]


def test_a_coordinator_sees_the_people_of_their_entities(cast, cleo, client_of):
    assert [cast.mia_place, invited(cast, cast.kofi)]
    assert (names(cleo.get(url(cast))), names(client_of(cast.olu).get(url(cast)))) == (["Mia"], ["Kofi", "Mia"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?role=mentee", ["Sol"]),
        ("?state=invited", ["Max"]),
        ("?prepared=yes", ["Sol"]),
        ("?prepared=no&role=mentor", ["Max", "Mia"]),
        ("?owes=register", ["Max"]),
        ("?owes=prepare", ["Mia"]),
        ("?owes=any", ["Max", "Mia"]),
        ("?q=OKAFOR", ["Mia"]),
        ("?state=nonsense", ["Max", "Sol", "Mia"]),
    ],
)
def test_filters_narrow_the_list(cast, cleo, query, expected):
    invited(cast, cast.max)
    factories.enrolment(cast.cohort, cast.mia, "mentor", is_prepared=False)
    assert cast.sol_place
    assert names(cleo.get(url(cast, query))) == expected


def test_who_owes_what_since_when_is_said(cast, cleo):
    invited(cast, cast.mia)
    assert [row["owes"] for row in cleo.get(url(cast)).context["rows"]] == ["the registration since 1 March 2027"]


def test_an_offered_preparation_is_owed_by_nobody(cast, cleo):
    Cohort.objects.filter(pk=cast.cohort.pk).update(preparation="offered")
    factories.enrolment(cast.cohort, cast.mia, "mentor", is_prepared=False)
    assert names(cleo.get(url(cast, "?owes=prepare"))) == []


def test_ticked_people_are_reminded(cast, cleo, sent):
    place = invited(cast, cast.mia)
    assert invited(cast, cast.max)
    page = cleo.post(act(cast), {"do": "remind", "place": [place.pk]}, follow=True)
    assert "1 person is reminded." in page.content.decode()
    assert [mail.to for mail in sent()] == [cast.mia.email]


def test_everybody_whom_the_filter_shows_is_asked_again(cast, cleo, sent):
    for person in (cast.mia, cast.max):
        invited(cast, person)
    assert cast.sol_place
    cleo.post(act(cast, "?role=mentor"), {"do": "resend", "who": "all"})
    assert sorted(mail.to for mail in sent()) == sorted([cast.mia.email, cast.max.email])


def test_invitations_wait_longer_and_a_list_is_marked_as_prepared(cast, cleo):
    place = invited(cast, cast.mia)
    cleo.post(act(cast), {"do": "extend", "days": "14", "place": [place.pk]})
    mentee = factories.enrolment(cast.cohort, cast.sol, "mentee", is_prepared=False)
    cleo.post(act(cast), {"do": "prepared", "place": [mentee.pk]})
    place.refresh_from_db()
    mentee.refresh_from_db()
    assert (str(place.answer_by), mentee.prepared_by) == ("2027-03-15", cast.cleo)


def test_a_bulk_request_reaches_nobody_outside_the_scope(cast, cleo, sent):
    kofi = invited(cast, cast.kofi)
    response = cleo.post(act(cast), {"do": "remind", "place": [kofi.pk]})
    assert (response.status_code, sent()) == (409, [])


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"do": "dance"}, "Choose what to do with the people you ticked."),
        ({"do": "remind"}, "Choose at least one person in the list first."),
        ({"do": "extend", "days": "soon", "place": ["1"]}, "Days: use a number from 1 to 60."),
    ],
)
def test_an_incomplete_request_is_explained(cast, cleo, form, sentence):
    response = cleo.post(act(cast), form)
    assert (response.status_code, sentence in response.content.decode()) == (409, True)


def test_an_organiser_sends_the_reminder_to_themselves_first(cast, cleo, sent):
    cleo.post(act(cast), {"do": "to_me"})
    assert [(mail.to, mail.subject) for mail in sent()] == [(cast.cleo.email, "Your place in Turning tables is still waiting")]


def test_one_person_is_paused_resumed_and_given_a_place(cast, cleo):
    place = cast.mia_place
    one = reverse("place_for_organisers", args=[cast.cohort.pk, place.pk])
    for verb, before, after in (
        ("pause", "registered", "paused"),
        ("resume", "paused", "registered"),
        ("offer", "waiting", "registered"),
    ):
        Enrolment.objects.filter(pk=place.pk).update(state=before)
        assert cleo.get(one).status_code == 200
        cleo.post(one, {"do": verb})
        place.refresh_from_db()
        assert place.state == after
    assert cleo.post(one, {"do": "sing"}).status_code == 409


def test_capacity_is_changed_within_the_cap(cast, cleo):
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_cap=2)
    place = cast.mia_place
    one = reverse("place_for_organisers", args=[cast.cohort.pk, place.pk])
    cleo.post(one, {"do": "capacity", "capacity": "2"})
    place.refresh_from_db()
    assert place.capacity == 2
    assert cleo.post(one, {"do": "capacity", "capacity": "7"}).status_code == 409


def test_somebody_of_another_entity_has_no_page(cast, cleo):
    kofi = invited(cast, cast.kofi)
    assert cleo.get(reverse("place_for_organisers", args=[cast.cohort.pk, kofi.pk])).status_code == 404


def table(cast, client, kind: str):
    return client.get(reverse("places_export", args=[cast.cohort.pk, kind]))


def test_the_file_holds_the_list_and_no_formula(cast, cleo):
    Person.objects.filter(pk=cast.mia.pk).update(given_name="=1+1", family_name="")
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(off_limits=["health"], apprehension="exposed", hope="not_sure")
    rows = list(csv.reader(io.StringIO(table(cast, cleo, "csv").content.decode("utf-8-sig"))))
    assert rows[0] == [
        "Employee number",
        "Name",
        "Work address",
        "Business",
        "Country",
        "Side",
        "State",
        "Invited on",
        "Registered on",
        "Prepared on",
        "Partners",
        "Partners at most",
    ]
    assert rows[1][1:] == [
        "'=1+1",
        cast.mia.email,
        "Paris",
        "FR",
        "mentor",
        "registered",
        "2027-03-01",
        "2027-03-01",
        "2027-03-01",
        "0",
        "1",
    ]


def test_a_workbook_stores_text_as_text(cast, cleo):
    Person.objects.filter(pk=cast.mia.pk).update(given_name="=1+1", family_name="", job_title="\x07")
    assert cast.mia_place
    sheet = openpyxl.load_workbook(io.BytesIO(table(cast, cleo, "xlsx").content))["Turnabout"]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["K2"].value) == ("=1+1", "s", 0)


def test_other_kinds_of_file_do_not_exist(cast, cleo):
    assert table(cast, cleo, "pdf").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_places(rows, cast, cleo, django_assert_num_queries):
    for _ in range(rows):
        invited(cast, factories.person(entity=cast.paris))
    cleo.get("/")
    with django_assert_num_queries(10):
        assert len(cleo.get(url(cast)).context["rows"]) == rows


def test_a_filter_that_nobody_matches_offers_to_show_everyone(cast, cleo):
    assert cast.mia_place
    filtered = cleo.get(url(cast, "?state=paused")).content.decode()
    assert ("Nobody matches this filter" in filtered, "People appear here when they are invited" in filtered) == (True, False)
    assert filtered.count("Show everyone") == 2
    Enrolment.objects.all().delete()
    assert "People appear here when they are invited" in cleo.get(url(cast)).content.decode()

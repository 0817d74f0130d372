"""The directory in the browser: who sees whom, adding, changing, leaving, assistants."""

import pytest
from django.urls import reverse

from tests import factories
from turnabout.people import queries
from turnabout.people.models import Delegation, Person


def the_page(client, name, **kwargs):
    return client.get(reverse(name, kwargs=kwargs))


def form_of(person, **changed):
    told = {
        "employee_number": person.employee_number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "entity": str(person.entity_id or ""),
        "languages": "en:3",
        "weekly_hours": "Mon-Fri 09:00-17:00",
    }
    return told | changed


def names_on(response):
    return sorted(person.name for person in response.context["people"])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_people(rows, cast, client_of, django_assert_num_queries):
    for _number in range(rows):
        factories.person(entity=cast.paris, with_account=False)
    client = client_of(cast.olu)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get("/people/").context["people"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_businesses_costs_the_same_for_any_number(rows, cast, client_of, django_assert_num_queries):
    for _number in range(rows):
        factories.entity()
    client = client_of(cast.olu)
    with django_assert_num_queries(ENTITY_QUERIES):
        assert len(client.get("/businesses/").context["rows"]) == rows


def test_a_coordinator_sees_only_people_of_their_own_businesses(cast, client_of):
    assert [cast.mia, cast.kofi, cast.otto]
    response = client_of(cast.cleo).get("/people/")
    assert names_on(response) == ["Hana Novak", "Max Bauer", "Mia Okafor"]
    assert the_page(client_of(cast.cleo), "person", person_id=cast.kofi.pk).status_code == 404


def test_the_filter_cannot_reach_into_another_business(cast, client_of):
    assert [cast.mia, cast.kofi]
    response = client_of(cast.cleo).get("/people/", {"q": "Mensah", "entity": cast.lagos.pk, "state": "all"})
    assert names_on(response) == []


def test_a_manager_of_another_business_is_not_named(cast, client_of):
    person = factories.person("Pia", "Roth", entity=cast.paris, manager=cast.rosa)
    page = the_page(client_of(cast.cleo), "person", person_id=person.pk).content.decode()
    assert "Reports to somebody in another business" in page
    assert "Diaz" not in page


def test_the_list_goes_on_and_back_by_names(cast, client_of):
    for number in range(120):
        factories.person("Ann", f"Name{number:03}", with_account=False)
    client = client_of(cast.olu)
    first = client.get("/people/")
    second = client.get("/people/", {"after": first.context["part"].last[1]})
    third = client.get("/people/", {"after": second.context["part"].last[1]})
    back = client.get("/people/", {"before": third.context["part"].first[1]})
    assert [len(page.context["people"]) for page in (first, second, third, back)] == [50, 50, 20, 50]
    assert [person.pk for person in back.context["people"]] == [person.pk for person in second.context["people"]]
    assert (first.context["part"].first, third.context["part"].last) == (None, None)


def test_people_are_found_without_accents(cast, client_of):
    factories.person("Zoë", "Müller")
    assert names_on(client_of(cast.olu).get("/people/", {"q": "zoe MULLER"})) == ["Zoë Müller"]


def test_somebody_is_added_by_hand_under_their_manager(cast, client_of, clock_at):
    response = client_of(cast.olu).post(
        "/people/add/",
        {
            "employee_number": "X1",
            "given_name": "Noor",
            "family_name": "Said",
            "entity": cast.paris.pk,
            "manager": cast.max.employee_number,
            "languages": "en; fr:4",
            "weekly_hours": "Mon-Thu 08:00-16:30; Fri 08:00-12:00",
            "time_zone": "Europe/Paris",
        },
    )
    person = Person.objects.get(employee_number="X1")
    assert response.headers["Location"] == f"/people/{person.pk}/"
    assert (person.manager, person.line, person.languages) == (cast.max, "known", {"en": 3, "fr": 4})
    assert person.weekly_hours["4"] == ["08:00", "12:00"]


def test_wrong_details_keep_what_was_typed_and_say_what_to_do(cast, client_of, clock_at):
    response = client_of(cast.olu).post(
        "/people/add/", {"employee_number": "X1", "time_zone": "Paris", "languages": "Klingonish:9", "weekly_hours": "late"}
    )
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["languages", "time_zone", "weekly_hours"]
    assert Person.objects.count() == 0


def test_a_circle_is_refused_and_nothing_of_the_form_is_saved(cast, client_of, clock_at):
    assert cast.mia
    response = client_of(cast.olu).post(
        f"/people/{cast.head.pk}/edit/", form_of(cast.head, given_name="Changed", manager=cast.mia.employee_number)
    )
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Mia Okafor reports to Changed Novak, directly or through others, so the line would be a circle. Change the line of Mia Okafor first."
    ]
    assert Person.objects.get(pk=cast.head.pk).given_name == "Hana"


def test_a_coordinator_does_not_move_people_out_of_their_businesses(cast, client_of, clock_at):
    response = client_of(cast.cleo).post(f"/people/{cast.mia.pk}/edit/", form_of(cast.mia, entity=str(cast.lagos.pk)))
    assert response.status_code == 422
    assert Person.objects.get(pk=cast.mia.pk).entity == cast.paris


def test_somebody_who_left_cannot_sign_in_until_they_are_taken_back(cast, client_of, clock_at):
    coordinator, theirs = client_of(cast.cleo), client_of(cast.mia)
    coordinator.post(f"/people/{cast.mia.pk}/left/")
    assert theirs.get("/").status_code == 302
    assert Person.objects.get(pk=cast.mia.pk).state == "left"
    coordinator.post(f"/people/{cast.mia.pk}/return/")
    assert Person.objects.get(pk=cast.mia.pk).state == "present"
    assert client_of(Person.objects.get(pk=cast.mia.pk)).get("/").status_code == 200


def test_an_assistant_is_named_and_ended(cast, client_of, clock_at):
    client = client_of(cast.cleo)
    client.post(f"/people/{cast.sol.pk}/assistant/", {"name": "Ines Pak", "email": "Ines.Pak@example.test"})
    delegation = Delegation.objects.get(person=cast.sol)
    assert (delegation.assistant.email, delegation.assistant.display_name) == ("ines.pak@example.test", "Ines Pak")
    assert the_page(client, "person", person_id=cast.sol.pk).context["assistants"] == [delegation]
    client.post(f"/people/{cast.sol.pk}/assistant/{delegation.pk}/end/")
    assert not Delegation.objects.filter(ended_at__isnull=True).exists()


def test_an_assistant_of_somebody_else_is_not_ended_through_this_person(cast, client_of, clock_at):
    assert cast.ash
    delegation = Delegation.objects.get(person=cast.sol)
    assert client_of(cast.cleo).post(f"/people/{cast.mia.pk}/assistant/{delegation.pk}/end/").status_code == 404


def test_a_business_is_added_and_changed(cast, client_of, clock_at):
    client = client_of(cast.olu)
    client.post("/businesses/add/", {"code": "BER", "name": "Berlin", "country": "Deutschland", "time_zone": "Europe/Berlin"})
    entity = next(row["entity"] for row in client.get("/businesses/").context["rows"])
    assert (entity.code, entity.country, entity.time_zone) == ("BER", "DE", "Europe/Berlin")
    twice = client.post("/businesses/add/", {"code": "BER", "name": "Bern"})
    assert twice.context["form"].errors["code"] == ["Another business has the code BER. Choose another code."]


def test_a_business_keeps_what_was_typed_when_it_is_refused(cast, client_of, clock_at):
    client = client_of(cast.olu)
    address = f"/businesses/{cast.paris.pk}/"
    assert client.get(address).context["form"]["code"].value() == "PAR"
    assert client.post(address, {"code": cast.lagos.code, "name": "Paris"}).status_code == 422
    assert client.post(address, {"code": "PAR", "name": "Paris", "country": "Atlantis"}).status_code == 422
    assert client.post(address, {"code": "PAR", "name": "Grand Paris", "country": "FR"}).status_code == 302
    assert client.get("/businesses/").context["rows"][0]["entity"].name == "Grand Paris"


def test_the_head_and_a_line_that_is_not_known_are_told_apart(cast, client_of):
    client = client_of(cast.olu)
    unknown = factories.person(with_account=False)
    lines = [
        fact.value
        for person in (cast.head, unknown)
        for fact in the_page(client, "person", person_id=person.pk).context["facts"]
        if fact.label == "Reporting line"
    ]
    assert lines == ["At the head: nobody is above this person", "Not known: we cannot check who is above this person"]


def test_the_address_an_account_was_opened_with_is_shown_where_it_differs(cast, client_of):
    Person.objects.filter(pk=cast.mia.pk).update(email="other@example.test")
    facts = the_page(client_of(cast.olu), "person", person_id=cast.mia.pk).context["facts"]
    assert [fact.value for fact in facts if fact.label == "Signs in as"] == [cast.mia.account.sign_in_name]


def test_a_manager_nobody_knows_is_refused_on_the_form(cast, client_of, clock_at):
    response = client_of(cast.cleo).post(f"/people/{cast.mia.pk}/edit/", form_of(cast.mia, manager="NOBODY"))
    assert response.context["form"].non_field_errors() == [
        "Nobody you look after has the employee number NOBODY. Correct the manager’s number, or ask the programme lead to set it."
    ]


def test_somebody_at_the_head_has_no_manager(cast, client_of, clock_at):
    response = client_of(cast.olu).post(
        f"/people/{cast.mia.pk}/edit/", form_of(cast.mia, manager=cast.max.employee_number, is_head="on")
    )
    assert list(response.context["form"].errors) == ["is_head"]


def test_details_are_changed_and_said_to_be(cast, client_of, clock_at):
    response = client_of(cast.cleo).post(f"/people/{cast.mia.pk}/edit/", form_of(cast.mia, job_title="Analyst"), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["The details of Mia Okafor are saved."]


def test_an_assistant_without_an_address_is_refused(cast, client_of, clock_at):
    assert client_of(cast.cleo).post(f"/people/{cast.sol.pk}/assistant/", {"name": "Ines"}).status_code == 409


def test_a_place_in_the_list_that_is_none_begins_at_the_top(cast, client_of):
    assert cast.mia
    assert names_on(client_of(cast.olu).get("/people/", {"after": "x"})) == ["Hana Novak", "Max Bauer", "Mia Okafor"]


def test_a_very_long_directory_is_counted_to_an_end(cast, client_of, monkeypatch):
    monkeypatch.setattr(queries, "COUNTED_TO", 2)
    monkeypatch.setattr(queries, "PAGE", 2)
    for _number in range(4):
        factories.person(with_account=False)
    context = client_of(cast.olu).get("/people/").context
    assert context["count_text"] == "More than 2 people"
    assert context["unknown_text"] == "We cannot check reporting lines for more than 2 people: their manager is not known here."


def test_people_whose_line_is_not_known_stay_visible(cast, client_of):
    factories.person(with_account=False)
    page = client_of(cast.olu).get("/people/")
    assert page.context["unknown_text"] == "We cannot check reporting lines for 1 person: their manager is not known here."


LIST_QUERIES = 11
ENTITY_QUERIES = 10

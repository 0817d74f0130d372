import pytest
from django.urls import reverse

from tests import factories


def url(cast, query: str = "") -> str:
    return reverse("overview", args=[cast.cohort.pk]) + query


def first_column(response) -> list[tuple[str, str]]:
    return [(line["label"], line["cells"][0]["text"]) for line in response.context["lines"]]


@pytest.fixture
def people(cast, clock_at):
    for _ in range(6):
        factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor")
    factories.enrolment(cast.cohort, cast.kofi, "mentor")


def test_the_lead_sees_everything_by_entity_and_country(cast, client_of, people):
    olu = client_of(cast.olu)
    assert first_column(olu.get(url(cast))) == [("Lagos", "1"), ("Paris", "6")]
    assert first_column(olu.get(url(cast, "?by=country"))) == [("France", "6"), ("Nigeria", "1")]


def test_a_coordinator_sees_their_entities(cast, client_of, people):
    assert first_column(client_of(cast.cleo).get(url(cast))) == [("Paris", "6")]


def test_a_sponsor_sees_no_small_group_on_the_page_nor_in_the_file(cast, client_of, people):
    sana = client_of(cast.sana)
    assert first_column(sana.get(url(cast))) == [("Lagos", "not shown"), ("Paris", "not shown")]
    file = sana.get(reverse("overview_export", args=[cast.cohort.pk, "csv"])).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in file[1:]] == [
        ["Lagos", "NG", "not shown"],
        ["Paris", "FR", "not shown"],
        ["All", "", "7"],
    ]


def test_every_figure_has_its_definition(cast, client_of, people):
    figures = client_of(cast.olu).get(url(cast)).context["figures"]
    assert [bool(figure["text"]) for figure in figures] == [True] * 8


def test_an_empty_round_says_what_will_appear(cast, client_of, clock_at):
    assert "Nobody has been invited yet" in client_of(cast.olu).get(url(cast)).content.decode()


def test_other_files_and_other_peoples_rounds_do_not_exist(cast, client_of, clock_at):
    assert client_of(cast.olu).get(reverse("overview_export", args=[cast.cohort.pk, "pdf"])).status_code == 404
    other = factories.cohort(factories.programme(by=cast.olu))
    assert client_of(cast.sana).get(reverse("overview", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_overview_costs_the_same_for_any_number_of_entities(rows, cast, client_of, clock_at, django_assert_num_queries):
    for _ in range(rows):
        factories.enrolment(cast.cohort, factories.person(entity=factories.entity()), "mentor")
    olu = client_of(cast.olu)
    olu.get("/")
    with django_assert_num_queries(7):
        assert len(olu.get(url(cast)).context["lines"]) == rows

import pytest
from django.urls import reverse

from tests import factories
from turnabout.enrolments.models import Draw, Enrolment
from turnabout.programmes.models import Cohort


@pytest.fixture
def url(cast, clock_at) -> str:
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentee_places=2)
    for _ in range(3):
        factories.enrolment(cast.cohort, factories.person("Waiting"), "mentee", state="waiting")
    return reverse("cohort_draw", args=[cast.cohort.pk, "mentee"])


def test_the_round_offers_the_draw_where_people_wait_and_places_are_free(cast, client_of, url):
    olu, home = client_of(cast.olu), reverse("cohort", args=[cast.cohort.pk])
    assert "Draw who gets the 2 free places" in olu.get(home).content.decode()
    assert "Draw who gets the 2 free places" in olu.get(url).content.decode()
    done = olu.post(url, follow=True)
    page, draw = done.content.decode(), Draw.objects.get()
    assert "2 people have a place now." in page
    assert f'<span class="number">{draw.seed}</span>' in page
    assert f"<code>{draw.seed}|mentee|…</code>" in page
    assert [lot.rank <= draw.places for lot in done.context["lots"]] == [True, True, False]
    assert Enrolment.objects.filter(state="waiting").count() == 1
    assert "See the draw" in olu.get(home).content.decode()
    assert olu.post(url).status_code == 409


def test_whoever_looks_after_a_part_is_offered_no_draw_and_cannot_draw(cast, client_of, url):
    cleo = client_of(cast.cleo)
    assert cleo.get(reverse("cohort", args=[cast.cohort.pk])).content.decode().count(url) == 0
    assert (cleo.get(url).status_code, cleo.post(url).status_code, Draw.objects.count()) == (404, 404, 0)


def test_a_coordinator_of_everybody_may_draw(cast, client_of, url):
    everywhere = factories.account("Coordinator Of All")
    factories.office(everywhere, cast.programme, "coordinator")
    assert client_of(everywhere).post(url)["Location"] == url


def test_there_is_no_third_side(cast, client_of, url):
    assert client_of(cast.olu).get(reverse("cohort_draw", args=[cast.cohort.pk, "sponsor"])).status_code == 404


def test_a_closed_round_shows_its_draws_and_offers_none(cast, client_of, url):
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed")
    assert client_of(cast.olu).get(url).context["places"] == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_draw_costs_the_same_for_any_number_of_lots(rows, cast, client_of, clock_at, django_assert_num_queries):
    for _ in range(rows):
        factories.enrolment(cast.cohort, factories.person(entity=factories.entity()), "mentee", state="waiting")
    olu, url = client_of(cast.olu), reverse("cohort_draw", args=[cast.cohort.pk, "mentee"])
    olu.post(url, follow=True)
    with django_assert_num_queries(10):
        assert len(olu.get(url).context["lots"]) == rows

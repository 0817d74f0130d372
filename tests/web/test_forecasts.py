import pytest
from django.urls import reverse

from tests import factories
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.matching import forecasts, jobs
from turnabout.matching.models import Forecast


@pytest.fixture
def registered(cast) -> None:
    """Three mentors and four mentees; every mentee asks for a topic that nobody offers."""
    for number in range(7):
        role, grade = ("mentor", 2) if number < 3 else ("mentee", 8)
        place = factories.enrolment(cast.cohort, factories.person(entity=cast.paris, grade=grade, is_head=True), role)
        TopicChoice.objects.create(enrolment=place, kind="offer" if role == "mentor" else "wish", topic="ai-everyday", level=3)
    for place in Enrolment.objects.filter(role="mentee"):
        for topic in ("project-tools", "finding-information"):
            TopicChoice.objects.create(enrolment=place, kind="wish", topic=topic, level=2)


def of_round(cast) -> str:
    return reverse("forecasts", kwargs={"cohort_id": cast.cohort.pk})


def asked(client, cast, **given) -> tuple[Forecast, str]:
    """Ask on the page, let the worker work, and read what is shown then."""
    where = client.post(of_round(cast), {"mentors": "", "mentees": "", "draws": "2"} | given).headers["Location"]
    made = Forecast.objects.latest("pk")
    jobs.make_forecast(forecast_id=made.pk)
    return made, client.get(where).content.decode()


def test_people_so_far_are_looked_at_with_one_press(cast, registered, client_of, clock_at):
    client = client_of(cast.olu)
    made, page = asked(client, cast)
    assert "6 of 7 people could get a partner" in page
    assert "from 3 mentors and 4 mentees registered by then with a place free" in page
    assert "English" not in page  # fewer than five depend on it
    assert "Topics that fewer than five ask for: mentees want 12 partners, mentors have 3 places." in page
    assert "No rule on its own costs anybody a partner." in page
    assert "“Same team”, “Language”, “Working hours”, “A pair before” and “Seniority” cost nothing" in page
    assert "Highest" not in page
    listed = client.get(of_round(cast)).content.decode()
    assert reverse("forecast", kwargs={"forecast_id": made.pk}) in listed
    assert "6 of 7 people could get a partner" in listed


def test_page_says_what_it_would_look_at_and_where_to_begin_when_there_is_nothing_yet(cast, client_of, clock_at):
    client = client_of(cast.olu)
    empty = client.get(of_round(cast)).content.decode()
    assert "There is too little to look at yet" in empty
    assert "Work it out" not in empty
    assert cast.mia_place
    assert cast.sol_place
    assert "Mentors with a free place so far</dt><dd>1</dd>" in client.get(of_round(cast)).content.decode()


def test_larger_pool_is_shown_as_a_range_over_its_draws(cast, registered, client_of, clock_at):
    made, page = asked(client_of(cast.olu), cast, mentors="20", mentees="30", draws="3")
    assert (made.mentors, made.mentees, made.draws) == (20, 30, 3)
    assert "With 20 mentors and 30 mentees like these" in page
    assert "In every draw 40 of 50 people got a partner." in page
    assert "An assumed pool repeats people you have" in page


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"mentors": "20"}, "Give both numbers, or neither to look at the people so far alone."),
        ({"mentors": "20", "mentees": "5001"}, "5000"),
        ({"draws": "21"}, "20"),
    ],
)
def test_half_a_pool_or_one_too_large_is_refused_at_its_field(given, complaint, cast, registered, client_of, clock_at):
    response = client_of(cast.olu).post(of_round(cast), {"mentors": "", "mentees": "", "draws": "2"} | given)
    assert response.status_code == 422
    assert complaint in response.content.decode().partition('class="field-error"')[2]
    assert Forecast.objects.count() == 0


def test_one_that_is_being_worked_out_shows_its_progress_and_stops(cast, registered, client_of, clock_at):
    client = client_of(cast.olu)
    where = client.post(of_round(cast), {"draws": "2"}).headers["Location"]
    page = client.get(where).content.decode()
    assert "Waiting for its turn" in page
    assert f'hx-get="{where}"' in page
    made = Forecast.objects.get()
    client.post(reverse("forecast_stop", kwargs={"forecast_id": made.pk}))
    page = client.get(where).content.decode()
    assert "There are no figures" in page
    assert "Somebody stopped this before it was worked out." in page


def test_fragment_leads_to_the_figures_once_they_are_there(cast, registered, client_of, clock_at):
    client = client_of(cast.olu)
    made, _page = asked(client, cast)
    where = reverse("forecast", kwargs={"forecast_id": made.pk})
    fragment = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "See the figures" in fragment
    assert "hx-get" not in fragment


def test_second_question_meanwhile_is_answered_in_a_sentence(cast, registered, client_of, clock_at):
    client = client_of(cast.olu)
    client.post(of_round(cast), {"draws": "2"})
    response = client.post(of_round(cast), {"draws": "2"}, follow=True)
    assert "This is already being worked out for the round. Wait for its result." in response.content.decode()
    assert Forecast.objects.count() == 1


def test_rounds_and_matching_lead_to_it_for_whoever_looks_after_everybody(cast, client_of, clock_at):
    pages = [reverse(name, kwargs={"cohort_id": cast.cohort.pk}) for name in ("cohort", "matching")]
    where = of_round(cast)
    assert [where in client_of(cast.olu).get(page).content.decode() for page in pages] == [True, True]
    assert [where in client_of(cast.cleo).get(page).content.decode() for page in pages] == [False, False]


def outcome(name, people, pairs, floor, total) -> dict:
    return {"name": name, "people": people, "pairs": pairs, "floor": floor, "total": total}


def need(attribute, value, wanted, offered) -> dict:
    missing = max(0, wanted - offered)
    return {"attribute": attribute, "value": value, "wanted": wanted, "offered": offered, "missing": missing}


FIGURES = {
    "basis": {"mentors": 40, "mentees": 50, "people": 90, "not_prepared": 2},
    "needs": [
        need("language", "it", 12, 3),
        need("topic", "ai-everyday", 30, 24),
        need("topic", "project-tools", 9, 20),
        need("language", "", 6, 5),
    ],
    "rules": [
        outcome("as it is", 70, 35, 400, 25_000),
        outcome("language_level", 80, 40, 420, 27_000),
        outcome("overlap_minutes", 70, 35, 390, 25_100),
        outcome("history", 70, 35, 400, 25_000),
    ],
    "draws": [outcome("1", 110, 55, 380, 40_000), outcome("2", 104, 52, 410, 38_500)],
}


def test_result_says_what_is_short_which_rule_costs_and_the_range_of_the_draws(cast, client_of, clock_at):
    made = Forecast.objects.create(
        cohort=cast.cohort, created_at=factories.NOON, state="done", figures=FIGURES, mentors=60, mentees=70, draws=2
    )
    page = client_of(cast.olu).get(reverse("forecast", kwargs={"forecast_id": made.pk})).content.decode()
    for sentence in (
        "70 of 90 people could get a partner",
        "2 registered people are not prepared yet and were counted as if they were.",
        "Italian: mentees who speak nothing else want 12 partners, mentors who speak it have 3 places.",
        "mentees who would like to learn it want 30 partners, mentors who can share it have 24 places.",
        "Languages that fewer than five depend on: mentees want 6 partners, mentors have 5 places.",
        "“Language” costs most: without this rule 10 more people could get a partner.",
        "“A pair before” costs nothing: without this rule every figure is the same.",
        "80 (+10)",
        "27,000 (+2,000)",
        "390 (-10)",
        "Between 104 and 110 of 130 people got a partner, depending on the draw.",
        "Others together",
    ):
        assert sentence in page, sentence


def test_list_says_which_is_being_worked_out_and_which_ended_without_figures(cast, client_of, clock_at):
    for state in ("failed", "waiting"):
        Forecast.objects.create(cohort=cast.cohort, created_at=factories.NOON, state=state)
    page = client_of(cast.olu).get(of_round(cast)).content.decode()
    assert page.index("Being worked out") < page.index("Ended without figures")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_any_number_of_forecasts(rows, cast, registered, client_of, clock_at, django_assert_num_queries):
    for _number in range(rows):
        forecasts.make_forecast(Forecast.objects.create(cohort=cast.cohort, created_at="2027-03-01T12:00Z"), now=factories.NOON)
    client = client_of(cast.olu)
    with django_assert_num_queries(16):
        page = client.get(of_round(cast)).content.decode()
    assert page.count("could get a partner</li>") == rows
    with django_assert_num_queries(7):
        client.get(reverse("forecast", kwargs={"forecast_id": Forecast.objects.latest("pk").pk}))


def test_nobody_is_named_on_it(cast, registered, client_of, clock_at):
    _made, page = asked(client_of(cast.olu), cast, mentors="20", mentees="30")
    people = [place.person for place in Enrolment.objects.select_related("person")]
    assert [person for person in people if person.family_name in page or person.employee_number in page] == []

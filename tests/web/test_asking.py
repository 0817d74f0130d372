import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.enrolments.models import TopicChoice
from turnabout.matching import scenarios, services
from turnabout.matching.models import NotAvailable, Proposal, Run

SHARED = ("ai-everyday", "project-tools", "finding-information")


@pytest.fixture
def board(cast) -> Run:
    """A draft board over three mentors and four mentees; one of each works in Lagos, and somebody is left over."""
    mentors = [cast.mia_place]
    mentees = [cast.sol_place]
    for number, where in ((1, cast.paris), (2, cast.lagos)):
        one = factories.person(f"Mentor{number}", entity=where, grade=2, is_head=True)
        other = factories.person(f"Mentee{number}", entity=where, grade=8, is_head=True)
        mentors.append(factories.enrolment(cast.cohort, one, "mentor"))
        mentees.append(factories.enrolment(cast.cohort, other, "mentee"))
    mentees.append(
        factories.enrolment(cast.cohort, factories.person("Alone", entity=cast.paris, grade=8, is_head=True), "mentee")
    )
    for number, topic in enumerate(SHARED):
        TopicChoice.objects.create(enrolment=mentors[number], kind="offer", topic=topic, level=3)
        TopicChoice.objects.create(enrolment=mentees[number], kind="wish", topic=topic, level=3)
    run = services.start_run(cast.cohort, by=cast.olu, now=NOON, objective="most-people")
    return services.solve_run(run, now=NOON)


def address(name, run, **more):
    return reverse(name, kwargs={"run_id": run.pk, **more})


def asked(client, run, mentor, mentee) -> str:
    return client.get(address("board_why_not", run), {"mentor": mentor, "mentee": mentee}).content.decode()


def place_of(cast, name):
    return cast.cohort.enrolments.get(person__given_name=name)


def test_board_says_what_each_pair_is_worth(cast, board, client_of, clock_at):
    page = client_of(cast.olu).get(address("board", board)).content.decode()
    assert page.count("Without this pair the round would lose") == 3


def test_why_not_names_the_cost_and_who_changes(cast, board, client_of, clock_at):
    page = asked(client_of(cast.olu), board, "Mia", "Mentee1")
    assert "Pairing them would cost the round" in page
    assert "Who else would change" in page
    assert "Put this pair on the board" in page


def test_why_not_names_the_rule(cast, board, client_of, clock_at):
    line = factories.enrolment(cast.cohort, cast.head, "mentee")
    run = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON), now=NOON)
    assert "They are in one reporting line." in asked(client_of(cast.olu), run, "Mia", line.person.name)


def test_pair_of_the_plan_is_said_to_be_one(cast, board, client_of, clock_at):
    assert "They are a pair in this plan." in asked(client_of(cast.olu), board, "Mia", cast.sol.name)


def test_past_no_is_only_ever_not_available(cast, board, client_of, clock_at):
    NotAvailable.objects.create(cohort=cast.cohort, mentor=cast.mia_place, mentee=cast.sol_place)
    run = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON), now=NOON)
    client = client_of(cast.olu)
    page = asked(client, run, "Mia", cast.sol.name)
    assert "They are not available for each other." in page
    assert "If this round did not have this rule" not in page
    pages = [client.get(address(name, run)).content.decode() for name in ("board_alone", "board_figures", "board_proof", "board")]
    pages.append(client.get(address("board_person", run, place_id=cast.mia_place.pk)).content.decode())
    assert [
        word
        for page in pages
        for word in ("not_available", "not available")
        if word in page.replace("who is not available for whom", "")
    ] == []


def test_several_people_of_one_name_are_offered_to_choose_from(cast, board, client_of, clock_at):
    page = asked(client_of(cast.olu), board, "Mentor", "Sol")
    assert page.count("mentor_place=") == 2
    assert "Whom do you mean?" in page


def test_nobody_of_that_name_is_said_kindly(cast, board, client_of, clock_at):
    assert "Nobody registered in this round fits this." in asked(client_of(cast.olu), board, "Zzz", "")


def test_coordinator_asks_about_people_of_their_businesses_only(cast, board, client_of, clock_at):
    page = asked(client_of(cast.cleo), board, "Mentor2", "Sol")
    assert "Nobody registered in this round fits this." in page


def test_chain_masks_people_of_other_businesses(cast, board, client_of, clock_at):
    page = asked(client_of(cast.cleo), board, "Mia", "Alone")
    assert "Sol Lindqvist" in page
    for name in ("Mentor2", "Mentee2"):
        assert name not in page


def test_ranked_list_holds_only_names_of_the_readers_businesses(cast, board, client_of, clock_at):
    page = client_of(cast.cleo).get(address("board_person", board, place_id=cast.mia_place.pk)).content.decode()
    assert page.count('aria-label="Pair them: ') == 2
    assert "1 more works in another business." in page
    assert "Mentee2" not in page
    elsewhere = place_of(cast, "Mentor2")
    assert client_of(cast.cleo).get(address("board_person", board, place_id=elsewhere.pk)).status_code == 404


def test_person_of_another_round_is_not_there(cast, board, client_of, clock_at):
    other = factories.enrolment(factories.cohort(cast.programme, name="Other"), factories.person(entity=cast.paris), "mentor")
    assert client_of(cast.olu).get(address("board_person", board, place_id=other.pk)).status_code == 404


def test_one_press_puts_a_ranked_choice_on_the_board(cast, board, client_of, clock_at):
    alone = place_of(cast, "Alone")
    client_of(cast.olu).post(address("board_choose", board), {"mentor": cast.mia_place.pk, "mentee": alone.pk})
    made = Proposal.objects.get(run=board, state="draft", mentor=cast.mia_place)
    assert (made.mentee, made.is_by_hand, made.is_locked) == (alone, True, True)


def test_coordinator_cannot_choose_somebody_of_another_business(cast, board, client_of, clock_at):
    response = client_of(cast.cleo).post(
        address("board_choose", board), {"mentor": place_of(cast, "Mentor2").pk, "mentee": cast.sol_place.pk}
    )
    assert response.status_code == 404
    assert Proposal.objects.filter(run=board, is_by_hand=True).count() == 0


def test_person_without_a_partner_reads_what_is_scarce(cast, board, client_of, clock_at):
    alone = Proposal.objects.filter(run=board).values_list("mentee", flat=True)
    left = cast.cohort.enrolments.filter(role="mentee").exclude(pk__in=alone).get()
    page = client_of(cast.olu).get(address("board_person", board, place_id=left.pk)).content.decode()
    assert "Why there is no partner yet" in page
    assert "there are too few places" in page
    assert "English: mentees who speak it want 4 partners, mentors who speak it have 3 places." in page


def test_figures_show_the_floor_curve_with_its_numbers(cast, board, client_of, clock_at):
    page = client_of(cast.olu).get(address("board_figures", board)).content.decode()
    assert "What a higher floor would cost" in page
    assert page.count("3 of 3 (100 %)") == 1
    assert page.count("3 of 4 (75 %)") == 1


def test_arithmetic_is_checked_again_from_the_page(cast, board, client_of, clock_at):
    client = client_of(cast.cleo)
    page = client.post(address("board_check", board), follow=True).content.decode()
    assert "Checked again just now" in page
    assert f"turnabout run-folder {board.pk}" in page


@pytest.mark.parametrize("more", [0, 3])
def test_questions_cost_the_same_for_any_number_of_people(more, cast, board, client_of, clock_at, django_assert_num_queries):
    for _number in range(more):
        factories.enrolment(cast.cohort, factories.person(entity=cast.paris, grade=8, is_head=True), "mentee")
    run = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON), now=NOON)
    client = client_of(cast.olu)
    detail = address("board_person", run, place_id=cast.mia_place.pk)
    client.get(detail)
    with django_assert_num_queries(10):
        client.get(detail)
    with django_assert_num_queries(13):
        asked(client, run, "Mia", "Alone")


def scenario(cast, board, **changed) -> Run:
    values = {"name": "Without hours", "objective": "best-total", "is_breadth_first": False, "seed": 1, "rules": {}} | changed
    return services.solve_run(scenarios.start_scenario(board, by=cast.olu, now=NOON, **values), now=NOON)


def form_of(**changed):
    values = {
        "name": "Only topics",
        "objective": "best-total",
        "common_language_level": "0",
        "weekly_overlap_hours": "0",
        "seniority_gap": "2",
        "entity_rule": "any",
        "seed": "4",
        "weight_topics": "10",
    }
    return values | {name: "0" for name in WEIGHTS if name not in values} | changed


WEIGHTS = [f"weight_{name}" for name in ("language", "hours", "format", "function", "unit", "entity", "country")]


def test_scenario_is_asked_for_from_the_page(cast, board, client_of, clock_at):
    client = client_of(cast.olu)
    where = reverse("scenario_new", kwargs={"cohort_id": cast.cohort.pk})
    assert "leave people without a partner" in client.get(where).content.decode()
    response = client.post(where, form_of())
    made = Run.objects.get(scenario="Only topics")
    assert response.headers["Location"] == address("run", made)
    assert (made.objective, made.based_on, made.rules["weights"]["topics"], made.rules["common_language_level"]) == (
        "best-total",
        board,
        10,
        0,
    )


def test_scenario_without_any_weight_is_refused_at_the_field(cast, board, client_of, clock_at):
    where = reverse("scenario_new", kwargs={"cohort_id": cast.cohort.pk})
    page = client_of(cast.olu).post(where, form_of(weight_topics="0")).content.decode()
    assert "Give at least one criterion more than 0." in page
    assert Run.objects.exclude(scenario="").count() == 0


def test_objective_that_leaves_people_out_is_offered_for_scenarios_only(cast, board, client_of, clock_at):
    client_of(cast.olu).post(reverse("matching", kwargs={"cohort_id": cast.cohort.pk}), {"objective": "best-total", "seed": "1"})
    assert Run.objects.filter(objective="best-total").count() == 0


def test_scenarios_are_listed_and_compared(cast, board, client_of, clock_at):
    made = scenario(cast, board)
    client = client_of(cast.olu)
    assert "Without hours" in client.get(reverse("matching", kwargs={"cohort_id": cast.cohort.pk})).content.decode()
    where = reverse("scenario_compare", kwargs={"cohort_id": cast.cohort.pk})
    page = client.get(where, {"run": [made.pk, board.pk]}).content.decode()
    assert "From The board to Without hours" in page
    assert "Make “Without hours” the draft board" in page
    assert "Choose two or three to compare." in client.get(where, {"run": [board.pk]}).content.decode()


def test_comparison_masks_names_of_other_businesses_and_offers_a_coordinator_nothing_to_press(cast, board, client_of, clock_at):
    made = scenario(cast, board, rules={"entity_rule": "different"})
    where = reverse("scenario_compare", kwargs={"cohort_id": cast.cohort.pk})
    page = client_of(cast.cleo).get(where, {"run": [made.pk, board.pk]}).content.decode()
    assert "Somebody in another business" in page
    assert [word for word in ("Mentor2", "Mentee2", "the draft board</span>") if word in page] == []


def test_scenario_is_made_the_board_with_one_press(cast, board, client_of, clock_at):
    made = scenario(cast, board)
    assert client_of(cast.cleo).post(address("scenario_adopt", made)).status_code == 404
    client_of(cast.olu).post(address("scenario_adopt", made))
    assert Run.objects.order_by("-pk").values_list("state", "scenario", "objective").first() == ("waiting", "", "best-total")


def test_scenario_has_figures_and_no_board(cast, board, client_of, clock_at):
    made = scenario(cast, board)
    client = client_of(cast.olu)
    assert [client.get(address(name, made)).status_code for name in ("board", "board_alone", "publish", "pair_by_hand")] == [
        404
    ] * 4
    assert [client.get(address(name, made)).status_code for name in ("board_figures", "board_proof", "board_why_not")] == [
        200
    ] * 3


def test_refusal_that_names_people_is_read_by_the_whole_programmes_organisers_only(cast, client_of, clock_at):
    run = factories.run(cast.cohort, state="failed", refusal="N1 and N2 cannot be locked.")
    assert "N1 and N2" in client_of(cast.olu).get(address("run", run)).content.decode()
    assert "N1 and N2" not in client_of(cast.cleo).get(address("run", run)).content.decode()

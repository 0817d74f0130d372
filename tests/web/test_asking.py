import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.matching import scenarios, services
from turnabout.matching.models import NotAvailable, Proposal, Run, Unmatched


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
    assert "One more place with any of them would be enough." in page


def test_looking_on_the_board_for_somebody_left_over_leads_to_why(cast, board, client_of, clock_at):
    left = Unmatched.objects.get(run=board).enrolment
    page = client_of(cast.olu).get(address("board", board), {"q": left.person.name}).content.decode()
    assert f'href="{address("board_person", board, place_id=left.pk)}"' in page
    assert f"Why {left.person.name} has no partner, and who it could be" in page
    page = client_of(cast.olu).get(address("board", board), {"q": "Zzz"}).content.decode()
    assert "No suggestion fits this filter" in page


def test_ranked_list_leads_to_why_not_with_the_person_already_named(cast, board, client_of, clock_at):
    client = client_of(cast.olu)
    page = client.get(address("board_person", board, place_id=cast.mia_place.pk)).content.decode()
    where = address("board_why_not", board) + f"?mentor_place={cast.mia_place.pk}"
    assert f'href="{where}"' in page
    assert 'value="Mia Okafor"' in client.get(where).content.decode()


def test_what_if_is_offered_beside_who_is_left_over_to_whoever_may_ask(cast, board, client_of, clock_at):
    where = reverse("scenario_new", kwargs={"cohort_id": cast.cohort.pk})
    pages = {member: client_of(member).get(address("board_alone", board)).content.decode() for member in (cast.olu, cast.cleo)}
    assert {member: where in page for member, page in pages.items()} == {cast.olu: True, cast.cleo: False}


def test_figures_show_the_floor_curve_with_its_numbers(cast, board, client_of, clock_at):
    page = client_of(cast.olu).get(address("board_figures", board)).content.decode()
    assert "What asking more of every pair would cost" in page
    assert page.count("3 of 3 (100%)") == 1
    assert page.count("3 of 4 (75%)") == 1


def test_a_programmes_own_words_for_the_two_sides_are_read_on_every_page_of_a_board(cast, board, client_of, clock_at):
    programme = board.cohort.programme
    programme.mentor_word, programme.mentee_word = "AI guide | AI guides", "learner"
    programme.save(update_fields=["mentor_word", "mentee_word"])
    client = client_of(cast.olu)
    pages = {name: client.get(address(name, board)).content.decode() for name in ("board", "board_figures", "board_why_not")}
    assert {name: "|" in page for name, page in pages.items()} == dict.fromkeys(pages, False)
    assert {name: ("AI guide" in page, "Learner" in page) for name, page in pages.items()} == dict.fromkeys(pages, (True, True))
    assert "AI guides with a partner" in pages["board_figures"]


def test_figures_say_what_a_plan_without_regrets_would_cost_and_how_each_group_fares(cast, board, client_of, clock_at):
    for _number in range(5):
        factories.enrolment(cast.cohort, factories.person(entity=cast.paris, grade=8, is_head=True, function="Sales"), "mentee")
    run = services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON), now=NOON)
    page, scoped = (client_of(who).get(address("board_figures", run)).content.decode() for who in (cast.olu, cast.cleo))
    assert "Choosing it would cost" in page
    assert "With the total of points" in page
    assert [title in page for title in ("By business", "By country", "By function")] == [True] * 3
    assert ">Sales</th>" in page
    assert [title in scoped for title in ("By business", "By country", "By function")] == [True, False, False]


def test_figures_of_an_older_round_without_totals_are_still_shown(cast, board, client_of, clock_at):
    figures = dict(board.figures)
    figures["report"] = {name: value for name, value in figures["report"].items() if name != "groups_by"}
    figures["report"]["curve"] = [point[:2] for point in figures["report"]["curve"]]
    Run.objects.filter(pk=board.pk).update(figures=figures)
    assert "not known" in client_of(cast.olu).get(address("board_figures", board)).content.decode()


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

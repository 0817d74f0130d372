import pytest
from django.db import connection
from ortools.graph.python import max_flow

from tests import factories
from tests.cast import NOON
from tests.matching.solving import solved
from tests.matching.stopping import stopped_at_the_next_step
from turnabout.core import progress
from turnabout.core.errors import NotPossible
from turnabout.enrolments.models import Conflict, Enrolment, TopicChoice
from turnabout.matching import asking, boards, costs, keeping, scenarios, services
from turnabout.matching.models import NotAvailable, Proposal, Rest, Run, RunInput, Unmatched

SHARED = ("ai-everyday", "project-tools", "finding-information")


@pytest.fixture
def six(cast) -> dict[str, Enrolment]:
    """Three mentors and three mentees; each mentee wishes for what one mentor offers, and a little for the next one's."""
    found = {"m0": cast.mia_place, "n0": cast.sol_place}
    for number in (1, 2):
        one = factories.person(f"Mentor{number}", entity=cast.paris, grade=2, is_head=True)
        other = factories.person(f"Mentee{number}", entity=cast.paris, grade=8, is_head=True)
        found[f"m{number}"] = factories.enrolment(cast.cohort, one, "mentor")
        found[f"n{number}"] = factories.enrolment(cast.cohort, other, "mentee")
    for number, topic in enumerate(SHARED):
        choice(found[f"m{number}"], "offer", topic, 3)
        choice(found[f"n{number}"], "wish", topic, 3)
        choice(found[f"n{number}"], "wish", SHARED[(number + 1) % 3], 1)
    return found


def choice(place, kind, topic, level):
    TopicChoice.objects.create(enrolment=place, kind=kind, topic=topic, level=level)


def what_if(board: Run, by, **changed) -> Run:
    values = {"name": "Other", "objective": "fairest", "is_breadth_first": False, "seed": 1, "rules": {}} | changed
    return services.solve_run(scenarios.start_scenario(board, by=by, now=NOON, **values), now=NOON)


def pairs_on(run: Run) -> set[tuple[int, int]]:
    return set(Proposal.objects.filter(run=run, state="draft").values_list("mentor_id", "mentee_id"))


def test_what_was_solved_is_kept_unreadable_and_still_proven(cast, six):
    run = solved(cast)
    with connection.cursor() as cursor:
        cursor.execute("select sealed from matching_runinput where run_id = %s", [run.pk])
        stored = bytes(cursor.fetchone()[0])
    assert cast.mia.employee_number.encode() not in stored
    assert set(keeping.files_of(run)) == {
        "input/mentors.jsonl",
        "input/mentees.jsonl",
        "input/settings.json",
        "pairs.csv",
        "unmatched.csv",
        "certificate.json",
    }
    assert keeping.check(run).is_valid is True


def test_kept_input_that_was_changed_fails_the_check(cast, six):
    run = solved(cast)
    row = RunInput.objects.get(run=run)
    files = keeping.unpacked(row.sealed)
    changed = {name: content.replace(b'"capacity":1', b'"capacity":2') for name, content in files.items()}
    changed["input/settings.json"] = files["input/settings.json"].replace(b'"mentee_share":0.5', b'"mentee_share":0.6')
    row.sealed = keeping.bundled(changed)
    row.save()
    assert keeping.check(run).is_valid is False


def test_folder_written_out_is_the_one_that_was_kept(cast, six, tmp_path):
    run = solved(cast)
    keeping.write_out(run, tmp_path / "plan")
    assert (tmp_path / "plan" / "certificate.json").read_bytes() == keeping.files_of(run)["certificate.json"]


def test_questions_are_answered_about_the_plan_as_it_was_solved(cast, six):
    run = solved(cast)
    first, second = Proposal.objects.with_people().filter(run=run, state="draft").order_by("pk")[:2]
    boards.swap(first, second, by=cast.olu, now=NOON, accepts_warnings=True)
    assert asking.why_not(run, first.mentor, first.mentee).is_in_plan is True


def test_explainer_is_made_once_for_each_run(cast, six):
    run = solved(cast)
    assert asking.explainer_of(run) is asking.explainer_of(Run.objects.get(pk=run.pk))


def test_forcing_a_pair_costs_exactly_what_a_new_plan_with_it_loses(cast, six):
    board = solved(cast, objective="most-people")
    cost = asking.why_not(board, six["m0"], six["n1"]).cost
    boards.pair_by_hand(board, six["m0"], six["n1"], by=cast.olu, now=NOON)
    again = solved(cast, objective="most-people")
    assert (cost.pairs, cost.points) == (0, board.figures["total"] - again.figures["total"])
    assert cost.points > 0


def test_worth_of_a_pair_is_stored_with_the_suggestion(cast, six):
    run = solved(cast)
    row = Proposal.objects.with_people().get(run=run, mentor=six["m0"])
    cost = asking.worth(run, row.mentor, row.mentee)
    assert row.reasons["worth"] == {"pairs": cost.pairs, "wishes": cost.wishes, "points": cost.points}


def test_ranked_list_begins_with_the_partner_and_gets_dearer(cast, six):
    run = solved(cast, objective="most-people")
    found = asking.standing(run, six["n0"]).alternatives
    assert [one.is_current for one in found] == [True, False, False]
    assert [one.points for one in found[1:]] == sorted(one.points for one in found[1:])


def the_answer(cast, six, mentor="m0", mentee="n0"):
    return asking.why_not(solved(cast), six[mentor], six[mentee])


@pytest.mark.parametrize("what", ["a past no", "a rest", "a conflict", "no free place", "not there"])
def test_every_private_reason_is_one_sentence_without_a_count(what, cast, six):
    if what == "a past no":
        NotAvailable.objects.create(cohort=cast.cohort, mentor=six["m0"], mentee=six["n0"])
    elif what == "a rest":
        Rest.objects.create(enrolment=six["m0"], until=NOON.replace(year=NOON.year + 1))
    elif what == "a conflict":
        Conflict.objects.create(enrolment=six["m0"], other=cast.sol)
    elif what == "no free place":
        Enrolment.objects.filter(pk=six["m0"].pk).update(places_taken=six["m0"].capacity)
    else:
        Enrolment.objects.filter(pk=six["m0"].pk).update(prepared_at=None)
    found = the_answer(cast, six)
    assert (found, costs.rules_of(found), costs.would_help(found)) == (
        asking.WhyNot(is_available=False),
        ["They are not available for each other."],
        "",
    )
    rows = Unmatched.objects.filter(run__cohort=cast.cohort)
    assert [code for row in rows for code in row.blocked_by["rules"] if code in {"not_available", "conflict"}] == []


def test_denominators_do_not_tell_who_rests(cast, six):
    Rest.objects.create(enrolment=six["m0"], until=NOON.replace(year=NOON.year + 1))
    report = solved(cast).figures["report"]
    assert (report["coverage"]["mentor"], report["coverage"]["mentee"]) == ([2, 3], [2, 3])


def test_kept_pair_that_breaks_a_rule_by_now_is_refused_by_name(cast, six):
    run = solved(cast)
    row = Proposal.objects.with_people().get(run=run, mentor=six["m0"])
    services.lock_proposal(row, by=cast.olu, now=NOON)
    type(cast.mia).objects.filter(pk=row.mentee.person_id).update(languages={"xx": 4})
    with pytest.raises(NotPossible) as refusal:
        services.start_run(cast.cohort, by=cast.olu, now=NOON)
    assert str(refusal.value) == (
        f"{row.mentor.person.name} and {row.mentee.person.name} are kept, but a rule stands against it now. "
        "They share no language well enough. Let them change on the board first."
    )


def test_pair_made_against_a_warning_goes_from_board_to_board(cast, six):
    run = solved(cast)
    type(cast.mia).objects.filter(pk=six["n1"].person_id).update(languages={"xx": 4})
    six["n1"] = Enrolment.objects.select_related("person", "cohort__programme").get(pk=six["n1"].pk)
    made = boards.pair_by_hand(run, six["m0"], six["n1"], by=cast.olu, now=NOON, accepts_warnings=True)
    again = solved(cast)
    row = Proposal.objects.get(run=again, mentor=six["m0"], state="draft")
    assert (row.mentee, row.is_locked, row.is_by_hand, row.warnings) == (made.mentee, True, True, made.warnings)
    assert Unmatched.objects.filter(run=again, enrolment__in=[six["m0"], six["n1"]]).count() == 0


def test_search_that_cannot_be_proven_leaves_the_board_and_says_so(cast, six, monkeypatch):
    board = solved(cast)
    monkeypatch.setattr(max_flow.SimpleMaxFlow, "solve", lambda *_ends: max_flow.SimpleMaxFlow.BAD_INPUT)
    failed = solved(cast)
    assert (failed.state, failed.refusal.startswith("The search ended without a plan that could be proven")) == ("failed", True)
    assert Run.objects.get(pk=board.pk).state == "draft"
    assert progress.of(failed).state == "failed"


def test_scenario_that_somebody_stops_leaves_no_figures(cast, six):
    board = solved(cast)
    asked = scenarios.start_scenario(
        board, by=cast.olu, now=NOON, name="Stopped", objective="fairest", is_breadth_first=False, seed=1, rules={}
    )
    with stopped_at_the_next_step():
        stopped = services.solve_run(asked, now=NOON)
    assert (stopped.state, stopped.figures, progress.of(stopped).state) == ("failed", {}, "cancelled")
    assert Run.objects.get(pk=board.pk).state == "draft"


def test_scenario_leaves_the_board_and_keeps_its_figures(cast, six):
    board = solved(cast)
    before = pairs_on(board)
    made = what_if(board, cast.olu, objective="best-total", seed=9)
    assert (made.state, made.objective, made.figures["pairs"]) == ("scenario", "best-total", 3)
    assert (Run.objects.get(pk=board.pk).state, pairs_on(board), pairs_on(made)) == ("draft", before, set())


def test_scenario_asks_about_the_people_of_the_board_as_they_were(cast, six):
    board = solved(cast)
    NotAvailable.objects.create(cohort=cast.cohort, mentor=six["m0"], mentee=six["n0"])
    made = what_if(board, cast.olu)
    assert keeping.pairs_of(made) == keeping.pairs_of(board)


def test_scenario_under_a_stricter_rule_takes_partners_away(cast, six):
    board = solved(cast)
    made = what_if(board, cast.olu, rules={"seniority_gap": 6})
    assert made.figures["pairs"] < board.figures["pairs"]


def test_comparison_says_who_changes(cast, six):
    board = solved(cast)
    found = scenarios.compared([board, what_if(board, cast.olu)])
    assert [(one.kept, one.swaps, one.gained, one.lost) for one in found] == [(3, (), 0, 0)]


def test_boards_of_different_people_are_not_compared(cast, six):
    first, second = solved(cast), solved(cast)
    with pytest.raises(NotPossible):
        scenarios.compared([first, second])


def test_scenario_becomes_the_draft_board(cast, six):
    board = solved(cast)
    made = what_if(board, cast.olu, objective="most-people", seed=3)
    adopted = services.solve_run(scenarios.adopt_scenario(made, by=cast.olu, now=NOON), now=NOON)
    assert (adopted.state, adopted.objective, adopted.seed) == ("draft", "most-people", 3)
    assert keeping.pairs_of(adopted) == keeping.pairs_of(made)
    assert Run.objects.get(pk=board.pk).state == "replaced"


def test_adopted_scenario_puts_nobody_on_the_board_who_is_not_available_by_now(cast, six):
    board = solved(cast)
    made = what_if(board, cast.olu)
    NotAvailable.objects.create(cohort=cast.cohort, mentor=six["m0"], mentee=six["n0"])
    adopted = services.solve_run(scenarios.adopt_scenario(made, by=cast.olu, now=NOON), now=NOON)
    assert (six["m0"].pk, six["n0"].pk) not in pairs_on(adopted)


def test_forgotten_scenario_is_gone_and_a_board_is_never_forgotten(cast, six):
    board = solved(cast)
    made = what_if(board, cast.olu)
    scenarios.forget_scenario(made, by=cast.olu, now=NOON)
    assert Run.objects.filter(pk=made.pk).exists() is False
    with pytest.raises(NotPossible):
        scenarios.forget_scenario(board, by=cast.olu, now=NOON)


def test_difference_of_two_plans_is_told_mentee_by_mentee():
    found = scenarios.difference([("a", "x"), ("b", "y")], [("b", "x"), ("c", "z")])
    assert [(swap.mentee, swap.before, swap.after) for swap in found.swaps] == [("x", "a", "b"), ("y", "b", ""), ("z", "", "c")]
    assert (found.kept, found.gained, found.lost) == (0, 2, 2)

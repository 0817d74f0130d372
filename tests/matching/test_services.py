from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from tests.matching.solving import solved
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Conflict, TopicChoice
from turnabout.matching import boards, services, wording
from turnabout.matching.models import NotAvailable, Proposal, Run, Unmatched


@pytest.fixture
def four(cast):
    """Two mentors and two mentees, each pair a different fit."""
    people = {
        "mia": cast.mia_place,
        "kofi": factories.enrolment(cast.cohort, cast.kofi, "mentor"),
        "sol": cast.sol_place,
        "rosa": factories.enrolment(cast.cohort, cast.rosa, "mentee"),
    }
    for name, kind, topic in (
        ("mia", "offer", "ai-everyday"),
        ("sol", "wish", "ai-everyday"),
        ("kofi", "offer", "project-tools"),
        ("rosa", "wish", "project-tools"),
        ("mia", "wish", "career-path"),
        ("sol", "offer", "career-path"),
        ("kofi", "wish", "introductions"),
        ("rosa", "offer", "introductions"),
    ):
        TopicChoice.objects.create(enrolment=people[name], kind=kind, topic=topic, level=3)
    return people


def pairs_of(run: Run) -> set[tuple[str, str]]:
    rows = Proposal.objects.filter(run=run, state="draft").select_related("mentor__person", "mentee__person")
    return {(row.mentor.person.given_name, row.mentee.person.given_name) for row in rows}


def test_everybody_is_matched_to_whom_fits_best(cast, four):
    run = solved(cast)
    assert run.state == Run.State.DRAFT
    assert pairs_of(run) == {("Mia", "Sol"), ("Kofi", "Rosa")}
    assert run.figures["people"] == 4


def test_reasons_name_what_is_learned(cast, four):
    run = solved(cast)
    assert Proposal.objects.get(run=run, mentor=four["mia"]).reasons["learns"] == ["ai-everyday"]


def test_reasons_speak_to_whoever_reads_them(cast, four):
    proposal = Proposal.objects.with_people().get(run=solved(cast), mentor=four["mia"])
    first = {reader: wording.why_these_two(proposal, reader=reader)[:2] for reader in ("mentor", "mentee", "")}
    assert first == {
        "mentor": [
            "You can share “AI in an everyday task”, which Sol would like to learn.",
            "In return, Sol can offer “Finding a career path”.",
        ],
        "mentee": [
            "Mia can share “AI in an everyday task”, which you would like to learn.",
            "In return, you can offer “Finding a career path”.",
        ],
        "": [
            "Mia can share “AI in an everyday task”, which Sol would like to learn.",
            "In return, Sol can offer “Finding a career path”.",
        ],
    }


def test_stranger_cannot_start_a_round(cast, four):
    with pytest.raises(NotAllowed):
        services.start_run(cast.cohort, by=cast.otto.account, now=NOON)


def test_coordinator_of_one_business_cannot_start_a_round_over_all(cast, four):
    with pytest.raises(NotAllowed):
        services.start_run(cast.cohort, by=cast.cleo, now=NOON)


def test_second_round_waits_for_the_first(cast, four):
    services.start_run(cast.cohort, by=cast.olu, now=NOON)
    with pytest.raises(NotPossible):
        services.start_run(cast.cohort, by=cast.olu, now=NOON)


def test_solving_twice_leaves_one_board(cast, four):
    run = solved(cast)
    services.solve_run(run, now=NOON)
    assert Proposal.objects.filter(run__cohort=cast.cohort).count() == 2


def test_declared_conflict_keeps_two_apart_and_is_counted_nowhere(cast, four):
    Conflict.objects.create(enrolment=four["mia"], other=cast.sol)
    run = solved(cast)
    assert ("Mia", "Sol") not in pairs_of(run)
    assert [row.blocked_by["rules"] for row in Unmatched.objects.filter(run=run) if "conflict" in row.blocked_by["rules"]] == []


def test_people_who_were_a_pair_before_are_not_suggested_again(cast, four):
    earlier = factories.cohort(cast.programme, state="closed", name="Autumn 2026")
    factories.pair(
        factories.enrolment(earlier, cast.mia, "mentor"),
        factories.enrolment(earlier, cast.sol, "mentee"),
        state="closed",
        ended_at=NOON,
    )
    assert ("Mia", "Sol") not in pairs_of(solved(cast))


def test_past_no_keeps_two_apart_without_a_trace_in_the_reasons(cast, four):
    NotAvailable.objects.create(cohort=cast.cohort, mentor=four["mia"], mentee=four["sol"])
    NotAvailable.objects.create(cohort=cast.cohort, mentor=four["kofi"], mentee=four["sol"])
    run = solved(cast)
    left = Unmatched.objects.get(run=run, enrolment=four["sol"])
    assert (left.reason, left.blocked_by["rules"], left.blocked_by["opens"]) == ("shortage", {}, {})


def test_kept_suggestion_stays_when_the_rest_is_matched_again(cast, four):
    first = solved(cast)
    crossed = boards.pair_by_hand(first, four["mia"], four["rosa"], by=cast.olu, now=NOON, accepts_warnings=True)
    second = solved(cast)
    assert ("Mia", "Rosa") in pairs_of(second)
    assert Proposal.objects.get(run=second, mentor=crossed.mentor).is_by_hand is True
    assert Run.objects.get(pk=first.pk).state == Run.State.REPLACED


def test_round_with_nobody_eligible_says_so_and_leaves_the_board(cast, four):
    board = solved(cast)
    for mentor in ("mia", "kofi"):
        for mentee in ("sol", "rosa"):
            NotAvailable.objects.create(cohort=cast.cohort, mentor=four[mentor], mentee=four[mentee])
    again = solved(cast)
    assert again.state == Run.State.FAILED
    # Neither a count nor the reason: here, all of it was said in private.
    assert again.refusal == (
        "The rules leave nobody to be paired with anybody. “Would this work?” shows what each rule costs. "
        "The last board stays as it is."
    )
    assert Run.objects.get(pk=board.pk).state == Run.State.DRAFT


def test_solver_that_dies_leaves_the_last_board_and_says_so(cast, four, settings, monkeypatch):
    board = solved(cast)
    monkeypatch.setattr("turnabout.matching.apart.LARGE", 0)
    settings.MATCHING_MEMORY_MB = 1
    again = solved(cast)
    assert again.state == Run.State.FAILED
    assert "The last board stays as it is." in again.refusal
    assert Run.objects.get(pk=board.pk).state == Run.State.DRAFT
    assert pairs_of(board) == {("Mia", "Sol"), ("Kofi", "Rosa")}


def test_unprepared_mentor_stays_out(cast, four):
    type(four["mia"]).objects.filter(pk=four["mia"].pk).update(prepared_at=None)
    run = solved(cast)
    assert pairs_of(run) == {("Kofi", "Rosa")}
    assert run.figures["not_prepared"] == 1


def test_manager_of_ones_manager_cannot_be_paired_by_hand(cast, four):
    run = solved(cast)
    hana = factories.enrolment(cast.cohort, cast.head, "mentee")
    with pytest.raises(NotPossible):
        boards.pair_by_hand(run, four["mia"], hana, by=cast.olu, now=NOON, accepts_warnings=True)


NOT_PREPARED = " has not finished the preparation this design asks for before matching"


@pytest.mark.parametrize(
    ("preparation", "unprepared", "refused"),
    [
        ("mentors_first", "mia", "Mia"),
        ("mentors_first", "sol", ""),
        ("both_first", "mia", "Mia"),
        ("both_first", "sol", "Sol"),
        ("offered", "mia", ""),
        ("offered", "sol", ""),
    ],
)
def test_pair_by_hand_keeps_the_rounds_rule_about_preparation(preparation, unprepared, refused, cast, four):
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(preparation=preparation)
    type(four["mia"]).objects.filter(pk=four[unprepared].pk).update(prepared_at=None)
    run = Run.objects.select_related("cohort").get(pk=factories.run(cast.cohort).pk)
    mia, sol = (type(place).objects.select_related("person", "cohort").get(pk=place.pk) for place in (four["mia"], four["sol"]))
    if refused:
        with pytest.raises(NotPossible, match=f"{refused}.*{NOT_PREPARED}"):
            boards.pair_by_hand(run, mia, sol, by=cast.olu, now=NOON, accepts_warnings=True)
        assert Proposal.objects.count() == 0
    else:
        boards.pair_by_hand(run, mia, sol, by=cast.olu, now=NOON, accepts_warnings=True)
        assert pairs_of(run) == {("Mia", "Sol")}


def test_swap_puts_nobody_on_the_board_who_is_not_prepared(cast, four):
    run = solved(cast)
    type(four["mia"]).objects.filter(pk=four["mia"].pk).update(prepared_at=None)
    first, second = Proposal.objects.with_people().filter(run=run, state="draft").order_by("pk")
    with pytest.raises(NotPossible, match=f"Mia.*{NOT_PREPARED}"):
        boards.swap(first, second, by=cast.olu, now=NOON, accepts_warnings=True)
    assert pairs_of(run) == {("Mia", "Sol"), ("Kofi", "Rosa")}


def test_publishing_asks_nobody_who_is_not_prepared(cast, four):
    run = solved(cast)
    drafts = list(Proposal.objects.with_people().filter(run=run, state="draft"))
    type(four["mia"]).objects.filter(pk=four["mia"].pk).update(prepared_at=None)
    with pytest.raises(NotPossible, match=f"Mia.*{NOT_PREPARED}"):
        boards.publish(run, drafts, by=cast.olu, now=NOON)
    assert Proposal.objects.filter(run=run, state="draft").count() == 2


def test_kept_pair_of_somebody_who_is_not_prepared_is_named_before_anything_is_worked_out(cast, four):
    run = solved(cast)
    Proposal.objects.filter(run=run).update(is_locked=True)
    type(four["kofi"]).objects.filter(pk=four["kofi"].pk).update(prepared_at=None)
    with pytest.raises(NotPossible, match=f"Kofi.*{NOT_PREPARED}"):
        services.start_run(cast.cohort, by=cast.olu, now=NOON)


def test_swap_exchanges_partners(cast, four):
    run = solved(cast)
    first, second = Proposal.objects.with_people().filter(run=run, state="draft").order_by("pk")
    boards.swap(first, second, by=cast.olu, now=NOON, accepts_warnings=True)
    assert pairs_of(run) == {("Mia", "Rosa"), ("Kofi", "Sol")}


def test_removed_people_are_without_a_partner_again(cast, four):
    run = solved(cast)
    services.remove_proposal(Proposal.objects.with_people().get(run=run, mentor=four["mia"]), by=cast.olu, now=NOON)
    assert set(Unmatched.objects.filter(run=run).values_list("enrolment_id", flat=True)) == {four["mia"].pk, four["sol"].pk}


def test_coordinator_changes_suggestions_with_one_side_in_scope_only(cast, four):
    run = solved(cast)
    mine = Proposal.objects.with_people().get(run=run, mentor=four["mia"])
    elsewhere = Proposal.objects.with_people().get(run=run, mentor=four["kofi"])
    assert services.lock_proposal(mine, by=cast.cleo, now=NOON).is_locked is True
    with pytest.raises(NotAllowed):
        services.lock_proposal(elsewhere, by=cast.cleo, now=NOON)


def test_publishing_asks_the_mentors_and_nobody_else(cast, four):
    run = solved(cast)
    drafts = list(Proposal.objects.with_people().filter(run=run, state="draft"))
    assert boards.publish(run, drafts, by=cast.olu, now=NOON) == 2
    states = set(Proposal.objects.filter(run=run).values_list("state", "expires_at"))
    assert states == {("asking_mentor", NOON + timedelta(days=10))}
    assert Event.objects.get(name="proposals.published").data == {"count": 2}


def test_second_publication_of_the_same_batch_is_refused_whole(cast, four):
    run = solved(cast)
    drafts = list(Proposal.objects.with_people().filter(run=run, state="draft"))
    boards.publish(run, drafts[:1], by=cast.olu, now=NOON)
    with pytest.raises(NotPossible):
        boards.publish(run, drafts, by=cast.olu, now=NOON)
    assert Proposal.objects.filter(run=run, state="draft").count() == 1


def test_publishing_refuses_when_a_place_was_filled_meanwhile(cast, four):
    run = solved(cast)
    drafts = list(Proposal.objects.with_people().filter(run=run, state="draft"))
    type(four["mia"]).objects.filter(pk=four["mia"].pk).update(places_taken=1)
    with pytest.raises(NotPossible, match="Mia"):
        boards.publish(run, drafts, by=cast.olu, now=NOON)
    assert Proposal.objects.filter(run=run, state="draft").count() == 2

"""Starting, ending, pausing, closing a pair; drafting and signing the agreement."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import factories
from tests.cast import NOON, Cast
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments.models import Declaration, Enrolment
from turnabout.pairs import jobs, queries, services
from turnabout.pairs.models import Agreement, Pair
from turnabout.scheduling.models import Session

LATER = NOON + timedelta(days=3)


def events_of(pair: Pair) -> list[tuple[str, str]]:
    return [(event.name, event.actor) for event in Event.objects.filter(subject=f"pair:{pair.pk}").order_by("pk")]


def places(*enrolments: Enrolment) -> list[tuple[int, int]]:
    return [
        (place.places_taken, place.priority)
        for place in Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).order_by("pk")
    ]


def draft(pair: Pair, by, **words) -> Agreement:
    version = Agreement.objects.get(pair=pair).version
    return services.draft_agreement(pair, words or {"mentor_aim": "see a budget"}, by=by, version=version, now=NOON)


def test_a_pair_takes_one_place_on_each_side_and_brings_its_agreement(cast):
    pair = services.start_pair(cast.mia_place, cast.sol_place, by=cast.sol.account, now=NOON, reasons=["Both speak French."])
    assert places(cast.mia_place, cast.sol_place) == [(1, 0), (1, 0)]
    assert (pair.state, pair.reasons, pair.agreement.version) == ("active", ["Both speak French."], 1)
    assert events_of(pair) == [("pair.started", f"account:{cast.sol.account_id}")]


def test_a_pair_asks_for_its_dates_in_a_job_of_the_same_transaction(cast):
    pair = services.start_pair(cast.mia_place, cast.sol_place, by=cast.sol.account, now=NOON)
    waiting = ProcrastinateJob.objects.filter(task_name="scheduling.jobs.plan_pair")
    assert list(waiting.values_list("args", flat=True)) == [{"pair_id": pair.pk}]


def test_somebody_without_a_free_place_is_refused_and_nothing_is_half_done(cast):
    services.start_pair(cast.mia_place, cast.sol_place, by=cast.sol.account, now=NOON)
    other = factories.enrolment(cast.cohort, cast.kofi, "mentor")
    with pytest.raises(NotPossible, match="Sol Lindqvist has no free place any more"):
        services.start_pair(other, cast.sol_place, by=cast.sol.account, now=NOON)
    assert places(other) == [(0, 0)]


def test_somebody_who_withdrew_is_refused(cast):
    Enrolment.objects.filter(pk=cast.sol_place.pk).update(state="withdrawn")
    with pytest.raises(NotPossible, match="Sol Lindqvist is not taking part at the moment"):
        services.start_pair(cast.mia_place, cast.sol_place, by=cast.sol.account, now=NOON)


def test_two_people_cannot_be_a_pair_twice(cast):
    mentor = factories.enrolment(cast.cohort, cast.mia, "mentor", capacity=2)
    services.start_pair(mentor, cast.sol_place, by=cast.sol.account, now=NOON)
    Enrolment.objects.filter(pk=cast.sol_place.pk).update(places_taken=0)
    with pytest.raises(NotPossible, match="already a pair"):
        services.start_pair(mentor, cast.sol_place, by=cast.sol.account, now=NOON)


@pytest.mark.parametrize("who", ["mia", "sol", "cleo", "olu"])
def test_either_side_a_coordinator_or_the_lead_ends_a_pair_and_no_event_says_who(cast, who):
    pair = cast.mia_and_sol
    member = getattr(cast, who)
    ended = services.end_pair(pair, by=getattr(member, "account", member), now=LATER)
    assert (ended.state, ended.ended_at) == ("ended", LATER)
    assert places(cast.mia_place, cast.sol_place) == [(0, 1), (0, 1)]
    assert events_of(pair) == [("pair.ended", "")]


@pytest.mark.parametrize("who", ["otto", "kofi", "ash", "nadia", "sana", "ada"])
def test_nobody_else_ends_a_pair(cast, who):
    member = getattr(cast, who)
    with pytest.raises(NotAllowed, match="Only the two of you or your coordinator"):
        services.end_pair(cast.mia_and_sol, by=getattr(member, "account", member), now=LATER)


def test_a_pair_ends_once(cast):
    services.end_pair(cast.mia_and_sol, by=cast.mia.account, now=LATER)
    with pytest.raises(NotPossible, match="already closed"):
        services.end_pair(cast.mia_and_sol, by=cast.sol.account, now=LATER)
    assert places(cast.mia_place) == [(0, 1)]


def test_pairs_of_a_leaver_end_and_the_partner_is_matched_first(cast):
    assert services.end_pairs_of([cast.mia_place], now=LATER) == 0
    pair = cast.mia_and_sol
    assert services.end_pairs_of([cast.mia_place], now=LATER) == 1
    assert (Pair.objects.get(pk=pair.pk).state, places(cast.sol_place)) == ("ended", [(0, 1)])


def test_the_pairs_that_still_run_end_together_with_one_event(cast):
    shared = factories.enrolment(cast.cohort, cast.mia, "mentor", capacity=2)
    cast.__dict__["mia_place"] = shared
    rosa = factories.enrolment(cast.cohort, cast.rosa, "mentee")
    first, second = cast.mia_and_sol, factories.pair(shared, rosa, state="paused")
    done = factories.pair(factories.enrolment(cast.cohort, cast.kofi, "mentor"), rosa, state="closed", ended_at=NOON)
    assert services.end_pairs_of_round(cast.cohort, by=cast.olu, now=LATER) == 2
    assert [Pair.objects.get(pk=pair.pk).state for pair in (first, second, done)] == ["ended", "ended", "closed"]
    assert places(shared, cast.sol_place, rosa) == [(0, 2), (0, 1), (0, 1)]
    assert list(Event.objects.filter(name="pairs.ended").values_list("subject", "actor", "data")) == [
        (f"cohort:{cast.cohort.pk}", f"account:{cast.olu.pk}", {"count": 2})
    ]
    assert not Event.objects.filter(name="pair.ended").exists()
    with pytest.raises(NotPossible, match="No pair of this round runs any more"):
        services.end_pairs_of_round(cast.cohort, by=cast.olu, now=LATER)


def test_a_coordinator_ends_the_pairs_of_their_entities_and_nobody_else_ends_any(cast):
    mine = cast.mia_and_sol
    elsewhere = factories.pair(
        factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, cast.rosa, "mentee")
    )
    for member in (cast.mia.account, cast.otto.account, cast.sana):
        with pytest.raises(NotAllowed, match="Only organisers"):
            services.end_pairs_of_round(cast.cohort, by=member, now=LATER)
    assert services.end_pairs_of_round(cast.cohort, by=cast.cleo, now=LATER) == 1
    assert [Pair.objects.get(pk=pair.pk).state for pair in (mine, elsewhere)] == ["ended", "active"]


def test_a_pair_pauses_and_resumes(cast):
    pair = services.pause_pair(cast.mia_and_sol, by=cast.mia.account, now=NOON)
    assert pair.state == "paused"
    assert places(cast.mia_place) == [(1, 0)]
    assert services.resume_pair(pair, by=cast.sol.account, now=LATER).state == "active"


def test_a_pause_needs_an_active_pair_and_the_right_person(cast):
    with pytest.raises(NotAllowed):
        services.pause_pair(cast.mia_and_sol, by=cast.otto.account, now=NOON)
    with pytest.raises(NotPossible, match="has changed meanwhile"):
        services.resume_pair(cast.mia_and_sol, by=cast.mia.account, now=NOON)


def test_a_pair_closes_only_after_its_closing_session(cast):
    with pytest.raises(NotPossible, match="closing session has not taken place"):
        services.close_pair(cast.mia_and_sol, by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="closing session has not taken place"):
        services.choose_next(cast.mia_and_sol, "close", by=cast.mia.account, now=NOON)


def close_last_session(pair: Pair) -> None:
    Session.objects.create(
        pair=pair,
        number=6,
        state="met",
        met_on=NOON.date(),
        starts_at=NOON,
        time_zone="UTC",
        local_start="2027-03-01T12:00",
        minutes=60,
        uid=f"last-{pair.pk}",
    )


def test_a_closed_pair_frees_its_places_without_a_priority(cast):
    pair = cast.mia_and_sol
    close_last_session(pair)
    closed = services.close_pair(pair, by=cast.cleo, now=LATER)
    assert (closed.state, places(cast.mia_place, cast.sol_place)) == ("closed", [(0, 0), (0, 0)])
    with pytest.raises(NotPossible, match="already closed"):
        services.close_pair(pair, by=None, now=LATER)
    with pytest.raises(NotAllowed):
        services.close_pair(pair, by=cast.otto.account, now=LATER)


def test_the_pair_closes_when_both_have_said_how_they_go_on(cast):
    pair = cast.mia_and_sol
    close_last_session(pair)
    assert services.choose_next(pair, "continue", by=cast.mia.account, now=LATER).state == "active"
    closed = services.choose_next(pair, "swap", by=cast.sol.account, now=LATER)
    assert (closed.state, closed.mentor_choice, closed.mentee_choice) == ("closed", "continue", "swap")
    assert closed.choice_of("mentor") == "continue"


def test_a_choice_is_made_by_the_two_and_is_one_of_four(cast):
    close_last_session(cast.mia_and_sol)
    with pytest.raises(NotAllowed):
        services.choose_next(cast.mia_and_sol, "close", by=cast.cleo, now=LATER)
    with pytest.raises(NotPossible, match="one of the four"):
        services.choose_next(cast.mia_and_sol, "marry", by=cast.mia.account, now=LATER)
    services.end_pair(cast.mia_and_sol, by=cast.mia.account, now=LATER)
    with pytest.raises(NotPossible, match="already closed"):
        services.choose_next(cast.mia_and_sol, "close", by=cast.mia.account, now=LATER)


def test_the_pair_chooses_its_own_themes_and_order(cast):
    pair = services.choose_themes(cast.mia_and_sol, ["b", "", "a"], by=cast.mia.account, known=["a", "b", "c"], sessions=4)
    assert Pair.objects.get(pk=pair.pk).themes == ["b", "a"]


@pytest.mark.parametrize(
    ("themes", "words"),
    [(["a", "a"], "same theme twice"), (["z"], "not in your curriculum"), (["a", "b", "c"], "not in your curriculum")],
)
def test_themes_come_from_the_curriculum_once_each(cast, themes, words):
    with pytest.raises(NotPossible, match=words):
        services.choose_themes(cast.mia_and_sol, themes, by=cast.mia.account, known=["a", "b", "c"], sessions=2)


def test_themes_are_the_pairs_own_and_stay_when_it_has_closed(cast):
    with pytest.raises(NotAllowed):
        services.choose_themes(cast.mia_and_sol, ["a"], by=cast.cleo, known=["a"], sessions=2)
    services.end_pair(cast.mia_and_sol, by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="themes stay as they are"):
        services.choose_themes(cast.mia_and_sol, ["a"], by=cast.mia.account, known=["a"], sessions=2)


def test_either_drafts_the_agreement_and_each_signs_it(cast):
    pair = cast.mia_and_sol
    agreement = draft(pair, cast.mia.account, mentor_aim=" see a budget ")
    assert (agreement.version, agreement.filled) == (2, {"mentor_aim": "see a budget"})
    services.sign_agreement(pair, by=cast.sol.account, version=2, now=NOON)
    signed = services.sign_agreement(pair, by=cast.mia.account, version=2, now=LATER)
    assert signed.is_signed
    assert (signed.signed_at("mentor"), signed.signed_at("mentee")) == (LATER, NOON)
    assert [name for name, _actor in events_of(pair)] == [
        "agreement.drafted",
        "agreement.signed",
        "agreement.signed",
        "agreement.completed",
    ]


def test_a_save_over_a_newer_version_is_refused_with_both_texts(cast):
    pair = cast.mia_and_sol
    draft(pair, cast.mia.account, place="Canteen")
    with pytest.raises(services.SavedMeanwhile) as refusal:
        services.draft_agreement(pair, {"place": "Online"}, by=cast.sol.account, version=1, now=NOON)
    assert (refusal.value.theirs, refusal.value.mine, refusal.value.version) == ({"place": "Canteen"}, {"place": "Online"}, 2)


def test_a_change_takes_signatures_back_and_the_same_words_do_not(cast):
    pair = cast.mia_and_sol
    draft(pair, cast.mia.account, place="Online")
    services.sign_agreement(pair, by=cast.mia.account, version=2, now=NOON)
    assert draft(pair, cast.sol.account, place="Online").mentor_signed_at == NOON
    assert draft(pair, cast.sol.account, place="Walking").mentor_signed_at is None


def test_words_have_a_length(cast):
    with pytest.raises(NotPossible, match="longer than 2000 characters"):
        draft(cast.mia_and_sol, cast.mia.account, place="x" * 2001)


@pytest.mark.parametrize("who", ["cleo", "olu", "ash"])
def test_nobody_else_writes_or_signs(cast, who):
    with pytest.raises(NotAllowed):
        draft(cast.mia_and_sol, getattr(cast, who))
    with pytest.raises(NotAllowed):
        services.sign_agreement(cast.mia_and_sol, by=getattr(cast, who), version=1, now=NOON)


def test_an_empty_an_old_and_a_signed_agreement_are_not_signed_again(cast):
    pair, mia = cast.mia_and_sol, cast.mia.account
    with pytest.raises(NotPossible, match="nothing to sign yet"):
        services.sign_agreement(pair, by=mia, version=1, now=NOON)
    draft(pair, mia)
    with pytest.raises(NotPossible, match="text has changed"):
        services.sign_agreement(pair, by=mia, version=1, now=NOON)
    services.sign_agreement(pair, by=mia, version=2, now=NOON)
    with pytest.raises(NotPossible, match="already signed"):
        services.sign_agreement(pair, by=mia, version=2, now=NOON)


def test_after_the_end_nothing_is_written_or_signed(cast):
    pair = cast.mia_and_sol
    draft(pair, cast.mia.account)
    services.end_pair(pair, by=cast.sol.account, now=NOON)
    with pytest.raises(NotPossible, match="This pair has closed, so there is nothing to write or sign"):
        services.sign_agreement(pair, by=cast.mia.account, version=2, now=NOON)
    with pytest.raises(NotPossible, match="nothing to write or sign"):
        draft(pair, cast.mia.account, place="Online")


def test_each_declares_once_that_no_line_joins_them(cast):
    for _time in (1, 2):
        services.declare_no_line(cast.mia_and_sol, by=cast.mia.account, now=NOON)
    services.declare_no_line(cast.mia_and_sol, by=cast.sol.account, now=NOON)
    made = Declaration.objects.order_by("pk").values_list("enrolment_id", "other_id")
    assert list(made) == [(cast.mia_place.pk, cast.sol.pk), (cast.sol_place.pk, cast.mia.pk)]
    with pytest.raises(NotAllowed):
        services.declare_no_line(cast.mia_and_sol, by=cast.cleo, now=NOON)
    assert [event.data for event in Event.objects.filter(name="declaration.made")] == [{"role": "mentor"}, {"role": "mentee"}]


@pytest.mark.parametrize("rows", [1, 3])
def test_whose_declaration_is_missing_costs_two_queries_for_any_number_of_pairs(rows, cast, django_assert_num_queries):
    for _number in range(rows):
        manager = factories.person()  # whose own line nobody knows
        mentor = factories.enrolment(cast.cohort, factories.person(manager=manager), "mentor")
        pair = factories.pair(mentor, factories.enrolment(cast.cohort, factories.person(manager=cast.head), "mentee"))
    services.declare_no_line(pair, by=pair.mentee.person.account, now=NOON)
    pairs = [cast.mia_and_sol, *Pair.objects.with_people().exclude(pk=cast.mia_and_sol.pk).order_by("-pk")]
    with django_assert_num_queries(2):
        found = queries.declarations_of(pairs)
    missing = [found[pair.pk].missing for pair in pairs]
    assert missing == [(), ("mentor",), *[("mentor", "mentee")] * (rows - 1)]


@pytest.mark.django_db(transaction=True)
def test_two_mentors_who_start_with_the_last_place_of_a_mentee_at_once_get_one_pair():
    cast = Cast()
    mentors = [factories.enrolment(cast.cohort, factories.person(), "mentor") for _number in range(6)]
    mentee = cast.sol_place
    gate = threading.Barrier(len(mentors))
    outcomes: list[str] = []

    def start(mentor: Enrolment) -> None:
        gate.wait(10)
        try:
            services.start_pair(mentor, mentee, by=None, now=NOON)
            outcomes.append("started")
        except NotPossible as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=(mentor,)) for mentor in mentors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["Sol Lindqvist has no free place any more. Choose somebody else."] * 5 + ["started"]
    assert Pair.objects.count() == 1
    assert sorted(Enrolment.objects.values_list("places_taken", flat=True)) == [0, 0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(("event", "subject"), [("person.left", "mia"), ("enrolment.withdrawn", "mia_place")])
def test_whoever_leaves_ends_their_pairs(cast, event, subject):
    pair = cast.mia_and_sol
    events.record(event, subject=getattr(cast, subject), at=LATER)
    assert (Pair.objects.get(pk=pair.pk).state, places(cast.sol_place)) == ("ended", [(0, 1)])


def test_the_words_of_an_agreement_go_with_the_notes_and_the_signatures_stay(cast, client_of, clock_at):
    pair = cast.mia_and_sol
    agreement = draft(pair, cast.mia.account, mentor_aim="see a budget")
    services.sign_agreement(pair, by=cast.mia.account, version=agreement.version, now=NOON)
    services.end_pair(pair, by=cast.sol.account, now=LATER)
    assert services.forget_words(now=LATER + timedelta(days=30) - timedelta(seconds=1)) == 0
    clock_at(LATER + timedelta(days=30))
    jobs.forget()
    kept = Agreement.objects.get(pair=pair)
    assert (kept.filled, kept.mentor_signed_at, kept.words_deleted_at) == ({}, NOON, LATER + timedelta(days=30))
    assert services.forget_words(now=LATER + timedelta(days=31)) == 0
    for page in ("agreement/", "agreement/print/"):
        shown = client_of(cast.mia).get(f"/pairs/{pair.pk}/{page}").content.decode()
        assert "was deleted on 3 April 2027. Who signed, and when, is kept." in shown
        assert ("see a budget" in shown, "left open" in shown) == (False, False)


def test_the_words_of_a_pair_that_goes_on_are_kept(cast):
    draft(cast.mia_and_sol, cast.mia.account)
    assert services.forget_words(now=NOON + timedelta(days=400)) == 0


def test_nothing_is_said_to_be_deleted_where_nothing_was_written(cast):
    services.end_pair(cast.mia_and_sol, by=cast.sol.account, now=NOON)
    assert services.forget_words(now=NOON + timedelta(days=400)) == 0

"""The pair page, its parts, and the facts that an organiser sees."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.insights.queries import conditions_of
from turnabout.notes import services as note_services
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session

DAY = timedelta(days=1)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def next_thing(client, pair) -> str:
    page = str(client.get(f"/pairs/{pair.pk}/").content.decode())
    return page.split('page-header-lead">')[1].split("</p>")[0]


def test_the_page_asks_one_thing_after_the_other(pair, cast, client_of, clock_at):
    mia = client_of(cast.mia)
    assert next_thing(mia, pair) == "Before you meet: three things you would like Sol to know, and why you look forward to this."
    note_services.write_common_ground(pair, body="bees", looking_forward="soon", by=cast.mia.account, now=NOON)
    assert next_thing(mia, pair) == "Session 1 is on Monday 8 March 2027, 10:30 (Paris time)."
    clock_at(NOON + 7 * DAY)
    mia = client_of(cast.mia)
    assert next_thing(mia, pair) == "Did you and Sol meet for session 1?"
    first = Session.objects.get(pair=pair, number=1)
    response = mia.post(f"/pairs/{pair.pk}/sessions/{first.pk}/report/", {"answer": "met"})
    assert (response.status_code, response["Location"]) == (302, f"/pairs/{pair.pk}/sessions/{first.pk}/questions/")
    assert next_thing(mia, pair) == "Write down what you agreed with Sol; it takes two minutes."


def test_two_clicks_end_a_pair_without_a_reason(pair, cast, client_of):
    assert cast.cleo
    sol = client_of(cast.sol)
    asking = sol.get(f"/pairs/{pair.pk}/end/")
    assert ("<textarea" in asking.content.decode(), "reason" in asking.content.decode()) == (False, True)
    done = sol.post(f"/pairs/{pair.pk}/end/", follow=True)
    assert "This pair has closed. It is nobody&#x27;s fault. Cleo will offer you a new partner." in text_of(done)
    again = sol.post(f"/pairs/{pair.pk}/end/")
    assert again.status_code == 409


def test_a_pair_that_is_over_promises_nothing_more(cast, client_of):
    pair = cast.mia_and_sol
    pair_services.end_pair(pair, by=cast.sol.account, now=NOON)
    page = text_of(client_of(cast.mia).get(f"/pairs/{pair.pk}/"))
    assert ("Your dates are being found" in page, "No session had a date." in page) == (False, True)
    assert "keeps a session alive" not in page


def test_dates_that_nobody_answered_are_not_called_invited_once_the_pair_is_over(pair, cast, client_of):
    pair_services.end_pair(pair, by=cast.sol.account, now=NOON)
    Session.objects.filter(pair=pair, number=1).update(state=Session.State.INVITED)
    page = text_of(client_of(cast.mia).get(f"/pairs/{pair.pk}/"))
    assert ("nobody said whether you met" in page, ">invited<" in page) == (True, False)


def test_what_a_guide_proposes_in_return_is_not_told_as_given(pair, cast, client_of):
    first = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    ledger = client_of(cast.mia).get(f"/pairs/{pair.pk}/").context["ledger"]
    assert (len(ledger.mentor_gave), ledger.mentee_gave) == (1, [])


def test_the_agreement_says_for_how_many_days_this_round_keeps_notes(pair, cast, client_of):
    Cohort.objects.filter(pk=pair.cohort_id).update(notes_kept_days=45)
    for name in ("agreement", "agreement_print"):
        page = text_of(client_of(cast.sol).get(reverse(name, args=[pair.pk])))
        assert ("In our round that is 45 days after we close." in page, "30 days" in page) == (True, False)


def test_a_pause_and_a_resumption(pair, cast, client_of):
    mia = client_of(cast.mia)
    mia.post(f"/pairs/{pair.pk}/pause/")
    assert next_thing(mia, pair) == "Your pair rests. Take it up again when it suits both of you."
    mia.post(f"/pairs/{pair.pk}/resume/")
    assert Pair.objects.get(pk=pair.pk).state == "active"


def test_themes_are_picked_and_swapped(pair, cast, client_of):
    mia = client_of(cast.mia)
    mia.post(f"/pairs/{pair.pk}/themes/", {"theme_2": "finding-and-judging", "theme_3": "", "theme_4": "", "theme_5": ""})
    assert Pair.objects.get(pk=pair.pk).themes == ["finding-and-judging"]
    assert mia.post(f"/pairs/{pair.pk}/themes/", {"theme_2": "no-such-theme"}).status_code == 409


def test_unknown_lines_are_declared_by_each(cast, client_of, clock_at):
    mentor = factories.enrolment(cast.cohort, cast.kofi, "mentor")
    pair = factories.pair(mentor, cast.sol_place)
    kofi = client_of(cast.kofi)
    assert "neither of you manages the other" in next_thing(kofi, pair)
    assert kofi.get(f"/pairs/{pair.pk}/declare/").status_code == 200
    kofi.post(f"/pairs/{pair.pk}/declare/")
    assert "neither of you manages the other" not in next_thing(kofi, pair)


def test_a_line_that_breaks_off_higher_up_is_declared_too(cast, client_of, clock_at):
    mentor = factories.enrolment(cast.cohort, factories.person("Bo", manager=factories.person()), "mentor")
    pair = factories.pair(mentor, cast.sol_place)
    assert "neither of you manages the other" in next_thing(client_of(cast.sol), pair)


def test_an_organiser_sees_which_declaration_is_missing_where_one_is_asked(cast, client_of, clock_at):
    pair = factories.pair(
        factories.enrolment(cast.cohort, factories.person("Bo", "Berg", entity=cast.paris), "mentor"), cast.sol_place
    )
    cleo, title = client_of(cast.cleo), "Declaration"

    def said() -> str:
        words = text_of(cleo.get(f"/pairs/{pair.pk}/facts/"))
        assert title in words
        return words.partition(title)[2].partition("<p>")[2].partition("</p>")[0]

    assert said() == "Not declared yet."
    pair_services.declare_no_line(pair, by=pair.mentor.person.account, now=NOON)
    assert said() == "Declared by one; Sol Lindqvist has not declared it yet."
    pair_services.declare_no_line(pair, by=cast.sol.account, now=NOON)
    assert said() == "Declared by both."
    known = factories.pair(cast.mia_place, factories.enrolment(cast.cohort, factories.person(manager=cast.head), "mentee"))
    assert title not in text_of(cleo.get(f"/pairs/{known.pk}/facts/"))


def test_common_ground_steps_notes_and_the_ledger(pair, cast, client_of):
    mia, sol = client_of(cast.mia), client_of(cast.sol)
    for client, word in ((mia, "bees"), (sol, "boats")):
        assert client.post(f"/pairs/{pair.pk}/common-ground/", {"body": word, "looking_forward": "soon"}).status_code == 302
    assert "boats" in text_of(mia.get(f"/pairs/{pair.pk}/"))
    sol.post(f"/pairs/{pair.pk}/steps/", {"body": "Introduce Ana", "holder": "mentee", "due_on": "2027-04-01"})
    words = text_of(mia.get(f"/pairs/{pair.pk}/"))
    assert ("Introduce Ana" in words, "until 1 April" in words) == (True, True)
    mia.post(f"/pairs/{pair.pk}/notes/", {"kind": "received", "body": "A name in finance"})
    mia.post(f"/pairs/{pair.pk}/notes/", {"kind": "private", "body": "For me alone"})
    mia.post(f"/pairs/{pair.pk}/notes/", {"kind": "shared", "body": "<script>alert(1)</script>"})
    words = text_of(sol.get(f"/pairs/{pair.pk}/"))
    assert ("A name in finance" in words, "For me alone" in words, "<script>alert" in words) == (True, False, False)


def test_notes_are_changed_and_taken_away_and_steps_are_done(pair, cast, client_of):
    mia, sol = client_of(cast.mia), client_of(cast.sol)
    note = note_services.write_note(pair, kind="shared", body="old", by=cast.mia.account, now=NOON)
    step = note_services.add_step(pair, body="x", holder="mentor", by=cast.mia.account, now=NOON)
    assert sol.post(f"/pairs/{pair.pk}/notes/{note.pk}/", {"body": "new", "version": "1"}).status_code == 403
    assert mia.post(f"/pairs/{pair.pk}/notes/{note.pk}/", {"body": "new", "version": "1"}).status_code == 302
    assert mia.post(f"/pairs/{pair.pk}/notes/{note.pk}/", {"body": "new", "version": "x"}).status_code == 404
    assert mia.post(f"/pairs/{pair.pk}/notes/{note.pk}/", {"body": "newer", "version": "1"}).status_code == 409
    assert sol.post(f"/pairs/{pair.pk}/steps/{step.pk}/").status_code == 302
    assert sol.post(f"/pairs/{pair.pk}/steps/999999/").status_code == 404
    assert mia.post(f"/pairs/{pair.pk}/notes/{note.pk}/remove/").status_code == 302
    assert mia.post(f"/pairs/{pair.pk}/notes/{note.pk}/remove/").status_code == 404
    private = note_services.write_note(pair, kind="private", body="mine", by=cast.mia.account, now=NOON)
    assert sol.post(f"/pairs/{pair.pk}/notes/{private.pk}/remove/").status_code == 404


def test_notes_of_a_session_go_back_to_it(pair, cast, client_of):
    mia = client_of(cast.mia)
    first = Session.objects.get(pair=pair, number=1)
    response = mia.post(f"/pairs/{pair.pk}/notes/", {"kind": "agenda", "body": "Start with search", "session": str(first.pk)})
    assert response["Location"] == f"/pairs/{pair.pk}/sessions/{first.pk}/"
    assert "Start with search" in text_of(mia.get(response["Location"]))
    assert mia.post(f"/pairs/{pair.pk}/notes/", {"kind": "agenda", "body": "x", "session": "x"}).status_code == 404


def test_a_coordinator_sees_condition_dates_and_states_and_no_word_of_theirs(pair, cast, client_of, clock_at):
    note_services.write_note(pair, kind="shared", body="SECRET-NOTE", by=cast.mia.account, now=NOON)
    pair_services.draft_agreement(pair, {"mentor_aim": "SECRET-AIM"}, by=cast.mia.account, version=1, now=NOON)
    clock_at(NOON + 12 * DAY)
    words = text_of(client_of(cast.cleo).get(f"/pairs/{pair.pk}/facts/"))
    assert "Nobody has said yet whether it took place." in words
    assert ("SECRET" in words, "Our digital day" in words) == (False, False)


def test_a_coordinator_notes_that_they_told_her(pair, cast, client_of, clock_at):
    clock_at(NOON + 12 * DAY)
    first = Session.objects.get(pair=pair, number=1)
    cleo = client_of(cast.cleo)
    assert cleo.post(f"/pairs/{pair.pk}/sessions/{first.pk}/told/", {f"{first.pk}-met_on": "soon"}).status_code == 409
    done = cleo.post(f"/pairs/{pair.pk}/sessions/{first.pk}/told/", {f"{first.pk}-met_on": "2027-03-08"}, follow=True)
    assert "told to the coordinator: met" in text_of(done)


def test_a_coordinator_of_one_side_sees_the_other_as_somebody_in_another_business(cast, client_of, clock_at):
    pair = factories.pair(factories.enrolment(cast.cohort, cast.kofi, "mentor"), cast.sol_place)
    words = text_of(client_of(cast.cleo).get(f"/pairs/{pair.pk}/facts/"))
    assert ("Somebody in another business" in words, "Kofi" in words, "Mensah" in words, "Sol Lindqvist" in words) == (
        True,
        False,
        False,
        True,
    )
    elsewhere = factories.pair(
        factories.enrolment(cast.cohort, factories.person(entity=cast.lagos), "mentor"),
        factories.enrolment(cast.cohort, cast.rosa, "mentee"),
    )
    assert client_of(cast.cleo).get(f"/pairs/{elsewhere.pk}/facts/").status_code == 404


def test_an_organiser_pauses_resumes_closes_and_ends(pair, cast, client_of):
    cleo = client_of(cast.cleo)
    for verb in ("pause", "resume"):
        assert cleo.post(f"/pairs/{pair.pk}/{verb}/")["Location"] == f"/pairs/{pair.pk}/facts/"
    assert cleo.post(f"/pairs/{pair.pk}/close/").status_code == 409
    assert client_of(cast.nadia).post(f"/pairs/{pair.pk}/close/").status_code == 404
    assert Session.objects.filter(pair=pair, number=6, state="cancelled").count() == 1
    factories.session(pair, 6, state="met")
    assert cleo.post(f"/pairs/{pair.pk}/close/")["Location"] == f"/pairs/{pair.pk}/facts/"
    other = factories.pair(
        factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor"),
        factories.enrolment(cast.cohort, factories.person(), "mentee"),
    )
    assert cleo.post(f"/pairs/{other.pk}/end/")["Location"] == f"/pairs/{other.pk}/facts/"


def test_an_organiser_reads_of_the_two_and_each_of_the_two_of_themselves(pair, cast, client_of):
    cleo, mia = client_of(cast.cleo), client_of(cast.mia)
    rests = text_of(cleo.post(f"/pairs/{pair.pk}/pause/", follow=True))
    assert "Mia Okafor and Sol Lindqvist rest as a pair, and their dates are taken out of both calendars." in rests
    assert "The closing session of the two has not taken place yet." in text_of(cleo.post(f"/pairs/{pair.pk}/close/"))
    assert "Hold it first" in text_of(mia.post(f"/pairs/{pair.pk}/close/"))
    mia.post(f"/pairs/{pair.pk}/resume/")
    assert "Your pair rests, and its dates are taken out" in text_of(mia.post(f"/pairs/{pair.pk}/pause/", follow=True))


def test_an_organiser_is_not_told_a_name_outside_their_entities(pair, cast, client_of):
    Person.objects.filter(pk=cast.sol.pk).update(entity=cast.lagos)
    rests = text_of(client_of(cast.cleo).post(f"/pairs/{pair.pk}/pause/", follow=True))
    assert ("Mia Okafor and Somebody in another business rest as a pair" in rests, "Lindqvist" in rests) == (True, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pair_page_costs_the_same_for_any_number_of_rows(rows, pair, cast, client_of, django_assert_num_queries):
    for number in range(rows):
        note_services.write_note(pair, kind="shared", body=f"note {number}", by=cast.mia.account, now=NOON)
        note_services.add_step(pair, body=f"step {number}", holder="mentor", by=cast.mia.account, now=NOON)
    mia = client_of(cast.mia)
    mia.get(f"/pairs/{pair.pk}/")
    with django_assert_num_queries(18):
        mia.get(f"/pairs/{pair.pk}/")


@pytest.mark.parametrize("rows", [1, 3])
def test_conditions_cost_four_queries_for_any_number_of_pairs(rows, cast, django_assert_num_queries):
    for _number in range(rows):
        made = factories.pair(
            factories.enrolment(cast.cohort, factories.person(), "mentor"),
            factories.enrolment(cast.cohort, factories.person(), "mentee"),
        )
        factories.session(made)
    pairs = list(Pair.objects.select_related("cohort", "mentor", "mentee"))
    with django_assert_num_queries(4):
        assert len(conditions_of(pairs, on=NOON.date())) == rows


def test_dates_are_being_found_in_the_first_minutes(cast, client_of, clock_at):
    pair = cast.mia_and_sol
    assert "Your dates are being found" in text_of(client_of(cast.mia).get(f"/pairs/{pair.pk}/"))
    clock_at(NOON + timedelta(minutes=6))
    page = text_of(client_of(cast.mia).get(f"/pairs/{pair.pk}/"))
    assert (page.count("Choose a date"), page.count("no date yet")) == (1, 6)


def test_the_page_goes_on_asking_until_the_certificate(pair, cast, client_of, clock_at):
    mia, sol = cast.mia.account, cast.sol.account
    first = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)
    scheduling_services.report_session(first, said="met", by=mia, now=NOON, met_on=NOON.date())
    pair_services.draft_agreement(pair, {"place": "Online"}, by=mia, version=1, now=NOON)
    client = client_of(cast.mia)
    assert (
        next_thing(client, pair) == "Your agreement is ready. When both have signed, the dates held for you become invitations."
    )
    pair_services.sign_agreement(pair, by=mia, version=2, now=NOON)
    second = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=2)
    scheduling_services.cancel_session(second, by=sol, now=NOON)
    assert next_thing(client, pair) == "Session 2 has no date yet. Shall we find one?"
    last = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=6)
    scheduling_services.report_session(last, said="met", by=mia, now=NOON, met_on=NOON.date())
    assert next_thing(client, pair) == "Your closing session is behind you. Look back, and say how you go on."
    for account in (mia, sol):
        pair_services.choose_next(pair, "close", by=account, now=NOON)
    assert next_thing(client, pair) == "You have met, learned and closed. Your certificate says what you did."


def test_what_was_done_stands_in_the_ledger(pair, cast, client_of):
    first = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    step = note_services.add_step(pair, body="Introduce Ana", holder="mentee", by=cast.sol.account, now=NOON)
    note_services.mark_step(step, is_done=True, by=cast.sol.account, now=NOON)
    ledger = text_of(client_of(cast.mia).get(f"/pairs/{pair.pk}/")).split('id="ledger-title"')[1]
    mentor_gave, _heading, mentee_gave = ledger.partition("Sol gave")
    assert ("Our digital day" in mentor_gave, "Introduce Ana" in mentee_gave) == (True, True)

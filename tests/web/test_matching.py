import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import NotAvailable, Proposal, Run, Unmatched
from turnabout.notifications.models import Notice


def suggestions(cast, count: int) -> Run:
    run = factories.run(
        cast.cohort, figures={"people": 2 * count, "pairs": count, "floor": 600, "candidates": 10, "not_prepared": 0, "total": 1}
    )
    for _number in range(count):
        mentor = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor")
        mentee = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentee")
        factories.proposal(run, mentor, mentee)
    return run


@pytest.mark.parametrize("rows", [1, 3])
def test_board_costs_the_same_for_any_number_of_suggestions(rows, cast, client_of, clock_at, django_assert_num_queries):
    client, run = client_of(cast.olu), suggestions(cast, rows)
    with django_assert_num_queries(12):
        response = client.get(reverse("board", kwargs={"run_id": run.pk}))
    assert response.content.decode().count('<article class="match-card"') == rows


def test_counts_and_points_are_written_in_one_way(cast, client_of, clock_at):
    run = suggestions(cast, 1)
    Run.objects.filter(pk=run.pk).update(figures=run.figures | {"people": 2400, "pairs": 1200, "candidates": 2500})
    Proposal.objects.update(score=1000)
    page = client_of(cast.olu).get(reverse("board", kwargs={"run_id": run.pk})).content.decode()
    assert '<span class="number match-card-figure">1,000</span> <span class="quiet small">of 1,000 points</span>' in page
    assert ("2,400 people have a partner in this draft" in page, "2,400 of 2,500" in page, "<dd>1,200</dd>" in page) == (
        True,
    ) * 3
    why = client_of(cast.olu).get(reverse("proposal", kwargs={"proposal_id": Proposal.objects.get().pk})).content.decode()
    assert "1,000 of 1,000 points: 600 for the mentor" in why


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_people_without_a_partner_costs_the_same(rows, cast, client_of, clock_at, django_assert_num_queries):
    run = factories.run(cast.cohort)
    for _number in range(rows):
        place = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor")
        Unmatched.objects.create(
            run=run,
            enrolment=place,
            reason="language",
            blocked_by={"eligible": 0, "rules": {"language": 4}, "opens": {"language": 2}},
        )
    client = client_of(cast.olu)
    with django_assert_num_queries(13):
        response = client.get(reverse("board_alone", kwargs={"run_id": run.pk}))
    assert response.content.decode().count("Possible partners ruled out: 4 by “Language”.") == rows


def test_word_of_the_programme_keeps_its_own_capitals_beside_a_person_without_a_partner(cast, client_of, clock_at):
    cast.programme.mentor_word = "HR partner"
    cast.programme.save(update_fields=["mentor_word"])
    run = factories.run(cast.cohort)
    place = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor")
    Unmatched.objects.create(run=run, enrolment=place, reason="language", blocked_by={"eligible": 0})
    page = client_of(cast.olu).get(reverse("board_alone", kwargs={"run_id": run.pk})).content.decode()
    assert ("HR partner" in page, "Hr partner" in page) == (True, False)


def test_coordinator_sees_no_name_of_another_business(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    factories.proposal(run, factories.enrolment(cast.cohort, cast.kofi, "mentor"), cast.sol_place)
    page = client_of(cast.cleo).get(reverse("board", kwargs={"run_id": run.pk})).content.decode()
    assert "Sol Lindqvist" in page
    assert "Somebody in another business" in page
    assert "Kofi" not in page
    assert "Lagos" not in page


def test_suggestion_between_other_businesses_is_not_there_for_a_coordinator(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    elsewhere = factories.proposal(
        run, factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, cast.rosa, "mentee")
    )
    client = client_of(cast.cleo)
    assert client.get(reverse("proposal", kwargs={"proposal_id": elsewhere.pk})).status_code == 404
    assert client.get(reverse("board", kwargs={"run_id": run.pk})).content.decode().count('<article class="match-card"') == 0


@pytest.mark.parametrize("state", ["closed", "asking_mentor", "asking_mentee"])
def test_open_questions_look_alike_and_closed_ones_are_gone(state, cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    factories.proposal(run, cast.mia_place, cast.sol_place, state=state)
    page = client_of(cast.olu).get(reverse("board", kwargs={"run_id": run.pk}) + "?show=out").content.decode()
    assert ("Mia Okafor" in page) == (state != "closed")
    assert "asking" not in page


def test_round_is_started_from_the_page_and_watched(cast, client_of, clock_at):
    client = client_of(cast.olu)
    response = client.post(
        reverse("matching", kwargs={"cohort_id": cast.cohort.pk}), {"objective": "fairest", "is_breadth_first": "on", "seed": "4"}
    )
    run = Run.objects.get()
    assert response.headers["Location"] == reverse("run", kwargs={"run_id": run.pk})
    assert (run.objective, run.is_breadth_first, run.seed, run.state) == ("fairest", True, 4, "waiting")
    assert client.get(response.headers["Location"]).status_code == 200


def test_publishing_writes_one_question_per_mentor(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    factories.proposal(run, cast.mia_place, cast.sol_place)
    client_of(cast.olu).post(
        reverse("publish", kwargs={"run_id": run.pk}), {"subject": "Hello", "body": "From us.", "publish": "1"}
    )
    assert list(Notice.objects.filter(template="proposal.asked").values_list("account", flat=True)) == [cast.mia.account.pk]
    assert Proposal.objects.get().state == "asking_mentor"


def test_message_goes_to_its_writer_first_and_to_nobody_else(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    factories.proposal(run, cast.mia_place, cast.sol_place)
    client_of(cast.olu).post(reverse("publish", kwargs={"run_id": run.pk}), {"subject": "Hello", "body": "From us.", "test": "1"})
    assert list(Notice.objects.values_list("template", "account")) == [("proposal.example", cast.olu.pk)]
    assert Proposal.objects.get().state == "draft"


def test_asked_mentor_answers_in_the_product_and_a_no_is_passed_on_to_nobody(cast, client_of, clock_at):
    question = factories.proposal(
        factories.run(cast.cohort, state="published"), cast.mia_place, cast.sol_place, state="asking_mentor"
    )
    client = client_of(cast.mia)
    assert "Sol Lindqvist" in client.get(reverse("suggestion", kwargs={"proposal_id": question.pk})).content.decode()
    client.post(reverse("suggestion_answer", kwargs={"proposal_id": question.pk}), {"answer": "not_this_person"})
    assert NotAvailable.objects.count() == 1
    assert Notice.objects.count() == 0
    assert client.get(reverse("suggestion", kwargs={"proposal_id": question.pk})).status_code == 404


def test_unknown_answer_changes_nothing(cast, client_of, clock_at):
    question = factories.proposal(
        factories.run(cast.cohort, state="published"), cast.mia_place, cast.sol_place, state="asking_mentor"
    )
    client_of(cast.mia).post(reverse("suggestion_answer", kwargs={"proposal_id": question.pk}), {"answer": "perhaps"})
    assert Proposal.objects.get().state == "asking_mentor"


def test_pairing_by_hand_says_which_number_is_wrong(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    assert cast.sol_place
    page = client_of(cast.olu).post(
        reverse("pair_by_hand", kwargs={"run_id": run.pk}), {"mentor": "nobody", "mentee": cast.sol.employee_number}
    )
    assert "Nobody registered in this round has this number or address." in page.content.decode()


def test_pairing_by_hand_says_who_is_not_prepared(cast, client_of, clock_at):
    cast.cohort.preparation = "both_first"
    cast.cohort.save(update_fields=["preparation"])
    run = factories.run(cast.cohort)
    Enrolment.objects.filter(pk=cast.sol_place.pk).update(prepared_at=None)
    page = client_of(cast.olu).post(
        reverse("pair_by_hand", kwargs={"run_id": run.pk}),
        {"mentor": cast.mia_place.person.employee_number, "mentee": cast.sol.email, "accepts_warnings": "on"},
    )
    assert page.status_code == 409
    assert "Sol Lindqvist has not finished the preparation this design asks for before matching." in page.content.decode()
    assert Proposal.objects.count() == 0


def test_publishing_says_who_is_not_prepared(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    factories.proposal(run, cast.mia_place, cast.sol_place, is_by_hand=True)
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(prepared_at=None)
    page = client_of(cast.olu).post(reverse("publish", kwargs={"run_id": run.pk}), {"subject": "", "body": "", "publish": "1"})
    assert page.status_code == 409
    assert "Mia Okafor has not finished the preparation this design asks for before matching." in page.content.decode()
    assert Notice.objects.count() == 0


def test_pairing_by_hand_keeps_the_pair(cast, client_of, clock_at):
    run = factories.run(cast.cohort)
    for place in (cast.mia_place, cast.sol_place):
        assert place.state == Enrolment.State.REGISTERED
    client_of(cast.olu).post(
        reverse("pair_by_hand", kwargs={"run_id": run.pk}),
        {"mentor": cast.mia.employee_number, "mentee": cast.sol.email, "accepts_warnings": "on"},
    )
    made = Proposal.objects.get()
    assert (made.mentor, made.mentee, made.is_by_hand, made.is_locked) == (cast.mia_place, cast.sol_place, True, True)
    assert made.run.created_at == NOON


@pytest.mark.parametrize("rows", [1, 3])
def test_who_waits_for_an_answer_is_said_beside_those_who_can_be_matched(
    rows, cast, client_of, clock_at, django_assert_num_queries
):
    run = factories.run(cast.cohort, state="published")
    for _number in range(rows):
        mentor = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor")
        mentee = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentee")
        factories.proposal(run, mentor, mentee, state="asking_mentor")
    for person, role in ((cast.mia, "mentor"), (cast.sol, "mentee")):
        factories.enrolment(cast.cohort, person, role)
    client = client_of(cast.olu)
    with django_assert_num_queries(19):
        page = client.get(reverse("matching", kwargs={"cohort_id": cast.cohort.pk})).content.decode()
    assert "1 mentors and 1 mentees can be matched now." in page
    assert f"{2 * rows} people wait for an answer to a suggestion and stay out of this round." in page

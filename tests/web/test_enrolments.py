import pytest
from django.urls import reverse

from tests import factories
from turnabout.enrolments.models import Nomination
from turnabout.programmes.models import Cohort


@pytest.fixture
def leader(cast, clock_at):
    programme = factories.programme(by=cast.olu, design="executives-find-their-mentor")
    return factories.enrolment(factories.cohort(programme), cast.sol, "mentee")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("invited", "Your place is waiting for you."),
        (
            "waiting",
            "You are on the waiting list. You will get a mail as soon as a place is free; until then there is nothing to do.",
        ),
        ("paused", "You are paused: you will not be matched until you or your coordinator resume it."),
        ("withdrawn", "You have left this round. Nothing more is asked of you."),
        ("closed", "This round is over. Thank you for taking part."),
        ("registered", "You have a place. The next thing is to prepare."),
    ],
)
def test_a_place_says_what_comes_next(cast, client_of, clock_at, state, sentence):
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state=state, is_prepared=False)
    assert client_of(cast.mia).get(reverse("place", args=[place.pk])).context["next"]["sentence"] == sentence


def test_a_place_with_a_partner_says_so_and_offers_no_pause_where_nothing_is_left_to_pause(cast, client_of, clock_at):
    assert cast.mia_and_sol
    page = client_of(cast.sol).get(reverse("place", args=[cast.sol_place.pk]))
    assert page.context["next"]["sentence"] == "You have a partner. What concerns the two of you stands on your own page."
    assert page.context["may_pause"] is False


def test_a_place_in_a_closed_round_asks_nothing_and_offers_nothing(cast, client_of, clock_at):
    place = cast.mia_place
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed")
    page = client_of(cast.mia).get(reverse("place", args=[place.pk]))
    assert page.context["next"]["sentence"] == "This round is over. Thank you for taking part."
    assert (page.context["may_pause"], page.context["may_leave"]) == (False, False)


def test_leaving_a_round_by_a_suggestion_takes_two_presses(cast, client_of, clock_at):
    asked = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, state="asking_mentor")
    answer, mia = reverse("suggestion_answer", args=[asked.pk]), client_of(cast.mia)
    page = mia.post(answer, {"answer": "stop"})
    assert (page.status_code, "You need no reason, and nobody is told why." in page.content.decode()) == (422, True)
    assert "Nadia Haddad" in page.content.decode()
    cast.mia_place.refresh_from_db()
    assert cast.mia_place.state == "registered"
    assert mia.post(answer, {"answer": "stop", "sure": "1"}).status_code == 302
    cast.mia_place.refresh_from_db()
    assert cast.mia_place.state == "withdrawn"


def test_pausing_and_coming_back_is_one_button(cast, client_of, clock_at):
    place, mia = cast.mia_place, client_of(cast.mia)
    url = reverse("place_pause", args=[place.pk])
    for state in ("paused", "registered"):
        mia.post(url)
        place.refresh_from_db()
        assert place.state == state


def test_a_leader_names_people_and_sees_no_answers(cast, client_of, leader, sent):
    assert cast.otto
    sol, url = client_of(cast.sol), reverse("place_nominate", args=[leader.pk])
    response = sol.post(url, {"people": f"{cast.kofi.email}\nOtto Weber"})
    assert response["Location"] == reverse("place", args=[leader.pk])
    Nomination.objects.filter(person=cast.kofi).update(state="closed")
    Nomination.objects.filter(person=cast.otto).update(state="accepted")
    assert sol.get(url).context["named"] == ["Kofi Mensah", "Otto Weber"]


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ("", "Name at least one person, or go back: naming somebody is a choice."),
        ("No One", "Not found, or not just one person: No One. Use the work address or the employee number."),
        ("Hana Novak", "Hana Novak is in your own reporting line. Name somebody outside it."),
    ],
)
def test_a_name_that_cannot_be_asked_is_explained(cast, client_of, leader, people, sentence):
    response = client_of(cast.sol).post(reverse("place_nominate", args=[leader.pk]), {"people": people})
    assert (response.status_code, response.context["form"].errors["people"]) == (422, [sentence])


def asked(cast, client_of, leader, sent) -> str:
    client_of(cast.sol).post(reverse("place_nominate", args=[leader.pk]), {"people": cast.kofi.email})
    return str(sent()[0].url)


def test_the_private_question_names_nobody_until_a_yes(cast, client_of, leader, sent):
    url, stranger = asked(cast, client_of, leader, sent), client_of(None)
    assert "Lindqvist" not in stranger.get(url).content.decode()
    assert stranger.post(url, {"answer": "perhaps"}).status_code == 409
    page = stranger.post(url, {"answer": "yes"}).content.decode()
    assert "It was Sol Lindqvist who named you." in page
    assert stranger.get(url).status_code == 410


def test_a_no_is_thanked_for_and_told_to_nobody(cast, client_of, leader, sent):
    url, stranger = asked(cast, client_of, leader, sent), client_of(None)
    assert "Nobody is told." in stranger.post(url, {"answer": "no"}).content.decode()
    assert [mail.template for mail in sent()] == ["nomination.asked"]
    for page in ("places", "overview"):
        assert "Kofi" not in client_of(cast.olu).get(reverse(page, args=[leader.cohort_id])).content.decode()


def test_a_question_that_was_withdrawn_is_closed(cast, client_of, leader, sent):
    url = asked(cast, client_of, leader, sent)
    Nomination.objects.update(state="closed")
    assert client_of(None).get(url).status_code == 409

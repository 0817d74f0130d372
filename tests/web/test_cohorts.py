import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Run
from turnabout.programmes.models import Cohort

OFFERED_WHILE_OPEN = (
    ("matching", "Work out the plan"),
    ("matching", "can be matched now"),
    ("board", "Preview and publish"),
    ("places", "Remind of what is open"),
    ("places", "Let invitations wait longer"),
    ("cohort_settings", ">Save</"),
)


@pytest.fixture
def cleo(cast, client_of, clock_at):
    assert cast.cohort
    return client_of(cast.cleo)


@pytest.fixture
def a_mentee(cast) -> Enrolment:
    """Somebody of another entity who has registered, so that mentors may be invited."""
    return factories.enrolment(cast.cohort, cast.rosa, "mentee")


def invited_mentors() -> list[str]:
    places = Enrolment.objects.filter(role="mentor").select_related("person")
    return sorted(place.person.given_name for place in places)


def invite_url(cast, query: str = "") -> str:
    return reverse("cohort_invite", args=[cast.cohort.pk]) + query


@pytest.mark.parametrize(
    ("state", "label"), [("draft", "Look and open"), ("enrolling", "Invite mentees"), ("closed", "See where people are")]
)
def test_a_round_says_the_one_thing_to_do_next(cast, client_of, clock_at, state, label):
    cohort = factories.cohort(cast.programme, state=state)
    assert client_of(cast.olu).get(reverse("cohort", args=[cohort.pk])).context["next"].label == label


def test_what_comes_next_follows_what_people_did(cast, cleo):
    url = reverse("cohort", args=[cast.cohort.pk])
    mentee = factories.enrolment(cast.cohort, cast.sol, "mentee", state="invited", is_prepared=False)
    Enrolment.objects.filter(pk=mentee.pk).update(registered_at=NOON)
    assert cleo.get(url).context["next"].label == "Invite mentors"
    mentor = factories.enrolment(cast.cohort, cast.mia, "mentor", is_prepared=False)
    assert cleo.get(url).context["next"].sentence == "1 person has not answered yet."
    Enrolment.objects.filter(pk=mentee.pk).update(state="waiting")
    assert cleo.get(url).context["next"].label == "See who is not prepared"
    Enrolment.objects.filter(pk=mentor.pk).update(prepared_at="2027-03-01T12:00Z")
    assert cleo.get(url).context["next"].label == "Where people are"


def test_a_closed_round_offers_nothing_that_would_be_refused(cast, client_of, clock_at):
    assert cast.cohort
    factories.proposal(factories.run(cast.cohort), cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    olu, offered = client_of(cast.olu), sorted(OFFERED_WHILE_OPEN)
    pages = {
        "matching": cast.cohort.pk,
        "board": Run.objects.get().pk,
        "places": cast.cohort.pk,
        "cohort_settings": cast.cohort.pk,
    }

    def offers() -> list[tuple[str, str]]:
        texts = {name: olu.get(reverse(name, args=[key])).content.decode() for name, key in pages.items()}
        return sorted((name, words) for name, words in OFFERED_WHILE_OPEN if words in " ".join(texts[name].split()))

    assert offers() == offered
    place = reverse("place_for_organisers", args=[cast.cohort.pk, cast.mia_place.pk])
    assert (olu.get(place).context["may_pause"], len(olu.get(reverse("morning")).context["tasks"])) == (True, 1)
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed", closed_at=NOON)
    assert offers() == []
    assert (olu.get(place).context["may_pause"], olu.get(reverse("morning")).context["tasks"]) == (False, [])


def test_a_closed_round_counts_who_finished_among_the_coordinators_people(cast, cleo):
    assert cast.mia_place
    factories.pair(factories.enrolment(cast.cohort, cast.kofi, "mentor"), cast.sol_place, state="closed", ended_at=NOON)
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed", closed_at=NOON)
    sides = cleo.get(reverse("cohort", args=[cast.cohort.pk])).context["sides"]
    assert [(side["meters"][-1]["label"], side["meters"][-1]["text"]) for side in sides] == [
        ("Reached the closing session", "0 of 0"),
        ("Reached the closing session", "1 of 1"),
    ]


def test_who_stopped_and_left_stays_in_the_figures_of_a_round(cast, client_of, clock_at):
    for number in range(4):
        places = [factories.enrolment(cast.cohort, factories.person(), role) for role in ("mentor", "mentee")]
        factories.pair(*places, state="closed" if number == 0 else "ended", ended_at=NOON)
        Enrolment.objects.filter(pk__in=[place.pk for place in places]).update(places_taken=0)
        if number:
            Enrolment.objects.filter(pk__in=[place.pk for place in places]).update(state="withdrawn", left_at=NOON)
    factories.enrolment(cast.cohort, cast.mia, "mentor", state="withdrawn", is_prepared=False, registered_at=None, left_at=NOON)

    def figures() -> list[tuple[list[str], int]]:
        sides = client_of(cast.olu).get(reverse("cohort", args=[cast.cohort.pk])).context["sides"]
        return [([meter["text"] for meter in side["meters"]], side["left"]) for side in sides]

    assert figures() == [(["5 of 5", "4 of 5", "4 of 4", "0 of 4"], 3), (["4 of 4", "4 of 4", "4 of 4", "0 of 4"], 3)]
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed", closed_at=NOON)
    assert figures() == [(["5 of 5", "4 of 5", "4 of 4", "1 of 4"], 3), (["4 of 4", "4 of 4", "4 of 4", "1 of 4"], 3)]
    page = client_of(cast.olu).get(reverse("cohort", args=[cast.cohort.pk])).content.decode()
    assert "3 people left after registering, and are counted in what they reached." in page


def test_who_left_owes_nothing_and_makes_no_side_full(cast, cleo):
    factories.enrolment(cast.cohort, cast.sol, "mentee", state="withdrawn", is_prepared=False, left_at=NOON)
    assert cleo.get(reverse("cohort", args=[cast.cohort.pk])).context["next"].label == "Invite mentees"


def test_when_all_have_answered_on_both_sides_partners_come_next(cast, cleo):
    assert [cast.mia_place, cast.sol_place]
    assert cleo.get(reverse("cohort", args=[cast.cohort.pk])).context["next"].label == "Find partners"
    assert cast.mia_and_sol
    assert cleo.get(reverse("cohort", args=[cast.cohort.pk])).context["next"].label == "Where people are"


def test_a_coordinator_sees_that_a_draft_is_still_planned(cast, cleo):
    cohort = factories.cohort(cast.programme, state="draft")
    assert cleo.get(reverse("cohort", args=[cohort.pk])).context["next"].label == "See the programme"


def test_counts_are_those_of_the_coordinators_entities(cast, cleo):
    factories.enrolment(cast.cohort, cast.kofi, "mentor")
    factories.enrolment(cast.cohort, cast.mia, "mentor")
    sides = cleo.get(reverse("cohort", args=[cast.cohort.pk])).context["sides"]
    assert [(side["role"], side["counts"].all) for side in sides] == [("mentor", 1), ("mentee", 0)]


def test_a_list_is_looked_at_first_and_invited_second(cast, cleo, a_mentee, sent):
    text = f"{cast.mia.employee_number}\nnobody@example.test\n{cast.kofi.employee_number}"
    looked = cleo.post(invite_url(cast), {"role": "mentor", "how": "list", "people": text})
    reading = looked.context["reading"]
    assert (reading.people, reading.unknown, reading.outside, invited_mentors()) == (
        [cast.mia],
        ["nobody@example.test"],
        [cast.kofi.employee_number],
        [],
    )
    done = cleo.post(invite_url(cast), {"role": "mentor", "how": "list", "people": text, "do": "invite"})
    assert done["Location"] == reverse("cohort", args=[cast.cohort.pk])
    assert invited_mentors() == ["Mia"]
    assert [mail.to for mail in sent()] == [cast.mia.email]


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ("", "Paste at least one employee number or work address."),
        ("ghost", "Nobody on this list can be invited: each is unknown, invited already, or outside what you look after."),
        ("x\n" * 5 + " ".join(str(number) for number in range(5001)), "This list has more than 5000 entries. Paste it in parts."),
    ],
)
def test_an_unusable_list_is_explained(cast, cleo, a_mentee, people, sentence):
    response = cleo.post(invite_url(cast), {"role": "mentor", "how": "list", "people": people})
    assert (response.status_code, response.context["form"].errors["people"]) == (422, [sentence])


def test_people_are_ticked_in_the_directory(cast, cleo):
    assert [cast.mia, cast.sol, cast.kofi]
    url = invite_url(cast, "?role=mentee&how=directory&grade_from=7")
    shown = cleo.get(url).context["people"]
    assert [cast.sol in shown, cast.mia in shown, cast.kofi in shown] == [True, False, False]
    cleo.post(url, {"role": "mentee", "how": "directory", "person": [cast.sol.pk, cast.kofi.pk], "do": "ticked"})
    assert [place.person for place in Enrolment.objects.all()] == [cast.sol]


def test_everybody_whom_the_filter_shows_is_invited_at_once_and_nobody_twice(cast, cleo, a_mentee):
    assert [cast.mia, cast.sol]
    url = invite_url(cast, f"?role=mentor&how=directory&entity={cast.paris.pk}&suggested=on")
    cleo.post(url, {"role": "mentor", "how": "directory", "do": "all"})
    cleo.post(url, {"role": "mentor", "how": "directory", "do": "all"})
    assert invited_mentors() == ["Max", "Mia"]


@pytest.mark.parametrize(
    ("mailed", "unreached", "says"),
    [
        (2, 0, "2 people are invited. 2 mails are on their way."),
        (
            1,
            2,
            "3 people are invited. 1 mail is on its way. 2 have no mailbox: print a card on each one&#x27;s page in the directory, "
            "and “Messages on paper” there.",
        ),
        (
            0,
            1,
            "1 person is invited. 1 has no mailbox: print a card on their page in the directory, and “Messages on paper” there.",
        ),
    ],
)
def test_after_inviting_it_is_said_how_many_get_a_mail_and_what_reaches_the_others(cast, cleo, mailed, unreached, says):
    people = [
        factories.person(entity=cast.paris, has_mailbox=number < mailed, with_account=number % 2 == 0)
        for number in range(mailed + unreached)
    ]
    numbers = "\n".join(person.employee_number for person in people)
    done = cleo.post(invite_url(cast), {"role": "mentee", "how": "list", "people": numbers, "do": "invite"}, follow=True)
    assert says in done.content.decode()


def test_ticking_nobody_is_explained(cast, cleo, a_mentee):
    response = cleo.post(invite_url(cast), {"role": "mentor", "how": "directory", "do": "ticked"})
    assert (response.status_code, "Tick at least one person" in response.content.decode()) == (409, True)


def test_a_planned_round_invites_nobody(cast, cleo):
    cohort = factories.cohort(cast.programme, state="draft")
    assert cleo.get(reverse("cohort_invite", args=[cohort.pk])).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_the_directory_costs_the_same_for_any_number_of_people(rows, cast, cleo, django_assert_num_queries):
    for _ in range(rows):
        factories.person(entity=cast.paris, grade=30)
    cleo.get("/")
    with django_assert_num_queries(11):
        assert len(cleo.get(invite_url(cast, "?how=directory&grade_from=30")).context["people"]) == rows


def test_the_open_link_is_switched_and_drawn(cast, cleo):
    url = reverse("cohort_open_link", args=[cast.cohort.pk])
    cleo.post(url, {"is_on": "yes"})
    page = cleo.get(url).content.decode()
    assert (Cohort.objects.get(pk=cast.cohort.pk).is_open_link_on, "<svg" in page, cast.cohort.open_link_key in page) == (
        True,
        True,
        True,
    )
    cleo.post(url, {"is_on": "no"})
    assert Cohort.objects.get(pk=cast.cohort.pk).is_open_link_on is False


def test_a_round_is_closed_after_one_question(cast, client_of, clock_at):
    cohort = factories.cohort(cast.programme, state="enrolling")
    factories.enrolment(cohort, cast.mia, "mentor")
    olu = client_of(cast.olu)
    assert olu.get(reverse("cohort_close", args=[cohort.pk])).context["waiting"] == 1
    olu.post(reverse("cohort_close", args=[cohort.pk]))
    assert Cohort.objects.get(pk=cohort.pk).state == "closed"


def test_a_round_with_open_pairs_and_suggestions_says_what_comes_first_and_where(cast, client_of, clock_at):
    assert cast.mia_and_sol
    run = factories.run(cast.cohort, state="published")
    factories.proposal(
        run,
        factories.enrolment(cast.cohort, cast.kofi, "mentor"),
        factories.enrolment(cast.cohort, cast.rosa, "mentee"),
        state="asking_mentor",
    )
    olu, url = client_of(cast.olu), reverse("cohort_close", args=[cast.cohort.pk])
    for response, status in ((olu.get(url), 200), (olu.post(url), 409)):
        assert (response.status_code, response.context["open_things"], [way["url"] for way in response.context["ways"]]) == (
            status,
            [
                "1 pair has not finished. Let the two hold their closing session, or end the pair; then close the round.",
                "1 suggestion waits for an answer. Wait for its deadline, or take it back; then close the round.",
            ],
            [
                f"/morning/?round={cast.cohort.pk}&show=all",
                f"/rounds/{cast.cohort.pk}/pairs/end/",
                f"/matching/{run.pk}/board/?show=out",
            ],
        )
        assert "Close the round" not in response.content.decode()
    assert Cohort.objects.get(pk=cast.cohort.pk).state == "running"


def test_all_pairs_that_still_run_are_ended_from_one_page(cast, client_of, clock_at):
    assert cast.mia_and_sol
    olu, url = client_of(cast.olu), reverse("pairs_end", args=[cast.cohort.pk])
    assert "End the 1 pair that still runs?" in olu.get(url).content.decode()
    done = olu.post(url, follow=True)
    assert (done.redirect_chain[0][0], done.context["open_things"]) == (f"/rounds/{cast.cohort.pk}/close/", [])
    assert "1 pair has closed. Each of the two is told once." in done.content.decode()
    assert (olu.post(url).status_code, "There is nothing to end." in olu.get(url).content.decode()) == (409, True)


def test_a_coordinator_finds_the_page_among_the_pairs_once_the_round_is_over(cast, cleo):
    assert cast.mia_and_sol
    address, listed = reverse("pairs_end", args=[cast.cohort.pk]), f"/morning/?round={cast.cohort.pk}&show=all"
    assert address not in cleo.get(listed).content.decode()
    Cohort.objects.filter(pk=cast.cohort.pk).update(starts_on="2026-01-01", ends_on="2026-12-31")
    assert address in cleo.get(listed).content.decode()
    assert cleo.post(address)["Location"] == reverse("cohort", args=[cast.cohort.pk])


def test_who_reached_the_closing_session_does_not_count_as_without_a_partner(cast, client_of, clock_at):
    factories.pair(cast.mia_place, cast.sol_place, state="closed", ended_at="2027-02-01T12:00Z")
    factories.pair(
        factories.enrolment(cast.cohort, cast.kofi, "mentor"),
        factories.enrolment(cast.cohort, cast.rosa, "mentee"),
        state="ended",
        ended_at="2027-02-01T12:00Z",
    )
    assert client_of(cast.olu).get(reverse("cohort_close", args=[cast.cohort.pk])).context["waiting"] == 2


def test_mentors_are_invited_once_a_mentee_has_registered(cast, cleo):
    url, round_page = invite_url(cast, "?role=mentor"), reverse("cohort", args=[cast.cohort.pk])
    factories.enrolment(cast.cohort, cast.sol, "mentee", state="invited", is_prepared=False)
    refused = cleo.get(url)
    assert (refused.status_code, "Places for mentees come first" in refused.content.decode()) == (409, True)
    assert ("?role=mentor" in cleo.get(round_page).content.decode(), cleo.get(round_page).context["next"].label) == (
        False,
        "See what is still to do",
    )
    Enrolment.objects.update(state="registered", registered_at=NOON, consented_at=NOON)
    assert (cleo.get(url).status_code, "?role=mentor" in cleo.get(round_page).content.decode()) == (200, True)


def test_the_round_says_when_more_share_than_learn(cast, cleo):
    url = reverse("cohort", args=[cast.cohort.pk])
    assert [cast.mia_place, cast.sol_place]
    assert cleo.get(url).context["lacks_mentees"] is False
    factories.enrolment(cast.cohort, cast.kofi, "mentor")
    page = cleo.get(url)
    assert (page.context["lacks_mentees"], "Invite mentees next" in page.content.decode()) == (True, True)


def test_another_programmes_coordinator_finds_no_round(cast, client_of, clock_at):
    other = factories.cohort(factories.programme(by=cast.olu))
    for name in ("cohort", "cohort_invite", "cohort_open_link", "places", "overview"):
        assert client_of(cast.cleo).get(reverse(name, args=[other.pk])).status_code == 404

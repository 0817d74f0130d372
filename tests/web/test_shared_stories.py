"""Stories that both of a pair agreed to share, as their organisers read them; and who does not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.stories import services
from turnabout.stories.models import Story

WORDS = "I ask first now."


@pytest.fixture
def story(cast, clock_at):
    """Told by Mia; both said yes."""
    told = services.tell_story(cast.mia_and_sol, WORDS, may_share=True, by=cast.mia.account, now=NOON)
    return services.consent_to_story(told, is_yes=True, by=cast.sol.account, now=NOON)


def url(cast) -> str:
    return reverse("shared_stories", args=[cast.cohort.pk])


def read(client, cast) -> list[str]:
    return [story.text for story in client.get(url(cast)).context["found"]]


@pytest.mark.parametrize("who", ["cleo", "olu"])
def test_coordinator_and_lead_read_what_both_agreed_to_share(who, cast, client_of, story):
    assert read(client_of(getattr(cast, who)), cast) == [WORDS]


@pytest.mark.parametrize("who", ["sana", "nadia", "ada", "ash", "otto", "kofi", "mia", "sol"])
def test_nobody_else_has_the_list(who, cast, client_of, story):
    factories.enrolment(cast.cohort, cast.kofi, "mentor")
    response = client_of(getattr(cast, who)).get(url(cast))
    assert (response.status_code, WORDS in response.content.decode()) == (404, False)


def test_coordinator_of_other_businesses_reads_none_of_it(cast, client_of, story):
    lagos = factories.account("Lara Bello")
    factories.office(lagos, cast.programme, "coordinator", entities=[cast.lagos])
    assert read(client_of(lagos), cast) == []


def test_coordinator_of_either_side_reads_it(cast, client_of, clock_at):
    pair = factories.pair(factories.enrolment(cast.cohort, cast.kofi, "mentor"), cast.sol_place)
    told = services.tell_story(pair, WORDS, may_share=True, by=cast.kofi.account, now=NOON)
    services.consent_to_story(told, is_yes=True, by=cast.sol.account, now=NOON)
    lagos = factories.account("Lara Bello")
    factories.office(lagos, cast.programme, "coordinator", entities=[cast.lagos])
    assert [read(client_of(one), cast) for one in (lagos, cast.cleo)] == [[WORDS], [WORDS]]


def test_coordinator_of_another_programme_has_no_such_page(cast, client_of, story):
    elsewhere = factories.account("Elsa Brandt")
    factories.office(elsewhere, factories.programme(by=cast.olu), "coordinator")
    assert client_of(elsewhere).get(url(cast)).status_code == 404


def test_one_yes_is_not_enough(cast, client_of, clock_at):
    services.tell_story(cast.mia_and_sol, WORDS, may_share=True, by=cast.mia.account, now=NOON)
    services.tell_story(cast.mia_and_sol, "We kept this.", may_share=False, by=cast.sol.account, now=NOON)
    assert read(client_of(cast.olu), cast) == []


@pytest.mark.parametrize("who", ["mia", "sol"])
def test_it_leaves_at_once_when_either_takes_it_back(who, cast, client_of, story):
    olu = client_of(cast.olu)
    assert read(olu, cast) == [WORDS]
    services.withdraw_story(story, by=getattr(cast, who).account, now=NOON)
    assert read(olu, cast) == []


def test_it_leaves_when_the_earlier_yes_runs_out(cast, client_of, story, clock_at):
    Story.objects.update(mentee_consented_at=NOON + timedelta(days=30))
    year = timedelta(days=365)
    clock_at(NOON + year - timedelta(minutes=1))
    assert read(client_of(cast.olu), cast) == [WORDS]
    clock_at(NOON + year)
    assert read(client_of(cast.olu), cast) == []


def test_the_page_names_nobody_and_shows_nothing_else_of_the_pair(cast, client_of, story):
    content = client_of(cast.cleo).get(url(cast)).content.decode()
    names = [person for person in (cast.mia, cast.sol) if person.family_name in content or person.first_name in content]
    assert (names, "Mentor · March 2027" in " ".join(content.split())) == ([], True)


def test_stories_of_another_round_stay_there(cast, client_of, story):
    other = factories.cohort(cast.programme, name="Autumn")
    assert list(client_of(cast.olu).get(reverse("shared_stories", args=[other.pk])).context["found"]) == []


@pytest.mark.parametrize("page", ["cohort", "overview"])
def test_organisers_come_to_it_from_the_pages_of_the_round(page, cast, client_of, story):
    assert url(cast) in client_of(cast.cleo).get(reverse(page, args=[cast.cohort.pk])).content.decode()


def test_the_sponsor_is_not_sent_there(cast, client_of, story):
    overview = client_of(cast.sana).get(reverse("overview", args=[cast.cohort.pk]))
    assert (overview.status_code, url(cast) in overview.content.decode()) == (200, False)


def test_both_read_on_their_page_until_when_it_is_shared(cast, client_of, story):
    for one in (cast.mia, cast.sol):
        content = " ".join(client_of(one).get(f"/pairs/{story.pair_id}/").content.decode().split())
        assert "Both of you agreed to share it, until 29 February 2028." in content


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_stories(rows, cast, client_of, clock_at, django_assert_num_queries):
    for _ in range(rows):
        mentor, mentee = (factories.enrolment(cast.cohort, factories.person(), role) for role in ("mentor", "mentee"))
        Story.objects.create(
            pair=factories.pair(mentor, mentee),
            teller=mentor,
            text=WORDS,
            told_at=NOON,
            mentor_consented_at=NOON,
            mentee_consented_at=NOON,
        )
    olu = client_of(cast.olu)
    olu.get("/")
    with django_assert_num_queries(8):
        assert len(read(olu, cast)) == rows

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.enrolments import invitations
from turnabout.enrolments.models import PreparationStep


@pytest.fixture
def mentor(cast, clock_at):
    return factories.enrolment(cast.cohort, cast.mia, "mentor", is_prepared=False)


@pytest.fixture
def mentee(cast, clock_at):
    return factories.enrolment(cast.cohort, cast.sol, "mentee", is_prepared=False)


def module(place, key: str) -> str:
    return reverse("prepare_module", args=[place.pk, key])


def test_a_mentor_ticks_off_part_after_part(cast, client_of, mentor):
    mia = client_of(cast.mia)
    rows = mia.get(reverse("prepare", args=[mentor.pk])).context["needed"]
    for row in rows:
        assert mia.post(row["url"], {"do": "done"})["Location"] == reverse("prepare", args=[mentor.pk])
    mentor.refresh_from_db()
    assert (mentor.is_prepared, mia.get(reverse("prepare", args=[mentor.pk])).context["next"]) == (True, None)


def test_the_check_shows_what_we_think_and_keeps_nothing(cast, client_of, mentor):
    page = client_of(cast.mia).post(module(mentor, "what-this-is"), {"do": "check", "check_0": "2", "check_1": "1"})
    assert [(check["is_best"], bool(check["why"])) for check in page.context["checks"]] == [(True, True), (False, True)]
    assert PreparationStep.objects.count() == 0


def test_a_mentee_makes_the_commitment_on_the_page(cast, client_of, mentee):
    sol = client_of(cast.sol)
    door = sol.get(reverse("prepare", args=[mentee.pk])).context["needed"][0]
    assert "I will change course" in sol.get(door["url"]).content.decode()
    sol.post(door["url"], {"do": "done"})
    mentee.refresh_from_db()
    assert (mentee.commitment, mentee.is_prepared) == (True, True)
    assert sol.post(sol.get(reverse("prepare", args=[mentee.pk])).context["offered"][0]["url"], {"do": "done"}).status_code == 302


def test_a_mentee_makes_the_commitment_from_the_mail(cast, client_of, mentee, sent):
    invitations.remind(cast.cohort, places=[mentee], by=cast.cleo, now=NOON)
    url = sent()[0].url
    stranger = client_of(None)
    assert "I will change course" in stranger.get(url).content.decode()
    assert stranger.post(url, follow=True).status_code == 200
    mentee.refresh_from_db()
    assert mentee.commitment is True
    assert stranger.get(url).status_code == 410


def test_a_programmes_own_words_replace_the_designs(cast, client_of, mentor):
    cast.programme.texts = {"preparation.boundaries": [{"text": "Our own words.", "at": "", "by": 1}]}
    cast.programme.save(update_fields=["texts"])
    assert client_of(cast.mia).get(module(mentor, "boundaries")).context["text"] == "Our own words."


def test_preparation_is_seen_by_its_person_alone_and_after_registering(cast, client_of, mentor, clock_at):
    for who in (cast.sol, cast.cleo, cast.olu):
        assert client_of(who).get(reverse("prepare", args=[mentor.pk])).status_code == 404
    invited = factories.enrolment(cast.cohort, cast.kofi, "mentor", state="invited", is_prepared=False)
    assert client_of(cast.kofi).get(module(invited, "boundaries")).status_code == 404
    assert client_of(cast.mia).get(module(mentor, "juggling")).status_code == 404

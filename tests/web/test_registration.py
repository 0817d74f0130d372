"""Taking a place, from the mail and signed in."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.accounts.models import Link
from turnabout.enrolments import invitations
from turnabout.enrolments.models import Enrolment
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.web import sessions

WHEN = {"days": ["0", "2"], "day_from": "10:00", "day_to": "16:00"}
HOW = {"formats": ["online"], "language_1": "en", "level_1": "3"}


@pytest.fixture
def mentor(cast, clock_at) -> Enrolment:
    return factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)


@pytest.fixture
def mentee(cast, clock_at) -> Enrolment:
    return factories.enrolment(cast.cohort, cast.sol, "mentee", state="invited", is_prepared=False)


def step(place: Enrolment, name: str) -> str:
    return reverse("register_step", args=[place.pk, name])


def prefixed(prefix: str, values: Mapping[str, object]) -> dict[str, object]:
    return {f"{prefix}-{key}": value for key, value in values.items()}


MENTEE_ANSWERS = {"learn-shelf_0": ["ai-everyday"], "give-shelf_0": ["career-path"]} | prefixed("when", WHEN)


def test_a_mentor_registers_in_five_steps_each_saved(cast, client_of, mentor, sent):
    mia = client_of(cast.mia)
    assert mia.get(reverse("register", args=[mentor.pk]))["Location"] == step(mentor, "share")
    assert mia.post(step(mentor, "share"), {"ai-everyday": "3"})["Location"] == step(mentor, "learn")
    assert mia.get(reverse("register", args=[mentor.pk]))["Location"] == step(mentor, "learn")
    assert mia.post(step(mentor, "learn"), {"shelf_0": ["career-path"]})["Location"] == step(mentor, "limits")
    assert mia.post(step(mentor, "limits"), {"off_limits": ["pay"], "conflicts": cast.rosa.email})["Location"] == step(
        mentor, "practical"
    )
    assert mia.post(step(mentor, "practical"), WHEN | HOW | {"capacity": "1"})["Location"] == step(mentor, "last")
    done = mia.post(step(mentor, "last"), {"hope": "yes", "apprehension": "time", "consent": "on", "manager_may_be_told": "on"})
    mentor.refresh_from_db()
    assert (done["Location"], mentor.state, mentor.off_limits, mentor.formats) == (
        reverse("place", args=[mentor.pk]),
        "registered",
        ["pay"],
        ["online"],
    )
    assert sorted(mentor.topics.values_list("kind", "topic", "level")) == [
        ("offer", "ai-everyday", 3),
        ("wish", "career-path", 2),
    ]
    assert Person.objects.get(pk=cast.mia.pk).weekly_hours == {"0": ["10:00", "16:00"], "2": ["10:00", "16:00"]}
    assert sorted(mail.template for mail in sent()) == ["enrolment.manager_told", "enrolment.registered"]
    assert "The hours are working time" in mia.get(reverse("place", args=[mentor.pk])).content.decode()


def test_a_mentee_registers_with_three_answers_and_one_look(cast, client_of, mentee):
    sol = client_of(cast.sol)
    assert sol.post(step(mentee, "questions"), MENTEE_ANSWERS)["Location"] == step(mentee, "confirm")
    page = sol.get(step(mentee, "confirm"))
    assert page.context["how"].initial == {"formats": ["online", "in_person"], "language_1": "en", "level_1": 3}
    done = sol.post(step(mentee, "confirm"), prefixed("how", HOW) | {"limits-conflicts": "", "hope": "yes", "consent": "on"})
    mentee.refresh_from_db()
    assert (done["Location"], mentee.state) == (reverse("place", args=[mentee.pk]), "registered")


def test_the_link_of_the_mail_registers_without_signing_in_and_is_used_up_at_the_end(cast, client_of, mentee, sent):
    invitations.resend(cast.cohort, places=[mentee], by=cast.cleo, now=NOON)
    link = sent()[0].url
    stranger = client_of(None)
    assert stranger.get(reverse("register", args=[mentee.pk])).status_code == 302
    assert (
        stranger.get(link).context["hours"]
        == "About 9 hours over six months: six sessions, ten minutes before each, and up to two hours of preparation of which the first ten minutes are required."
    )
    assert stranger.post(link)["Location"] == reverse("register", args=[mentee.pk])
    assert Link.objects.get().used_at is None
    stranger.post(step(mentee, "questions"), MENTEE_ANSWERS)
    stranger.post(step(mentee, "confirm"), prefixed("how", HOW) | {"limits-conflicts": "", "hope": "yes", "consent": "on"})
    mentee.refresh_from_db()
    assert (mentee.state, Link.objects.get().used_at) == ("registered", NOON)
    assert client_of(None).get(link).status_code == 410


def test_every_page_before_the_place_promises_the_hours_of_the_round(cast, client_of, mentor, mentee, sent):
    Cohort.objects.filter(pk=cast.cohort.pk).update(sessions=12, minutes=90, interval_weeks=2)
    invitations.resend(cast.cohort, places=[mentor, mentee], by=cast.cleo, now=NOON)
    for mail, hours in zip(sorted(sent(), key=lambda mail: mail.to != cast.mia.email), ("29", "22"), strict=True):
        assert f"About {hours} hours over 7 months." in mail.text
        assert client_of(None).get(mail.url).context["hours"].startswith(f"About {hours} hours over 7 months.")
    assert client_of(cast.mia).get(step(mentor, "last")).context["hours"].startswith("About 29 hours")
    assert client_of(cast.sol).get(step(mentee, "confirm")).context["hours"].startswith("About 22 hours")


def test_a_pass_opens_one_place_and_nothing_else(cast, client_of, mentee, mentor, sent):
    invitations.resend(cast.cohort, places=[mentee], by=cast.cleo, now=NOON)
    stranger = client_of(None)
    stranger.post(sent()[0].url)
    assert stranger.get(reverse("register", args=[mentee.pk])).status_code == 302
    assert stranger.get(step(mentor, "share")).status_code == 302
    assert stranger.get("/")["Location"].startswith(reverse("sign_in"))


def test_a_pass_ends_when_somebody_signs_in_with_the_same_browser(cast, client_of, mentee, sent, rf):
    invitations.resend(cast.cohort, places=[mentee], by=cast.cleo, now=NOON)
    browser = client_of(None)
    browser.post(sent()[0].url)
    assert browser.get(step(mentee, "questions")).status_code == 200
    request = rf.get("/")
    request.session, request.user = browser.session, AnonymousUser()
    sessions.begin(request, cast.mia.account)
    assert "place_passes" not in request.session


def test_a_pass_ends_after_half_a_day(cast, client_of, mentee, sent, clock_at):
    invitations.resend(cast.cohort, places=[mentee], by=cast.cleo, now=NOON)
    stranger = client_of(None)
    stranger.post(sent()[0].url)
    clock_at(NOON + timedelta(hours=13))
    assert stranger.get(step(mentee, "questions"))["Location"].startswith(reverse("sign_in"))


def test_nobody_opens_the_place_of_somebody_else(cast, client_of, mentor):
    for who in (cast.sol, cast.cleo, cast.olu):
        assert client_of(who).get(step(mentor, "share")).status_code == 404


def test_a_step_of_the_other_side_does_not_exist(cast, client_of, mentee):
    assert client_of(cast.sol).get(step(mentee, "share")).status_code == 404


@pytest.mark.parametrize(
    ("name", "answers", "sentence"),
    [
        ("share", {}, "Choose at least one topic that you can share; one is enough."),
        (
            "limits",
            {"conflicts": "Nobody Known"},
            "Not found, or not just one person: Nobody Known. Use the work address or the employee number.",
        ),
        (
            "practical",
            WHEN | HOW | {"capacity": "1", "day_to": "09:00"},
            "Until: choose a time later than the beginning of the day.",
        ),
        ("practical", WHEN | {"language_1": "en", "capacity": "1"}, "Choose online, in person, or both."),
        ("last", {"hope": "yes"}, "Tick this box so that we may use your answers to find you a partner."),
        (
            "last",
            {"hope": "yes", "consent": "on"},
            "What you can share: choose at least one topic, so that we can find you a partner.",
        ),
    ],
)
def test_an_answer_that_is_missing_is_named_with_its_remedy(cast, client_of, mentor, name, answers, sentence):
    response = client_of(cast.mia).post(step(mentor, name), answers)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_nine_topics_are_one_too_many(cast, client_of, mentor):
    keys = [
        topic.key for _name, topics in client_of(cast.mia).get(step(mentor, "share")).context["form"].shelves for topic in topics
    ][:9]
    response = client_of(cast.mia).post(step(mentor, "share"), dict.fromkeys(keys, "2"))
    assert response.context["form"].non_field_errors() == ["Keep the 8 topics that matter most."]


def test_a_mentee_without_a_wish_is_asked_for_one(cast, client_of, mentee):
    response = client_of(cast.sol).post(step(mentee, "questions"), prefixed("when", WHEN))
    assert (response.status_code, response.context["learn"].non_field_errors()) == (
        422,
        ["Tick at least one thing that you would like to learn; one is enough."],
    )


def test_answers_can_be_changed_after_registering(cast, client_of, clock_at):
    place = cast.mia_place
    response = client_of(cast.mia).post(step(place, "share"), {"ai-judging": "4"})
    assert (response["Location"], [topic.topic for topic in place.topics.all()]) == (
        reverse("place", args=[place.pk]),
        ["ai-judging"],
    )
    assert client_of(cast.mia).get(step(place, "last"))["Location"] == reverse("place", args=[place.pk])
    sol = client_of(cast.sol)
    sol.post(step(cast.sol_place, "confirm"), prefixed("how", HOW) | {"limits-conflicts": cast.rosa.employee_number})
    assert [row.other for row in cast.sol_place.conflicts.all()] == [cast.rosa]
    assert (
        "Rosa"
        not in client_of(cast.cleo)
        .get(reverse("place_for_organisers", args=[cast.cohort.pk, cast.sol_place.pk]))
        .content.decode()
    )


def test_hours_that_differ_by_day_stay_while_nothing_was_changed(cast, client_of, mentee):
    hours = {"0": ["09:00", "12:00"], "3": ["13:00", "17:00"]}
    Person.objects.filter(pk=cast.sol.pk).update(weekly_hours=hours)
    answers = {"learn-shelf_0": ["ai-everyday"]} | prefixed("when", {"days": ["0", "3"], "day_from": "09:00", "day_to": "17:00"})
    client_of(cast.sol).post(step(mentee, "questions"), answers)
    assert Person.objects.get(pk=cast.sol.pk).weekly_hours == hours


def test_when_all_places_are_taken_the_page_says_so(cast, client_of, mentee):
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentee_places=1)
    factories.enrolment(cast.cohort, cast.rosa, "mentee")
    sol = client_of(cast.sol)
    sol.post(step(mentee, "questions"), MENTEE_ANSWERS)
    page = sol.post(
        step(mentee, "confirm"), prefixed("how", HOW) | {"limits-conflicts": "", "hope": "no", "consent": "on"}, follow=True
    )
    assert "You are on the waiting list." in page.content.decode()


def test_a_place_that_was_left_asks_nothing_more(cast, client_of, sent, clock_at):
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    invitations.resend(cast.cohort, places=[place], by=cast.cleo, now=NOON)
    url = sent()[0].url
    mia = client_of(cast.mia)
    assert "You need no reason" in mia.get(reverse("place_leave", args=[place.pk])).content.decode()
    mia.post(reverse("place_leave", args=[place.pk]))
    place.refresh_from_db()
    assert place.state == "withdrawn"
    assert mia.get(step(place, "share")).status_code == 409
    assert client_of(None).get(url).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_a_place_costs_the_same_for_any_number_of_answers(rows, cast, client_of, clock_at, django_assert_num_queries):
    for key in ("ai-everyday", "ai-judging", "privacy-settings")[:rows]:
        cast.mia_place.topics.create(kind="offer", topic=key, level=2)
    mia = client_of(cast.mia)
    mia.get("/")
    with django_assert_num_queries(11):
        mia.get(reverse("place", args=[cast.mia_place.pk]))


LABEL = re.compile(r"<(?:legend|label)[^>]*>([^<]+?)\s*(?:<span class=\"field-optional\">(\([^)]+\))</span>)?</(?:legend|label)>")


def legends(response) -> list[tuple[str, str]]:
    """What each field is called, and what is said of it in brackets."""
    return [(found[1], found[2] or "") for found in LABEL.finditer(response.content.decode())]


def marks(response) -> dict[str, str]:
    return dict(legends(response))


def test_what_is_needed_says_so_and_what_is_optional_too(cast, client_of, mentor, mentee):
    mia, sol = client_of(cast.mia), client_of(cast.sol)
    questions = legends(sol.get(step(mentee, "questions")))
    assert [mark for label, mark in questions if label == "Closest to this programme"] == ["(at least one)", "(optional)"]
    assert marks(mia.get(step(mentor, "learn")))["Closest to this programme"] == "(optional)"
    practical = marks(mia.get(step(mentor, "practical")))
    assert [practical[label] for label in ("How can you meet?", "On which days can you meet?", "Language 2")] == [
        "(needed)",
        "(needed)",
        "(optional)",
    ]
    last = marks(mia.get(step(mentor, "last")))
    assert [last[label] for label in ("Is this what you hoped for?", "Is anything on your mind?")] == ["(needed)", "(optional)"]
    assert [last[label] for label in ("Use my answers to find me a partner", "My manager may get one mail about the hours")] == [
        "(needed)",
        "(optional)",
    ]


def test_a_mentor_reads_that_places_of_mentees_are_filled_first_while_they_are_fewer(cast, client_of, mentor):
    mia, says = client_of(cast.mia), "places for mentees are being filled first"
    mia.post(step(mentor, "share"), {"ai-everyday": "3"})
    done = mia.post(step(mentor, "last"), {"hope": "yes", "consent": "on"}, follow=True)
    assert says in done.content.decode()
    Enrolment.objects.filter(pk=mentor.pk).update(prepared_at=NOON)
    assert says in mia.get(reverse("place", args=[mentor.pk])).content.decode()
    assert cast.sol_place
    assert says not in mia.get(reverse("place", args=[mentor.pk])).content.decode()


def test_where_the_design_asks_every_mentor_says_what_is_off_limits_or_that_nothing_is(cast, client_of, clock_at):
    cohort = factories.cohort(factories.programme(by=cast.olu, design="diverse-voices"))
    place = factories.enrolment(cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    mia, last = client_of(cast.mia), {"hope": "yes", "consent": "on"}
    mia.post(step(place, "share"), {"lived-experience": "3", "ai-everyday": "3"})
    for ticked, says in (
        ([], "Tick what is off limits for you, or that nothing is."),
        (["pay", "nothing"], "Tick either what is off limits for you, or that nothing is."),
    ):
        page = mia.post(step(place, "limits"), {"off_limits": ticked, "conflicts": ""})
        assert (page.status_code, page.context["form"].errors["off_limits"]) == (422, [says])
    refused = mia.post(step(place, "last"), last)
    assert "What stays out: tick what is off limits for you, or that nothing is." in refused.content.decode()
    mia.post(step(place, "limits"), {"off_limits": ["nothing"], "conflicts": ""})
    mia.post(step(place, "last"), last)
    place.refresh_from_db()
    assert (place.state, place.off_limits) == ("registered", ["nothing"])

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments import limits, policies, queries, services, worries
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.people.models import Person
from turnabout.people.services.persons import mark_left
from turnabout.programmes.models import Cohort

NINE_TO_FIVE = {"0": ["09:00", "17:00"]}


def invited(cast, person: Person | None = None, role: str = "mentor") -> Enrolment:
    return factories.enrolment(cast.cohort, person or cast.mia, role, state="invited", is_prepared=False)


def finish(place: Enrolment, by: Account, **answers: Any) -> Enrolment:
    given: dict[str, Any] = {"hope": "yes", "apprehension": "", "has_consented": True, "manager_may_be_told": False}
    return services.finish_registration(place, by=by, now=NOON, **(given | answers))


def registered_mentor(cast, **answers) -> Enrolment:
    place = invited(cast)
    services.save_topics(place, kind="offer", levels={"ai-everyday": 3}, by=cast.mia.account)
    return finish(place, cast.mia.account, **answers)


def test_each_step_is_saved_and_the_next_visit_goes_on_there(cast):
    place, by = invited(cast), cast.mia.account
    assert (services.next_step(place), place.state) == ("share", "invited")
    services.save_topics(place, kind="offer", levels={"ai-everyday": 3}, by=by)
    place = services.mark_step(place, step="share", by=by)
    place = services.mark_step(place, step="share", by=by)
    assert (services.next_step(place), place.state, place.steps_done) == ("learn", "started", ["share"])
    with pytest.raises(NotPossible, match="no such step"):
        services.mark_step(place, step="confess", by=by)


def test_a_registered_place_has_a_date_and_a_consent_and_is_recorded_once(cast):
    place = registered_mentor(cast, hope="not_sure", apprehension="time")
    assert (place.state, place.registered_at, place.consented_at, place.hope, place.apprehension) == (
        "registered",
        NOON,
        NOON,
        "not_sure",
        "time",
    )
    assert services.next_step(place) is None
    assert [(event.name, event.data) for event in Event.objects.all()] == [("enrolment.registered", {})]
    with pytest.raises(NotPossible, match="registered already"):
        finish(place, cast.mia.account)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"has_consented": False}, "Consent: tick the box so that we may use your answers to find you a partner."),
        ({"hope": "maybe"}, "Is this what you hoped for: choose one of the three answers."),
        ({"apprehension": "dragons"}, "Is anything on your mind: choose one of the answers, or none."),
        ({}, "What you can share: choose at least one topic, so that we can find you a partner."),
    ],
)
def test_an_unfinished_registration_names_what_is_missing(cast, answers, sentence):
    with pytest.raises(NotPossible) as refusal:
        finish(invited(cast), cast.mia.account, **answers)
    assert refusal.value.sentence == sentence


def test_a_mentee_names_something_to_learn(cast):
    with pytest.raises(NotPossible, match="What you would like to learn: choose at least one topic"):
        finish(invited(cast, cast.sol, "mentee"), cast.sol.account)


def test_nobody_answers_for_somebody_else(cast):
    place = invited(cast)
    for by in (cast.sol.account, cast.cleo, cast.olu):
        with pytest.raises(NotAllowed, match="Only the person this place belongs to"):
            services.save_topics(place, kind="offer", levels={}, by=by)


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ({"alchemy": 2}, "Topics: choose from the list, each with one of the four levels."),
        ({"ai-everyday": 5}, "Topics: choose from the list, each with one of the four levels."),
    ],
)
def test_only_known_topics_and_levels_are_saved(cast, levels, sentence):
    with pytest.raises(NotPossible) as refusal:
        services.save_topics(invited(cast), kind="offer", levels=levels, by=cast.mia.account)
    assert refusal.value.sentence == sentence


def test_nine_topics_are_one_too_many(cast):
    keys = [topic.key for topic in catalogue.topics()][:9]
    with pytest.raises(NotPossible, match="keep the 8 that matter most"):
        services.save_topics(invited(cast), kind="offer", levels=dict.fromkeys(keys, 2), by=cast.mia.account)


def test_what_was_chosen_before_is_replaced(cast):
    place, by = invited(cast), cast.mia.account
    services.save_topics(place, kind="wish", levels={"career-path": 2}, by=by)
    services.save_topics(place, kind="wish", levels={"introductions": 2}, by=by)
    assert list(TopicChoice.objects.values_list("kind", "topic", "level")) == [("wish", "introductions", 2)]


def test_limits_are_chosen_and_conflicts_are_kept_apart(cast):
    place, by = invited(cast), cast.mia.account
    place = services.save_limits(place, off_limits=["pay", "pay", "health"], conflicts=[cast.sol, cast.mia], by=by)
    assert (place.off_limits, [row.other for row in place.conflicts.all()]) == (["pay", "health"], [cast.sol])
    assert limits.words_for(["pay", "old-key"]) == ["My pay"]
    services.set_conflicts(place, conflicts=[], by=by)
    assert place.conflicts.count() == 0
    with pytest.raises(NotPossible, match="Off limits: choose from the list"):
        services.save_limits(place, off_limits=["my secret"], conflicts=[], by=by)


def practical(**fields: Any) -> services.Practical:
    defaults: dict[str, Any] = {"capacity": 1, "languages": {"fr": 4}, "weekly_hours": NINE_TO_FIVE}
    return services.Practical(**(defaults | fields))


def test_languages_and_hours_are_put_right_in_the_directory(cast):
    place = services.save_practical(invited(cast), practical=practical(formats=("online",)), by=cast.mia.account)
    mia = Person.objects.get(pk=cast.mia.pk)
    assert (place.formats, mia.languages, mia.weekly_hours) == (["online"], {"fr": 4}, NINE_TO_FIVE)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"formats": ()}, "How you can meet: choose online, in person, or both."),
        ({"languages": {}}, "Languages: name at least one language in which you can hold a conversation."),
        ({"weekly_hours": {}}, "When: choose at least one day on which you can meet."),
        ({"weekly_hours": {"0": ["17:00", "09:00"]}}, "When: the end of the day has to be later than its beginning."),
        ({"capacity": 2}, "Partners: choose a number from 1 to 1."),
    ],
)
def test_unusable_answers_name_field_and_remedy(cast, fields, sentence):
    with pytest.raises(NotPossible) as refusal:
        services.save_practical(invited(cast), practical=practical(**fields), by=cast.mia.account)
    assert refusal.value.sentence == sentence


def test_when_all_places_are_taken_the_next_person_waits_and_is_offered_a_place_later(cast, sent, clock_at):
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_places=1)
    factories.enrolment(cast.cohort, cast.kofi, "mentor")
    place = registered_mentor(cast)
    assert (place.state, [event.name for event in Event.objects.all()]) == ("waiting", ["enrolment.waitlisted"])
    with pytest.raises(NotAllowed):
        services.offer_waiting_place(place, by=cast.sana, now=NOON)
    assert services.offer_waiting_place(place, by=cast.cleo, now=NOON).state == "registered"
    with pytest.raises(NotPossible, match="not on the waiting list any more"):
        services.offer_waiting_place(place, by=cast.cleo, now=NOON)
    assert [mail.template for mail in sent()] == ["enrolment.registered"]


def test_leaving_takes_no_reason_and_a_place_is_left_once(cast):
    place = registered_mentor(cast)
    left = services.withdraw_place(place, by=cast.mia.account, now=NOON)
    assert (left.state, left.left_at) == ("withdrawn", NOON)
    with pytest.raises(NotPossible, match="given up already"):
        services.withdraw_place(left, by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="You have left this round"):
        services.save_topics(left, kind="offer", levels={}, by=cast.mia.account)


def test_who_has_a_partner_ends_the_pair_first(cast):
    assert cast.mia_and_sol
    with pytest.raises(NotPossible, match="end the pair on its page"):
        services.withdraw_place(cast.mia_place, by=cast.mia.account, now=NOON)


def test_a_coordinator_acts_inside_their_entities_only(cast):
    kofi = factories.enrolment(cast.cohort, cast.kofi, "mentor")
    assert services.withdraw_place(registered_mentor(cast), by=cast.cleo, now=NOON).state == "withdrawn"
    for act in (services.withdraw_place, services.pause_place):
        with pytest.raises(NotAllowed, match="Only a coordinator of this person's business"):
            act(kofi, by=cast.cleo, now=NOON)
    with pytest.raises(NotAllowed):
        services.set_capacity(kofi, capacity=1, by=cast.cleo, now=NOON)


def test_a_place_is_paused_and_resumed(cast):
    place = services.pause_place(registered_mentor(cast), by=cast.cleo, now=NOON)
    assert place.state == "paused"
    with pytest.raises(NotPossible, match="Only a registered person can be paused"):
        services.pause_place(place, by=cast.cleo, now=NOON)
    with pytest.raises(NotAllowed):
        services.resume_place(place, by=cast.sana, now=NOON)
    place = services.resume_place(place, by=cast.mia.account, now=NOON)
    assert place.state == "registered"
    with pytest.raises(NotPossible, match="is not paused"):
        services.resume_place(place, by=cast.mia.account, now=NOON)


def test_capacity_stays_within_the_rounds_cap_and_the_partners_there_are(cast):
    Cohort.objects.filter(pk=cast.cohort.pk).update(mentor_cap=2)
    cast.cohort.refresh_from_db()
    place = registered_mentor(cast)
    assert services.set_capacity(place, capacity=2, by=cast.cleo, now=NOON).capacity == 2
    with pytest.raises(NotPossible, match="choose a number from 1 to 2"):
        services.set_capacity(place, capacity=3, by=cast.mia.account, now=NOON)
    Enrolment.objects.filter(pk=place.pk).update(places_taken=2)
    with pytest.raises(NotPossible, match="has more partners than that now"):
        services.set_capacity(place, capacity=1, by=cast.cleo, now=NOON)


def test_nobody_registers_in_a_round_that_is_closed(cast):
    place = invited(cast)
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed")
    with pytest.raises(NotPossible, match="not open for registration"):
        services.mark_step(place, step="share", by=cast.mia.account)


def test_who_leaves_the_organisation_keeps_no_place_without_a_partner(cast):
    place = registered_mentor(cast)
    services.end_places_of(cast.mia.pk, now=NOON + timedelta(days=1))
    place.refresh_from_db()
    assert (place.state, Event.objects.filter(name="enrolment.withdrawn").count()) == ("withdrawn", 1)


def test_the_manager_gets_one_mail_about_hours_and_only_when_the_mentor_agreed(cast, sent, clock_at):
    registered_mentor(cast, manager_may_be_told=True)
    mails = {mail.template: mail for mail in sent()}
    manager = mails["enrolment.manager_told"]
    assert manager.to == cast.max.email
    assert manager.subject == "Mia Okafor gives about 14 hours to Turning tables"
    assert "Sol" not in manager.text


def test_the_mails_promise_the_hours_of_the_round_and_of_the_partners_taken(cast, sent, clock_at):
    Cohort.objects.filter(pk=cast.cohort.pk).update(sessions=12, minutes=90, interval_weeks=2, mentor_cap=2)
    cast.cohort.refresh_from_db()
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state="started", capacity=2)
    services.save_topics(place, kind="offer", levels={"ai-everyday": 3}, by=cast.mia.account)
    finish(place, cast.mia.account, manager_may_be_told=True)
    mails = {mail.template: mail for mail in sent()}
    assert mails["enrolment.manager_told"].subject == "Mia Okafor gives about 53 hours to Turning tables"
    words = "About 53 hours over 7 months. That is 12 sessions of 90 minutes with each of 2 partners"
    assert [words in " ".join(mails[name].text.split()) for name in ("enrolment.manager_told", "enrolment.registered")] == [
        True
    ] * 2


def test_without_agreement_the_manager_gets_no_mail(cast, sent, clock_at):
    registered_mentor(cast)
    assert [mail.template for mail in sent()] == ["enrolment.registered"]


def test_the_manager_can_answer_the_coordinator_about_timing(cast, sent, clock_at):
    assert cast.cleo
    registered_mentor(cast, manager_may_be_told=True)
    manager = next(mail for mail in sent() if mail.template == "enrolment.manager_told")
    assert manager.headers["Reply-To"] == cast.cleo.email


def test_every_worry_has_an_answer(cast):
    for role in ("mentor", "mentee"):
        assert all(worries.answer_to(role, worry.key) for worry in worries.worries_of(role))
    assert worries.answer_to("mentor", "none") == ""


def test_who_is_waiting_invited_or_unprepared_owes_something(cast):
    cohort = cast.cohort
    place = invited(cast)
    assert queries.owed(place, cohort) == queries.Owed(kind="register", since=NOON)
    place.state = "started"
    assert queries.owed(place, cohort) == queries.Owed(kind="finish", since=NOON)
    place = factories.enrolment(cohort, cast.kofi, "mentor", is_prepared=False)
    assert queries.owed(place, cohort) == queries.Owed(kind="prepare", since=NOON)
    cohort.preparation = "offered"
    assert queries.owed(place, cohort) is None
    assert queries.door_is_open(place, cohort) is True
    cohort.state = "closed"
    assert queries.owed(invited(cast, cast.sol, "mentee"), cohort) is None
    assert policies.can_leave(place) is True


@pytest.mark.parametrize(
    ("preparation", "expected"),
    [("mentors_first", (True, False)), ("both_first", (True, True)), ("offered", (False, False))],
)
def test_who_is_prepared_before_matching_is_the_rounds_choice(cast, preparation, expected):
    cast.cohort.preparation = preparation
    assert tuple(queries.needs_preparation_before_matching(role, cast.cohort) for role in ("mentor", "mentee")) == expected


def test_the_directory_tells_when_somebody_has_left(cast):
    place = registered_mentor(cast)
    mark_left(cast.mia, by=cast.olu, scope=None, now=NOON)
    place.refresh_from_db()
    assert place.state == "withdrawn"


def test_a_waiting_place_owes_nothing(cast):
    assert (
        queries.owed(factories.enrolment(cast.cohort, cast.mia, "mentor", state="waiting", is_prepared=False), cast.cohort)
        is None
    )


def test_two_requests_that_end_the_same_place_record_one_event(cast):
    place = registered_mentor(cast)
    services.end_places_of(cast.mia.pk, now=NOON)
    services.end_places_of(place.person_id, now=NOON)
    assert Event.objects.filter(name="enrolment.withdrawn").count() == 1


def test_only_a_line_that_reaches_a_head_says_how_far_from_the_top_somebody_is(cast):
    top = factories.person("Top")
    under = factories.person("Under", manager=top)
    levels = queries.tree_levels()
    assert (under.pk in levels, top.pk in levels) == (False, False)
    assert cast.mia
    assert queries.tree_levels() == {cast.head.pk: 0, cast.max.pk: 1, cast.mia.pk: 2}

from datetime import date, timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.enrolments import invitations, qualifying, queries
from turnabout.enrolments.models import Enrolment
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import Scope


def a_mentee_registered(cast) -> None:
    """So that mentors may be invited."""
    factories.enrolment(cast.cohort, cast.rosa, "mentee")


def everywhere(cast) -> Scope:
    return Scope(programme_id=cast.programme.pk, entity_ids=None)


def only_paris(cast) -> Scope:
    return Scope(programme_id=cast.programme.pk, entity_ids=frozenset({cast.paris.pk}))


def test_who_is_invited_gets_a_place_an_account_and_one_mail(cast, sent, clock_at):
    zoe = factories.person("Zoe", "Lang", entity=cast.paris, with_account=False)
    done = invitations.invite_people(cast.cohort, people=[zoe, zoe], role="mentee", by=cast.cleo, now=NOON)
    place = Enrolment.objects.get(person=zoe)
    assert (done.count, done.already, place.state, place.answer_by) == (1, 0, "invited", date(2027, 3, 11))
    assert Account.objects.get(person=zoe).sign_in_name == zoe.email
    assert Event.objects.get(name="enrolments.invited").data == {"count": 1, "role": "mentee"}
    assert [(mail.to, mail.subject) for mail in sent()] == [(zoe.email, "Turning tables: your place as mentee")]


def test_nobody_is_invited_twice_to_the_same_side(cast):
    a_mentee_registered(cast)
    for _ in range(2):
        done = invitations.invite_people(cast.cohort, people=[cast.mia, cast.sol], role="mentor", by=cast.olu, now=NOON)
    assert (done.count, done.already, Enrolment.objects.filter(role="mentor").count()) == (0, 2, 2)
    assert Event.objects.filter(name="enrolments.invited").count() == 1


def test_who_has_no_mailbox_signs_in_by_number_and_finds_the_notice_in_the_product(cast, sent, clock_at):
    a_mentee_registered(cast)
    clerk = factories.person("Kit", "Stone", entity=cast.paris, with_account=False, has_mailbox=False)
    invitations.invite_people(cast.cohort, people=[clerk], role="mentor", by=cast.cleo, now=NOON)
    account = Account.objects.get(person=clerk)
    assert (account.sign_in_name, account.has_mailbox, sent()) == (clerk.employee_number.casefold(), False, [])
    assert [notice.state for notice in account.notices.all()] == ["shown"]


def test_an_account_that_waits_for_its_person_is_taken(cast):
    zoe = factories.person("Zoe", "Lang", entity=cast.paris, with_account=False)
    account = factories.account("Zoe Lang", email=zoe.email)
    invitations.give_accounts([zoe], now=NOON)
    assert Person.objects.get(pk=zoe.pk).account == account


def test_a_name_that_somebody_else_signs_in_with_is_not_taken(cast):
    zoe = factories.person("Zoe", "Lang", with_account=False, has_mailbox=False, employee_number="77")
    kit = factories.person("Kit", "Stone", with_account=False, has_mailbox=False)
    kit.account = Account.objects.create(sign_in_name="77", display_name="Kit Stone", created_at=NOON)
    kit.save(update_fields=["account"])
    invitations.give_accounts([zoe], now=NOON)
    assert Account.objects.get(person=zoe).sign_in_name == "77#77"


def test_a_coordinator_invites_inside_their_entities_only(cast):
    a_mentee_registered(cast)
    with pytest.raises(NotAllowed, match="another coordinator's businesses"):
        invitations.invite_people(cast.cohort, people=[cast.mia, cast.kofi], role="mentor", by=cast.cleo, now=NOON)
    with pytest.raises(NotAllowed, match="Only organisers of this programme"):
        invitations.invite_people(cast.cohort, people=[cast.mia], role="mentor", by=cast.sana, now=NOON)
    assert Enrolment.objects.filter(role="mentor").count() == 0


@pytest.mark.parametrize(("state", "sentence"), [("draft", "not open yet"), ("closed", "This round is closed")])
def test_only_an_open_round_takes_people_in(cast, state, sentence):
    cohort = factories.cohort(cast.programme, state=state)
    with pytest.raises(NotPossible, match=sentence):
        invitations.invite_people(cohort, people=[cast.mia], role="mentor", by=cast.olu, now=NOON)


def test_who_left_and_an_unknown_side_are_refused(cast):
    a_mentee_registered(cast)
    gone = factories.person("Zoe", "Lang", state="left")
    with pytest.raises(NotPossible, match="Zoe Lang has left the organisation"):
        invitations.invite_people(cast.cohort, people=[gone], role="mentor", by=cast.olu, now=NOON)
    with pytest.raises(NotPossible, match="Side: choose mentor or mentee"):
        invitations.invite_people(cast.cohort, people=[cast.mia], role="judge", by=cast.olu, now=NOON)


def test_a_pasted_list_is_read_however_it_is_separated(cast):
    gone = factories.person("Zoe", "Lang", state="left", entity=cast.paris)
    factories.enrolment(cast.cohort, cast.sol, "mentor")
    text = f"{cast.mia.employee_number}; {cast.mia.email.upper()}\n<{cast.sol.email}>, nobody@example.test\t{cast.kofi.employee_number} {gone.employee_number}"
    reading = queries.read_list(text, cohort=cast.cohort, role="mentor", scope=only_paris(cast))
    assert (reading.people, reading.already, reading.unknown, reading.outside, reading.left) == (
        [cast.mia],
        [cast.sol],
        ["nobody@example.test"],
        [cast.kofi.employee_number],
        [gone.employee_number],
    )


def test_the_directory_shows_who_has_no_place_yet_and_fits_the_filter(cast):
    people = [cast.mia, cast.sol, cast.kofi, cast.rosa]
    factories.enrolment(cast.cohort, cast.mia, "mentor")
    wanted = queries.DirectoryFilter(grade_from=2, grade_to=8, suggested_for="mentor")
    found = queries.to_invite(cast.cohort, "mentor", scope=everywhere(cast), wanted=wanted, on=NOON.date())
    assert [person for person in found if person in people] == [cast.kofi]
    in_paris = queries.DirectoryFilter(text="LINDQ", entity_id=cast.paris.pk)
    assert list(queries.to_invite(cast.cohort, "mentee", scope=only_paris(cast), wanted=in_paris, on=NOON.date())) == [cast.sol]


def test_the_cut_leaves_the_gap_between_the_two_sides(cast):
    cohort = Cohort(seniority="grade", seniority_gap=1)
    cut = qualifying.suggested_cut(cohort, low=1, high=5)
    assert cut is not None
    assert (cut.mentor_at_most, cut.mentee_at_least) == (2, 3)
    assert [cut.side_of(grade) for grade in (1, 2, 2.5, 3, 5, None)] == ["mentor", "mentor", None, "mentee", "mentee", None]
    assert qualifying.in_words(cut, "grade") == "We suggest mentors up to grade 2 and mentees from grade 3."
    assert qualifying.suggested_cut(cohort, low=1, high=1) is None


@pytest.mark.parametrize(
    ("seniority", "sentence"),
    [
        ("grade", "We suggest mentors up to grade 4 and mentees from grade 6."),
        ("tree_level", "We suggest mentors at least 2 levels below the top, and mentees at most 0."),
        ("named_list", "This round names its people one by one, so nothing is suggested here."),
        ("profession", "The directory does not say enough to suggest who could take which side. Choose by name."),
    ],
)
def test_the_suggestion_is_a_sentence_by_the_rounds_measure(cast, seniority, sentence):
    assert [cast.mia, cast.sol]
    cohort = Cohort(seniority=seniority, seniority_gap=2)
    cut = queries.cut_for(cohort, scope=everywhere(cast), on=NOON.date())
    assert qualifying.in_words(cut, seniority) == sentence


def test_years_decide_where_the_round_says_so(cast):
    old = factories.person("Ira", "Moss", hired_on=date(2001, 1, 1))
    new = factories.person("Kit", "Stone", hired_on=date(2026, 9, 1))
    cohort = factories.cohort(cast.programme, seniority="service", mentor_years_under=1, mentee_years_over=15)
    found = {
        role: list(
            queries.to_invite(
                cohort, role, scope=everywhere(cast), wanted=queries.DirectoryFilter(suggested_for=role), on=NOON.date()
            )
        )
        for role in ("mentor", "mentee")
    }
    assert found == {"mentor": [new], "mentee": [old]}
    cut = queries.cut_for(cohort, scope=everywhere(cast), on=NOON.date())
    assert qualifying.in_words(cut, "service") == "We suggest mentors with under 1 years of service and mentees with 15 or more."
    assert [
        qualifying.measured(old, measure, on=date(2027, 1, 1), levels={old.pk: 2}) for measure in ("tree_level", "named_list")
    ] == [-2, None]
    assert qualifying.measured(old, "service", on=date(2027, 1, 1), levels={}) == pytest.approx(26, abs=0.01)
    assert qualifying.measured(old, "profession", on=date(2027, 1, 1), levels={}) is None


def test_level_in_the_tree_suggests_who_is_far_down(cast):
    assert [cast.mia, cast.sol]
    cohort = factories.cohort(cast.programme, seniority="tree_level", seniority_gap=1)
    wanted = queries.DirectoryFilter(suggested_for="mentor")
    assert list(queries.to_invite(cohort, "mentor", scope=everywhere(cast), wanted=wanted, on=NOON.date())) == [cast.mia]


def test_the_open_link_answers_whoever_is_in_the_directory_and_no_one_else(cast, sent, clock_at):
    Cohort.objects.filter(pk=cast.cohort.pk).update(is_open_link_on=True)
    cast.cohort.refresh_from_db()
    place = invitations.join_by_open_link(cast.cohort, asked=f" {cast.otto.email.upper()} ", role="mentee", now=NOON)
    assert place is not None
    assert (place.source, place.state, place.person) == ("open_link", "invited", cast.otto)
    for asked, role in (("nobody@example.test", "mentee"), ("", "mentee"), (cast.otto.email, "judge")):
        assert invitations.join_by_open_link(cast.cohort, asked=asked, role=role, now=NOON) is None
    assert [(mail.to, mail.template) for mail in sent()] == [(cast.otto.email, "enrolment.invited")]


def test_a_stranger_who_types_an_address_takes_nobody_back_who_has_left(cast, sent, clock_at):
    """Its owner gets one mail an hour that says how; signed in, they take their place up again."""
    Cohort.objects.filter(pk=cast.cohort.pk).update(is_open_link_on=True)
    cast.cohort.refresh_from_db()
    place = factories.enrolment(cast.cohort, cast.otto, "mentee", state="withdrawn", is_prepared=False)
    for by in (None, cast.mia, None):
        invitations.join_by_open_link(cast.cohort, asked=cast.otto.employee_number, role="mentee", by=by, now=NOON)
    place.refresh_from_db()
    assert (place.state, [mail.subject for mail in sent()]) == ("withdrawn", ["Turning tables: would you like to come back?"])
    for _ in range(2):
        invitations.join_by_open_link(cast.cohort, asked=cast.otto.email, role="mentee", by=cast.otto, now=NOON)
    place.refresh_from_db()
    assert (place.state, len(sent())) == ("invited", 2)


def test_a_link_that_is_off_lets_nobody_in(cast):
    assert invitations.join_by_open_link(cast.cohort, asked=cast.otto.email, role="mentee", now=NOON) is None


def test_a_reminder_goes_to_those_who_owe_something(cast, sent, clock_at):
    waiting = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    unprepared = factories.enrolment(cast.cohort, cast.kofi, "mentor", is_prepared=False)
    done = factories.enrolment(cast.cohort, cast.sol, "mentee")
    assert invitations.remind(cast.cohort, places=[waiting, unprepared, done], by=cast.olu, now=NOON) == 2
    assert Event.objects.get(name="enrolments.reminded").data == {"count": 2, "kind": "remind"}
    assert sorted((mail.to, mail.subject) for mail in sent()) == sorted(
        [
            (cast.mia.email, "Your place in Turning tables is still waiting"),
            (cast.kofi.email, "Still to do: your preparation for Turning tables"),
        ]
    )
    with pytest.raises(NotPossible, match="Nobody on this list has anything left to answer"):
        invitations.remind(cast.cohort, places=[done], by=cast.olu, now=NOON)


def test_nobody_is_reminded_twice_within_twelve_hours(cast, sent, clock_at):
    waiting = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    other = factories.enrolment(cast.cohort, cast.kofi, "mentor", is_prepared=False)
    assert invitations.remind(cast.cohort, places=[waiting], by=cast.olu, now=NOON) == 1
    for again in (invitations.remind, invitations.resend):
        with pytest.raises(NotPossible, match="was written to within the last 12 hours"):
            again(cast.cohort, places=[waiting], by=cast.olu, now=NOON + timedelta(hours=11))
    assert invitations.remind(cast.cohort, places=[waiting, other], by=cast.olu, now=NOON + timedelta(hours=11)) == 1
    assert invitations.remind(cast.cohort, places=[waiting], by=cast.olu, now=NOON + timedelta(hours=12)) == 1


def test_the_invitation_is_sent_again_with_a_fresh_link(cast, sent, clock_at):
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    invitations.resend(cast.cohort, places=[place], by=cast.cleo, now=NOON)
    assert [mail.subject for mail in sent()] == ["Turning tables: your place as mentor"]


def test_invitations_wait_longer(cast):
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False, answer_by=date(2027, 1, 1))
    assert invitations.extend(cast.cohort, places=[place], days=7, by=cast.cleo, now=NOON) == 1
    place.refresh_from_db()
    assert place.answer_by == NOON.date() + timedelta(days=7)
    with pytest.raises(NotPossible, match="Days: use a number from 1 to 60"):
        invitations.extend(cast.cohort, places=[place], days=61, by=cast.cleo, now=NOON)
    registered = factories.enrolment(cast.cohort, cast.sol, "mentee")
    with pytest.raises(NotPossible, match="nothing to extend"):
        invitations.extend(cast.cohort, places=[registered], days=7, by=cast.cleo, now=NOON)


def test_bulk_verbs_refuse_an_empty_list_and_people_of_others(cast):
    kofi = factories.enrolment(cast.cohort, cast.kofi, "mentor", state="invited", is_prepared=False)
    with pytest.raises(NotPossible, match="Choose at least one person"):
        invitations.remind(cast.cohort, places=[], by=cast.cleo, now=NOON)
    with pytest.raises(NotAllowed, match="another coordinator's businesses"):
        invitations.remind(cast.cohort, places=[kofi], by=cast.cleo, now=NOON)


def test_a_colleague_is_found_by_number_address_or_full_name(cast):
    assert queries.find_colleague(cast.sol.employee_number, excluding=cast.mia) == cast.sol
    assert queries.find_colleague("sol LINDQVIST", excluding=cast.mia) == cast.sol
    factories.person("Sol", "Lindqvist")
    assert [queries.find_colleague(text, excluding=cast.mia) for text in ("Sol Lindqvist", "x", "Mia Okafor")] == [
        None,
        None,
        None,
    ]


def test_the_order_of_a_list_does_not_matter_to_who_is_unlucky_in_it(cast):
    text = f"{cast.mia.email} {cast.mia.employee_number}"
    assert queries.read_list(text, cohort=cast.cohort, role="mentor", scope=everywhere(cast)).people == [cast.mia]


def test_grade_and_profession_are_measured_as_the_directory_knows_them(cast):
    on = date(2027, 1, 1)
    assert qualifying.measured(cast.mia, "grade", on=on, levels={}) == 2
    assert qualifying.measured(cast.mia, "tree_level", on=on, levels={}) is None


def test_an_invitation_says_the_exception_for_heads_beforehand(cast, sent, clock_at):
    a_mentee_registered(cast)
    Cohort.objects.filter(pk=cast.cohort.pk).update(distance_exception=3)
    for person, role in ((cast.mia, "mentor"), (cast.sol, "mentee")):
        invitations.invite_people(cast.cohort, people=[person], role=role, by=cast.cleo, now=NOON)
    told = {mail.to: "One exception you should know" in mail.text for mail in sent()}
    assert told == {cast.mia.email: True, cast.sol.email: False}


def test_an_invitation_to_a_place_that_was_left_or_taken_meanwhile_is_dropped(cast, sent, clock_at):
    a_mentee_registered(cast)
    invitations.invite_people(cast.cohort, people=[cast.mia, cast.sol], role="mentor", by=cast.cleo, now=NOON)
    Enrolment.objects.filter(person=cast.mia).update(state="withdrawn", left_at=NOON)
    Enrolment.objects.filter(person=cast.sol).update(state="registered", registered_at=NOON, consented_at=NOON)
    assert sent() == []


def test_a_reminder_whose_reason_has_passed_is_dropped(cast, sent, clock_at):
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", is_prepared=False)
    invitations.remind(cast.cohort, places=[place], by=cast.cleo, now=NOON)
    Enrolment.objects.filter(pk=place.pk).update(prepared_at=NOON)
    assert sent() == []


def test_a_closed_round_sends_nothing_more(cast, sent, clock_at):
    a_mentee_registered(cast)
    invitations.invite_people(cast.cohort, people=[cast.mia], role="mentor", by=cast.cleo, now=NOON)
    Cohort.objects.filter(pk=cast.cohort.pk).update(state="closed")
    assert sent() == []


def test_mentors_are_invited_only_once_a_mentee_has_registered(cast):
    mentee = factories.enrolment(cast.cohort, cast.sol, "mentee", state="invited", is_prepared=False)
    with pytest.raises(NotPossible, match="Places for mentees come first: invite mentors as soon as the first of them"):
        invitations.invite_people(cast.cohort, people=[cast.mia], role="mentor", by=cast.olu, now=NOON)
    Enrolment.objects.filter(pk=mentee.pk).update(state="withdrawn", registered_at=NOON, consented_at=NOON)
    assert queries.mentors_wait_for_mentees(cast.cohort) is True
    a_mentee_registered(cast)
    assert invitations.invite_people(cast.cohort, people=[cast.mia], role="mentor", by=cast.olu, now=NOON).count == 1


def test_mentees_are_lacking_while_more_mentors_than_mentees_have_registered(cast):
    factories.enrolment(cast.cohort, cast.mia, "mentor", capacity=2)
    factories.enrolment(cast.cohort, cast.kofi, "mentor", state="waiting")
    assert queries.lacks_mentees(cast.cohort) is True
    a_mentee_registered(cast)
    assert queries.lacks_mentees(cast.cohort) is False

"""Dates of a pair: planned, moved, cancelled, met, missed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Agreement, Pair
from turnabout.people.models import Person
from turnabout.scheduling import jobs, listeners, policies, queries, questions, services
from turnabout.scheduling.models import Attendance, Session

DAY = timedelta(days=1)


def states(pair: Pair) -> list[tuple[int, str]]:
    return [(session.number, session.state) for session in Session.objects.filter(pair=pair).order_by("number", "pk")]


def names_of_events(subject: object = None) -> list[str]:
    return list(Event.objects.filter(name__startswith="session").order_by("pk").values_list("name", flat=True))


def sign_both(pair: Pair, cast) -> None:
    pair_services.draft_agreement(pair, {"place": "Online"}, by=cast.mia.account, version=1, now=NOON)
    for person in (cast.mia, cast.sol):
        pair_services.sign_agreement(pair, by=person.account, version=2, now=NOON)


def test_session_one_is_booked_at_once_and_later_dates_are_held(pair, planned):
    assert states(pair) == [(1, "invited"), *((number, "reserved") for number in range(2, 7))]
    assert [session.local_start for session in planned][:2] == ["2027-03-08T10:30", "2027-04-05T10:30"]
    assert names_of_events() == ["sessions.planned"]


def test_easter_monday_of_2027_is_not_planned_in_france(cast, pair):
    cast.cohort.interval_weeks = 3
    cast.cohort.save(update_fields=["interval_weeks"])
    services.plan_sessions(pair, now=NOON)
    assert [session.local_start[:10] for session in queries.timeline(pair)][1] == "2027-03-30"


def test_planning_twice_changes_nothing(pair, planned):
    jobs.plan_pair(pair.pk)
    assert (len(planned), Session.objects.count()) == (6, 6)


def test_a_pair_in_two_zones_meets_inside_both_working_days(cast):
    mentor = factories.enrolment(cast.cohort, cast.kofi, "mentor")
    Person.objects.filter(pk=cast.sol.pk).update(time_zone="Asia/Kolkata")
    cast.sol.refresh_from_db()
    pair = factories.pair(mentor, factories.enrolment(cast.cohort, cast.sol, "mentee"))
    services.plan_sessions(pair, now=NOON)
    for session in queries.timeline(pair):
        assert (session.time_zone, session.outside_hours) == ("Asia/Kolkata", [])
        assert 8 <= session.starts_at.hour < 12


def test_no_common_hour_is_warned_about_and_no_common_day_is_asked(cast, pair):
    Person.objects.filter(pk=cast.sol.pk).update(weekly_hours={"5": ["09:00", "12:00"]})
    assert services.plan_sessions(Pair.objects.get(pk=pair.pk), now=NOON) == []
    assert Event.objects.get(name="sessions.planned").data == {"count": 0}
    Person.objects.filter(pk=cast.sol.pk).update(weekly_hours={"0": ["17:30", "19:00"]})
    services.plan_sessions(Pair.objects.get(pk=pair.pk), now=NOON)
    assert {tuple(session.outside_hours) for session in queries.timeline(pair)} == {("mentee", "mentor")}


def test_signing_turns_held_dates_into_invitations(cast, pair, planned):
    sign_both(pair, cast)
    jobs.invite_pair(pair.pk)
    jobs.invite_pair(pair.pk)
    assert states(pair) == [(number, "invited") for number in range(1, 7)]
    assert names_of_events().count("session.invited") == 5


def test_dates_that_passed_and_pairs_that_rest_are_not_invited(cast, pair, planned):
    assert services.invite_reserved(pair, now=NOON + 60 * DAY) == 4
    pair_services.pause_pair(pair, by=cast.mia.account, now=NOON)
    assert services.invite_reserved(pair, now=NOON) == 0


@pytest.mark.parametrize("who", ["mia", "sol", "ash"])
def test_either_side_and_the_assistant_move_a_session(cast, first, who):
    member = getattr(cast, who)
    moved = services.move_session(
        first,
        local_start="2027-03-10T14:00",
        zone="Europe/Paris",
        by=getattr(member, "account", member),
        now=NOON,
        place="Room  4",
    )
    assert (moved.starts_at, moved.local_start, moved.sequence, moved.moves, moved.place) == (
        datetime(2027, 3, 10, 13, 0, tzinfo=UTC), "2027-03-10T14:00", 1, 1, "Room 4",
    )  # fmt: skip
    assert moved.moved_by_role == ("mentor" if who == "mia" else "mentee")
    assert Event.objects.get(name="session.moved").actor == ""


def test_no_session_takes_place_before_the_round_begins(cast, pair):
    cast.cohort.starts_on = date(2027, 4, 1)
    cast.cohort.save(update_fields=["starts_on"])
    pair = Pair.objects.with_people().get(pk=pair.pk)
    assert services.suggest_times(pair, minutes=60, now=NOON, zone="Europe/Paris")[0].local_start == "2027-04-01T10:30"
    first = services.plan_sessions(pair, now=NOON)[0]
    assert first.local_start == "2027-04-01T10:30"
    for choose in (
        lambda day: services.move_session(first, local_start=day, zone="Europe/Paris", by=cast.mia.account, now=NOON),
        lambda day: services.schedule_session(pair, 2, local_start=day, zone="Europe/Paris", by=cast.sol.account, now=NOON),
    ):
        with pytest.raises(NotPossible, match=r"Your round begins on 1 April 2027. Choose that day or a later one\."):
            choose("2027-03-31T16:00")
    moved = services.move_session(first, local_start="2027-04-01T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    assert moved.local_start == "2027-04-01T09:00"


@pytest.mark.parametrize("who", ["cleo", "olu", "otto", "nadia"])
def test_nobody_else_moves_a_session(cast, first, who):
    member = getattr(cast, who)
    with pytest.raises(NotAllowed):
        services.move_session(first, local_start="2027-03-10T14:00", zone="UTC", by=getattr(member, "account", member), now=NOON)


def test_an_assistant_whose_delegation_ended_moves_nothing(cast, first):
    cast.sol.delegations.filter(assistant=cast.ash).update(ended_at=NOON)
    assert not policies.can_keep_diary(cast.ash, first.pair)
    assert not policies.can_keep_diary(None, first.pair)


@pytest.mark.parametrize(
    ("wall", "words"),
    [
        ("2027-02-28T10:00", "That time has passed. Choose one that is still ahead."),
        ("2027-03-28T02:30", "this hour is skipped or comes twice. Choose a time two hours later."),
        ("2027-10-31T02:30", "this hour is skipped or comes twice"),
        ("2029-01-01T10:00", "more than a year away"),
        ("tomorrow", "could not be read. Write them like 2027-03-04T09:00."),
        ("2027-04-05T10:00", "another session at that time"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_remedy(cast, first, wall, words):
    with pytest.raises(NotPossible, match=words):
        services.move_session(first, local_start=wall, zone="Europe/Paris", by=cast.mia.account, now=NOON)
    assert Session.objects.get(pk=first.pk).local_start == first.local_start


def test_a_session_changed_meanwhile_is_not_moved(cast, first):
    services.move_session(first, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="Somebody else changed this session meanwhile"):
        services.move_session(first, local_start="2027-03-11T14:00", zone="Europe/Paris", by=cast.sol.account, now=NOON)


def test_a_place_changes_calendars_and_has_a_length(cast, first):
    assert services.change_place(first, "https://meet.example.test/x", by=cast.sol.account, now=NOON).sequence == 1
    with pytest.raises(NotPossible, match="longer than 300 characters"):
        services.change_place(first, "x" * 301, by=cast.sol.account, now=NOON)
    with pytest.raises(NotPossible, match="place stays as it is"):
        services.change_place(first, "here", by=cast.sol.account, now=first.starts_at + DAY)
    services.cancel_session(first, by=cast.sol.account, now=NOON)
    with pytest.raises(NotPossible, match="place stays as it is"):
        services.change_place(first, "here", by=cast.sol.account, now=NOON)


def test_a_place_that_is_said_already_changes_nothing(cast, first):
    services.change_place(first, "Room 4", by=cast.sol.account, now=NOON)
    assert services.change_place(first, " Room\n\x00 4 ", by=cast.mia.account, now=NOON).sequence == 1
    event = Event.objects.get(name="session.moved")
    assert (event.actor, event.data) == ("", {"only_place": True})


def test_the_two_and_the_assistant_say_where_and_nobody_else(cast, first):
    for number, by in enumerate((cast.mia.account, cast.sol.account, cast.ash), start=1):
        assert services.change_place(first, f"Room {number}", by=by, now=NOON).place == f"Room {number}"
    for other in (cast.cleo, cast.olu, cast.otto.account, cast.kofi.account):
        with pytest.raises(NotAllowed):
            services.change_place(first, "here", by=other, now=NOON)


@pytest.mark.parametrize(("who", "counted"), [("sol", 1), ("ash", 1), ("mia", 0)])
def test_a_cancelled_session_counts_the_mentees_side_and_can_get_a_new_date(cast, pair, first, who, counted):
    member = getattr(cast, who)
    cancelled = services.cancel_session(first, by=getattr(member, "account", member), now=NOON)
    assert (cancelled.state, cancelled.sequence, cancelled.mentee_cancellations) == ("cancelled", 1, counted)
    assert Event.objects.get(name="session.cancelled").data == {"invited": True}
    assert queries.missing_numbers(pair) == [1]
    again = services.schedule_session(pair, 1, local_start="2027-03-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    assert (again.state, again.uid != first.uid) == ("invited", True)
    with pytest.raises(NotPossible, match="no date that could be cancelled"):
        services.cancel_session(first, by=cast.mia.account, now=NOON)


def test_a_date_by_hand_is_held_until_both_have_signed(cast, pair, first):
    third = Session.objects.select_related("pair__cohort").get(number=3)
    services.cancel_session(third, by=cast.mia.account, now=NOON)
    again = services.schedule_session(pair, 3, local_start="2027-05-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    assert again.state == "reserved"
    with pytest.raises(NotPossible, match="already has a date"):
        services.schedule_session(pair, 3, local_start="2027-05-13T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="no session with this number"):
        services.schedule_session(pair, 9, local_start="2027-05-13T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)


def test_an_end_takes_every_future_date_back(cast, pair, planned):
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON + 8 * DAY)
    assert states(pair) == [(1, "invited"), *((number, "cancelled") for number in range(2, 7))]
    with pytest.raises(NotPossible, match="closed, so it has no more sessions"):
        services.schedule_session(pair, 2, local_start="2027-05-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)


def test_a_pause_takes_dates_back_and_a_resumption_plans_the_rest(cast, pair, first):
    services.report_session(first, said="met", by=cast.mia.account, now=NOON + 8 * DAY)
    pair_services.pause_pair(pair, by=cast.mia.account, now=NOON + 9 * DAY)
    assert queries.missing_numbers(pair) == [2, 3, 4, 5, 6]
    with pytest.raises(NotPossible, match="rests at the moment"):
        services.schedule_session(pair, 2, local_start="2027-05-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    resumed = pair_services.resume_pair(pair, by=cast.mia.account, now=NOON + 30 * DAY)
    assert [session.number for session in services.plan_sessions(resumed, now=NOON + 30 * DAY)] == [2, 3, 4, 5, 6]


def test_one_word_is_enough_and_each_side_speaks_once(cast, first):
    now = NOON + 7 * DAY
    held = services.report_session(first, said="met", by=cast.mia.account, now=now)
    assert (held.state, held.met_on, held.theme, held.told_by, held.is_told_to_coordinator) == (
        "met",
        date(2027, 3, 8),
        "our-digital-day",
        cast.mia.account,
        False,
    )
    with pytest.raises(NotPossible, match="You have already told us about this session"):
        services.report_session(first, said="met", by=cast.mia.account, now=now)
    assert services.report_session(first, said="missed", by=cast.sol.account, now=now).state == "met"
    assert names_of_events().count("session.held") == 1
    assert Attendance.objects.count() == 2


def test_a_missed_session_becomes_met_when_the_other_says_so(cast, first):
    now = NOON + 8 * DAY
    assert services.report_session(first, said="missed", by=cast.sol.account, now=now).state == "missed"
    assert services.report_session(first, said="met", by=cast.mia.account, now=now).state == "met"


def test_a_missed_session_with_a_new_date_stays_missed(cast, pair, first):
    now = NOON + 8 * DAY
    services.report_session(first, said="missed", by=cast.sol.account, now=now)
    services.schedule_session(pair, 1, local_start="2027-03-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=now)
    with pytest.raises(NotPossible, match="has a new date by now"):
        services.report_session(first, said="met", by=cast.mia.account, now=now)


def test_a_session_ahead_is_reported_only_with_the_day_they_met(cast, first):
    with pytest.raises(NotPossible, match=r"still ahead\. Tell us afterwards"):
        services.report_session(first, said="met", by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="That day is still ahead"):
        services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=date(2027, 3, 20))
    assert services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=date(2027, 2, 28)).met_on == date(
        2027, 2, 28
    )


def test_only_the_two_report_and_not_of_a_cancelled_session(cast, first):
    for other in (cast.cleo, cast.ash, cast.olu):
        with pytest.raises(NotAllowed):
            services.report_session(first, said="met", by=other, now=NOON + 8 * DAY)
    services.cancel_session(first, by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match=r"was cancelled\. Give it a new date"):
        services.report_session(first, said="met", by=cast.mia.account, now=NOON + 8 * DAY)


def test_a_coordinator_notes_what_the_two_told_and_it_is_shown_as_such(cast, first):
    held = services.record_told(first, by=cast.cleo, met_on=date(2027, 3, 8), now=NOON + 9 * DAY)
    assert (held.state, held.is_told_to_coordinator, held.told_by) == ("met", True, cast.cleo)
    with pytest.raises(NotPossible, match="already settled"):
        services.record_told(first, by=cast.cleo, met_on=date(2027, 3, 8), now=NOON + 9 * DAY)
    for other in (cast.mia.account, cast.nadia, cast.ash):
        with pytest.raises(NotAllowed):
            services.record_told(first, by=other, met_on=date(2027, 3, 8), now=NOON + 9 * DAY)


def test_a_coordinator_is_asked_for_the_day_on_which_the_two_met(cast, pair, first):
    now = NOON + 8 * DAY
    with pytest.raises(NotPossible, match=r"still ahead\. Say on which day the two met"):
        services.record_told(first, by=cast.cleo, met_on=date(2027, 3, 20), now=now)
    services.report_session(first, said="missed", by=cast.sol.account, now=now)
    services.schedule_session(pair, 1, local_start="2027-03-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=now)
    with pytest.raises(NotPossible, match="Note it for that one"):
        services.record_told(first, by=cast.cleo, met_on=date(2027, 3, 8), now=now)


def test_a_reminder_goes_out_once_for_each_date(cast, first):
    assert questions.remind(now=NOON) == 0
    near = NOON + 6 * DAY
    assert [questions.remind(now=near), questions.remind(now=near)] == [1, 0]
    services.move_session(first, local_start="2027-03-08T16:00", zone="Europe/Paris", by=cast.mia.account, now=near)
    assert questions.remind(now=near) == 1


def test_did_you_meet_is_asked_once_after_the_session(cast, pair, first):
    after = datetime(2027, 3, 8, 11, 29, tzinfo=UTC)
    assert questions.ask_whether_they_met(now=after) == 0
    assert [questions.ask_whether_they_met(now=after + timedelta(minutes=1)) for _time in (1, 2)] == [1, 0]
    assert questions.ask_whether_they_met(now=NOON + 300 * DAY) == 0


def test_periodic_jobs_find_their_work_from_the_clock(cast, first, clock_at):
    clock_at(datetime(2027, 3, 8, 12, 0, tzinfo=UTC))
    jobs.remind_and_ask()
    jobs.tend_dates()
    assert names_of_events() == ["sessions.planned", "session.asked"]


def test_nine_in_the_morning_stays_nine_when_a_country_changes_its_clocks(first, pair):
    Session.objects.filter(pk=first.pk).update(starts_at=first.starts_at + timedelta(hours=1))
    assert questions.keep_wall_times(now=NOON) == 1
    kept = Session.objects.get(pk=first.pk)
    assert (kept.starts_at, kept.sequence) == (first.starts_at, 1)
    assert questions.keep_wall_times(now=NOON) == 0


def test_a_wall_time_that_became_strange_waits_for_the_two(first):
    Session.objects.filter(pk=first.pk).update(local_start="2027-03-28T02:30", starts_at=datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    assert questions.keep_wall_times(now=NOON) == 0


def test_a_pair_closes_by_itself_two_weeks_after_its_last_session(cast, pair, planned):
    last = Session.objects.select_related("pair__cohort__programme").get(number=6)
    services.report_session(last, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    assert [questions.close_quiet_pairs(now=NOON + 13 * DAY), questions.close_quiet_pairs(now=NOON + 14 * DAY)] == [0, 1]
    assert Pair.objects.get(pk=pair.pk).state == "closed"
    assert listeners.closing_session_comes_first(pair) is None


def test_suggested_times_suit_both_and_lie_near_the_session(cast, first):
    slots = services.suggest_times(first.pair, minutes=60, now=NOON, zone="Europe/Paris", session=first)
    assert [slot.local_start for slot in slots] == [
        "2027-03-05T10:30",
        "2027-03-08T09:30",
        "2027-03-09T10:30",
        "2027-03-10T10:30",
    ]


def test_the_assistant_sees_the_dates_whose_diary_they_keep(cast, pair, first):
    assert [session.number for session in queries.kept_by(cast.ash, now=NOON)] == [1, 2, 3, 4, 5, 6]
    assert list(queries.kept_by(cast.cleo, now=NOON)) == []


def test_hours_that_cannot_be_read_count_as_nine_to_five():
    assert queries.weekly_hours({"x": ["nine", "five"]}) == queries.OFFICE
    assert queries.weekly_hours({"2": ["9:00", "24:00"]})[2][0].hour == 9


def test_agreement_is_what_decides(cast, pair, planned):
    Agreement.objects.filter(pair=pair).update(mentor_signed_at=NOON, mentee_signed_at=NOON)
    third = Session.objects.select_related("pair__cohort").get(number=3)
    services.cancel_session(third, by=cast.mia.account, now=NOON)
    again = services.schedule_session(pair, 3, local_start="2027-05-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=NOON)
    assert again.state == "invited"


def test_a_pair_that_rests_is_not_planned(cast, pair):
    pair_services.pause_pair(pair, by=cast.mia.account, now=NOON)
    assert services.plan_sessions(pair, now=NOON) == []


def test_a_second_yes_and_a_date_that_is_held_already_change_nothing(cast, pair, first):
    now = NOON + 7 * DAY
    services.report_session(first, said="met", by=cast.mia.account, now=now)
    services.report_session(first, said="met", by=cast.sol.account, now=now)
    assert names_of_events().count("session.held") == 1

"""Times for two people: pure, so everything is tried at once."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from turnabout.scheduling import planning
from turnabout.scheduling.planning import Diary, NoSuchTime, Slot, Terms, instant_of, outside_hours, plan, suggest
from turnabout.scheduling.public_holidays import public_holidays

MONDAY = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
OFFICE = {day: (time(9), time(17)) for day in range(5)}
GULF = {day: (time(8), time(16)) for day in (6, 0, 1, 2, 3)}
NIGHT = {day: (time(22), time(6)) for day in range(5)}

# Two ends of every kind of clock: the 26 countries of the largest programme we know, half and quarter hours included.
PLACES = (
    ("FR", "Europe/Paris"), ("DE", "Europe/Berlin"), ("BE", "Europe/Brussels"), ("ES", "Europe/Madrid"), ("IT", "Europe/Rome"),
    ("PT", "Europe/Lisbon"), ("GB", "Europe/London"), ("IE", "Europe/Dublin"), ("CH", "Europe/Zurich"), ("LU", "Europe/Luxembourg"),
    ("GR", "Europe/Athens"), ("PL", "Europe/Warsaw"), ("CZ", "Europe/Prague"), ("TR", "Europe/Istanbul"), ("MA", "Africa/Casablanca"),
    ("NG", "Africa/Lagos"), ("EG", "Africa/Cairo"), ("US", "America/New_York"), ("MX", "America/Mexico_City"), ("BR", "America/Sao_Paulo"),
    ("IN", "Asia/Kolkata"), ("SG", "Asia/Singapore"), ("HK", "Asia/Hong_Kong"), ("JP", "Asia/Tokyo"), ("TH", "Asia/Bangkok"),
    ("ID", "Asia/Jakarta"), ("NP", "Asia/Kathmandu"), ("AU", "Australia/Lord_Howe"), ("CL", "America/Santiago"),
)  # fmt: skip


def terms(**rest) -> Terms:
    defaults: dict[str, Any] = {"now": MONDAY, "sessions": 6, "minutes": 60, "interval_weeks": 4, "zone": "Europe/Paris"}
    return Terms(**(defaults | rest))


def diary(zone: str = "Europe/Paris", hours=OFFICE, **rest) -> Diary:
    return Diary(zone=zone, hours=hours, **rest)


def test_first_session_lies_a_week_ahead_in_the_middle_of_the_morning():
    first = plan(terms(), mentor=diary(), mentee=diary())[0]
    assert first == Slot(starts_at=datetime(2027, 3, 8, 9, 30, tzinfo=UTC), local_start="2027-03-08T10:30", zone="Europe/Paris")


@pytest.mark.parametrize(
    ("starts_on", "first"),
    [
        (date(2027, 2, 1), "2027-03-08T10:30"),
        (date(2027, 3, 5), "2027-03-08T10:30"),
        (date(2027, 4, 10), "2027-04-12T10:30"),  # a Saturday
        (date(2027, 9, 1), "2027-09-01T10:30"),
    ],
)
def test_first_session_waits_for_the_first_day_of_the_round(starts_on, first):
    found = plan(terms(starts_on=starts_on), mentor=diary(), mentee=diary())
    assert (found[0] and found[0].local_start, len([slot for slot in found if slot])) == (first, 6)


def test_the_first_day_of_the_round_begins_where_the_promise_is_made():
    early = {day: (time(0), time(2)) for day in range(7)}
    first = plan(
        terms(starts_on=date(2027, 4, 1), zone="Asia/Tokyo"),
        mentor=diary("Asia/Tokyo", early),
        mentee=diary("Asia/Tokyo", early),
    )[0]
    assert first is not None
    assert first.local_start == "2027-04-01T01:00"


def test_later_sessions_keep_weekday_and_wall_time_when_the_clocks_change():
    found = [slot.local_start for slot in plan(terms(), mentor=diary(), mentee=diary()) if slot]
    assert found == [
        "2027-03-08T10:30",
        "2027-04-05T10:30",
        "2027-05-03T10:30",
        "2027-05-31T10:30",
        "2027-06-28T10:30",
        "2027-07-26T10:30",
    ]


def test_a_public_holiday_moves_a_date_to_the_nearest_other_day():
    easter_monday = date(2027, 3, 29)
    slots = plan(
        terms(now=MONDAY - timedelta(days=7), interval_weeks=4), mentor=diary(days_off=frozenset({easter_monday})), mentee=diary()
    )
    assert [slot.local_start for slot in slots if slot][1] == "2027-03-30T10:30"


def test_no_common_hour_gives_the_nearest_reasonable_one_and_says_for_whom_it_is_early_or_late():
    slot = plan(terms(zone="America/New_York"), mentor=diary("Asia/Kolkata"), mentee=diary("America/New_York"))[0]
    assert slot is not None
    assert slot.outside == {"mentor", "mentee"}
    assert slot.starts_at.astimezone(ZoneInfo("Asia/Kolkata")).time() == time(17, 0)
    assert slot.starts_at.astimezone(ZoneInfo("America/New_York")).time() == time(7, 30)


def test_two_who_share_no_reasonable_hour_are_asked():
    assert plan(terms(), mentor=diary(hours={5: (time(9), time(17))}), mentee=diary()) == (None,) * 6


def test_dates_come_closer_when_the_round_ends_early():
    slots = plan(terms(ends_on=date(2027, 6, 1)), mentor=diary(), mentee=diary())
    assert max(slot.starts_at for slot in slots if slot).date() == date(2027, 5, 17)


def test_another_session_is_never_crossed():
    busy = tuple((datetime(2027, 3, 8 + day, 0, tzinfo=UTC), datetime(2027, 3, 9 + day, 0, tzinfo=UTC)) for day in range(3))
    first = plan(terms(), mentor=diary(busy=busy), mentee=diary())[0]
    assert first is not None
    assert first.local_start == "2027-03-05T10:30"


def test_night_shift_meets_day_shift_where_they_touch():
    early = {day: (time(5), time(13)) for day in range(5)}
    first = plan(terms(minutes=30), mentor=diary(hours=NIGHT), mentee=diary(hours=early))[0]
    assert first is not None
    assert (first.local_start[11:], first.outside) == ("05:30", frozenset())


@pytest.mark.parametrize("wall", ["2027-03-28T02:30", "2027-10-31T02:30"])
def test_a_time_that_the_clocks_skip_or_show_twice_is_not_guessed(wall):
    with pytest.raises(NoSuchTime):
        instant_of(wall, "Europe/Paris")


def test_wall_time_and_instant_are_two_ways_to_say_the_same():
    assert instant_of("2027-07-01T09:00", "Asia/Kathmandu") == datetime(2027, 7, 1, 3, 15, tzinfo=UTC)
    assert planning.wall_time(datetime(2027, 7, 1, 3, 15, tzinfo=UTC), "Asia/Kathmandu") == "2027-07-01T09:00"


def test_an_unknown_zone_is_read_as_utc():
    assert instant_of("2027-07-01T09:00", "Mars/Olympus") == datetime(2027, 7, 1, 9, 0, tzinfo=UTC)


def test_suggestions_lie_on_different_days_within_both_peoples_hours():
    slots = suggest(
        after=MONDAY,
        until=MONDAY + timedelta(days=14),
        minutes=60,
        zone="Europe/Paris",
        mentor=diary(),
        mentee=diary("Africa/Lagos"),
    )
    assert [slot.local_start for slot in slots] == [
        "2027-03-01T13:00",
        "2027-03-02T10:30",
        "2027-03-03T10:30",
        "2027-03-04T10:30",
    ]


def test_no_country_and_an_unknown_country_have_no_holidays():
    assert public_holidays("", [2027]) == frozenset()
    assert public_holidays("XX", [2027]) == frozenset()
    assert date(2027, 7, 14) in public_holidays("fr", [2027])


hours = st.sampled_from(
    [OFFICE, GULF, {0: (time(10), time(12)), 3: (time(14), time(18))}, NIGHT, {day: (time(4), time(12)) for day in range(6)}]
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- Hypothesis adds the zone
places = st.sampled_from(PLACES)


@st.composite
def diaries(draw: st.DrawFn, now: datetime) -> Diary:
    country, zone = draw(places)
    busy = []
    for _ in range(draw(st.integers(0, 6))):
        start = now + timedelta(hours=draw(st.integers(0, 24 * 60)))
        busy.append((start, start + timedelta(hours=draw(st.integers(1, 60)))))
    return Diary(zone=zone, hours=draw(hours), days_off=public_holidays(country, range(now.year, now.year + 2)), busy=tuple(busy))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    now=moments,
    sessions=st.integers(4, 12),
    minutes=st.sampled_from([30, 45, 60, 90]),
    interval=st.integers(2, 8),
)
def test_every_plan_keeps_its_promises(data, now, sessions, minutes, interval):
    mentor, mentee = data.draw(diaries(now)), data.draw(diaries(now))
    wanted = terms(now=now, sessions=sessions, minutes=minutes, interval_weeks=interval, zone=mentee.zone)
    slots = plan(wanted, mentor=mentor, mentee=mentee)
    assert len(slots) == sessions
    times = [slot.starts_at for slot in slots if slot]
    assert all(later - earlier >= timedelta(days=7) for earlier, later in itertools.pairwise(times))
    for slot in filter(None, slots):
        assert slot.starts_at >= now + planning.NOTICE
        assert instant_of(slot.local_start, slot.zone) == slot.starts_at
        assert outside_hours(slot.starts_at, minutes, mentor=mentor, mentee=mentee) == slot.outside
        for side in (mentor, mentee):
            wall = slot.starts_at.astimezone(ZoneInfo(side.zone))
            assert not planning.is_strange(wall)
            assert wall.date() not in side.days_off
            assert planning.is_free(slot.starts_at, minutes, side)
            if slot.outside and side.hours is not NIGHT:
                earliest = min([time(7), *(start for start, _end in side.hours.values())])
                assert earliest <= wall.time() <= time(21)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), now=moments)
def test_the_same_diaries_give_the_same_plan(data, now):
    mentor, mentee = data.draw(diaries(now)), data.draw(diaries(now))
    assert plan(terms(now=now), mentor=mentor, mentee=mentee) == plan(terms(now=now), mentor=mentor, mentee=mentee)


@pytest.mark.parametrize(("country", "zone"), PLACES)
def test_every_place_has_a_plan_inside_its_hours_over_a_year_of_clock_changes(country, zone):
    off = public_holidays(country, (2027, 2028))
    here = diary(zone, days_off=off)
    slots = plan(terms(sessions=12, zone=zone), mentor=here, mentee=here)
    assert [slot.outside for slot in slots if slot] == [frozenset()] * 12

"""Weekly hours as people write them, comparable across time zones."""

from __future__ import annotations

import datetime as dt

import pytest

from turnabout.engine import Refusal, hours_in_utc
from turnabout.engine.hours import parse_hours


def test_days_and_times_become_minutes_of_the_week():
    assert parse_hours("Tue 14:00-16:00; mon 9:00-10:30") == ((540, 630), (2280, 2400))
    assert parse_hours("Mon-Wed 08:00-24:00") == ((480, 1440), (1920, 2880), (3360, 4320))
    assert parse_hours("") == ()


@pytest.mark.parametrize("text", ["Mon", "9-5", "Xyz 09:00-10:00", "Mon-Xyz 09:00-10:00", "Mon 09:00-10:00 or so"])
def test_what_cannot_be_read_is_named(text):
    with pytest.raises(Refusal, match="cannot be read; write them like Mon-Fri 09:00-12:00"):
        parse_hours(text)


@pytest.mark.parametrize("text", ["Mon 10:00-09:00", "Wed-Mon 09:00-10:00", "Mon 09:00-25:00"])
def test_hours_that_end_before_they_start_are_named(text):
    with pytest.raises(Refusal, match="end before they start"):
        parse_hours(text)


def test_minutes_that_no_clock_shows_are_named():
    with pytest.raises(Refusal, match="have more than 59 minutes"):
        parse_hours("Mon 09:75-11:00")


def test_hours_move_by_the_offset_of_the_zone():
    assert hours_in_utc(((540, 600),), "Europe/Paris") == ((480, 540),)
    assert hours_in_utc(((540, 600),), "Asia/Kathmandu") == ((195, 255),)
    assert hours_in_utc(((540, 600),), None) == ((540, 600),)


def test_hours_wrap_round_the_week():
    assert hours_in_utc(((0, 120),), "Europe/Paris") == ((0, 60), (10020, 10080))
    assert hours_in_utc(((10020, 10080),), "America/New_York") == ((240, 300),)


def test_the_date_decides_about_summer_time():
    assert hours_in_utc(((540, 600),), "Europe/Paris", on=dt.date(2026, 7, 6)) == ((420, 480),)


def test_unknown_zone_is_named():
    with pytest.raises(Refusal, match="'Mars/Base' is not known; use a name like Europe/Paris"):
        hours_in_utc((), "Mars/Base")

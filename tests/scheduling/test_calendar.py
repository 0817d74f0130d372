"""Calendar files, read back by a second library."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject

from turnabout.scheduling.calendar import Guest, Invitation, calendar_file

STAMP = datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
START = datetime(2027, 7, 1, 7, 0, tzinfo=UTC)


def invitation(**rest) -> Invitation:
    defaults: dict[str, Any] = {
        "uid": "session-1@example.test",
        "sequence": 0,
        "starts_at": START,
        "minutes": 60,
        "title": "Session 2 with Mia",
        "organiser": "Turnabout <turnabout@example.test>",
        "guests": (Guest(name="Mia Okafor", email="mia@example.test"), Guest(name="Sol Lindqvist", email="sol@example.test")),
        "url": "https://example.test/pairs/1/",
    }
    return Invitation(**(defaults | rest))


def read_back(content: bytes):
    return vobject.readOne(content.decode())


def test_a_second_library_reads_what_was_meant():
    calendar = read_back(calendar_file(invitation(), stamp=STAMP))
    event = calendar.vevent
    assert calendar.method.value == "REQUEST"
    assert event.uid.value == "session-1@example.test"
    assert event.sequence.value == "0"
    assert (event.dtstart.value, event.dtend.value) == (START, START + timedelta(hours=1))
    assert event.dtstamp.value == STAMP.replace(microsecond=0)
    assert (event.summary.value, event.status.value) == ("Session 2 with Mia", "CONFIRMED")
    assert event.organizer.value == "mailto:turnabout@example.test"
    assert [guest.value for guest in event.attendee_list] == ["mailto:mia@example.test", "mailto:sol@example.test"]
    assert [guest.params["CN"] for guest in event.attendee_list] == [["Mia Okafor"], ["Sol Lindqvist"]]
    assert "description" not in event.contents


def test_a_cancelled_session_keeps_its_uid_and_grows_its_sequence():
    calendar = read_back(calendar_file(invitation(sequence=3, is_cancelled=True), stamp=STAMP))
    assert (calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert (calendar.vevent.uid.value, calendar.vevent.sequence.value) == ("session-1@example.test", "3")


def test_times_are_utc_and_carry_no_zone_rules():
    text = calendar_file(invitation(), stamp=STAMP).decode()
    assert "DTSTART:20270701T070000Z" in text
    assert "VTIMEZONE" not in text
    assert "RDATE" not in text


@pytest.mark.parametrize(
    "text", ['Müller, Jörg; \\ "x"', "Mia\r\nATTENDEE:mailto:evil@example.test", "日本語の長い名前" * 20, "a" * 200]
)
def test_whatever_a_name_or_a_room_contains_arrives_as_text(text):
    content = calendar_file(invitation(title=text, place=text, guests=(Guest(name=text, email="mia@example.test"),)), stamp=STAMP)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    event = read_back(content).vevent
    assert event.summary.value == " ".join(text.split())
    assert event.location.value == " ".join(text.split())
    assert [guest.value for guest in event.attendee_list] == ["mailto:mia@example.test"]

"""Whoever kept a diary has none of its dates in their calendar afterwards; the two hear nothing of it."""

from datetime import timedelta

import pytest
import vobject

from tests import factories
from tests.cast import NOON
from turnabout.people import services as people
from turnabout.people.models import Delegation
from turnabout.scheduling import services as scheduling
from turnabout.scheduling.models import Session


@pytest.fixture
def first(cast, clock_at):
    """The first date of Mia and Sol, with Ash as Sol's assistant."""
    assert cast.ash
    scheduling.plan_sessions(cast.mia_and_sol, now=NOON)
    return Session.objects.select_related("pair__cohort__programme").get(number=1)


def end(cast, now=NOON):
    people.end_assistant(
        Delegation.objects.get(assistant=cast.ash, ended_at__isnull=True), by=cast.sol.account, scope=frozenset(), now=now
    )


def test_the_dates_leave_the_calendar_of_the_assistant_alone(cast, first, sent):
    before = len(sent())
    end(cast)
    (mail,) = sent()[before:]
    assert (mail.to, mail.template, mail.subject) == (
        cast.ash.email,
        "diary.ended",
        "Out of your calendar: Sol Lindqvist: session 1 with Mia",
    )
    assert "You no longer keep the diary of Sol Lindqvist, so this date leaves your calendar." in mail.text
    calendar = vobject.readOne(mail.calendar.decode())
    event = calendar.vevent
    assert (calendar.method.value, event.status.value, event.uid.value) == ("CANCEL", "CANCELLED", first.uid)
    assert (int(event.sequence.value), event.dtstart.value) == (first.sequence + 1, first.starts_at)
    assert [guest.value for guest in event.contents["attendee"]] == [f"mailto:{cast.ash.email}"]
    assert Session.objects.get(pk=first.pk).state == "invited"


def test_where_the_date_is_moved_to_is_not_theirs_to_know(cast, first, sent):
    before = len(sent())
    end(cast)
    scheduling.move_session(
        first, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON, place="Room 4"
    )
    (mail,) = [mail for mail in sent()[before:] if mail.to == cast.ash.email]
    event = vobject.readOne(mail.calendar.decode()).vevent
    assert (event.dtstart.value, "location" in event.contents) == (first.starts_at, False)


def test_dates_that_they_were_never_told_of_are_not_taken_back(cast, first, sent):
    other = factories.account("Ines Roy")
    factories.delegation(cast.sol, other)
    before = len(sent())
    people.end_assistant(Delegation.objects.get(assistant=other), by=cast.sol.account, scope=frozenset(), now=NOON)
    assert sent()[before:] == []


def test_neither_are_dates_that_have_been(cast, first, sent, clock_at):
    before = len(sent())
    clock_at(first.starts_at + timedelta(hours=2))
    end(cast, now=first.starts_at + timedelta(hours=2))
    assert [mail for mail in sent()[before:] if mail.to == cast.ash.email] == []


def test_an_assistant_who_keeps_the_diary_again_keeps_the_dates(cast, first, sent):
    before = len(sent())
    end(cast)
    people.name_assistant(cast.sol, name="Ash", email=cast.ash.email, by=cast.sol.account, scope=frozenset(), now=NOON)
    assert sent()[before:] == []


def test_nothing_is_sent_once_the_date_has_passed_while_the_mail_waited(cast, first, sent, clock_at):
    before = len(sent())
    end(cast)
    clock_at(first.starts_at)
    assert [mail for mail in sent()[before:] if mail.template == "diary.ended"] == []

"""What is not urgent arrives in its reader's own working day; what is urgent, at any hour."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.core.models import Mark
from turnabout.notifications import notices, queries, services
from turnabout.notifications.content import CONTENT, URGENT_FROM, Message, at_once, content
from turnabout.notifications.models import Notice
from turnabout.people.models import Person
from turnabout.scheduling import questions
from turnabout.scheduling import services as scheduling_services

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.fixture
def calm():
    """A template of the tests' own that is never urgent."""

    @content("test.calm")
    def say(notice):
        return Message(subject="Calm", first_line="There is no hurry.")

    yield
    del CONTENT["test.calm"], URGENT_FROM["test.calm"]


@pytest.fixture
def mia(cast):
    account = cast.mia.account
    account.time_zone = "Europe/Paris"
    account.save(update_fields=["time_zone"])
    return account


def written(account, at: datetime, key: str = "one", **fields) -> Notice:
    return notices.write("test.calm", account=account, subject=account, dedupe_key=key, now=at, **fields)


def waits_until(notice: Notice) -> datetime:
    """When it may go out, after the sender looked at it once."""
    services.send_due()
    held = Notice.objects.get(pk=notice.pk)
    assert (held.state, held.attempts, held.lease_until) == (Notice.State.WAITING, 0, None)
    return held.send_after


def test_a_mail_of_the_night_waits_for_the_morning_and_is_then_sent_once(mia, clock_at, calm, server):
    clock_at(paris("2027-03-01T22:00"))
    notice = written(mia, paris("2027-03-01T22:00"))
    assert waits_until(notice) == paris("2027-03-02T07:00")
    assert list(queries.delayed()) == []  # nothing is wrong with it
    clock_at(paris("2027-03-02T07:00"))
    services.send_due()
    services.send_due()
    assert [mail.message_id for mail in server.taken] == [notice.message_id]


@pytest.mark.parametrize(
    ("now", "sent_at"),
    [
        ("2027-03-01T07:00", "2027-03-01T07:00"),
        ("2027-03-01T18:59", "2027-03-01T18:59"),
        ("2027-03-01T19:00", "2027-03-02T07:00"),
        ("2027-03-02T06:59", "2027-03-02T07:00"),
        ("2027-03-05T19:00", "2027-03-08T07:00"),  # Friday evening
        ("2027-03-06T12:00", "2027-03-08T07:00"),  # Saturday
        ("2027-03-27T12:00", "2027-03-30T07:00"),  # Easter, with a holiday on Monday, and the night the clocks change
        ("2027-07-14T12:00", "2027-07-15T07:00"),  # a holiday in the middle of the week
    ],
)
def test_the_hours_are_those_of_the_readers_own_day(mia, clock_at, calm, server, now, sent_at):
    clock_at(paris(now))
    notice = written(mia, paris(now))
    if now == sent_at:
        assert services.send_due() == {Notice.State.SENT: 1}
    else:
        assert waits_until(notice) == paris(sent_at)


def test_somebody_elsewhere_gets_it_in_their_own_morning(cast, clock_at, calm, server):
    account = factories.account("Yuki Mori", time_zone="Asia/Tokyo")
    assert waits_until(written(account, NOON)) == datetime(2027, 3, 1, 22, 0, tzinfo=UTC)


def test_a_week_from_sunday_to_thursday_is_kept_to(mia, cast, clock_at, calm, server):
    Person.objects.filter(pk=cast.mia.pk).update(weekly_hours={day: ["09:00", "17:00"] for day in ("6", "0", "1", "2", "3")})
    clock_at(paris("2027-03-05T10:00"))
    assert waits_until(written(mia, paris("2027-03-05T10:00"))) == paris("2027-03-07T07:00")


def test_after_four_days_without_a_working_day_any_day_will_do(mia, cast, clock_at, calm, server):
    Person.objects.filter(pk=cast.mia.pk).update(weekly_hours={"0": ["09:00", "12:00"]})
    clock_at(paris("2027-03-02T10:00"))
    notice = written(mia, paris("2027-03-02T10:00"))
    assert waits_until(notice) == paris("2027-03-07T07:00")
    clock_at(paris("2027-03-07T07:00"))
    assert services.send_due() == {Notice.State.SENT: 1}


def test_a_manager_without_an_account_has_a_night_as_well(cast, clock_at, calm, server):
    person = factories.person("Max", "Bauer", with_account=False, entity=cast.paris)
    at = paris("2027-03-01T23:00")
    clock_at(at)
    notice = notices.write("test.calm", person=person, subject=person, dedupe_key="one", now=at)
    assert waits_until(notice) == paris("2027-03-02T07:00")


def test_a_second_try_keeps_to_the_hours(mia, clock_at, calm, server):
    clock_at(paris("2027-03-01T18:59"))
    notice = written(mia, paris("2027-03-01T18:59"))
    server.answers = ["451 come back later"]
    services.send_due()
    clock_at(paris("2027-03-01T19:00"))
    services.send_due()
    held = Notice.objects.get(pk=notice.pk)
    assert (held.state, held.send_after, held.attempts) == (Notice.State.WAITING, paris("2027-03-02T07:00"), 1)


def test_a_mail_that_was_held_over_a_long_weekend_is_still_tried_again(mia, clock_at, calm, server):
    notice = written(mia, paris("2027-03-25T19:30"))
    clock_at(paris("2027-03-30T07:00"))
    server.answers = ["451 we do not know you yet"]
    services.send_due()
    assert Notice.objects.get(pk=notice.pk).state == Notice.State.WAITING


def test_what_is_left_leased_by_a_killed_sender_keeps_to_the_hours(mia, clock_at, calm, server):
    notice = written(mia, paris("2027-03-01T18:00"))
    Notice.objects.filter(pk=notice.pk).update(state="sending", lease_until=NOON - timedelta(days=3650), attempts=1)
    clock_at(paris("2027-03-01T22:00"))
    services.send_due()
    assert Notice.objects.get(pk=notice.pk).send_after == paris("2027-03-02T07:00")


def test_what_somebody_asks_for_again_comes_at_once(mia, clock_at, calm, server):
    night = paris("2027-03-01T22:00")
    clock_at(night)
    first = written(mia, night)
    notices.repeat(first, now=night)
    assert services.send_due() == {Notice.State.WAITING: 1, Notice.State.SENT: 1}


def test_an_installation_may_send_at_any_hour(mia, clock_at, calm, server, settings):
    settings.MAIL_HOURS = None
    clock_at(paris("2027-03-06T03:00"))
    written(mia, paris("2027-03-06T03:00"))
    assert services.send_due() == {Notice.State.SENT: 1}


def test_an_installation_may_have_hours_of_its_own(mia, clock_at, calm, server, settings):
    settings.MAIL_HOURS = (time(9), time(12))
    clock_at(paris("2027-03-01T13:00"))
    assert waits_until(written(mia, paris("2027-03-01T13:00"))) == paris("2027-03-02T09:00")


def test_a_demo_shows_every_mail_at_once(mia, clock_at, calm):
    Mark.objects.create(name="demo", value="running")
    clock_at(paris("2027-03-06T03:00"))
    written(mia, paris("2027-03-06T03:00"))
    assert services.send_due() == {Notice.State.SENT: 1}


@pytest.fixture
def first_session(cast, clock_at):
    """Monday 8 March 2027, 10:30 in Paris; the news of the pair is through."""
    scheduling_services.plan_sessions(cast.mia_and_sol, now=NOON)
    Notice.objects.all().delete()
    for person in (cast.mia, cast.sol):
        person.account.time_zone = "Europe/Paris"
        person.account.save(update_fields=["time_zone"])
    return cast.mia_and_sol.sessions.select_related("pair__cohort__programme").get(number=1)


def test_a_reminder_of_a_monday_leaves_saturday_alone_and_comes_a_day_before(first_session, clock_at, server):
    saturday = paris("2027-03-06T10:30")
    clock_at(saturday)
    questions.remind(now=saturday)
    services.send_due()
    assert set(Notice.objects.values_list("send_after", flat=True)) == {paris("2027-03-07T10:30")}
    clock_at(paris("2027-03-07T10:30"))
    assert services.send_due() == {Notice.State.SENT: 2}


def test_a_move_and_a_cancellation_are_told_in_the_night(first_session, cast, clock_at, server):
    night = paris("2027-03-01T23:30")
    clock_at(night)
    moved = scheduling_services.move_session(
        first_session, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=night
    )
    assert services.send_due() == {Notice.State.SENT: 2}
    scheduling_services.cancel_session(moved, by=cast.mia.account, now=night)
    assert services.send_due() == {Notice.State.SENT: 2}


def test_an_assistant_gets_a_first_date_by_day_and_a_moved_one_at_once(cast, clock_at, server):
    assert cast.ash
    night = datetime(2027, 3, 1, 23, 0, tzinfo=UTC)
    clock_at(night)
    scheduling_services.plan_sessions(cast.mia_and_sol, now=night)
    to_ash = Notice.objects.filter(account=cast.ash)
    services.send_due()
    assert [notice.state for notice in to_ash] == [Notice.State.WAITING]
    first = cast.mia_and_sol.sessions.select_related("pair__cohort__programme").get(number=1)
    scheduling_services.move_session(first, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=night)
    services.send_due()
    assert sorted(to_ash.values_list("state", flat=True)) == [Notice.State.SENT, Notice.State.WAITING]


def test_these_kinds_wait_for_nobodys_morning():
    assert {template for template in CONTENT if URGENT_FROM[template] is at_once} == {
        "sign_in.requested", "card.printed", "card.reset", "contact.asked", "proposal.example", "enrolment.sample",
        "enrolment.registered", "enrolment.waitlisted", "enrolment.asked_back", "run.solved", "run.failed",
        "session.moved", "session.cancelled", "diary.cancelled", "pair.paused", "pair.ended", "pairs.ended",
    }  # fmt: skip

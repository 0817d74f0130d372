"""A report that was wrong: taken back by either of the two, as if nobody had said anything yet."""

from datetime import date, timedelta

import pytest

from tests.cast import NOON
from tests.scheduling.test_services import sign_both
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair
from turnabout.scheduling import queries, questions, services
from turnabout.scheduling.models import Attendance, Session

DAY = timedelta(days=1)
AFTER = NOON + 8 * DAY  # the day after session 1


@pytest.mark.parametrize("said", ["met", "missed"])
@pytest.mark.parametrize("who", ["mia", "sol"])
def test_either_of_the_two_takes_back_what_was_said_and_both_may_speak_again(cast, first, said, who):
    services.report_session(first, said=said, by=cast.mia.account, now=AFTER)
    again = services.reopen_session(first, told=said, by=getattr(cast, who).account, now=AFTER)
    assert (again.state, again.met_on, again.theme, again.told_by, again.told_from) == ("invited", None, "", None, "")
    assert Attendance.objects.count() == 0
    assert queries.to_report(first.pair, now=AFTER) == again
    assert services.report_session(again, said="met", by=cast.mia.account, now=AFTER).state == "met"
    assert services.report_session(again, said="met", by=cast.sol.account, now=AFTER).state == "met"


def test_a_correction_is_recorded_without_a_name(cast, first):
    services.report_session(first, said="met", by=cast.mia.account, now=AFTER)
    services.reopen_session(first, told="met", by=cast.sol.account, now=AFTER)
    event = Event.objects.get(name="session.reopened")
    assert (event.subject, event.actor, event.data) == (f"session:{first.pk}", "", {})


def test_what_a_coordinator_noted_is_taken_back_the_same_way(cast, first):
    services.report_session(first, said="missed", by=cast.sol.account, now=AFTER)
    services.record_told(first, by=cast.cleo, met_on=date(2027, 3, 8), now=AFTER)
    again = services.reopen_session(first, told="met", by=cast.mia.account, now=AFTER)
    assert (again.state, again.is_told_to_coordinator) == ("invited", False)


def test_nobody_else_takes_back_what_was_said(cast, first):
    services.report_session(first, said="met", by=cast.mia.account, now=AFTER)
    for other in (cast.cleo, cast.ash, cast.olu, cast.otto.account, cast.kofi.account):
        with pytest.raises(NotAllowed, match="Only the two of you can correct"):
            services.reopen_session(first, told="met", by=other, now=AFTER)
    assert Session.objects.get(pk=first.pk).state == "met"


def test_a_late_press_takes_nothing_back_that_was_said_since(cast, first):
    services.report_session(first, said="missed", by=cast.mia.account, now=AFTER)
    services.reopen_session(first, told="missed", by=cast.sol.account, now=AFTER)
    services.report_session(first, said="met", by=cast.sol.account, now=AFTER)
    for told in ("missed", "invited", "", "cancelled"):
        with pytest.raises(NotPossible, match="Something else is said about this session by now"):
            services.reopen_session(first, told=told, by=cast.mia.account, now=AFTER)


def test_a_missed_session_with_another_date_stays_as_it_is_until_that_one_is_cancelled(cast, pair, first):
    services.report_session(first, said="missed", by=cast.sol.account, now=AFTER)
    other = services.schedule_session(
        pair, 1, local_start="2027-03-12T09:00", zone="Europe/Paris", by=cast.mia.account, now=AFTER
    )
    assert queries.has_another_date(first)
    with pytest.raises(NotPossible, match="has another date by now"):
        services.reopen_session(first, told="missed", by=cast.mia.account, now=AFTER)
    assert Attendance.objects.count() == 1
    services.cancel_session(other, by=cast.mia.account, now=AFTER)
    assert not queries.has_another_date(first)
    assert services.reopen_session(first, told="missed", by=cast.mia.account, now=AFTER).state == "invited"


def test_a_closed_pair_keeps_what_was_said_and_a_resting_one_corrects_it(cast, pair, first):
    services.report_session(first, said="met", by=cast.mia.account, now=AFTER)
    resting = pair_services.pause_pair(pair, by=cast.mia.account, now=AFTER)
    assert services.reopen_session(first, told="met", by=cast.mia.account, now=AFTER).state == "invited"
    services.report_session(first, said="met", by=cast.mia.account, now=AFTER)
    pair_services.end_pair(resting, by=cast.mia.account, now=AFTER)
    with pytest.raises(NotPossible, match="This pair has closed, so what was said"):
        services.reopen_session(first, told="met", by=cast.mia.account, now=AFTER)


def test_a_date_still_ahead_comes_back_as_it_was(cast, pair, planned):
    second = Session.objects.select_related("pair__cohort__programme").get(number=2)
    services.report_session(second, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    assert services.reopen_session(second, told="met", by=cast.mia.account, now=NOON).state == "reserved"
    sign_both(pair, cast)
    services.invite_reserved(pair, now=NOON)
    services.report_session(second, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    pair_services.draft_agreement(pair, {"place": "Room 2"}, by=cast.mia.account, version=2, now=NOON)
    assert services.reopen_session(second, told="met", by=cast.mia.account, now=NOON).state == "invited"


def test_a_date_kept_free_is_invited_to_when_both_signed_meanwhile(cast, pair, planned):
    second = Session.objects.select_related("pair__cohort__programme").get(number=2)
    services.report_session(second, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    sign_both(pair, cast)
    services.invite_reserved(pair, now=NOON)
    assert services.reopen_session(second, told="met", by=cast.mia.account, now=NOON).state == "invited"
    invited = Event.objects.filter(name="session.invited", subject=f"session:{second.pk}")
    assert invited.count() == 1


def test_a_date_ahead_comes_back_only_where_both_are_free_and_the_pair_does_not_rest(cast, pair, first):
    services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    second = Session.objects.get(number=2)
    services.move_session(second, local_start=first.local_start, zone="Europe/Paris", by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="another session at the time of this one"):
        services.reopen_session(first, told="met", by=cast.mia.account, now=NOON)
    pair_services.pause_pair(pair, by=cast.mia.account, now=NOON)
    with pytest.raises(NotPossible, match="rests at the moment"):
        services.reopen_session(first, told="met", by=cast.mia.account, now=NOON)


def test_a_pair_does_not_close_once_its_closing_session_was_taken_back(cast, pair, planned):
    last = Session.objects.select_related("pair__cohort__programme").get(number=6)
    services.report_session(last, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    pair_services.choose_next(pair, "close", by=cast.mia.account, now=NOON)
    services.reopen_session(last, told="met", by=cast.sol.account, now=NOON)
    for act in (pair_services.close_pair, lambda *given, **named: pair_services.choose_next(*given, "close", **named)):
        with pytest.raises(NotPossible, match="closing session has not taken place yet"):
            act(pair, by=cast.sol.account, now=NOON)
    assert questions.close_quiet_pairs(now=NOON + 30 * DAY) == 0
    found = Pair.objects.get(pk=pair.pk)
    assert (found.state, found.mentor_choice, found.mentee_choice) == ("active", "close", "")
    assert Event.objects.filter(name="pair.closed").count() == 0

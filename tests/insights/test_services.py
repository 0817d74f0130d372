from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.cast import NOON
from turnabout.insights import services
from turnabout.insights.models import PairCondition
from turnabout.insights.queries import conditions_of
from turnabout.pairs.models import Pair
from turnabout.pairs.services import end_pair
from turnabout.scheduling import services as scheduling_services

LATER = (NOON + timedelta(days=40)).date()


def stored(pair: Pair) -> tuple[int, str]:
    row = PairCondition.objects.get(pair=pair)
    return row.need, row.reason


def test_pair_without_a_first_date_is_stored_as_needing_one(cast):
    services.refresh([cast.mia_and_sol], on=date(2027, 3, 2))
    assert stored(cast.mia_and_sol) == (8, "no_first_date")


def test_refreshing_twice_leaves_one_row(cast):
    for _time in range(2):
        services.refresh_all(on=LATER) if Pair.objects.exists() else services.refresh([cast.mia_and_sol], on=LATER)
    assert PairCondition.objects.count() == 1


def test_a_report_taken_back_counts_as_not_said_yet(cast):
    at = NOON + timedelta(days=40)
    session = cast.first_session
    before = conditions_of([cast.mia_and_sol], on=LATER)[cast.mia_and_sol.pk]
    scheduling_services.report_session(session, said="met", by=cast.mia.account, now=at)
    held = stored(cast.mia_and_sol)
    scheduling_services.reopen_session(session, told="met", by=cast.sol.account, now=at)
    assert held != stored(cast.mia_and_sol)
    assert stored(cast.mia_and_sol) == (before.need, before.first.key)


def test_pair_that_ends_needs_nobody(cast, clock_at):
    services.refresh([cast.mia_and_sol], on=LATER)
    end_pair(cast.mia_and_sol, by=cast.mia.account, now=NOON)
    assert stored(cast.mia_and_sol) == (0, "")


def test_all_pairs_are_refreshed_in_a_constant_number_of_queries(cast):
    counts = []
    for _round in range(2):
        for _number in range(3):
            mentor = factories.enrolment(cast.cohort, factories.person(), "mentor")
            factories.pair(mentor, factories.enrolment(cast.cohort, factories.person(), "mentee"))
        with CaptureQueriesContext(connection) as queries:
            services.refresh_all(on=LATER)
        counts.append(len(queries))
    assert counts[0] == counts[1]

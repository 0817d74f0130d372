from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.cast import NOON
from turnabout.insights import services
from turnabout.insights.models import PairCondition
from turnabout.pairs.models import Pair
from turnabout.pairs.services import end_pair

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

"""Worker entries: ids in, one service called."""

from turnabout.core import clock, jobs
from turnabout.pairs.models import Pair
from turnabout.scheduling import questions, services


@jobs.job()
def plan_pair(pair_id: int) -> None:
    services.plan_sessions(Pair.objects.get(pk=pair_id), now=clock.now())


@jobs.job()
def invite_pair(pair_id: int) -> None:
    services.invite_reserved(Pair.objects.get(pk=pair_id), now=clock.now())


@jobs.job()
def take_dates_back(cohort_id: int) -> None:
    services.cancel_upcoming_of_round(cohort_id, now=clock.now())


@jobs.periodic("*/10 * * * *")
def remind_and_ask() -> None:
    now = clock.now()
    questions.remind(now=now)
    questions.ask_whether_they_met(now=now)


@jobs.periodic("30 3 * * *")
def tend_dates() -> None:
    now = clock.now()
    questions.keep_wall_times(now=now)
    questions.close_quiet_pairs(now=now)

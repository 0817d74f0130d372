from turnabout.core import clock, jobs
from turnabout.matching import answers, forecasts, rechecks, services
from turnabout.matching.models import Forecast, Run


@jobs.job(queue="matching")
def solve_run(*, run_id: int) -> None:
    run = Run.objects.select_related("cohort__programme").filter(pk=run_id).first()
    if run is not None:
        services.solve_run(run, now=clock.now())


@jobs.job(queue="matching")
def make_forecast(*, forecast_id: int) -> None:
    forecast = Forecast.objects.select_related("cohort__programme").filter(pk=forecast_id).first()
    if forecast is not None:
        forecasts.make_forecast(forecast, now=clock.now())


@jobs.periodic("*/10 * * * *")
def expire_suggestions() -> None:
    answers.expire_due(now=clock.now())


@jobs.periodic("40 * * * *")
def check_pairs() -> None:
    """The directory changes by import, by hand and by deletion; looking at all pairs once an hour misses none."""
    rechecks.rest_pairs_kept_apart(now=clock.now())

from turnabout.core import clock, jobs
from turnabout.insights import services


@jobs.periodic("17 * * * *")
def refresh_conditions() -> None:
    services.refresh_all(on=clock.today())

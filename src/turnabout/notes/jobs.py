from turnabout.core import clock, jobs
from turnabout.notes import services


@jobs.periodic("15 2 * * *")
def forget() -> None:
    """Notes are deleted some days after a pair has ended."""
    services.purge(now=clock.now())

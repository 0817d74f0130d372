from turnabout.core import clock, jobs
from turnabout.surveys import services


@jobs.periodic("15 2 * * *")
def forget() -> None:
    """Which answers are whose is forgotten some time after the last follow-up of a round."""
    services.destroy_pseudonyms(now=clock.now())

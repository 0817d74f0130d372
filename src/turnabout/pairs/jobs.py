from turnabout.core import clock, jobs
from turnabout.pairs import services


@jobs.periodic("15 2 * * *")
def forget() -> None:
    """What two people put into their agreement goes on the night when their notes go."""
    services.forget_words(now=clock.now())

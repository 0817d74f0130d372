from turnabout.core import clock, jobs
from turnabout.pairs import services


@jobs.periodic("40 * * * *")
def check_lines() -> None:
    """The directory changes by import, by hand and by deletion; looking at all pairs once an hour misses none."""
    services.rest_pairs_in_one_line(now=clock.now())


@jobs.periodic("15 2 * * *")
def forget() -> None:
    """What two people put into their agreement goes on the night when their notes go."""
    services.forget_words(now=clock.now())

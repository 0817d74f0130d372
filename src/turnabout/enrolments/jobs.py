from turnabout.core import clock, jobs
from turnabout.enrolments import nominations


@jobs.periodic("*/10 * * * *")
def close_expired_nominations() -> None:
    nominations.close_expired(now=clock.now())

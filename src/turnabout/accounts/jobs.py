from django.core.management import call_command

from turnabout.accounts import services
from turnabout.core import clock, jobs


@jobs.periodic("17 * * * *")
def tidy() -> None:
    services.tidy(now=clock.now())
    call_command("clearsessions")

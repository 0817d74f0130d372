from turnabout.core import jobs
from turnabout.notifications import services


@jobs.job()
def send_waiting() -> None:
    """Enqueued whenever a notice was written."""
    services.send_due()


@jobs.periodic("* * * * *")
def send_due() -> None:
    """Whatever is due by now: delayed mails, and those that no process was woken for."""
    services.send_due()

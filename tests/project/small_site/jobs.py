import time

from django.db import connection, transaction

from turnabout.core import jobs


def note(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into small_site_done (number) values (%s)", [number])


@jobs.job()
def quick(*, number: int) -> None:
    note(number)


@jobs.job()
def slow(*, number: int) -> None:
    """Says that it has begun with the negative number, and that it has ended with the number."""
    note(-number)
    time.sleep(3)
    note(number)


@jobs.job()
def failing(*, number: int) -> None:
    note(-number)
    time.sleep(1)
    raise RuntimeError("this job always fails")


@jobs.job()
def hand_on(*, number: int) -> None:
    """Enqueues one job that is kept and one whose transaction is undone."""
    jobs.enqueue("tests.project.small_site.jobs.quick", number=number)
    with transaction.atomic():
        jobs.enqueue("tests.project.small_site.jobs.quick", number=number + 1)
        transaction.set_rollback(True)


@jobs.periodic("0 0 1 1 *")
def yearly() -> None:
    note(1_000_000)

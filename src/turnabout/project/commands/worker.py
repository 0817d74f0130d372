"""`turnabout worker`: does the work that pages leave for later."""

import argparse

from turnabout.project import lifeline

CONCURRENCY = 2


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="turnabout worker", description="Send mails, run matchings, plan sessions: the jobs that wait in the database."
    )
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help=f"jobs at once (default {CONCURRENCY})")
    options = parser.parse_args(argv)
    lifeline.end_with_supervisor()

    from turnabout.project import django_setup

    django_setup.set_up()
    from turnabout.project import work

    work.work_until_stopped(concurrency=options.concurrency)
    return 0

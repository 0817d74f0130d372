"""`turnabout doctor`: one line a check, OK or the problem and what repairs it."""

import argparse

from turnabout.core.errors import CommandError
from turnabout.project import django_setup
from turnabout.project.own_database import own_cluster


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(
        prog="turnabout doctor", description="Check this installation; every problem comes with its repair."
    ).parse_args(argv)
    try:
        django_setup.set_up()
    except CommandError as error:
        print(f"PROBLEM settings    {error}")
        return 1
    cluster = own_cluster()
    was_running = cluster is not None and cluster.is_running()
    is_well = examine()
    if cluster is not None and not was_running:
        _leave_as_found()
    return 0 if is_well else 1


def examine() -> bool:
    """Print the findings; True if there is no problem."""
    from turnabout.project import doctor

    is_well = True
    for finding in doctor.findings():
        print(finding, flush=True)
        is_well &= finding.is_ok
    return is_well


def _leave_as_found() -> None:
    """Stop the database that the checks have started."""
    from django.db import connection

    connection.close()
    cluster = own_cluster()
    if cluster is not None:
        cluster.stop_if_unused()

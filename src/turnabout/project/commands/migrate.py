"""`turnabout migrate`: brings the database to this version's tables; two at once wait for each other."""

import argparse
import sys

from turnabout.project import django_setup

LOCK = 7_361_902_548  # any number, the same in every process


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="turnabout migrate", description="Bring the database up to date.").parse_args(argv)
    django_setup.set_up()
    migrate()
    return 0


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection

    from turnabout.core import database

    connection.ensure_connection()  # starts the built-in server
    problem = database.version_problem(database.server_version(connection.settings_dict))
    if problem:
        raise database.DatabaseProblem(problem)
    with database.connect(connection.settings_dict) as other, other.transaction():
        # Within a transaction, so that it holds behind a pooler too.
        other.execute("set local statement_timeout = 0")
        other.execute("set local idle_in_transaction_session_timeout = 0")
        other.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        if _is_behind():
            with connection.cursor() as cursor:
                cursor.execute("set statement_timeout = 0")  # a large table takes its time
            print("Bringing the database up to date.", flush=True)
            call_command("migrate", interactive=False, verbosity=0)
    _warn_of_other_keys()


def _warn_of_other_keys() -> None:
    """Every start comes by here. Without a word, pages with what pairs wrote would fail one by one, and nobody would know why."""
    from turnabout.project import doctor

    try:
        doctor.texts()
    except doctor.Problem as problem:
        print(f"WARNING: {problem.what} {problem.repair}", file=sys.stderr, flush=True)


def _is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

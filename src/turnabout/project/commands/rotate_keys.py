"""`turnabout rotate-keys`: everything that is encrypted, written again under the first key."""

import argparse

from turnabout.core.errors import CommandError
from turnabout.project import django_setup
from turnabout.project.commands.owner import refuse_without_tables


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(
        prog="turnabout rotate-keys",
        description=(
            "Write everything that is encrypted again under the first of TURNABOUT_ENCRYPTION_KEYS, so that the others can go. "
            "Restart every web and worker process with the new keys first. It may be stopped and run again at any time."
        ),
    ).parse_args(argv)
    django_setup.set_up()
    refuse_without_tables()
    rotate_all()
    return 0


def rotate_all() -> None:
    from turnabout.core import crypto

    unreadable = 0
    for column in crypto.encrypted_columns():
        found = crypto.Rotated()
        for found in crypto.rotate_column(column):
            already = f", {found.kept} were under the first key" if found.kept else ""
            print(f"{column.table}.{column.name}: {found.changed} written again{already}", flush=True)
        unreadable += found.unreadable
    if unreadable:
        raise CommandError(
            f"none of the keys opens {unreadable} of the texts, which were left as they are. "
            "Add the key of that time behind the others and run this again."
        )
    print("Everything is under the first key. Keep the others with the copies of the database that need them.")

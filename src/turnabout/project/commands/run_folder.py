"""`turnabout run-folder RUN DIR`: writes out everything a matching round was made from, for `turnabout verify DIR`."""

import argparse
from pathlib import Path

from turnabout.core.errors import CommandError, Refused
from turnabout.project import django_setup


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="turnabout run-folder",
        description=(
            "Write the sealed folder of a matching round, so that an auditor can check it with turnabout verify. "
            "It says who is not available for whom: keep it from organisers and from everybody in it."
        ),
    )
    parser.add_argument("run", metavar="RUN", type=int, help="number of the round, in the address of its board")
    parser.add_argument("folder", metavar="DIR", type=Path, help="an empty or new folder")
    options = parser.parse_args(argv)
    django_setup.set_up()
    print(write(options.run, options.folder))
    return 0


def write(run_id: int, folder: Path) -> str:
    from turnabout.matching import keeping
    from turnabout.matching.models import Run

    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise CommandError(f"There is no matching round {run_id}: its number stands in the address of its board.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} is not an empty folder: name another one.")
    try:
        keeping.write_out(run, folder)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    return f"Written to {folder}. Check it with: turnabout verify {folder}"

"""`turnabout docs`: write the generated reference pages again."""

import argparse
import os
from pathlib import Path


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="turnabout docs", description="Write docs/reference/ from the code.")
    parser.add_argument("--out", type=Path, default=Path("docs/reference"))
    folder = parser.parse_args(argv).out
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turnabout.project.settings")
    import django

    django.setup()
    from turnabout.project import reference

    reference.write(folder)
    print(f"Wrote {', '.join(reference.PAGES)} to {folder}.")
    return 0

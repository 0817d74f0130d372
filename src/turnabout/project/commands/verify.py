"""`turnabout verify DIR`: is the plan in this folder valid and best, by its own sealed input?"""

from __future__ import annotations

import argparse

from turnabout.engine.verify import verify_folder


def main(argv: list[str]) -> int:
    """0 for VALID, 1 for INVALID, 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="turnabout verify",
        description="Check a folder written by turnabout match, from the folder alone.",
    )
    parser.add_argument("folder", metavar="DIR")
    verdict = verify_folder(parser.parse_args(argv).folder)
    print(verdict)
    return 0 if verdict.is_valid else 1

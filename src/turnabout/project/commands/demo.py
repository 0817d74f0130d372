"""`turnabout demo`: believable data at any stage, and the product running on it."""

import argparse
import os

from turnabout.core.errors import CommandError


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="turnabout demo", description="Fill an empty database with a believable programme.")
    parser.add_argument("--stage", choices=["enrolling", "matched", "running", "closed"], default="running")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same people and pairs (default 7)")
    parser.add_argument("--people", type=int, default=938, help="mentors and mentees together (default 938)")
    parser.add_argument("--serve", action="store_true", help="then serve it until Ctrl-C; an existing demo is opened again")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(argv)
    if not 100 <= options.people <= 200_000:
        raise CommandError("--people takes a number from 100 to 200,000.")
    os.environ["TURNABOUT_DEMO"] = "1"
    os.environ.setdefault("TURNABOUT_URL", f"http://{options.host}:{options.port}")
    from turnabout.project.django_setup import set_up

    set_up()
    from turnabout.project.demo import opening

    opening.prepare(stage=options.stage, seed=options.seed, people=options.people, may_exist=options.serve)
    opening.announce()
    if not options.serve:
        return 0
    from turnabout.project.commands import serve

    return serve.serve(host=options.host, port=options.port, workers=1)

"""`turnabout serve`: pages, worker and database in one terminal."""

import argparse
import os
import socket
import sys
import threading
import time

from turnabout.core.errors import CommandError
from turnabout.project.arguments import add_web_options, is_loopback, require_free_port, require_safe_host
from turnabout.project.own_database import own_cluster
from turnabout.project.supervisor import Child, Supervisor, ending, start_command

SECONDS_UNTIL_UP = 120


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="turnabout serve", description="Serve the pages and do the work behind them, until Ctrl-C."
    )
    add_web_options(parser)
    options = parser.parse_args(argv)
    require_safe_host(options.host)
    require_free_port(options.host, options.port)
    return serve(host=options.host, port=options.port, workers=options.workers)


def serve(*, host: str, port: int, workers: int) -> int:
    if is_loopback(host):  # links in mails lead to the port that was asked for
        os.environ.setdefault("TURNABOUT_URL", f"http://{host}:{port}")
    cluster = own_cluster()
    if cluster is not None:
        cluster.start()
    _migrate()
    _close_connections()
    supervisor = Supervisor(
        children=[
            Child(name="web", arguments=["web", "--host", host, "--port", str(port), "--workers", str(workers)]),
            Child(name="worker", arguments=["worker"]),
        ],
        cluster=cluster,
    )
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    return supervisor.run()


def _close_connections() -> None:
    """Let go of the database, where a demo has been prepared in this process: it would seem in use for ever."""
    if "django.db" in sys.modules:
        from django.db import connections

        connections.close_all()


def _migrate() -> None:
    if "django.db" in sys.modules:
        from turnabout.project.commands import migrate

        return migrate.migrate()
    code = start_command(["migrate"]).wait()
    if code:
        raise CommandError(f"The database could not be brought up to date: `turnabout migrate` {ending(code)}.")


def _announce(host: str, port: int) -> None:
    """Say where the pages are, once they are there."""
    until = time.monotonic() + SECONDS_UNTIL_UP
    while time.monotonic() < until:
        try:
            with socket.create_connection((host, port), timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    else:
        return
    shown = f"[{host}]" if ":" in host else host
    print(f"Turnabout is at {os.environ.get('TURNABOUT_URL', f'http://{shown}:{port}')} (Ctrl-C stops it).", flush=True)

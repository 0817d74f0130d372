"""`turnabout web`: the pages, served by any number of processes."""

import argparse
import os
from collections.abc import Callable
from typing import Any

from turnabout.project import lifeline
from turnabout.project.arguments import add_web_options, require_free_port, require_safe_host

THREADS = 8
# Long enough for a slow telephone, short enough that connections which never
# finish their first line do not pile up.
HEADER_MILLISECONDS = 10_000
SECONDS_TO_FINISH = 25


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="turnabout web", description="Serve the pages.")
    add_web_options(parser)
    parser.add_argument("--threads", type=int, default=THREADS, help=f"requests at once in each process (default {THREADS})")
    options = parser.parse_args(argv)
    require_safe_host(options.host)
    require_free_port(options.host, options.port)
    lifeline.end_with_supervisor()
    serve(host=options.host, port=options.port, workers=options.workers, threads=options.threads)
    return 0


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal says stop; requests under way are finished first."""
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "turnabout.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_FINISH,
    )
    server.serve(target_loader=_load_with_parent(os.getpid()), wrap_loader=False)


class _load_with_parent:
    """Loads the application inside a web process, which then ends with its parent."""

    def __init__(self, parent: int) -> None:
        self.parent = parent

    def __call__(self) -> Callable[..., Any]:
        lifeline.end_with(self.parent)
        from turnabout.project.wsgi import application

        return application

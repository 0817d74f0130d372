"""Web, worker and database of one site, killed at chosen moments and started again as a service manager would."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.project.site import Site, stop
from turnabout.core.database import Cluster
from turnabout.core.database.postmaster import living_postmaster

LONGEST_DELAY = 0.5
LONGEST_WAIT = 20.0


@dataclass(kw_only=True)
class Upheaval:
    site: Site
    cluster: Cluster
    chance: random.Random
    kills: list[str] = field(default_factory=list)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @contextlib.contextmanager
    def up(self) -> Iterator["Upheaval"]:
        try:
            for name in ("web", "worker"):
                self._start(name)
            yield self
        finally:
            for process in self.running.values():
                stop(process)

    @contextlib.contextmanager
    def strikes(self, what: str, *, when: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Kill one of the three while the body runs: once `when` holds, and after a delay that chance chooses."""
        is_over = threading.Event()
        delay = self.chance.uniform(0, LONGEST_DELAY)

        def strike() -> None:
            until = time.monotonic() + LONGEST_WAIT
            while not when() and not is_over.is_set() and time.monotonic() < until:
                time.sleep(0.01)
            is_over.wait(delay)
            self._kill(what)

        thread = threading.Thread(target=strike)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def look(self, query: str) -> list[tuple[object, ...]]:
        """What is in the database; it is waited for when it was killed a moment ago."""
        until = time.monotonic() + LONGEST_WAIT
        while True:
            try:
                return self.site.query(query)
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)
            self.cluster.ensure_running()

    def one(self, query: str) -> object:
        return self.look(query)[0][0]

    def _start(self, name: str) -> None:
        options = ("--port", str(self.site.port), "--workers", "1") if name == "web" else ()
        self.running[name] = self.site.start(name, *options)

    def _kill(self, what: str) -> None:
        if what == "database":
            _kill_database(self.cluster)
        else:
            process = self.running[what]
            _kill_all([*_below(process.pid), process.pid])
            process.wait()
            self._start(what)
        self.kills.append(what)


def _kill_database(cluster: Cluster) -> None:
    """Nobody starts it again but the product."""
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        found = living_postmaster(cluster.data)
        if found is not None:
            return _kill_all([found.pid])
        time.sleep(0.02)
    raise TimeoutError("the database does not run")


def _kill_all(pids: Sequence[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _below(pid: int) -> list[int]:
    """The processes that this one has started, and those that they have."""
    found: list[int] = []
    for directory in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int((directory / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found += [int(directory.name), *_below(int(directory.name))]
    return found

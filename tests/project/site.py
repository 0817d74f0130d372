"""Processes of a small site, started as a person would start them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.ordinary_user import PACKAGES, SOURCE
from turnabout.core.database import Settings, connect
from turnabout.project import lifeline

ROOT = SOURCE.parent


def until(condition: Callable[[], object], seconds: float = 20) -> float:
    """Wait for a condition and say how long it took."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"did not come true in {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - begun


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass(kw_only=True)
class Site:
    var: Path
    database: Settings
    url: str = ""  # of the database; empty for the built-in one
    settings: str = "tests.project.small_site.settings"
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("TURNABOUT_", "DATABASE_", "PYTEST_", "DJANGO_"))
        }
        kept.pop(lifeline.SUPERVISOR, None)
        return (
            kept
            | self.more
            | {
                "TURNABOUT_VAR": str(self.var),
                "DATABASE_URL": self.url,
                "DJANGO_SETTINGS_MODULE": self.settings,
                "PYTHONPATH": os.pathsep.join(map(str, (SOURCE, ROOT, PACKAGES))),
            }
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "turnabout.project.cli", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "turnabout.project.cli", *arguments],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def log_file(self) -> Path:
        return self.var / "test.log"

    def said(self) -> str:
        return self.log_file.read_text()

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start(*arguments)
        try:
            yield process
        finally:
            stop(process)

    @contextlib.contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.running("serve", "--port", str(self.port), "--workers", "1") as process:
            until(self.is_up, 60)
            yield process

    def get(self, path: str = "/") -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def is_up(self) -> bool:
        try:
            self.get()
        except (OSError, urllib.error.URLError):
            return False
        return True

    def done(self) -> list[int]:
        with connect(self.database) as connection:
            rows = connection.execute("select number from small_site_done order by at").fetchall()
        return [int(str(number)) for (number,) in rows]

    def query(self, query: str) -> list[tuple[object, ...]]:
        with connect(self.database) as connection:
            return connection.execute(query.encode()).fetchall()


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    if process.poll() is None:
        process.send_signal(number)
    try:
        return process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def children(pid: int) -> dict[str, int]:
    """Our commands below a process, by name."""
    found = {}
    for directory in Path("/proc").iterdir():
        try:
            status = (directory / "stat").read_text()
            words = (directory / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        parent = int(status.rpartition(")")[2].split()[1])
        if parent == pid and b"turnabout.project.cli" in words:
            found[words[words.index(b"turnabout.project.cli") + 1].decode()] = int(directory.name)
    return found

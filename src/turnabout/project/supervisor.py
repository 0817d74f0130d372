"""Keeps the processes of one installation alive in one terminal, and ends them together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from turnabout.core.database import Cluster, DatabaseProblem
from turnabout.project import lifeline

LOOK_EVERY = 0.2
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
SECONDS_THAT_COUNT_AS_WELL = 60.0
SECONDS_TO_STOP = 30.0
SECONDS_BETWEEN_DATABASE_STARTS = 3.0
MOST_FAILED_STARTS = 5  # in a row: what never runs is told instead of tried for ever

SOURCE = Path(__file__).resolve().parents[2]


@dataclass(kw_only=True)
class Child:
    """A command that runs until it is stopped, started again whenever it ends by itself."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    delay: float = FIRST_DELAY
    failed_starts: int = 0

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.process = start_command(self.arguments)
        self.started_at = time.monotonic()

    def note_end(self, code: int) -> str:
        """Plan the next start and say so."""
        self.process = None
        now = time.monotonic()
        did_well = now - self.started_at > SECONDS_THAT_COUNT_AS_WELL
        self.failed_starts = 1 if did_well else self.failed_starts + 1
        self.delay = FIRST_DELAY if self.failed_starts == 1 else min(self.delay * 2, LONGEST_DELAY)
        self.start_at = now + self.delay
        return f"{self.name} {ending(code)}; it starts again in {self.delay:g} s."

    def send(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


@dataclass(kw_only=True)
class Supervisor:
    """Runs children until a signal says stop; `cluster` is started again when it dies."""

    children: Sequence[Child]
    cluster: Cluster | None = None
    say: Callable[[str], None] = field(default=lambda line: print(line, flush=True))
    _signals: int = 0
    _start_cluster_at: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Serve; 0 after a clean stop, 1 if a child never came up or had to be killed."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            hopeless = self._watch()
            is_clean = self._stop_children()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self._stop_cluster()
        return 0 if is_clean and not hopeless else 1

    def stop(self) -> None:
        self._stop.set()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals == 1:
            self.say("Stopping: what is under way is finished first. Ctrl-C again stops at once.")
        self.stop()

    def _watch(self) -> bool:
        """Look after the children until told to stop; say whether one of them is hopeless."""
        while not self._stop.is_set():
            self._tend_cluster()
            for child in self.children:
                self._tend(child)
                if child.failed_starts >= MOST_FAILED_STARTS:
                    self.say(f"{child.name} does not stay up. Its messages above say why; `turnabout doctor` may say more.")
                    return True
            self._stop.wait(LOOK_EVERY)
        return False

    def _tend(self, child: Child) -> None:
        if child.process is not None:
            code = child.process.poll()
            if code is not None:
                self.say(child.note_end(code))
        elif time.monotonic() >= child.start_at:
            child.start()

    def _tend_cluster(self) -> None:
        now = time.monotonic()
        if self.cluster is None or now < self._start_cluster_at or self.cluster.is_running():
            return
        self._start_cluster_at = now + SECONDS_BETWEEN_DATABASE_STARTS
        self.say("The database has ended; starting it again.")
        try:
            self.cluster.start()
        except DatabaseProblem as problem:
            self.say(str(problem))

    def _stop_children(self) -> bool:
        until = time.monotonic() + SECONDS_TO_STOP
        for child in self.children:
            child.send(signal.SIGTERM)
        while any(child.is_running() for child in self.children):
            if time.monotonic() > until or self._signals > 1:
                return self._kill_children()
            time.sleep(LOOK_EVERY / 4)
        return True

    def _kill_children(self) -> bool:
        for child in self.children:
            if child.is_running():
                self.say(f"{child.name} did not finish in time and is ended; its jobs are taken up again.")
                child.send(signal.SIGKILL)
        return False

    def _stop_cluster(self) -> None:
        if self.cluster is None or not self.cluster.was_started_here:
            return
        if not self.cluster.stop_if_unused():
            self.say("The database stays up: another process uses it. `turnabout database stop` ends it.")


def start_command(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command of ours that ends with us, out of reach of the terminal's Ctrl-C."""
    environment = os.environ | {lifeline.SUPERVISOR: str(os.getpid())}
    paths = [str(SOURCE), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    return subprocess.Popen(
        [sys.executable, "-m", "turnabout.project.cli", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"

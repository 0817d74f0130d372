"""What a data directory says about the server that runs on it."""

import os
from dataclasses import dataclass
from pathlib import Path

PID_FILE = "postmaster.pid"


@dataclass(frozen=True, kw_only=True)
class Postmaster:
    """The lines of ``postmaster.pid`` that we use."""

    pid: int
    socket_directory: str
    state: str  # "starting", "ready", "stopping", or "" while it begins

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"


def read_postmaster(data: Path) -> Postmaster | None:
    try:
        lines = (data / PID_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    lines += [""] * 8
    return Postmaster(pid=pid, socket_directory=lines[4].strip(), state=lines[7].strip())


def living_postmaster(data: Path) -> Postmaster | None:
    """The server of this data directory; None if the file is a left-over."""
    found = read_postmaster(data)
    if found is None or not _is_alive(found.pid):
        return None
    return found if _works_in(found.pid, data) else None


def remove_left_over(data: Path) -> None:
    """Forget a server that died without a word.

    PostgreSQL does so itself unless another program got the same number
    meanwhile, as happens whenever a container starts again.
    """
    if read_postmaster(data) and not living_postmaster(data):
        (data / PID_FILE).unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_finished(pid)


def _is_finished(pid: int) -> bool:
    """Whether the process is dead and only waits for its parent to notice."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[:1] == ["Z"]


def _works_in(pid: int, data: Path) -> bool:
    """A server's working directory is its data directory; without /proc we take its word."""
    try:
        return os.stat(f"/proc/{pid}/cwd").st_ino == data.stat().st_ino
    except FileNotFoundError:
        return not Path("/proc/self/cwd").exists()
    except PermissionError:
        return False  # another account's process

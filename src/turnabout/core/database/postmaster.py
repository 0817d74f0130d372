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
    return found if _serves(found.pid, data) else None


def remove_left_over(data: Path, socket_directory: Path) -> None:
    """Forget a server that died without a word.

    PostgreSQL does so itself unless something has the same process number:
    another program, as happens whenever a container starts again, or the
    dead server that nobody has taken note of.
    """
    if living_postmaster(data) is None:
        (data / PID_FILE).unlink(missing_ok=True)
        for left_over in socket_directory.glob(".s.PGSQL.*"):
            left_over.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another account's
        return True
    return True


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is a server on ``data``, or was until ``data`` was moved.

    From its command line, which everybody may read: its working directory
    is hidden even from root in most containers. Without /proc we believe the file.
    """
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc/self/cmdline").exists()
    if os.path.basename(command[0]) != b"postgres" or b"-D" not in command:
        return False
    directory = Path(os.fsdecode(command[command.index(b"-D") + 1]))
    try:
        return directory.samefile(data)
    except FileNotFoundError:
        return True
    except PermissionError:  # another account's server
        return False

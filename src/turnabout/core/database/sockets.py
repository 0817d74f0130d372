"""Where a server listens: a directory that only its owner can enter."""

import hashlib
import os
import stat
from pathlib import Path

from turnabout.core.database.problem import DatabaseProblem

PORT = "5432"  # TCP is off; the number is a part of the socket's name
LONGEST = 100  # systems allow 103 to 107 bytes for the path of a socket


def socket_directory(home: Path, uid: int) -> Path:
    """``home/socket``, or a short private directory under /tmp where that path is too long.

    Always /tmp and never TMPDIR or XDG_RUNTIME_DIR: they differ between a
    terminal, cron and a service, and all of them must find the same server.
    """
    inside = home / "socket"
    is_short = len(os.fsencode(inside / f".s.PGSQL.{PORT}")) < LONGEST
    if is_short and "," not in str(inside):  # a comma separates two directories
        return inside
    return Path("/tmp") / f"turnabout-{uid}-{short_hash(home)}"  # noqa: S108  # checked by require_private


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def require_private(directory: Path, uid: int) -> None:
    """Refuse a directory that somebody else prepared, such as one under /tmp."""
    state = directory.lstat()
    is_private = stat.S_ISDIR(state.st_mode) and state.st_uid == uid and not state.st_mode & 0o077
    if not is_private:
        raise DatabaseProblem(
            f"The database cannot listen in {directory}: it must be a directory that belongs to "
            f"user number {uid} and is closed to others. Remove it and start again."
        )

"""Servers for tests: made in a moment, gone without a trace."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from turnabout.core.database.cluster import Cluster
from turnabout.core.database.problem import DatabaseProblem

PREFIX = "turnabout-throw-away-"


@contextlib.contextmanager
def throw_away_cluster(*, durable: bool = False, under: Path | None = None) -> Iterator[Cluster]:
    """A running server of its own, removed at the end.

    Whoever was killed before the end holds no lock any more: the next one
    removes what it left behind.
    """
    parent = under or Path(tempfile.gettempdir())
    for left_over in parent.glob(f"{PREFIX}*"):
        _remove_if_abandoned(left_over)
    place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    lock = _try_lock(place)
    try:
        place.chmod(0o711)  # the server's account passes through
        cluster = Cluster(place / "postgres", durable=durable)
        cluster.start()
        yield cluster
    finally:
        _remove(place)
        if lock is not None:
            os.close(lock)


def _try_lock(place: Path) -> int | None:
    descriptor = os.open(place / "in-use", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_if_abandoned(place: Path) -> None:
    # Without the file its maker has only just begun.
    if place.lstat().st_uid != os.geteuid() or not (place / "in-use").exists():
        return
    with contextlib.suppress(OSError, DatabaseProblem):
        lock = _try_lock(place)
        if lock is not None:
            _remove(place)
            os.close(lock)


def _remove(place: Path) -> None:
    cluster = Cluster(place / "postgres")
    with contextlib.suppress(DatabaseProblem):
        cluster.stop()
    shutil.rmtree(cluster.socket_directory, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)

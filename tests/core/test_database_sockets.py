"""Where the embedded PostgreSQL listens, whatever its path."""

import os
from pathlib import Path

import pytest

from turnabout.core.database import Cluster, DatabaseProblem, connect, sockets, throw_away_cluster

pytestmark = pytest.mark.processes


def test_socket_moves_to_a_short_private_place_when_the_path_is_long() -> None:
    short, long = Path("/srv/turnabout/var/postgres"), Path("/srv") / ("x" * 120)
    assert sockets.socket_directory(short, 7) == short / "socket"
    elsewhere = Path("/", "tmp")
    assert sockets.socket_directory(long, 7) == elsewhere / f"turnabout-7-{sockets.short_hash(long)}"
    assert sockets.socket_directory(Path("/a,b"), 7).parent == elsewhere


def test_server_in_a_deep_directory_is_reached_by_its_short_socket() -> None:
    with throw_away_cluster() as near:
        deep = Cluster(near.home.parent / ("deep" * 25), durable=False)
        try:
            with connect(deep.ensure_running()) as connection:
                assert connection.execute("select 1").fetchall() == [(1,)]
            assert oct(deep.socket_directory.stat().st_mode) == "0o40700"
            assert (deep.home / "socket").exists() is False
        finally:
            deep.stop()
            deep.socket_directory.rmdir()


@pytest.mark.parametrize("trap", ["open", "link", "file"])
def test_prepared_socket_directory_is_refused(tmp_path: Path, trap: str) -> None:
    place = tmp_path / "socket"
    if trap == "open":
        place.mkdir()
        place.chmod(0o777)
    elif trap == "link":
        place.symlink_to(tmp_path)
    else:
        place.touch()
    with pytest.raises(DatabaseProblem, match="cannot listen in"):
        sockets.require_private(place, os.geteuid())

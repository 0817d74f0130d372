"""The embedded PostgreSQL, with real servers."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ordinary_user import PACKAGES, SOURCE, is_root, needs_root, ordinary_user
from turnabout.core.database import Cluster, DatabaseProblem, Settings, connect, drop_database, throw_away_cluster
from turnabout.core.database import postmaster as postmasters

pytestmark = pytest.mark.processes

START = """
import sys
from pathlib import Path
from turnabout.core.database import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.ensure_running()
from turnabout.core.database.postmaster import read_postmaster
print(read_postmaster(cluster.data).pid)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with throw_away_cluster() as cluster:
        yield cluster


@pytest.fixture
def durable() -> Iterator[Cluster]:
    with throw_away_cluster(durable=True) as cluster:
        yield cluster


def value(cluster: Cluster, query: str) -> object:
    return value_at(cluster.settings(), query)


def value_at(settings: Settings, query: str) -> object:
    with connect(settings) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def pid_of(cluster: Cluster) -> int:
    found = postmasters.living_postmaster(cluster.data)
    assert found is not None
    return found.pid


def runs(pid: int) -> bool:
    """Whether the process does anything; one that waits to be noticed as dead does not."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def kill_hard(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def mode_and_owner(path: Path) -> tuple[int, int, int]:
    state = path.stat()
    return state.st_mode, state.st_uid, state.st_gid


# What it is


def test_server_speaks_utf8_sorts_by_code_point_and_keeps_utc(server: Cluster) -> None:
    assert value(server, "show server_encoding") == "UTF8"
    assert value(server, "show timezone") == "UTC"
    assert value(server, "select datcollate from pg_database where datname = current_database()") == "C"
    assert value(server, "select lower('ÉÇΩ')") == "éçω"


def test_server_has_no_network_port(server: Cluster) -> None:
    assert value(server, "show listen_addresses") == ""
    sockets_of_server = [line for line in Path("/proc/net/unix").read_text().splitlines() if str(server.home) in line]
    assert [line.split()[-1] for line in sockets_of_server if "00010000" in line] == [
        str(server.socket_directory / ".s.PGSQL.5432")
    ]


def test_server_keeps_every_write_unless_it_is_thrown_away(server: Cluster, durable: Cluster) -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit")
    assert [value(durable, f"show {name}") for name in names] == ["on", "on", "on"]
    assert [value(server, f"show {name}") for name in names] == ["off", "off", "off"]


def test_product_owns_its_database_without_being_administrator(server: Cluster) -> None:
    assert value(server, "select current_user::text") == "turnabout"
    assert value(server, "select rolsuper from pg_roles where rolname = current_user") is False
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        value(server, "select pg_read_file('/etc/passwd')")


def test_failing_statement_leaves_no_personal_text_in_the_log(server: Cluster) -> None:
    canary = "canary-6d1f"
    with connect(server.settings()) as connection:
        cursor = psycopg.ClientCursor(connection)  # puts values into the statement, as Django does
        cursor.execute("create table canaries (word text unique)")
        cursor.execute("insert into canaries values (%s)", (canary,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            cursor.execute("insert into canaries values (%s)", (canary,))
        with pytest.raises(psycopg.errors.UndefinedColumn):
            cursor.execute("select nothing from canaries where word = %s", (canary,))
    assert [path.name for path in server.log.iterdir() if canary in path.read_text()] == []


def test_databases_are_made_copied_and_removed(server: Cluster) -> None:
    with connect(server.create_database("first")) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('here')")
    with connect(server.create_from_template("second", "first")) as connection:
        assert connection.execute("select word from kept").fetchall() == [("here",)]
        drop_database(server.settings(), "second")  # with somebody connected
    drop_database(server.settings(), "first")
    drop_database(server.settings(), "first")
    assert value(server, "select count(*) from pg_database where datname in ('first', 'second')") == 0


# Who may come in


def test_socket_directory_is_closed_to_others(server: Cluster) -> None:
    assert mode(server.socket_directory) == "0o700"
    assert server.socket_directory.stat().st_uid == server.owner.uid
    assert len(os.fsencode(server.socket_directory / ".s.PGSQL.5432")) < 100


@needs_root
def test_server_of_root_runs_as_an_account_without_rights(server: Cluster) -> None:
    assert server.owner.uid != 0
    assert Path(f"/proc/{pid_of(server)}").stat().st_uid == server.owner.uid
    for place, owner in ((server.data, server.owner.uid), (server.log, server.owner.uid), (server.home, 0)):
        assert place.stat().st_uid == owner


@needs_root
def test_server_of_root_cannot_change_its_own_programs(server: Cluster) -> None:
    programs = server.program("postgres").parents
    inside = [place for place in programs if place.is_relative_to(server.home)]
    assert [mode_and_owner(place)[1] for place in inside] == [0] * len(inside)
    assert [place for place in inside if place.stat().st_mode & 0o022] == []


@needs_root
def test_another_account_cannot_reach_the_socket(server: Cluster) -> None:
    done = ordinary_user().run(
        "import psycopg, sys; psycopg.connect(host=sys.argv[1], user='turnabout', dbname='turnabout')",
        *[server.socket_directory],
        at=Path("/"),
    )
    assert done.returncode == 1
    assert "Permission denied" in done.stderr


@needs_root
def test_another_account_is_refused_even_with_the_socket_open() -> None:
    with throw_away_cluster() as cluster:
        cluster.socket_directory.chmod(0o755)
        (cluster.socket_directory / ".s.PGSQL.5432").chmod(0o777)
        for role in ("turnabout", "postgres"):
            done = ordinary_user().run(
                "import psycopg, sys; psycopg.connect(host=sys.argv[1], user=sys.argv[2], dbname='postgres')",
                *[cluster.socket_directory, role],
                at=Path("/"),
            )
            assert f'Peer authentication failed for user "{role}"' in done.stderr


def test_no_permission_outside_its_own_directory_changes(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = {place: mode_and_owner(place) for place in (closed, *closed.parents)}
    with throw_away_cluster() as cluster:
        watched = {place: mode_and_owner(place) for place in cluster.home.parent.parents}
        cluster.stop()
        cluster.ensure_running()
        assert {place: mode_and_owner(place) for place in watched} == watched
    if not is_root:  # root's server lives elsewhere, for its account could not come in here
        Cluster(closed / "postgres", durable=False).ensure_running()
        Cluster(closed / "postgres").stop()
    assert {place: mode_and_owner(place) for place in before} == before


@needs_root
def test_data_keep_the_account_that_owns_them() -> None:
    with throw_away_cluster() as near:
        data = ordinary_user().own_directory(near.home.parent / "data")
        assert Cluster(data.parent).owner.uid == ordinary_user().uid
        assert Cluster(near.home).owner.name == near.owner.name


# Coming back


def test_second_start_finds_the_running_server(server: Cluster) -> None:
    before = pid_of(server)
    assert server.start() is False
    assert server.ensure_running() == server.settings()
    assert pid_of(server) == before


def test_data_survive_a_clean_restart(durable: Cluster) -> None:
    with connect(durable.settings()) as connection:
        connection.execute("create table kept as select 7 as number")
    durable.stop()
    assert durable.is_running() is False
    durable.ensure_running()
    assert value(durable, "select number from kept") == 7


def test_every_acknowledged_write_survives_kill_9(durable: Cluster) -> None:
    with connect(durable.settings()) as connection:
        connection.execute("create table kept (number int)")
    for round_ in range(3):
        with connect(durable.settings()) as connection:
            for number in range(50):
                connection.execute("insert into kept values (%s)", (round_ * 50 + number,))
            kill_hard(pid_of(durable))
        durable.ensure_running()
        assert value(durable, "select array_agg(number order by number) from kept") == list(range((round_ + 1) * 50))


def test_left_over_pid_file_with_a_number_that_lives_again_does_not_block(durable: Cluster) -> None:
    text = (durable.data / "postmaster.pid").read_text()
    durable.stop()
    (durable.data / "postmaster.pid").write_text(text.replace(text.split("\n")[0], str(os.getpid()), 1))
    os.chown(durable.data / "postmaster.pid", durable.owner.uid, durable.owner.gid)
    assert durable.is_running() is False
    durable.ensure_running()
    assert value(durable, "select 1") == 1


def test_making_that_was_cut_short_begins_again() -> None:
    with throw_away_cluster() as cluster:
        other = Cluster(cluster.home.parent / "other", durable=False)
        (other.home / "data.new" / "base").mkdir(parents=True)
        (other.home / "data.new" / "PG_VERSION").write_text("18\n")
        try:
            other.ensure_running()
            assert value(other, "select current_database()") == "turnabout"
            assert (other.home / "data.new").exists() is False
        finally:
            other.stop()


def test_start_that_was_cut_short_gets_its_role_and_database(durable: Cluster) -> None:
    with durable.administration() as connection:
        connection.execute("drop database turnabout")
        connection.execute("drop role turnabout")
    durable.stop()
    durable.ensure_running()
    assert value(durable, "select current_user::text") == "turnabout"


def test_directory_that_holds_something_else_is_left_alone(durable: Cluster) -> None:
    other = Cluster(durable.home.parent / "other")
    other.data.mkdir(parents=True)
    (other.data / "precious.txt").write_text("mine")
    with pytest.raises(DatabaseProblem, match="is not a PostgreSQL data directory"):
        other.ensure_running()
    assert [path.name for path in other.data.iterdir()] == ["precious.txt"]


def test_data_of_another_version_are_left_alone(durable: Cluster) -> None:
    durable.stop()
    (durable.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseProblem, match="written by PostgreSQL 16"):
        durable.ensure_running()
    (durable.data / "PG_VERSION").write_text("18\n")


def test_server_that_cannot_start_says_why(durable: Cluster) -> None:
    durable.stop()
    with (durable.data / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = nonsense\n")
    with pytest.raises(DatabaseProblem, match=r"could not be started\. PostgreSQL said: .*shared_buffers.*Its log is in"):
        durable.ensure_running()


def test_processes_that_start_at_once_share_one_server() -> None:
    with throw_away_cluster() as cluster:
        home = cluster.home.parent / "other"
        environment = {**os.environ, "PYTHONPATH": f"{SOURCE}:{PACKAGES}"}
        starters = [
            subprocess.Popen([sys.executable, "-c", START, home], env=environment, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        try:
            pids = {starter.communicate(timeout=60)[0].strip() for starter in starters}
            assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
            assert pids == {str(pid_of(Cluster(home)))}
        finally:
            Cluster(home).stop()


def test_server_in_use_is_not_stopped(durable: Cluster) -> None:
    with connect(durable.settings()):
        assert durable.stop_if_unused() is False
    time.sleep(0.2)  # the server notices the end of a connection a moment later
    assert durable.stop_if_unused() is True
    assert durable.is_running() is False
    assert durable.stop_if_unused() is False


def test_throw_away_server_leaves_nothing_behind() -> None:
    with throw_away_cluster() as cluster:
        pid, place = pid_of(cluster), cluster.home.parent
    assert place.exists() is False
    assert runs(pid) is False


def test_throw_away_server_of_a_killed_run_is_removed_by_the_next(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    for place in list(tmp_path.parents)[:2]:
        place.chmod(0o711)
    script = "import os, sys; from pathlib import Path\n" + (
        "from turnabout.core.database import throw_away_cluster\n"
        "with throw_away_cluster(under=Path(sys.argv[1])) as cluster:\n"
        "    print(cluster.home, flush=True); os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{SOURCE}:{PACKAGES}"}
    with throw_away_cluster() as near:
        place = near.home.parent
        done = subprocess.run([sys.executable, "-c", script, place], env=environment, capture_output=True, text=True, check=False)
        left = Cluster(Path(done.stdout.strip()))
        assert left.is_running() is True
        with throw_away_cluster(under=place):
            assert (left.is_running(), left.home.parent.exists()) == (False, False)


# As an ordinary user, from a closed directory


@needs_root
def test_ordinary_user_keeps_everything_in_a_closed_directory() -> None:
    user = ordinary_user()
    with throw_away_cluster() as near:
        checkout = user.own_directory(near.home.parent / "clone")
        started = user.run(START, checkout / "var" / "postgres", at=checkout)
        assert started.returncode == 0, started.stderr
        pid = int(started.stdout)
        try:
            assert Path(f"/proc/{pid}").stat().st_uid == user.uid
            owners = {path.lstat().st_uid for path in (checkout, *checkout.rglob("*"))}
            assert owners == {user.uid}
            assert user.run(START, checkout / "var" / "postgres", at=checkout).stdout == started.stdout
            kill_hard(pid)
            again = user.run(START, checkout / "var" / "postgres", at=checkout)
            assert (again.returncode, again.stdout == started.stdout) == (0, False)
            pid = int(again.stdout)
        finally:
            os.kill(pid, signal.SIGINT)

"""Web, worker and supervisor as real processes, stopped and killed."""

import itertools
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.ordinary_user import needs_root, ordinary_user
from tests.project.site import Site, children, free_port, stop, until
from turnabout.core.database import Cluster, Settings, cluster_for, drop_database, throw_away_cluster
from turnabout.core.database.postmaster import living_postmaster

pytestmark = pytest.mark.processes

WRITERS = 4


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with throw_away_cluster() as cluster:
        yield cluster


def site_on(database: Settings, var: Path) -> Site:
    url = f"postgresql://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return Site(var=var, database=database, url=url)


@pytest.fixture(scope="module")
def template(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty site's database, of which each test gets a copy."""
    made = site_on(server.create_database("template_of_sites"), tmp_path_factory.mktemp("template"))
    assert made.command("migrate").returncode == 0
    return "template_of_sites"


@pytest.fixture
def site(server: Cluster, template: str, tmp_path: Path) -> Iterator[Site]:
    """A site on a server of its own, up to date, with nothing running."""
    name = f"site_{time.monotonic_ns()}"
    yield site_on(server.create_from_template(name, template), tmp_path)
    drop_database(server.settings(), name)


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site with the built-in database."""
    cluster = cluster_for(tmp_path, var=tmp_path)
    yield Site(var=tmp_path, database=cluster.settings())
    cluster.stop()
    shutil.rmtree(cluster.home)


def kill_database(cluster: Cluster) -> None:
    """Kill the server and wait until it is dead, or replaced already."""
    found = living_postmaster(cluster.data)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    until(lambda: living_postmaster(cluster.data) != found)


def takes_connections(site: Site) -> bool:
    try:
        site.done()
    except psycopg.OperationalError:
        return False
    return True


# serve


def test_serve_shows_pages_does_jobs_and_stops_cleanly(site: Site) -> None:
    with site.serving() as process:
        site.get("/quick/7/")
        until(lambda: site.done() == [7])
        assert stop(process, signal.SIGINT) == 0
    assert f"Turnabout is at http://127.0.0.1:{site.port}" in site.said()
    assert site.query("select count(*) from procrastinate_workers") == [(0,)]


def test_request_and_job_under_way_are_finished_before_the_stop(site: Site) -> None:
    with site.serving() as process, ThreadPoolExecutor() as pool:
        site.get("/slow/3/")
        until(lambda: site.done() == [-3])
        answer = pool.submit(site.get, "/slow/")
        time.sleep(0.5)
        assert stop(process) == 0
        assert answer.result() == "finished"
    assert site.done() == [-3, 3]


def test_killed_web_is_back_within_ten_seconds(site: Site) -> None:
    with site.serving() as process:
        os.kill(children(process.pid)["web"], signal.SIGKILL)
        until(lambda: not site.is_up())
        assert until(site.is_up) < 10
    assert "web was ended by SIGKILL; it starts again in 0.5 s." in site.said()


def test_job_of_a_killed_worker_is_done_by_the_next(site: Site) -> None:
    with site.serving() as process:
        site.get("/slow/3/?lock=pair:3")
        site.get("/quick/4/?lock=pair:3")
        until(lambda: site.done() == [-3])
        os.kill(children(process.pid)["worker"], signal.SIGKILL)
        until(lambda: site.done() == [-3, -3, 3, 4], 60)


def test_children_end_when_the_supervisor_is_killed(site: Site) -> None:
    with site.serving() as process:
        below = children(process.pid)
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in below.values()), 10)
        assert site.is_up() is False


def test_port_in_use_is_told_with_the_way_out(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        done = site.command("serve", "--port", str(site.port))
    assert (done.returncode, done.stderr) == (
        1,
        f"turnabout serve: Cannot listen on 127.0.0.1 port {site.port}: Address already in use. "
        f"Stop the program that uses it, or choose another with --port {site.port + 1}\n",
    )


def test_demo_stays_on_this_machine(site: Site) -> None:
    site.more = {"TURNABOUT_DEMO": "1"}
    done = site.command("web", "--host", "0.0.0.0")  # noqa: S104  # is what must be refused
    assert done.returncode == 1
    assert done.stderr.startswith("turnabout web: A demo does not listen on 0.0.0.0")


# apart


def test_two_workers_share_the_jobs(site: Site) -> None:
    with site.running("worker"), site.running("worker"), site.running("web", "--port", str(site.port), "--workers", "1"):
        until(site.is_up, 30)
        for number in range(20):
            site.get(f"/quick/{number}/")
        until(lambda: len(site.done()) >= 20)
        time.sleep(0.5)
        assert sorted(site.done()) == list(range(20))


def test_job_enqueued_by_a_job_shares_its_transaction(site: Site) -> None:
    with site.running("worker"), site.running("web", "--port", str(site.port), "--workers", "1"):
        until(site.is_up, 30)
        site.get("/hand_on/10/")
        until(lambda: site.done() == [10])
        until(lambda: site.query("select count(*) from procrastinate_jobs") == [(0,)])
        assert site.done() == [10]


def test_failed_job_makes_room_for_the_same_job_that_waits(site: Site) -> None:
    with site.running("worker"), site.running("web", "--port", str(site.port), "--workers", "1"):
        until(site.is_up, 30)
        site.get("/failing/1/?lock=send&once")
        until(lambda: site.done() == [-1])
        site.get("/failing/2/?lock=send&once")  # waits, and is the one that may
        until(lambda: site.done()[:2] == [-1, -2])
        until(lambda: site.query("select status::text from procrastinate_jobs order by id") == [("aborted",), ("todo",)])


def test_worker_comes_back_when_the_database_does(site: Site, server: Cluster) -> None:
    with site.running("worker"), site.running("web", "--port", str(site.port), "--workers", "1"):
        until(site.is_up, 30)
        server.stop()
        time.sleep(3)
        server.ensure_running()
        assert until(site.is_up) < 5
        site.get("/quick/1/")
        assert until(lambda: site.done() == [1]) < 5


def test_run_due_runs_what_is_periodic_and_what_waits(site: Site) -> None:
    with site.running("web", "--port", str(site.port), "--workers", "1"):
        until(site.is_up, 30)
        site.get("/quick/5/")
    assert site.command("run-due", "--only-periodic").returncode == 0
    assert site.done() == [1_000_000]
    assert site.command("run-due").returncode == 0
    assert site.done() == [1_000_000, 1_000_000, 5]


def test_pages_are_served_while_fifty_connections_never_finish_their_header(site: Site) -> None:
    with site.running("web", "--port", str(site.port), "--workers", "1"), ExitStack() as slow:
        until(site.is_up, 30)
        for _ in range(50):
            connection = slow.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            connection.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        begun = time.monotonic()
        assert [site.get() for _ in range(20)] == ["0"] * 20
        assert time.monotonic() - begun < 5


def test_two_migrations_at_once_do_not_collide(server: Cluster, tmp_path: Path) -> None:
    site = site_on(server.create_database("migrated_twice"), tmp_path)
    with ThreadPoolExecutor() as pool:
        results = [future.result() for future in [pool.submit(site.command, "migrate") for _ in range(2)]]
    assert [result.returncode for result in results] == [0, 0]
    assert sorted(result.stdout for result in results) == ["", "Bringing the database up to date.\n"]


# with the built-in database


def test_serve_starts_and_stops_the_database_it_needs(own_site: Site) -> None:
    cluster = cluster_for(own_site.var, var=own_site.var)
    with own_site.serving() as process:
        own_site.get("/quick/1/")
        until(lambda: own_site.done() == [1])
        assert stop(process) == 0
    assert cluster.is_running() is False
    cluster.ensure_running()
    assert own_site.done() == [1]
    with own_site.serving() as process:  # what was there before stays
        assert stop(process) == 0
    assert cluster.is_running() is True


def test_killed_database_is_back_within_five_seconds_with_every_write(own_site: Site) -> None:
    cluster = cluster_for(own_site.var, var=own_site.var)
    with own_site.serving():
        for number in range(5):
            own_site.get(f"/quick/{number}/")
        until(lambda: len(own_site.done()) == 5)
        kill_database(cluster)
        # A page alone proves nothing yet: processes of the dead server answer on open connections for a moment.
        assert until(lambda: takes_connections(own_site) and own_site.is_up()) < 5
        assert sorted(own_site.done()) == [0, 1, 2, 3, 4]
        own_site.get("/quick/5/")
        until(lambda: 5 in own_site.done(), 10)


def test_no_acknowledged_job_is_lost_while_everything_is_killed(own_site: Site) -> None:
    cluster = cluster_for(own_site.var, var=own_site.var)
    acknowledged: list[int] = []
    is_over = threading.Event()

    def write(first: int) -> None:
        for number in itertools.count(first, WRITERS):
            if is_over.is_set():
                return
            try:
                own_site.get(f"/quick/{number}/")
            except (OSError, HTTPException):  # not acknowledged: it may be there or not
                time.sleep(0.05)
            else:
                acknowledged.append(number)

    def kill(what: str, serve: int) -> None:
        found = living_postmaster(cluster.data)
        pids = children(serve) | ({"database": found.pid} if found else {})
        if what in pids:
            os.kill(pids[what], signal.SIGKILL)

    with own_site.serving() as process, ThreadPoolExecutor(max_workers=WRITERS) as pool:
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        for what in ("database", "web", "worker", "database", "worker", "web"):
            time.sleep(1.5)
            kill(what, process.pid)
        time.sleep(3)
        is_over.set()
        for writer in writers:
            writer.result()
        until(own_site.is_up)
        assert len(acknowledged) > 50
        until(lambda: set(acknowledged) <= set(own_site.done()), 90)
        until(lambda: own_site.query("select id from procrastinate_jobs where status in ('todo', 'doing')") == [], 60)


def test_web_alone_starts_the_database_again(own_site: Site) -> None:
    cluster = cluster_for(own_site.var, var=own_site.var)
    assert own_site.command("migrate").returncode == 0
    with own_site.running("web", "--port", str(own_site.port), "--workers", "1"):
        until(own_site.is_up, 30)
        kill_database(cluster)
        assert until(own_site.is_up) < 5


@needs_root
def test_root_serves_from_a_clone_that_nobody_else_can_enter(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir(mode=0o700)
    cluster = cluster_for(clone)
    try:
        site = Site(var=clone / "var", database=cluster.settings())
        site.var.mkdir()
        with site.serving():
            assert site.get() == "0"
        assert clone.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.stop()
        shutil.rmtree(cluster.home)


@needs_root
def test_ordinary_user_serves_from_a_clone_that_nobody_else_can_enter() -> None:
    user, port = ordinary_user(), free_port()
    with throw_away_cluster() as near:
        clone = user.own_directory(near.home.parent / "clone")
        user.copy_project(clone)
        process = user.start(
            *("-m", "turnabout.project.cli", "serve", "--port", str(port), "--workers", "1"),
            at=clone,
            TURNABOUT_VAR=str(clone / "var"),
            DJANGO_SETTINGS_MODULE="tests.project.small_site.settings",
        )
        site = Site(var=clone / "var", database={}, port=port)
        try:
            until(site.is_up, 60)
            assert site.get() == "0"
            assert {path.lstat().st_uid for path in clone.rglob("*")} == {user.uid}
        finally:
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=40)
        assert process.returncode == 0, said

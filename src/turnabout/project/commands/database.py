"""`turnabout database`: the embedded PostgreSQL by hand."""

import argparse
import os
from collections.abc import Callable

from turnabout.core.database import Cluster
from turnabout.core.errors import CommandError
from turnabout.project.own_database import own_cluster


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="turnabout database", description="Look after the built-in database.")
    parser.add_argument(
        "action", choices=sorted(ACTIONS), help="; ".join(f"{name}: {act.__doc__}" for name, act in ACTIONS.items())
    )
    options = parser.parse_args(argv)
    cluster = own_cluster()
    if cluster is None:
        raise CommandError("DATABASE_URL names a server of your own: use that server's tools.")
    ACTIONS[options.action](cluster)
    return 0


def _status(cluster: Cluster) -> None:
    """say whether it runs and where its data are"""
    state = "runs" if cluster.is_running() else "is stopped"
    print(f"The database {state}.")
    print(f"data    {cluster.data}")
    print(f"log     {cluster.log}")
    print(f"socket  {cluster.socket_directory}")
    print(f"account {cluster.owner.name}")


def _start(cluster: Cluster) -> None:
    """start it"""
    print("The database has been started." if cluster.start() else "The database runs already.")


def _stop(cluster: Cluster) -> None:
    """stop it, whoever uses it"""
    cluster.stop()
    print("The database is stopped.")


def _url(cluster: Cluster) -> None:
    """print the address for psql, pg_dump and other tools"""
    settings = cluster.settings()
    print(f"host={settings['HOST']} port={settings['PORT']} user={settings['USER']} dbname={settings['NAME']}")


def _shell(cluster: Cluster) -> None:
    """open psql on it"""
    _become(cluster, "psql")


def _dump(cluster: Cluster) -> None:
    """write everything in it to standard output, for pg_restore"""
    _become(cluster, "pg_dump", "--format=custom")


def _become(cluster: Cluster, program: str, *arguments: str) -> None:
    settings = cluster.ensure_running()
    where = ["-h", settings["HOST"], "-p", settings["PORT"], "-U", settings["USER"], settings["NAME"]]
    os.execv(cluster.program(program), [program, *arguments, *where])  # noqa: S606  # takes over this terminal


ACTIONS: dict[str, Callable[[Cluster], None]] = {
    "status": _status,
    "start": _start,
    "stop": _stop,
    "url": _url,
    "shell": _shell,
    "dump": _dump,
}

"""Databases and roles inside a server."""

import psycopg
from psycopg import sql

from turnabout.core.database.connection import Settings

DATABASE = "turnabout"
# The product's own role owns its databases and is no administrator: what
# reaches SQL by mistake can neither run programs nor read files.
ROLE = "turnabout"
ADMINISTRATOR = "postgres"

Connection = psycopg.Connection[tuple[object, ...]]


def connect(settings: Settings) -> Connection:
    """A plain connection outside any transaction, from Django's settings."""
    given = {
        "host": settings.get("HOST"),
        "port": settings.get("PORT"),
        "dbname": settings.get("NAME"),
        "user": settings.get("USER"),
        "password": settings.get("PASSWORD"),
    }
    known = {key: value for key, value in given.items() if value}
    return psycopg.connect(**known, **settings.get("OPTIONS", {}), autocommit=True)


def ensure_application(connection: Connection) -> None:
    """Make the product's role and database if an earlier start did not get so far."""
    name, role = sql.Identifier(DATABASE), sql.Identifier(ROLE)
    if not _exists(connection, "select 1 from pg_roles where rolname = %s", ROLE):
        connection.execute(sql.SQL("create role {} login createdb").format(role))
    if not _exists(connection, "select 1 from pg_database where datname = %s", DATABASE):
        connection.execute(sql.SQL("create database {} owner {}").format(name, role))


def create_database(server: Settings, name: str, *, template: str | None = None) -> None:
    """Make a database, empty or as a copy of ``template``, which nobody may be using."""
    make = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template or "template0"))
    if template is None:
        make += sql.SQL(" encoding 'UTF8'")
    with connect({**server, "NAME": "postgres"}) as connection:
        connection.execute("set statement_timeout = 0")
        connection.execute(make)


def drop_database(server: Settings, name: str) -> None:
    """Remove a database and whoever is connected to it; nothing happens if there is none."""
    with connect({**server, "NAME": "postgres"}) as connection:
        connection.execute("set statement_timeout = 0")
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def server_version(settings: Settings) -> int:
    """The server's version as a number: 150018 is 15.18."""
    with connect(settings) as connection:
        return connection.info.server_version


def _exists(connection: Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None

"""How the product reaches a PostgreSQL server: Django's settings, with a limit on every wait."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from turnabout.core.database.problem import DatabaseProblem
from turnabout.core.database.sockets import PORT

Settings = dict[str, Any]

ENGINE = "django.db.backends.postgresql"
SCHEMES = ("postgresql", "postgres")
OLDEST_VERSION = 15

# No request waits longer than ten seconds to hear that the database is away.
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
IDLE_IN_TRANSACTION_SECONDS = 300
SECONDS_KEPT = 60

SERVER_LIMITS = " ".join(
    f"-c {name}={seconds * 1000}"
    for name, seconds in (
        ("statement_timeout", STATEMENT_SECONDS),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_SECONDS),
    )
)
# A server behind a cable that was pulled out is given up after as long.
NETWORK_LIMITS = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 2,
    "tcp_user_timeout": CONNECT_SECONDS * 1000,
}


def local_settings(*, socket_directory: Path, name: str, user: str) -> Settings:
    """Django's settings for the embedded server."""
    return _settings(
        host=str(socket_directory),
        port=PORT,
        name=name,
        user=user,
        password="",  # the system says who asks
        options={"connect_timeout": CONNECT_SECONDS, "options": SERVER_LIMITS},
    )


def settings_from_url(url: str) -> Settings:
    """Django's settings for ``postgresql://user:password@host:5432/name?sslmode=verify-full``.

    Every query parameter goes to PostgreSQL's own client library, except
    ``pool=transaction``: behind a pooler that gives each transaction another
    connection, nothing may be kept on one.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad_url("its host or port cannot be read") from None
    if parts.scheme not in SCHEMES:
        raise _bad_url("it begins with another scheme")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise _bad_url("it names no database")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = asked.pop("host", unquote(host))
    pool = asked.pop("pool", "")
    if pool not in {"", "transaction"}:
        raise _bad_url("«pool» may only be «transaction»")
    settings = _settings(
        host=host,
        port=asked.pop("port", str(port or "")),
        name=name,
        user=asked.pop("user", unquote(parts.username or "")),
        password=asked.pop("password", unquote(parts.password or "")),
        options=_options(asked, is_local=not host or host.startswith("/"), is_pooled=bool(pool)),
    )
    return settings | {"DISABLE_SERVER_SIDE_CURSORS": bool(pool)}


def version_problem(server_version: int) -> str | None:
    """The sentence for a server that is too old, from its number such as 150018."""
    major = server_version // 10_000
    if major >= OLDEST_VERSION:
        return None
    return (
        f"The database server is PostgreSQL {major}; Turnabout needs {OLDEST_VERSION} or later. "
        "Upgrade the server, or point DATABASE_URL at a newer one."
    )


def _options(asked: dict[str, str], *, is_local: bool, is_pooled: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if not is_local:
        options |= NETWORK_LIMITS
    if not is_pooled:  # a pooler refuses settings at the start of a connection
        options["options"] = SERVER_LIMITS
    own = asked.pop("options", "")
    if own:
        options["options"] = f"{options.get('options', '')} {own}".strip()
    return options | asked


def _settings(*, host: str, port: str, name: str, user: str, password: str, options: dict[str, Any]) -> Settings:
    return {
        "ENGINE": ENGINE,
        "HOST": host,
        "PORT": port,
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "CONN_MAX_AGE": SECONDS_KEPT,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _bad_url(reason: str) -> DatabaseProblem:
    # The address itself may hold a password and is not repeated.
    return DatabaseProblem(
        f"DATABASE_URL cannot be used: {reason}. Write postgresql://user:password@host:5432/name "
        "with special characters in the password percent-encoded, or leave it empty for the "
        "built-in database."
    )

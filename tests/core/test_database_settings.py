"""How DATABASE_URL becomes Django's settings, and what limits every wait."""

import tempfile
from pathlib import Path

import pytest

from turnabout.core.database import DatabaseProblem, django_settings, settings_from_url, version_problem

LIMITS = "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=300000"


def test_address_becomes_settings_with_a_limit_on_every_wait() -> None:
    assert settings_from_url("postgresql://mia:s%40fe@db.example.test:5433/pairs?sslmode=verify-full") == {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example.test",
        "PORT": "5433",
        "NAME": "pairs",
        "USER": "mia",
        "PASSWORD": "s@fe",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives": 1,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 2,
            "tcp_user_timeout": 5000,
            "options": LIMITS,
            "sslmode": "verify-full",
        },
    }


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgres://mia@/pairs?host=/run/postgresql", "/run/postgresql", ""),
        ("postgresql://mia@%2Frun%2Fpostgresql/pairs", "/run/postgresql", ""),
        ("postgresql:///pairs?port=5433", "", "5433"),
    ],
)
def test_socket_needs_no_limits_of_the_network(url: str, host: str, port: str) -> None:
    settings = settings_from_url(url)
    assert (settings["HOST"], settings["PORT"]) == (host, port)
    assert settings["OPTIONS"] == {"connect_timeout": 5, "options": LIMITS}


def test_options_of_the_address_come_last_and_so_win() -> None:
    settings = settings_from_url("postgresql:///pairs?options=-c%20statement_timeout%3D5000&connect_timeout=3")
    assert settings["OPTIONS"] == {"connect_timeout": "3", "options": f"{LIMITS} -c statement_timeout=5000"}


def test_nothing_is_kept_on_a_connection_behind_a_transaction_pooler() -> None:
    settings = settings_from_url("postgresql:///pairs?pool=transaction")
    assert settings["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert settings["OPTIONS"] == {"connect_timeout": 5}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://mia:secret@db/pairs", "it begins with another scheme"),
        ("postgresql://mia:secret@db", "it names no database"),
        ("postgresql://mia:secret@db:port/pairs", "its host or port cannot be read"),
        ("postgresql://mia:secret@db/pairs?pool=session", "«pool» may only be «transaction»"),
    ],
)
def test_unusable_address_is_refused_without_repeating_its_password(url: str, reason: str) -> None:
    with pytest.raises(DatabaseProblem) as refusal:
        settings_from_url(url)
    assert str(refusal.value) == (
        f"DATABASE_URL cannot be used: {reason}. Write postgresql://user:password@host:5432/name "
        "with special characters in the password percent-encoded, or leave it empty for the built-in database."
    )


def test_empty_address_means_the_built_in_database() -> None:
    # A short folder: the socket lies in the cluster wherever its path is not too long for a socket.
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as short:
        var = Path(short) / "var"
        settings = django_settings("", checkout=Path(short), var=var)
        assert settings["ENGINE"] == "turnabout.core.database.engine"
        assert settings["HOST"] == f"{settings['CLUSTER']}/socket"
        assert var.exists() is False  # reading settings starts nothing


def test_versions_before_15_are_refused() -> None:
    assert version_problem(150018) is None
    assert version_problem(180004) is None
    assert version_problem(140011) == (
        "The database server is PostgreSQL 14; Turnabout needs 15 or later. "
        "Upgrade the server, or point DATABASE_URL at a newer one."
    )

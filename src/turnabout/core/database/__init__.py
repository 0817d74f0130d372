"""The database: PostgreSQL, the embedded one or one that DATABASE_URL names.

Needs no Django, so that settings and tests can use it before Django is set up.
"""

from turnabout.core.database.cluster import Cluster
from turnabout.core.database.connection import (
    OLDEST_VERSION,
    Settings,
    settings_from_url,
    version_problem,
)
from turnabout.core.database.databases import connect, create_database, drop_database, server_version
from turnabout.core.database.places import cluster_for, django_settings
from turnabout.core.database.problem import DatabaseProblem
from turnabout.core.database.throw_away import throw_away_cluster

__all__ = [
    "OLDEST_VERSION",
    "Cluster",
    "DatabaseProblem",
    "Settings",
    "cluster_for",
    "connect",
    "create_database",
    "django_settings",
    "drop_database",
    "server_version",
    "settings_from_url",
    "throw_away_cluster",
    "version_problem",
]

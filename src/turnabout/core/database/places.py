"""Where the embedded server of a checkout lives, and which database the product uses."""

import os
from pathlib import Path

from turnabout.core.database.cluster import Cluster
from turnabout.core.database.connection import Settings, settings_from_url
from turnabout.core.database.sockets import short_hash

ROOT_PLACE = Path("/var/lib/turnabout")
SELF_STARTING_ENGINE = "turnabout.core.database.engine"


def cluster_for(checkout: Path, *, var: Path | None = None) -> Cluster:
    """The server of this checkout: below ``var``, or for root in a place that its account can reach."""
    place = (var or checkout / "var").resolve()
    if os.geteuid() == 0:
        return Cluster(ROOT_PLACE / short_hash(place))
    return Cluster(place / "postgres")


def django_settings(url: str, *, checkout: Path, var: Path | None = None) -> Settings:
    """Settings of the product's database; the embedded server starts at the first connection."""
    if url:
        return settings_from_url(url)
    cluster = cluster_for(checkout, var=var)
    return cluster.settings() | {"ENGINE": SELF_STARTING_ENGINE, "CLUSTER": str(cluster.home)}

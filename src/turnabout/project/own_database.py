"""The embedded database of this installation, if it has one; found without Django."""

import os
from pathlib import Path

from turnabout.core.database import Cluster, cluster_for

CHECKOUT = Path(__file__).resolve().parents[3]


def own_cluster() -> Cluster | None:
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return None
    return cluster_for(CHECKOUT, var=Path(os.environ.get("TURNABOUT_VAR") or CHECKOUT / "var"))

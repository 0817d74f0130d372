from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from turnabout.core.database.cluster import Cluster


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects as Django does; finds no server, starts it, and connects again.

    So every process of the product comes back by itself after the server was
    killed, whoever started it.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            cluster = Cluster(Path(self.settings_dict["CLUSTER"]))
            if cluster.is_running():  # full or stuck: starting it again would not help
                raise
            cluster.ensure_running()
            return super().get_new_connection(conn_params)

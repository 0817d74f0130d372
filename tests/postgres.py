"""One throw-away PostgreSQL for the whole test run, started before Django reads its settings.

With DATABASE_URL set, the suite runs against that server instead.
"""

import atexit
import contextlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from turnabout.core.database import throw_away_cluster

_stack = contextlib.ExitStack()


def _begin() -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    var = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="turnabout-var-")))
    os.environ["TURNABOUT_VAR"] = str(var)
    os.environ.setdefault("TURNABOUT_SMTP_HOST", "")
    if not os.environ.get("DATABASE_URL"):
        cluster = _stack.enter_context(throw_away_cluster(durable=False))
        place = cluster.settings()
        os.environ["DATABASE_URL"] = (
            f"postgresql://{place['USER']}@{quote(str(place['HOST']), safe='')}/{place['NAME']}"
        )
    atexit.register(_stack.close)


_begin()

"""One throw-away PostgreSQL for the whole test run, started before Django reads its settings.

With DATABASE_URL set, the suite runs against that server instead, in databases of its own beside the one it names.
"""

import atexit
import contextlib
import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit

from turnabout.core.database import create_database, drop_database, settings_from_url, throw_away_cluster

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
        os.environ["DATABASE_URL"] = f"postgresql://{place['USER']}@{quote(str(place['HOST']), safe='')}/{place['NAME']}"
    _stack.callback(_drop_template)
    atexit.register(_stack.close)


def url_of(name: str) -> str:
    """The address of another database on the server of the tests."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def migrated_template() -> str:
    """The name of a database with this version's tables, made once per run; every other one is a copy of it."""
    with _note().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _note().exists():
            name = f"turnabout_template_{os.getpid()}"
            create_database(settings_from_url(os.environ["DATABASE_URL"]), name)
            environment = os.environ | {"DATABASE_URL": url_of(name), "DJANGO_SETTINGS_MODULE": "turnabout.project.settings"}
            subprocess.run(
                [sys.executable, "-m", "turnabout.project.cli", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL
            )
            _note().write_text(name, encoding="utf-8")
        return _note().read_text(encoding="utf-8")


def _note() -> Path:
    return Path(os.environ["TURNABOUT_VAR"]) / "template"


def _drop_template() -> None:
    if _note().exists():
        drop_database(settings_from_url(os.environ["DATABASE_URL"]), _note().read_text(encoding="utf-8"))


_begin()

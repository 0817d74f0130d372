"""Running Python as somebody without rights, for tests that start as root."""

import functools
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"
PACKAGES = Path(psycopg.__file__).resolve().parents[1]

is_root = os.geteuid() == 0
needs_root = pytest.mark.skipif(not is_root, reason="only root can act as another account")


@dataclass(frozen=True, kw_only=True)
class User:
    name: str
    uid: int
    gid: int
    python: str

    def run(self, script: str, *arguments: str | Path, at: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command("-c", script, *arguments), timeout=120, check=False, **self.options(at))

    def start(self, *arguments: str | Path, at: Path, **environment: str) -> subprocess.Popen[str]:
        options = self.options(at)
        options.pop("capture_output")
        options["env"] |= environment
        return subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)

    def command(self, *arguments: str | Path) -> Sequence[str]:
        return [self.python, *map(str, arguments)]

    def options(self, at: Path) -> dict:
        return {
            "cwd": at,
            "env": {"PATH": os.environ["PATH"], "HOME": str(at), "PYTHONPATH": f"{at}/src:{at}:{SOURCE}:{PACKAGES}"},
            "capture_output": True,
            "text": True,
            "user": self.uid,
            "group": self.gid,
            "extra_groups": [],
        }

    def copy_project(self, place: Path) -> None:
        """The source as this account's own, like a clone."""
        for name in ("src", "tests"):
            copy = shutil.copytree(SOURCE.parent / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
            for path in (copy, *copy.rglob("*")):
                os.chown(path, self.uid, self.gid)

    def own_directory(self, place: Path) -> Path:
        """A directory of mode 700, open to this account alone."""
        place.mkdir(mode=0o700)
        os.chown(place, self.uid, self.gid)
        return place


@functools.cache
def ordinary_user() -> User:
    """Somebody who can run Python with our packages; skips the test where nobody can."""
    entry = pwd.getpwnam("nobody")
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        user = User(name="nobody", uid=entry.pw_uid, gid=entry.pw_gid, python=python)
        try:
            done = user.run(f"import psycopg, sys; assert sys.version_info[:2] == {sys.version_info[:2]}", at=Path("/"))
        except OSError:
            continue
        if done.returncode == 0:
            return user
    pytest.skip("no other account can run a Python with the installed packages")

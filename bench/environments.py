"""Peers with pins of their own get environments of their own, from locked requirements with hashes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "var/bench"


class NotMade(Exception):
    """An environment could not be made; the text says why."""


@cache
def python_of(name: str) -> str:
    """The interpreter of an environment, made anew when its locked requirements have changed. Raises NotMade."""
    if not name:
        return sys.executable
    folder, locked = FOLDER / name, ROOT / f"requirements/bench-{name}.txt"
    python, made_from = folder / "bin/python", folder / locked.name
    if made_from.exists() and made_from.read_bytes() == locked.read_bytes():
        return str(python)
    print(f"Making the environment of {name}.", file=sys.stderr)
    venv.create(folder, clear=True, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [*install, "--require-hashes", "--no-deps", "-r", str(locked)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotMade(f"requirements/{locked.name} could not be installed: {done.stderr.strip().splitlines()[-1]}")
    shutil.copy(locked, made_from)
    return str(python)

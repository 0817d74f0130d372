"""Typed reading of environment variables; each variable is registered, so docs and `doctor` can list it."""

import contextlib
import os
from dataclasses import dataclass
from datetime import time
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    name: str
    default: str
    help: str
    is_secret: bool


REGISTRY: dict[str, Variable] = {}


class BadSetting(Exception):
    """A setting that cannot be used; the message names it and says what to write instead."""


def _raw(name: str, default: str, help_text: str, *, is_secret: bool = False) -> str:
    REGISTRY[name] = Variable(name=name, default="" if is_secret else default, help=help_text, is_secret=is_secret)
    return os.environ.get(name, default)


def text(name: str, default: str, *, help: str) -> str:
    return _raw(name, default, help)


def flag(name: str, default: bool, *, help: str) -> bool:
    value = _raw(name, "1" if default else "0", help).strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(f"{name} is {value!r}: write 1 or 0.")


def number(name: str, default: int, *, help: str) -> int:
    value = _raw(name, str(default), help)
    try:
        return int(value)
    except ValueError:
        raise BadSetting(f"{name} is {value!r}: write a whole number such as {default}.") from None


def words(name: str, default: str, *, help: str) -> list[str]:
    return [word.strip() for word in _raw(name, default, help).split(",") if word.strip()]


def hours(name: str, default: str, *, help: str) -> tuple[time, time] | None:
    """Two times of one day, such as 07:00-19:00; nothing stands for the whole day."""
    value = _raw(name, default, help).strip()
    if not value:
        return None
    try:
        start, end = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError:
        raise BadSetting(f"{name} is {value!r}: write two times such as {default}, or nothing.") from None
    if start >= end:
        raise BadSetting(f"{name} is {value!r}: the first time must come before the second.")
    return start, end


def secret(name: str, *, help: str) -> str:
    """The value of NAME, or the first line of the file that NAME_FILE points to."""
    value = _raw(name, "", help, is_secret=True)
    file_name = _raw(f"{name}_FILE", "", f"A file with {name} in its first line, for secrets kept out of the environment.")
    if value or not file_name:
        return value
    try:
        return _first_line(Path(file_name))
    except OSError as error:
        raise BadSetting(f"{name}_FILE names {file_name!r}, which cannot be read: {error.strerror}.") from None


def kept_secret(name: str, path: Path, make: str, *, help: str) -> str:
    """A secret from the environment, else from a private file that is written once with a fresh value."""
    value = secret(name, help=help)
    if value:
        return value
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _write_once(path, make)
    return _first_line(path)


def _first_line(path: Path) -> str:
    """What a person noted below it is no part of the secret."""
    return path.read_text(encoding="utf-8").strip().partition("\n")[0].strip()


def _write_once(path: Path, content: str) -> None:
    """Whole and on disk, or not at all, whenever this process is killed; of several processes the first one wins."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)

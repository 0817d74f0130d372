"""Reads one content file into frozen dataclasses, strictly: every mistake names file, key and remedy."""

from __future__ import annotations

import dataclasses
import enum
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTENT = Path(__file__).parent / "content"

Values = Mapping[str, object]
Thing = typing.TypeVar("Thing")


class ContentProblem(Exception):
    """A content file that cannot be used: which one, where in it, and what to do."""

    def __init__(self, *, file: str, key: str, what: str, remedy: str) -> None:
        super().__init__(f"{file}, {key}: {what} {remedy}")
        self.file = file
        self.key = key
        self.what = f"{file}, {key}: {what}"
        self.remedy = remedy


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where in the content we are, so that a complaint can say so."""

    file: str
    key: str = ""

    def at(self, key: str | int) -> Place:
        step = f"[{key + 1}]" if isinstance(key, int) else f".{key}" if self.key else key
        return Place(file=self.file, key=f"{self.key}{step}")

    def problem(self, what: str, remedy: str) -> ContentProblem:
        return ContentProblem(file=self.file, key=self.key or "the whole file", what=what, remedy=remedy)


def values_of(name: str) -> dict[str, object]:
    """The raw values of one file below content/."""
    place = Place(file=name)
    try:
        return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise place.problem("There is no such file.", f"Create it in {CONTENT}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise place.problem(f"It is not readable TOML ({error}).", "Correct the line named.") from None


def files_in(folder: str) -> tuple[str, ...]:
    return tuple(sorted(f"{folder}/{path.name}" for path in (CONTENT / folder).glob("*.toml")))


def read(kind: type[Thing], values: Values, place: Place) -> Thing:
    """Build one dataclass from one table: every field present, nothing left over, every type right."""
    hints = typing.get_type_hints(kind)
    for key in values:
        if key not in hints:
            raise place.at(key).problem("This key means nothing here.", f"Remove it or use one of: {', '.join(hints)}.")
    given = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]  # every kind given here is a dataclass
        if field.name in values:
            given[field.name] = _value(hints[field.name], values[field.name], place.at(field.name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise place.at(field.name).problem("This key is missing.", f'Add "{field.name}" with its text or value.')
    return kind(**given)


def tables(values: Values, key: str, place: Place) -> tuple[Values, ...]:
    """The list of tables under a key, for files that are one long list."""
    found = values.get(key)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise place.at(key).problem("A list of tables is expected.", f"Write each entry below a [[{key}]] line.")
    return tuple(found)


def no_twins(keys: Sequence[str], place: Place) -> None:
    """Refuse a key that two entries of one list share."""
    for key in keys:
        if keys.count(key) > 1:
            raise place.at(key).problem("Two entries share this key.", "Give one of them another key.")


def tidy(text: str) -> str:
    """Lines of a paragraph joined, paragraphs kept apart, so that files can be wrapped for reading."""
    paragraphs = (" ".join(part.split()) for part in text.strip().split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part)


def _value(kind: object, value: object, place: Place) -> object:
    if typing.get_origin(kind) is tuple:
        return _several(typing.get_args(kind)[0], value, place)
    if isinstance(kind, types.UnionType):
        return _value(next(part for part in typing.get_args(kind) if part is not types.NoneType), value, place)
    if kind is str:
        return _text(value, place)
    if isinstance(kind, type) and issubclass(kind, enum.StrEnum):
        return _choice(kind, value, place)
    if kind in (int, float, bool):
        return _number(typing.cast("type", kind), value, place)
    if not isinstance(value, dict):
        raise place.problem("A table is expected.", f"Write its keys below a [{place.key}] line.")
    return read(typing.cast("type[object]", kind), value, place)


def _several(kind: object, value: object, place: Place) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise place.problem("A list is expected.", "Put the entries between square brackets.")
    return tuple(_value(kind, item, place.at(number)) for number, item in enumerate(value))


def _text(value: object, place: Place) -> str:
    if not isinstance(value, str) or not value.strip():
        raise place.problem("Some text is expected.", "Write it between quotation marks.")
    return tidy(value)


def _choice(kind: type[enum.StrEnum], value: object, place: Place) -> enum.StrEnum:
    allowed = [member.value for member in kind]
    if value not in allowed:
        raise place.problem(f"{value!r} is not known here.", f"Use one of: {', '.join(allowed)}.")
    return kind(value)


def _number(kind: type, value: object, place: Place) -> object:
    if kind is bool and isinstance(value, bool):
        return value
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    words = {bool: "true or false", int: "A whole number", float: "A number"}
    raise place.problem(f"{words[kind].capitalize()} is expected.", "Write it without quotation marks.")

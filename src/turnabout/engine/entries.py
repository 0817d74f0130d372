"""Entries of rules.toml, read as what they must be or refused by name."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from turnabout.engine.problem import Refusal

LANGUAGE_LEVELS = {name: level for level, name in enumerate(("A1", "A2", "B1", "B2", "C1", "C2"), start=1)}
CHOICES = {
    "entity": ("any", "same", "different"),
    "function": ("any", "same", "different"),
    "basis": ("none", "grade", "service", "profession", "level", "list"),
    "direction": ("similar", "different"),
}

Toml = Any


def table(content: Mapping[str, Toml], name: str) -> Mapping[str, Toml]:
    value = content.get(name, {})
    if not isinstance(value, dict):
        raise Refusal(f"{name} is {value!r}: write it as a table, [{name}].")
    return value


def language_level(entry: str, value: Toml) -> int | None:
    if isinstance(value, str) and value.upper() in LANGUAGE_LEVELS:
        return LANGUAGE_LEVELS[value.upper()]
    return None if value is None else whole(entry, value)


def listed(entry: str, value: Toml) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refusal(f'{entry} is {value!r}: write a list such as ["A", "B"].')
    return tuple(map(str, value))


def date(entry: str, value: Toml) -> str:
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Refusal(f"{entry} is {value!r}: write a date such as 2026-01-31.") from None


def number(entry: str, value: Toml) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refusal(f"{entry} is {value!r}: write a number.")
    return value


def optional(entry: str, value: Toml) -> float | None:
    return None if value is None else number(entry, value)


def whole(entry: str, value: Toml) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(f"{entry} is {value!r}: write a whole number.")
    return value


def yes_no(entry: str, value: Toml) -> bool:
    if not isinstance(value, bool):
        raise Refusal(f"{entry} is {value!r}: write true or false.")
    return value


def choice(entry: str, kind: str, value: Toml) -> Any:
    if value not in CHOICES[kind]:
        raise Refusal(f"{entry} is {value!r}: use {', '.join(CHOICES[kind])}.")
    return value


def refuse_unknown(entry: str, table: Mapping[str, Toml], known: Iterable[str]) -> None:
    names = list(known)
    for name in table:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"use {', '.join(names)}."
            where = f"{entry}.{name}" if entry else name
            raise Refusal(f"{where} is not known: {hint}")

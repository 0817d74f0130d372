"""Preparation of mentors and mentees, in short modules with exercises and self-checks."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from turnabout.blueprints.reading import Place, no_twins, read, values_of

FILE = "preparation.toml"


class Role(enum.StrEnum):
    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, kw_only=True, slots=True)
class SelfCheck:
    """A question to oneself; nobody else sees the answer."""

    question: str
    options: tuple[str, ...]
    best: int
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Module:
    """A short piece of preparation; `is_door` is the part without which session 1 does not open."""

    key: str
    role: Role
    title: str
    minutes: int
    aim: str
    text: str
    exercise: str
    checks: tuple[SelfCheck, ...] = ()
    is_door: bool = False
    commitment: str | None = None
    sources: tuple[str, ...] = ()  # works behind a fact in the text; the text carries the caveat


@dataclass(frozen=True, kw_only=True, slots=True)
class Preparation:
    """What one side works through, in order."""

    role: Role
    modules: tuple[Module, ...]

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def door(self) -> tuple[Module, ...]:
        return tuple(module for module in self.modules if module.is_door)

    @property
    def offered(self) -> tuple[Module, ...]:
        return tuple(module for module in self.modules if not module.is_door)


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparationFile:
    """All modules that every design shares."""

    language: str
    modules: tuple[Module, ...]


def load_modules() -> tuple[Module, ...]:
    modules = read(PreparationFile, values_of(FILE), Place(file=FILE)).modules
    check_modules(modules, Place(file=FILE, key="modules"))
    return modules


def check_modules(modules: tuple[Module, ...], place: Place) -> None:
    no_twins([module.key for module in modules], place)
    for module in modules:
        for check in module.checks:
            if not 1 <= check.best <= len(check.options):
                raise (
                    place.at(module.key)
                    .at("best")
                    .problem(
                        "The best answer is not one of the options.",
                        "Count the options from 1 and give that number.",
                    )
                )

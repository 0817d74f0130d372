"""Where a fact comes from and what it cannot carry."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from turnabout.blueprints.reading import Place, no_twins, read, values_of

FILE = "sources.toml"


class Grade(enum.StrEnum):
    """How much a source can carry."""

    EXPERIMENT = "A"
    PEER_REVIEWED = "B"
    OWN_REPORT = "C"
    OPINION = "D"
    NOT_GRADED = "not graded"


class About(enum.StrEnum):
    """The part of a design that one line speaks of, so that fact and choice can stand side by side."""

    PEOPLE = "people"
    PACE = "pace"
    CONTENT = "content"
    PARTNERS = "partners"
    RECRUITING = "recruiting"
    IN_RETURN = "in_return"
    OUTCOME = "outcome"
    SAFETY = "safety"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One cited work with its reference and its general caveat."""

    key: str
    title: str
    reference: str
    kind: str
    caveat: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """A fact that somebody else reported, with the warning that travels with it."""

    about: About
    text: str
    source: str
    caveat: str
    grade: Grade = Grade.NOT_GRADED


@dataclass(frozen=True, kw_only=True, slots=True)
class DesignLine:
    """A choice of ours, marked as such."""

    about: About
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """The whole list of works."""

    language: str
    sources: tuple[Source, ...]


def load_sources() -> tuple[Source, ...]:
    place = Place(file=FILE)
    sources = read(SourceFile, values_of(FILE), place).sources
    no_twins([source.key for source in sources], place)
    return sources

"""What every pair uses in any curriculum: guard card, common ground, feedback to each other, agenda."""

from __future__ import annotations

from dataclasses import dataclass

from turnabout.blueprints.curricula import Step
from turnabout.blueprints.reading import Place, read, values_of

FILE = "together.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardCard:
    """Shown with every session and topic about AI (rule 18 of the domain)."""

    title: str
    opening: str
    lines: tuple[str, ...]
    closing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """A few questions that belong to one moment of a pair's life."""

    title: str
    text: str
    questions: tuple[str, ...]
    who_reads: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """The pieces common to all curricula."""

    language: str
    guard_card: GuardCard
    common_ground: Prompt
    feedback: Prompt
    closing_words: Prompt
    agenda: tuple[Step, ...]


def load_together() -> Together:
    return read(Together, values_of(FILE), Place(file=FILE))

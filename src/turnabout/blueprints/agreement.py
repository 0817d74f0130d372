"""The agreement that both sign before session 2."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from turnabout.blueprints.reading import Place, no_twins, read, values_of

FILE = "agreement.toml"


class FieldKind(enum.StrEnum):
    LINE = "line"
    PARAGRAPH = "paragraph"
    NUMBER = "number"
    CHOICE = "choice"


class FilledBy(enum.StrEnum):
    MENTOR = "mentor"
    MENTEE = "mentee"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementField:
    """Something the pair writes or picks."""

    key: str
    label: str
    kind: FieldKind
    filled_by: FilledBy
    hint: str
    options: tuple[str, ...] = ()
    suggestion: str | None = None
    is_required: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementSection:
    """One heading of the agreement; `additions` come from the design."""

    key: str
    title: str
    text: str
    fields: tuple[AgreementField, ...] = ()
    additions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementAddition:
    """A sentence that a design adds to one section."""

    section: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementText:
    """The whole document before the pair has written in it."""

    language: str
    title: str
    opening: str
    signing: str
    sections: tuple[AgreementSection, ...]

    def with_additions(self, additions: Sequence[AgreementAddition]) -> AgreementText:
        sections = tuple(
            replace(section, additions=tuple(line.text for line in additions if line.section == section.key))
            for section in self.sections
        )
        return replace(self, sections=sections)


def load_agreement() -> AgreementText:
    place = Place(file=FILE)
    agreement = read(AgreementText, values_of(FILE), place)
    no_twins([section.key for section in agreement.sections], place.at("sections"))
    no_twins([field.key for section in agreement.sections for field in section.fields], place.at("fields"))
    return agreement

"""The topic catalogue: what people share, and what is given back."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from turnabout.blueprints.reading import Place, no_twins, read, tables, values_of

FILE = "topics.toml"


def _(word: str) -> str:
    """Marks a word for the catalogues without needing settings; whoever shows it translates it."""
    return word


# The scale belongs to the product and not to a programme's content, so its words are translated where they are shown.
LEVEL_WORDS = (_("just starting"), _("use it regularly"), _("can show others"), _("others come to me"))


class Side(enum.StrEnum):
    """Which way a topic usually travels; anybody may still offer or want any topic."""

    SHARED = "shared"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A shelf of the catalogue."""

    key: str
    name: str
    side: Side
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Something that can be learned from a colleague; `levels` describe 1 to 4 where that is worth it."""

    key: str
    area: str
    name: str
    description: str
    side: Side = Side.SHARED
    levels: tuple[str, ...] = ()
    guard_card: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicCatalogue:
    """Areas in their order and the topics of each."""

    language: str
    areas: tuple[Area, ...]
    topics: tuple[Topic, ...]
    given_back: tuple[Topic, ...]

    @property
    def all(self) -> tuple[Topic, ...]:
        return self.topics + self.given_back


def load_topics() -> TopicCatalogue:
    place = Place(file=FILE)
    values = values_of(FILE)
    given_back = [{**row, "side": Side.GIVEN_BACK} for row in tables(values, "given_back", place)]
    catalogue = read(TopicCatalogue, {**values, "given_back": given_back}, place)
    areas = [area.key for area in catalogue.areas]
    no_twins(areas, place)
    no_twins([topic.key for topic in catalogue.all], place)
    for topic in catalogue.all:
        where = place.at(topic.key)
        if topic.area not in areas:
            raise where.problem(f"There is no area {topic.area!r}.", f"Use one of: {', '.join(areas)}.")
        if len(topic.levels) not in (0, len(LEVEL_WORDS)):
            raise where.problem("Levels come as four sentences or not at all.", "Write all four, from 1 to 4.")
    return catalogue

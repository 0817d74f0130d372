"""No long sentence twice: what reads as filler in one design was copied from another."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

from turnabout.blueprints.curricula import Curriculum, SessionGuide
from turnabout.blueprints.designs import Blueprint
from turnabout.blueprints.reading import Place

LONG = 60
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+")


def sentences(text: str) -> Iterator[str]:
    for sentence in _END.split(text):
        yield " ".join(sentence.split()).casefold()


def refuse_repeats(designs: Iterable[Blueprint], curricula: Iterable[Curriculum]) -> None:
    """A sentence of more than 60 characters stands once in all designs and session guides."""
    seen: dict[str, Place] = {}
    for place, text in _all_texts(designs, curricula):
        for sentence in sentences(text):
            if len(sentence) <= LONG:
                continue
            if sentence in seen:
                first = seen[sentence]
                raise place.problem(
                    f"This sentence stands in {first.file}, {first.key} too: “{sentence}”",
                    "Say here what is particular to this place.",
                )
            seen[sentence] = place


def _all_texts(designs: Iterable[Blueprint], curricula: Iterable[Curriculum]) -> Iterator[tuple[Place, str]]:
    for design in designs:
        yield from texts(design, Place(file=f"designs/{design.key}.toml"))
    curricula = tuple(curricula)
    originals = {f"{curriculum.key}/{guide.key}": guide for curriculum in curricula for guide in curriculum.guides}
    for curriculum in curricula:
        place = Place(file=f"curricula/{curriculum.key}.toml")
        yield from texts((curriculum.aim, curriculum.how_it_works, curriculum.our_design), place)
        for guide in curriculum.guides:
            yield from _own_texts(guide, originals, place.at(guide.key))


def _own_texts(guide: SessionGuide, originals: Mapping[str, SessionGuide], place: Place) -> Iterator[tuple[Place, str]]:
    """The texts of a guide, without those it takes over from another curriculum on purpose."""
    original = originals.get(guide.reuse or "")
    for field in dataclasses.fields(guide):
        value = getattr(guide, field.name)
        if original is None or value != getattr(original, field.name):
            yield from texts(value, place.at(field.name))


def texts(thing: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text inside a dataclass, with the place where it stands."""
    if isinstance(thing, str):
        yield place, thing
    elif isinstance(thing, tuple):
        for number, part in enumerate(thing):
            yield from texts(part, place.at(number))
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from texts(getattr(thing, field.name), place.at(field.name))

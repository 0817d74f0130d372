"""Curricula: the guide to every session, from the first to the last."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from turnabout.blueprints.reading import Place, Values, files_in, no_twins, read, tables, values_of
from turnabout.blueprints.sources import DesignLine, SourceLine

FOLDER = "curricula"


class Kind(enum.StrEnum):
    """The first and the last session keep their place; themes are picked and reordered by the pair."""

    OPENING = "opening"
    THEME = "theme"
    CLOSING = "closing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One stretch of a session."""

    minutes: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionGuide:
    """Everything two people need for one session."""

    key: str
    kind: Kind
    title: str
    aim: str
    before_mentor: str
    before_mentee: str
    during: tuple[Step, ...]
    after: str
    questions: tuple[str, ...]
    in_return: str
    caution: str
    topics: tuple[str, ...]
    guard_card: bool = False
    reuse: str | None = None

    @property
    def theme(self) -> str:
        """The key by which a pair picks, moves or swaps this session."""
        return self.key

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.during)


@dataclass(frozen=True, kw_only=True, slots=True)
class Curriculum:
    """A planned run of sessions, and spare themes that a pair may take instead."""

    key: str
    language: str
    name: str
    aim: str
    minutes: int
    how_it_works: str
    from_source: tuple[SourceLine, ...]
    our_design: tuple[DesignLine, ...]
    sessions: tuple[SessionGuide, ...]
    spare_themes: tuple[SessionGuide, ...] = ()

    @property
    def guides(self) -> tuple[SessionGuide, ...]:
        return self.sessions + self.spare_themes

    @property
    def themes(self) -> tuple[SessionGuide, ...]:
        """What a pair can choose from, the planned ones first."""
        return tuple(guide for guide in self.guides if guide.kind is Kind.THEME)

    def guide(self, key: str) -> SessionGuide:
        for guide in self.guides:
            if guide.key == key:
                return guide
        known = ", ".join(guide.key for guide in self.guides)
        place = Place(file=f"{FOLDER}/{self.key}.toml", key=key)
        raise place.problem("There is no such session.", f"Use one of: {known}.")

    def planned(self, themes: tuple[str, ...]) -> Curriculum:
        """The same curriculum with these themes between its first and last session, the others spare."""
        if not themes:
            return self
        chosen = tuple(self.guide(theme) for theme in themes)
        left = tuple(guide for guide in self.themes if guide not in chosen)
        return replace(self, sessions=(self.sessions[0], *chosen, self.sessions[-1]), spare_themes=left)


def load_curricula() -> tuple[Curriculum, ...]:
    raw = {name: values_of(name) for name in files_in(FOLDER)}
    curricula = tuple(_curriculum(name, raw) for name in raw)
    no_twins([curriculum.key for curriculum in curricula], Place(file=FOLDER))
    return curricula


def _curriculum(name: str, raw: Mapping[str, Values]) -> Curriculum:
    place = Place(file=name)
    values = dict(raw[name])
    for part in ("sessions", "spare_themes"):
        if part in values:
            rows = tables(values, part, place)
            values[part] = [_with_reuse(row, raw, place.at(part).at(number)) for number, row in enumerate(rows)]
    curriculum = read(Curriculum, values, place)
    _check(curriculum, place)
    return curriculum


def _with_reuse(row: Values, raw: Mapping[str, Values], place: Place) -> Values:
    """A session that says `reuse = "curriculum/session"` takes that guide and its own keys on top."""
    reuse = row.get("reuse")
    if reuse is None:
        return row
    curriculum, _, wanted = str(reuse).partition("/")
    source = raw.get(f"{FOLDER}/{curriculum}.toml", {})
    for part in ("sessions", "spare_themes"):
        for session in tables(source, part, place) if part in source else ():
            if session.get("key") == wanted:
                return {**session, **row}
    raise place.at("reuse").problem(f"There is no session {reuse!r}.", 'Write "curriculum/session" with known keys.')


def _check(curriculum: Curriculum, place: Place) -> None:
    no_twins([guide.key for guide in curriculum.guides], place)
    middle = [Kind.THEME] * (len(curriculum.sessions) - 2)
    if [guide.kind for guide in curriculum.sessions] != [Kind.OPENING, *middle, Kind.CLOSING]:
        raise place.at("sessions").problem(
            "The plan must begin with the opening, end with the closing and hold themes between.",
            'Set "kind" of each session, and move the session that stands in the wrong place.',
        )
    for guide in curriculum.guides:
        where = place.at(guide.key)
        if guide.minutes != curriculum.minutes:
            raise where.at("during").problem(
                f"The steps add up to {guide.minutes} minutes, a session has {curriculum.minutes}.",
                "Change the minutes of a step.",
            )
        if not 4 <= len(guide.questions) <= 6:
            raise where.at("questions").problem("A guide has four to six questions.", "Add one or take one away.")

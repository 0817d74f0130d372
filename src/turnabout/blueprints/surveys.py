"""The wording of the questions asked from before the start to six months after the end."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from turnabout.blueprints.reading import Place, no_twins, read, values_of

FILE = "surveys.toml"


class AnswerKind(enum.StrEnum):
    AGREEMENT = "agreement"  # 1 = not at all, 5 = fully
    FIVE = "five"  # 1 to 5 with its own end words
    TEN = "ten"  # 0 to 10
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    REQUEST = "request"  # named, and kept apart from the answers


class AskedOf(enum.StrEnum):
    BOTH = "both"
    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionWording:
    """One question; "prefer not to say" is always offered and never listed among the options."""

    key: str
    text: str
    kind: AnswerKind
    group: str
    asked_of: AskedOf = AskedOf.BOTH
    options: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None
    per_topic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyWording:
    """One short form with the sentence that says who sees the answers."""

    key: str
    title: str
    opening: str
    who_sees: str
    minutes: int
    questions: tuple[QuestionWording, ...]
    thanks: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyFile:
    language: str
    low: str
    high: str
    prefer_not_to_say: str
    surveys: tuple[SurveyWording, ...]


def load_surveys() -> SurveyFile:
    place = Place(file=FILE)
    found = read(SurveyFile, values_of(FILE), place)
    no_twins([survey.key for survey in found.surveys], place)
    for survey in found.surveys:
        no_twins([question.key for question in survey.questions], place.at(survey.key))
    return found

"""A starting design: what the source says, what is ours, and every text an organiser needs."""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields

from turnabout.blueprints.agreement import AgreementAddition
from turnabout.blueprints.preparation import Module, check_modules
from turnabout.blueprints.reading import Place, files_in, no_twins, read, values_of
from turnabout.blueprints.sources import DesignLine, SourceLine

FOLDER = "designs"
FAQ_ALWAYS = ("too-young", "too-old")


class SeniorityBasis(enum.StrEnum):
    """What "more experienced" means in a programme; never age, birth year or generation."""

    GRADE = "grade"
    SERVICE = "service"
    PROFESSION = "profession"
    TREE_LEVEL = "tree_level"
    NAMED_LIST = "named_list"


class Recruiting(enum.StrEnum):
    INVITATION = "invitation"
    OPEN_LINK = "open_link"
    NOMINATION = "nomination"


class EntityRule(enum.StrEnum):
    """Which businesses two partners may come from."""

    ANY = "any"
    SAME = "same"
    DIFFERENT = "different"


class Gate(enum.StrEnum):
    """What must be true before a round may move on."""

    CHARTER_SIGNED = "charter_signed"
    MENTEE_PLACES_FIRST = "mentee_places_first"
    MENTOR_PREPARED_BEFORE_MATCHING = "mentor_prepared_before_matching"
    MENTEE_DOOR_BEFORE_SESSION_1 = "mentee_door_before_session_1"
    BOTH_PREPARED_FIRST = "both_prepared_first"
    READINESS_GREEN = "readiness_green"
    OFF_LIMITS_LISTED = "off_limits_listed"
    PEER_CIRCLES_PLANNED = "peer_circles_planned"
    PAID_TIME_CONFIRMED = "paid_time_confirmed"


# What a round calls "mentors first": those who share before matching, those who learn before session 1.
MENTORS_FIRST = frozenset({Gate.MENTOR_PREPARED_BEFORE_MATCHING, Gate.MENTEE_DOOR_BEFORE_SESSION_1})


@dataclass(frozen=True, kw_only=True, slots=True)
class Seniority:
    """The measure and the distance it must show between the two sides."""

    basis: SeniorityBasis
    in_words: str
    minimum_gap: int | None = None
    mentor_under_years: int | None = None
    mentee_over_years: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """How much each criterion of the matching counts, 0 to 100; 0 leaves it out.

    The names are the engine's criteria. Those listed in `different` count difference, the others likeness.
    """

    topics: int
    language: int
    hours: int
    format: int = 0
    function: int = 0
    unit: int = 0
    entity: int = 0
    country: int = 0
    different: tuple[str, ...] = ()

    @property
    def by_criterion(self) -> dict[str, int]:
        """Criterion -> weight, without those that count nothing."""
        names = (field.name for field in fields(self) if field.name != "different")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The numbers and rules with which a programme begins; every one can be changed there."""

    sessions: int
    minutes: int
    interval_weeks: int
    months: int
    mentor_cap: int
    recruiting: Recruiting
    entity_rule: EntityRule
    same_function_allowed: bool
    distance_exception: bool
    distance_levels: int
    needs_mailbox: bool
    peer_circles: int
    gates: tuple[Gate, ...]
    seniority: Seniority
    weights: Weights
    fixed_slot: bool = False
    nominations_per_mentee: int = 0

    @property
    def both_prepared_first(self) -> bool:
        return Gate.BOTH_PREPARED_FIRST in self.gates


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursOfOneSide:
    """What a place costs over the whole round, in hours."""

    sessions: float
    between_sessions: float
    preparation: float
    circles: float
    in_words: str

    @property
    def total(self) -> float:
        return self.sessions + self.between_sessions + self.preparation + self.circles


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    mentor: HoursOfOneSide
    mentee: HoursOfOneSide


@dataclass(frozen=True, kw_only=True, slots=True)
class CurriculumChoice:
    """Which curriculum, which themes of it by default, and how this design uses it differently."""

    key: str
    differences: tuple[str, ...]
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A number the programme is willing to be judged by."""

    name: str
    how: str
    today: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CharterAnswers:
    """Suggested answers to the purpose questions; the organiser edits them."""

    purpose: str
    problem: str
    not_alone: str
    for_whom: str
    juniors_get: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadinessQuestion:
    """One question before the start; a blocking one must be green before the round opens."""

    key: str
    question: str
    green: str
    red: str
    remedy: str
    is_blocking: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Faq:
    key: str
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Poster:
    headline: str
    lines: tuple[str, ...]
    foot: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """The kit for telling everybody, not only the invited."""

    all_staff: Letter
    managers: Letter
    sponsor_script: str
    faq: tuple[Faq, ...]
    poster: Poster


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """A ready-made programme design, usable unchanged."""

    key: str
    language: str
    order: int
    name: str
    modelled_on: str
    purpose: str
    choose_it_when: str
    from_source: tuple[SourceLine, ...]
    our_design: tuple[DesignLine, ...]
    curriculum: CurriculumChoice
    settings: Settings
    hours: Hours
    give_back: tuple[str, ...]
    main_measure: Measure
    charter: CharterAnswers
    announcement: Announcement
    sponsor_words: str
    topics: tuple[str, ...]
    give_back_topics: tuple[str, ...]
    readiness: tuple[ReadinessQuestion, ...] = ()
    agreement: tuple[AgreementAddition, ...] = ()
    preparation: tuple[Module, ...] = ()
    preparation_without: tuple[str, ...] = ()  # common modules about subjects that this design does not touch


def load_designs() -> tuple[Blueprint, ...]:
    """All designs in the order in which they are offered."""
    designs = tuple(_design(name) for name in files_in(FOLDER))
    no_twins([design.key for design in designs], Place(file=FOLDER))
    return tuple(sorted(designs, key=lambda design: design.order))


def _design(name: str) -> Blueprint:
    place = Place(file=name)
    design = read(Blueprint, values_of(name), place)
    if name != f"{FOLDER}/{design.key}.toml":
        raise place.at("key").problem("The key differs from the file's name.", "Make them equal.")
    check_modules(design.preparation, place.at("preparation"))
    _check_settings(design.settings, place.at("settings"))
    _check_texts(design, place)
    return design


ALLOWED = {
    "sessions": (4, 12),
    "minutes": (30, 90),
    "interval_weeks": (2, 8),
    "months": (3, 12),
    "mentor_cap": (1, 2),
    "distance_levels": (3, 9),
}


def _check_settings(settings: Settings, place: Place) -> None:
    for name, (low, high) in ALLOWED.items():
        value: int = getattr(settings, name)
        if not low <= value <= high:
            raise place.at(name).problem(f"{value} is outside {low} to {high}.", "Use a number in that range.")
    if len(MENTORS_FIRST.intersection(settings.gates)) == 1:
        raise place.at("gates").problem(
            "One side is prepared and the other is not.", "Name " + " and ".join(sorted(MENTORS_FIRST)) + ", or neither."
        )


def _check_texts(design: Blueprint, place: Place) -> None:
    if not 1 <= len(design.charter.measures) <= 3:
        raise place.at("charter.measures").problem("One to three measures are expected.", "Keep the ones that matter.")
    answered = [entry.key for entry in design.announcement.faq]
    no_twins(answered, place.at("announcement.faq"))
    for key in FAQ_ALWAYS:
        if key not in answered:
            raise place.at("announcement.faq").problem(f"The answer {key!r} is missing.", "Every design answers it.")

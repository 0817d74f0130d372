"""What goes into the engine: candidates, rules, weights, and the problem they make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEEK_MINUTES = 7 * 24 * 60
HIGHEST_SCORE = 1000
HIGHEST_BROUGHT = 10**6
HIGHEST_LEVEL = 3
HIGHEST_CAPACITY = 1000
HIGHEST_PRIORITY = 9


class Side(StrEnum):
    """The two sides of a pair: the mentor shares, the mentee learns."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class Objective(StrEnum):
    """What the plan is best at, in strict order; each name is the same on page, command line and file."""

    MOST_PEOPLE = "most-people"
    FAIREST = "fairest"
    BEST_TOTAL = "best-total"


class Criterion(StrEnum):
    """One thing a score is made of; each gives a value from 0 to 1 for either side of a pair."""

    TOPICS = "topics"
    INTERESTS = "interests"
    LANGUAGE = "language"
    HOURS = "hours"
    FORMAT = "format"
    ENTITY = "entity"
    COUNTRY = "country"
    UNIT = "unit"
    FUNCTION = "function"
    TIME_ZONE = "time_zone"
    GRADE_GAP = "grade_gap"


Direction = Literal["similar", "different"]
EntityRule = Literal["any", "same", "different"]
Basis = Literal["none", "grade", "service", "profession", "level", "list"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One person on one side of the matching. Everything but the key is optional; unknown stays unknown.

    key                 stable and unique on its side; the same key on both sides is the same person
    capacity            how many partners at most, 0 to 1000
    minimum             how many partners at least, 0 to the capacity; for whoever takes part, it is never given up
    offers, wishes      topic -> level, 1 to 3 (how well they know it; how much they want it)
    languages           language -> level, 1 to 6 (A1 to C2); empty = unknown
    hours               weekly hours as (start, end) minutes since Monday 00:00 UTC; empty = unknown.
                        `hours_in_utc` turns local hours into this form
    grade               a whole number, larger is more senior
    years_of_service, years_in_profession   in years
    tree_level          levels below the head of the organisation (head = 0)
    entity, country, unit, team, function, time_zone   compared for equality only
    ancestors           keys of the reporting line, direct manager first; () = head; None = unknown line
    line_is_partial     the line is known only as far as `ancestors` goes
    decides_for         keys of people whose pay or promotion this person decides
    formats             for example {"in person", "remote"}; empty = unknown
    past_partners, conflicts, not_available   keys on the other side that are closed to this person
    is_opted_out        takes no part in this matching
    priority            0 to 9; higher is served first wherever not everybody can be
    interests           free text, compared by shared words
    """

    key: str
    capacity: int = 1
    minimum: int = 0
    offers: Mapping[str, int] = field(default_factory=dict)
    wishes: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    time_zone: str | None = None
    hours: tuple[tuple[int, int], ...] = ()
    grade: int | None = None
    years_of_service: float | None = None
    years_in_profession: float | None = None
    tree_level: int | None = None
    entity: str | None = None
    country: str | None = None
    unit: str | None = None
    team: str | None = None
    function: str | None = None
    ancestors: tuple[str, ...] | None = None
    line_is_partial: bool = False
    decides_for: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    past_partners: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()
    not_available: frozenset[str] = frozenset()
    is_opted_out: bool = False
    priority: int = 0
    interests: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seniority:
    """What "more senior" means in this programme. Never age, birth year or generation.

    basis            which measure: grade, years of service, years in the profession, level in the tree,
                     a named list of the senior people, or none
    minimum_gap      the mentee must be ahead of the mentor by at least this much on that measure
    mentor_at_most   the mentor's own value may be at most this ("under a year's service")
    mentee_at_least  the mentee's own value must be at least this ("over 15 years")
    senior           for basis "list": the keys of the senior people
    """

    basis: Basis = "none"
    minimum_gap: float = 0
    mentor_at_most: float | None = None
    mentee_at_least: float | None = None
    senior: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class DistanceException:
    """Lets named heads be paired inside their own line, far enough down.

    allowed_for   keys of the heads (mentees) it is granted to
    heads         also everybody known to have no manager
    levels        the mentor must be at least this many levels below; 3 is the least that is accepted,
                  because direct and skip-level are never allowed
    """

    allowed_for: frozenset[str] = frozenset()
    heads: bool = False
    levels: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Hard rules. A pair that breaks one is not in the graph at all.

    Always on: nobody with themself, reporting line, people whose pay or promotion somebody decides,
    declared conflicts, people not available. The rest can be set here.

    same_team          exclude pairs with the same team or the same direct manager
    distance           who may be paired inside their own line, and how far down; None = nobody
    seniority          what "more senior" means
    language_level     exclude unless both speak one language at this level (1 to 6); None = rule off
    overlap_minutes    exclude unless weekly hours overlap by this much; None = rule off
    history            exclude people who were partners before
    entity, function   "any", "same" or "different"
    formats            exclude pairs whose known formats have nothing in common
    """

    same_team: bool = True
    distance: DistanceException | None = None
    seniority: Seniority = field(default_factory=Seniority)
    language_level: int | None = None
    overlap_minutes: int | None = None
    history: bool = True
    entity: EntityRule = "any"
    function: EntityRule = "any"
    formats: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """How much one criterion counts, and whether likeness or difference is wanted."""

    weight: float = 1
    direction: Direction = "similar"


DEFAULT_WEIGHTS: Mapping[Criterion, Weight] = {
    Criterion.TOPICS: Weight(weight=6),
    Criterion.LANGUAGE: Weight(weight=1),
    Criterion.HOURS: Weight(weight=1),
    Criterion.FUNCTION: Weight(weight=1, direction="different"),
    Criterion.ENTITY: Weight(weight=1, direction="different"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Nomination:
    """A mentor asked for by name. Preferred wherever the rules and the number of people allow it."""

    mentor: str
    mentee: str
    rank: int = 1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ScoreList:
    """Scores brought along: only the pairs listed are eligible.

    mentor, mentee   (E,) int32, index into the problem's mentors and mentees
    score            (E,) int64, 0 to 10^6
    decimals         the scores shown to people are score / 10^decimals
    """

    mentor: NDArray[np.int32]
    mentee: NDArray[np.int32]
    score: NDArray[np.int64]
    decimals: int = 0


PairKey = tuple[str, str]
# Attribute -> the values of which a person must have one.
Picker = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SideConstraint:
    """A limit on the plan as a whole: at least or at most so many of the pairs it picks.

    name             how people refer to it; no two constraints have the same
    mentor, mentee   picks pairs whose mentor (mentee) has one of the values of each attribute: key, entity,
                     country, unit, team, function or time_zone; empty picks everybody
    same             picks pairs whose two people have this attribute, and the same value of it
    at_least, at_most   how many pairs, or with `in_percent` what percentage of all pairs of the plan
    together         instead of all that: people of one `side` who get the same partners
    """

    name: str
    mentor: Picker = field(default_factory=dict)
    mentee: Picker = field(default_factory=dict)
    same: str | None = None
    at_least: int | None = None
    at_most: int | None = None
    in_percent: bool = False
    together: tuple[str, ...] = ()
    side: Side = Side.MENTEE


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Everything one matching depends on.

    weights        criterion -> weight; criteria left out count nothing
    mentee_share   how much the mentee's side counts in a pair's score, 0 to 1
    locks          (mentor, mentee) pairs that must be in the plan; each must be eligible
    forbidden      (mentor, mentee) pairs that must not be
    nominations    mentors asked for by name
    last_plan      pairs to stay with among plans that are equally good
    scores         scores brought along instead of rules and weights
    constraints    limits on the plan as a whole
    """

    mentors: tuple[Candidate, ...]
    mentees: tuple[Candidate, ...]
    rules: Rules = field(default_factory=Rules)
    weights: Mapping[Criterion, Weight] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    mentee_share: float = 0.5
    locks: tuple[PairKey, ...] = ()
    forbidden: tuple[PairKey, ...] = ()
    nominations: tuple[Nomination, ...] = ()
    last_plan: tuple[PairKey, ...] = ()
    scores: ScoreList | None = None
    constraints: tuple[SideConstraint, ...] = ()


class Refusal(Exception):
    """The input was refused before anything was solved; the text names what, why and what to do."""


class ProofFailed(Exception):
    """A plan could not be proven; it is never handed out."""

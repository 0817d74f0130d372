"""Rows into the engine's candidates. Pure: everything is an argument, nothing is asked of the database or the clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from turnabout.engine import Candidate, Criterion, DistanceException, Rules, Seniority, Weight, hours_in_utc
from turnabout.enrolments.models import Enrolment
from turnabout.matching.limits import Limits
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort

ENGINE_LANGUAGE_LEVEL = {1: 2, 2: 4, 3: 5, 4: 6}  # basic, working, fluent, mother tongue -> A2, B2, C1, C2
HIGHEST_TOPIC_LEVEL = 3  # "others come to me" counts like "can show others"
SENIORITY_BASIS = {
    Cohort.Seniority.GRADE: "grade",
    Cohort.Seniority.SERVICE: "service",
    Cohort.Seniority.PROFESSION: "profession",
    Cohort.Seniority.TREE_LEVEL: "level",
    Cohort.Seniority.NAMED_LIST: "list",
}
IN_YEARS = {Cohort.Seniority.SERVICE, Cohort.Seniority.PROFESSION}  # only these have limits of years for either side
SHORTEST_PART_OF_A_YEAR = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What is known about people beyond their own rows; every key is an employee number."""

    on: date  # the day on which years are counted for places that have none of their own
    counted_on: Mapping[int, date] = field(default_factory=dict)  # enrolment -> the day on which its person's years are counted
    ancestors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broken_lines: frozenset[str] = frozenset()  # whose line is not known up to a head
    past_partners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conflicts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    not_available: Mapping[str, frozenset[str]] = field(default_factory=dict)
    offers: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    wishes: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    resting: frozenset[int] = frozenset()
    asked: Mapping[int, int] = field(default_factory=dict)  # places held by questions that are still open
    limits: Limits = field(default_factory=Limits)


def key_of(person: Person) -> str:
    return person.employee_number


def candidate(place: Enrolment, known: Surroundings) -> Candidate:
    """One place as the engine sees it; no database id goes along."""
    person = place.person
    key = key_of(person)
    line_is_known = person.line != Person.Line.UNKNOWN
    ancestors = known.ancestors.get(key, ()) if line_is_known else None
    is_whole = ancestors is not None and key not in known.broken_lines
    counted_on = known.counted_on.get(place.pk, known.on)
    return Candidate(
        key=key,
        capacity=max(0, min(place.capacity, known.limits.of(place.pk)) - place.places_taken - known.asked.get(place.pk, 0)),
        offers=_levels(known.offers.get(place.pk, {})),
        wishes=_levels(known.wishes.get(place.pk, {})),
        languages={code: ENGINE_LANGUAGE_LEVEL[level] for code, level in person.languages.items()},
        time_zone=person.zone,
        hours=_hours(tuple(sorted((day, *times) for day, times in person.weekly_hours.items())), person.zone),
        grade=person.grade,
        years_of_service=person.years_of_service(counted_on),
        years_in_profession=person.years_in_profession(counted_on),
        tree_level=len(ancestors) if ancestors is not None and is_whole else None,
        entity=None if person.entity is None else person.entity.code,
        country=None if person.entity is None else person.entity.country or None,
        unit=person.unit or None,
        team=f"{person.entity_id}/{person.unit}" if person.unit else None,
        function=person.function or None,
        ancestors=ancestors,
        line_is_partial=ancestors is not None and not is_whole,
        formats=frozenset(place.formats),
        past_partners=known.past_partners.get(key, frozenset()),
        conflicts=known.conflicts.get(key, frozenset()),
        not_available=known.not_available.get(key, frozenset()),
        is_opted_out=place.pk in known.resting,
        priority=min(place.priority, 9),
    )


def without_what_is_private(one: Candidate) -> Candidate:
    """The same person without what they or others said in private: a conflict, a no, a rest."""
    return replace(one, conflicts=frozenset(), not_available=frozenset(), is_opted_out=False)


def rules(cohort: Cohort, *, senior: Iterable[str] = ()) -> Rules:
    """The round's hard rules, as the engine takes them; whom its distance exception is for, `distance.granted` says."""
    levels = cohort.distance_exception
    has_limits = has_limits_of_years(cohort)
    return Rules(
        distance=None if levels is None else DistanceException(levels=levels),
        seniority=Seniority(
            basis=SENIORITY_BASIS[Cohort.Seniority(cohort.seniority)],  # type: ignore[arg-type] # the table holds the engine's words
            minimum_gap=cohort.seniority_gap,
            mentor_at_most=_under(cohort.mentor_years_under) if has_limits else None,
            mentee_at_least=cohort.mentee_years_over if has_limits else None,
            senior=frozenset(senior),
        ),
        language_level=ENGINE_LANGUAGE_LEVEL.get(cohort.common_language_level),
        overlap_minutes=cohort.weekly_overlap_hours * 60 or None,
        entity=cohort.entity_rule,  # type: ignore[arg-type] # a check constraint's words are the engine's
    )


def has_limits_of_years(cohort: Cohort) -> bool:
    """Whether years alone decide who may take a side; a mere distance between the two is the same on any day."""
    return cohort.seniority in IN_YEARS and (cohort.mentor_years_under is not None or cohort.mentee_years_over is not None)


def _under(years: int | None) -> float | None:
    """ "Under a year" ends the day before the anniversary; the engine's limit is one that may be reached."""
    return None if years is None else years - SHORTEST_PART_OF_A_YEAR


def weights(chosen: Mapping[str, float], different: Iterable[str]) -> dict[Criterion, Weight]:
    """The programme's weights by the engine's criteria; a criterion with weight 0 is left out.

    Nobody is asked for free-text interests; a run of an earlier release may still name that criterion.
    """
    apart = set(different)
    return {
        Criterion(name): Weight(weight=weight, direction="different" if name in apart else "similar")
        for name, weight in chosen.items()
        if weight > 0 and name != Criterion.INTERESTS
    }


def _levels(levels: Mapping[str, int]) -> dict[str, int]:
    return {topic: min(level, HIGHEST_TOPIC_LEVEL) for topic, level in levels.items()}


@lru_cache(maxsize=4096)
def _hours(week: tuple[tuple[str, str, str], ...], zone: str) -> tuple[tuple[int, int], ...]:
    """Weekly hours in UTC; thousands of people share a few weeks and zones."""
    local = tuple((int(day) * 1440 + _minutes(start), int(day) * 1440 + _minutes(end)) for day, start, end in week)
    return hours_in_utc(tuple(sorted(local)), zone)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)

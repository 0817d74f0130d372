"""Everything one matching depends on, read in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from turnabout.blueprints import catalogue
from turnabout.engine import FLAGS, Criterion, Problem, Weight
from turnabout.engine import Nomination as EngineNomination
from turnabout.enrolments.models import Conflict, Enrolment, Nomination, TopicChoice
from turnabout.enrolments.queries import needs_preparation_before_matching
from turnabout.matching import candidates, changes, distance
from turnabout.matching.candidates import Surroundings, key_of
from turnabout.matching.limits import Limits, limits_of
from turnabout.matching.models import Forecast, NotAvailable, Proposal, Rest, Run
from turnabout.pairs.models import Pair
from turnabout.people import queries as people_queries
from turnabout.people.models import Person
from turnabout.programmes import ranges
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import Scope

MENTOR = Enrolment.Role.MENTOR
MOST_FORECASTS = 20  # shown in a list


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """A problem for the engine, and the way back from its keys to places."""

    problem: Problem
    mentors: dict[str, Enrolment]
    mentees: dict[str, Enrolment]
    not_prepared: int
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolCounts:
    """Who takes part in a round that is worked out now, and who stays out of it."""

    mentors: int
    mentees: int
    not_prepared: int
    waiting: int  # whose last place a suggestion holds until it is settled, whatever was answered so far


def weights_of(cohort: Cohort) -> dict[Criterion, Weight]:
    """The round's own weights, in the direction that its starting design gives them."""
    different = catalogue.design(cohort.programme.design).settings.weights.different
    return candidates.weights(ranges.weights_of(cohort), different)


def _may_be_matched(cohort: Cohort) -> Q:
    """Who must be prepared before matching is the round's own setting."""
    asked = [role for role in Enrolment.Role.values if needs_preparation_before_matching(role, cohort)]
    return Q(prepared_at__isnull=False) | ~Q(role__in=asked)


def _registered(cohort: Cohort) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(cohort=cohort, state=Enrolment.State.REGISTERED, person__state=Person.State.PRESENT)


def _with_room(places: QuerySet[Enrolment], held: Mapping[int, int], limits: Limits) -> QuerySet[Enrolment]:
    """Places that can take one pair more; one that is held to the last is not among them."""
    return places.filter(places_taken__lt=F("capacity")).exclude(pk__in=_held_to_the_last(places, held, limits))


def _held_to_the_last(places: QuerySet[Enrolment], held: Mapping[int, int], limits: Limits) -> list[int]:
    """Places that would have room by themselves; suggestions, or what their person does elsewhere, leave none."""
    lowered = Q(pk__in=[*held, *limits.lower]) | Q(capacity__gt=limits.here)
    rows = places.filter(lowered, places_taken__lt=F("capacity")).values_list("pk", "places_taken", "capacity")
    return [pk for pk, taken, capacity in rows if taken + held.get(pk, 0) >= min(capacity, limits.of(pk))]


def places_to_match(cohort: Cohort, carried: Sequence[Proposal] = ()) -> list[Enrolment]:
    """Registered places with room that may be matched now."""
    ready = _registered(cohort).filter(_may_be_matched(cohort))
    found = _with_room(ready, held_places(cohort, carried), limits_of(cohort))
    return list(found.select_related("person__entity").order_by("person__employee_number"))


def pool_counts(cohort: Cohort) -> PoolCounts:
    """The same people as in the engine's problem, counted without loading them."""
    registered, asked, limits = _registered(cohort), held_places(cohort), limits_of(cohort)
    ready = registered.filter(_may_be_matched(cohort))
    to_match = _with_room(ready, _with_carried(asked, kept(cohort)[1]), limits)
    counts = dict(to_match.values_list("role").annotate(Count("pk")).order_by())
    return PoolCounts(
        mentors=counts.get("mentor", 0),
        mentees=counts.get("mentee", 0),
        not_prepared=registered.exclude(_may_be_matched(cohort)).count(),
        waiting=sum(place in asked for place in _held_to_the_last(ready, asked, limits)),
    )


def _registered_with_room(cohort: Cohort) -> QuerySet[Enrolment]:
    """Prepared or not: what a round would have once everybody is prepared."""
    return _with_room(_registered(cohort), held_places(cohort), limits_of(cohort))


def places_so_far(cohort: Cohort) -> list[Enrolment]:
    return list(_registered_with_room(cohort).select_related("person__entity").order_by("person__employee_number"))


def counts_so_far(cohort: Cohort) -> dict[str, int]:
    """How many of either role a forecast is worked out from."""
    counts = dict(_registered_with_room(cohort).values_list("role").annotate(Count("pk")).order_by())
    return {role: counts.get(role, 0) for role in ("mentor", "mentee")}


def pool(
    cohort: Cohort,
    *,
    now: datetime,
    places: Sequence[Enrolment] | None = None,
    locks: Iterable[Proposal] = (),
    carried: Sequence[Proposal] = (),
    rules: Mapping[str, Any] | None = None,
) -> Pool:
    """The whole cohort as one problem; with `places`, only these people, to look at one pair by hand.

    carried   pairs that stay on the board without the engine; their places are taken
    rules     what a run changes of the round's rules and weights
    """
    not_prepared, waiting, few = 0, 0, places or ()
    if places is None:
        places, counts = places_to_match(cohort, carried), pool_counts(cohort)
        not_prepared, waiting = counts.not_prepared, counts.waiting
    known = surroundings(cohort, places, now=now, carried=carried)
    mentors = {key_of(place.person): place for place in places if place.role == Enrolment.Role.MENTOR}
    mentees = {key_of(place.person): place for place in places if place.role == Enrolment.Role.MENTEE}
    problem = Problem(
        mentors=tuple(candidates.candidate(place, known) for place in mentors.values()),
        mentees=tuple(candidates.candidate(place, known) for place in mentees.values()),
        rules=candidates.rules(cohort, senior=mentees),
        weights=weights_of(cohort),
        locks=tuple((key_of(lock.mentor.person), key_of(lock.mentee.person)) for lock in locks),
        nominations=_nominations(mentors, mentees),
    )
    problem = with_exception(changed(cohort, problem, rules or {}), cohort, few, now=now, carried=carried)
    return Pool(problem=problem, mentors=mentors, mentees=mentees, not_prepared=not_prepared, waiting=waiting)


def changed(cohort: Cohort, problem: Problem, rules: Mapping[str, Any]) -> Problem:
    """The same people under a run's own rules and weights."""
    different = catalogue.design(cohort.programme.design).settings.weights.different
    return changes.applied(problem, rules, different=different)


def with_exception(
    problem: Problem, cohort: Cohort, places: Sequence[Enrolment] = (), *, now: datetime, carried: Sequence[Proposal] = ()
) -> Problem:
    """The problem with the round's distance exception for the heads who have nobody outside their line.

    places   the people of the problem where it is about a few of the round: whom a head could have instead is then
             looked for in the whole round, and only if one of them is a head with a mentor far enough below
    """
    asking = distance.asking(problem)
    heads = asking & people_queries.heads() if asking else frozenset()
    mentors = list(problem.mentors)
    if heads and places:
        here = {place.pk for place in places}
        others = [place for place in places_to_match(cohort, carried) if place.pk not in here and place.role == MENTOR]
        known = surroundings(cohort, [*places, *others], now=now, carried=carried)
        mentors += [candidates.candidate(place, known) for place in others]
    return distance.granted(problem, heads, mentors=mentors)


def surroundings(cohort: Cohort, places: Sequence[Enrolment], *, now: datetime, carried: Sequence[Proposal] = ()) -> Surroundings:
    person_ids = [place.person_id for place in places]
    offers, wishes = _topics(places)
    lines = lines_of(person_ids)
    return Surroundings(
        on=cohort.starts_on or now.date(),
        counted_on=_counted_on(cohort, places),
        ancestors=lines.above,
        broken_lines=lines.broken,
        past_partners=_past_partners(person_ids),
        conflicts=_conflicts(places),
        not_available=_not_available(cohort),
        offers=offers,
        wishes=wishes,
        resting=frozenset(Rest.objects.filter(enrolment__cohort=cohort, until__gt=now).values_list("enrolment_id", flat=True)),
        asked=held_places(cohort, carried),
        limits=limits_of(cohort),
    )


def _counted_on(cohort: Cohort, places: Sequence[Enrolment]) -> dict[int, date]:
    """A limit of years holds on the day somebody registers, so that time does not shut out whom the round let in."""
    if not candidates.has_limits_of_years(cohort):
        return {}
    return {place.pk: place.registered_at.date() for place in places if place.registered_at is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """Reporting lines by employee number, and whose of them are not known up to a head."""

    above: dict[str, tuple[str, ...]]
    broken: frozenset[str]


def lines_of(person_ids: Sequence[int]) -> Lines:
    above = people_queries.ancestor_ids(person_ids)
    wanted = set(above) | {manager for line in above.values() for manager in line}
    numbers = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "employee_number"))
    return Lines(
        above={numbers[one]: tuple(numbers[manager] for manager in line) for one, line in above.items() if one in numbers},
        broken=frozenset(numbers[one] for one in people_queries.broken_line_ids(person_ids) if one in numbers),
    )


def _topics(places: Sequence[Enrolment]) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    chosen: dict[str, dict[int, dict[str, int]]] = {"offer": defaultdict(dict), "wish": defaultdict(dict)}
    rows = TopicChoice.objects.filter(enrolment__in=[place.pk for place in places])
    for enrolment_id, kind, topic, level in rows.values_list("enrolment_id", "kind", "topic", "level"):
        chosen[kind][enrolment_id][topic] = level
    return chosen["offer"], chosen["wish"]


def _past_partners(person_ids: list[int]) -> dict[str, frozenset[str]]:
    """Two people who were ever a pair, in any round and either way round."""
    met: dict[str, set[str]] = defaultdict(set)
    pairs = Pair.objects.filter(mentor__person__in=person_ids, mentee__person__in=person_ids)
    for one, other in pairs.values_list("mentor__person__employee_number", "mentee__person__employee_number"):
        met[one].add(other)
        met[other].add(one)
    return {key: frozenset(others) for key, others in met.items()}


def _conflicts(places: Sequence[Enrolment]) -> dict[str, frozenset[str]]:
    declared: dict[str, set[str]] = defaultdict(set)
    rows = Conflict.objects.filter(enrolment__person__in=[place.person_id for place in places])
    for one, other in rows.values_list("enrolment__person__employee_number", "other__employee_number"):
        declared[one].add(other)
        declared[other].add(one)
    return {key: frozenset(others) for key, others in declared.items()}


def _not_available(cohort: Cohort) -> dict[str, frozenset[str]]:
    closed: dict[str, set[str]] = defaultdict(set)
    rows = NotAvailable.objects.filter(cohort=cohort)
    for one, other in rows.values_list("mentor__person__employee_number", "mentee__person__employee_number"):
        closed[one].add(other)
    return {key: frozenset(others) for key, others in closed.items()}


def held_places(cohort: Cohort, carried: Sequence[Proposal] = ()) -> dict[int, int]:
    """Places that an open question or a carried pair holds, so that nobody is promised twice."""
    held: dict[int, int] = defaultdict(int)
    open_proposals = Proposal.objects.open().filter(run__cohort=cohort)
    for side in ("mentor_id", "mentee_id"):
        for enrolment_id, count in open_proposals.values_list(side).annotate(Count("pk")):
            held[enrolment_id] += count
    return _with_carried(held, carried)


def _with_carried(held: Mapping[int, int], carried: Sequence[Proposal]) -> dict[int, int]:
    both = Counter(held)
    both.update(place for pair in carried for place in (pair.mentor_id, pair.mentee_id))
    return both


def _nominations(mentors: dict[str, Enrolment], mentees: dict[str, Enrolment]) -> tuple[EngineNomination, ...]:
    rows = Nomination.objects.filter(
        state=Nomination.State.ACCEPTED, mentee__in=[place.pk for place in mentees.values()]
    ).order_by("mentee_id", "pk")
    named = [
        (number, mentee)
        for number, mentee in rows.values_list("person__employee_number", "mentee__person__employee_number")
        if number in mentors
    ]
    ranks: dict[str, int] = defaultdict(int)
    wanted = []
    for mentor, mentee in named:
        ranks[mentee] += 1
        wanted.append(EngineNomination(mentor=mentor, mentee=mentee, rank=ranks[mentee]))
    return tuple(wanted)


def draft_of(cohort: Cohort) -> Run | None:
    return Run.objects.filter(cohort=cohort, state=Run.State.DRAFT).first()


def scenarios_of(board: Run) -> list[Run]:
    """What was asked "what if" of a board, newest first."""
    return list(Run.objects.filter(based_on=board).order_by("-pk"))


def kept(cohort: Cohort) -> tuple[list[Proposal], list[Proposal]]:
    """What stays when the board is worked out again: pairs for the engine to keep, and pairs it must not judge.

    A coordinator accepted a rule's warning for the second kind; the engine would refuse them.
    """
    board = draft_of(cohort)
    if board is None:
        return [], []
    locked = Proposal.objects.filter(run=board, state=Proposal.State.DRAFT, is_locked=True)
    rows = list(locked.select_related("mentor__person", "mentee__person").order_by("pk"))
    accepted = [row for row in rows if any(code not in FLAGS for code in row.warnings)]
    return [row for row in rows if row not in accepted], accepted


def forecasts_of(cohort: Cohort) -> list[Forecast]:
    """What was worked out before a round, newest first."""
    return list(Forecast.objects.filter(cohort=cohort).order_by("-pk")[:MOST_FORECASTS])


def in_scope(scope: Scope) -> Q:
    """Suggestions with at least one side in the coordinator's entities."""
    if scope.entity_ids is None:
        return Q()
    return Q(mentor__person__entity_id__in=scope.entity_ids) | Q(mentee__person__entity_id__in=scope.entity_ids)

"""Reads of places with more than one caller."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Gate
from turnabout.core.text import folded
from turnabout.enrolments import qualifying
from turnabout.enrolments.models import Enrolment
from turnabout.people.models import Person
from turnabout.people.queries import ancestor_ids
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import Scope


def seen_by(scope: Scope, cohort: Cohort) -> QuerySet[Enrolment]:
    """The places of a round that lie in the organiser's entities."""
    return (
        Enrolment.objects.filter(cohort=cohort)
        .in_entities(scope.entity_ids)
        .select_related("person__entity", "person__account", "cohort__programme")
        .order_by("person__sort_key", "role", "pk")
    )


def door_is_open(prepared_at: datetime | None, cohort: Cohort) -> bool:
    """Whether somebody has done what comes before session 1. Nothing locks them out of it: it is asked first, and said."""
    return prepared_at is not None or cohort.preparation == Cohort.Preparation.OFFERED


def needs_preparation_before_matching(role: str, cohort: Cohort) -> bool:
    if cohort.preparation == Cohort.Preparation.BOTH_FIRST:
        return True
    return cohort.preparation == Cohort.Preparation.MENTORS_FIRST and role == Enrolment.Role.MENTOR


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """One thing a person has not done yet, and since when it waits."""

    kind: str  # register | finish | prepare
    since: datetime


def owed(place: Enrolment, cohort: Cohort) -> Owed | None:
    if cohort.state == Cohort.State.CLOSED:
        return None
    if place.state == Enrolment.State.INVITED and place.invited_at:
        return Owed(kind="register", since=place.invited_at)
    if place.state == Enrolment.State.STARTED and place.invited_at:
        return Owed(kind="finish", since=place.invited_at)
    if place.state == Enrolment.State.REGISTERED and not place.is_prepared and cohort.preparation != Cohort.Preparation.OFFERED:
        return None if place.registered_at is None else Owed(kind="prepare", since=place.registered_at)
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Places of one side that people hold now, by state: for what comes next. Figures of a round count leavers too."""

    role: str
    all: int = 0
    answered: int = 0
    registered: int = 0
    prepared: int = 0
    waiting: int = 0
    paused: int = 0
    with_partner: int = 0

    @property
    def silent(self) -> int:
        return self.all - self.answered


def counts(scope: Scope, cohort: Cohort) -> dict[str, Counts]:
    """Both sides in one query."""
    state = Enrolment.State
    rows = (
        Enrolment.objects.filter(cohort=cohort)
        .in_entities(scope.entity_ids)
        .exclude(state=state.WITHDRAWN)
        .order_by("role")
        .values("role")
        .annotate(
            all=Count("pk"),
            answered=Count("pk", filter=~Q(state__in=[state.INVITED, state.STARTED])),
            registered=Count("pk", filter=Q(state__in=[state.REGISTERED, state.PAUSED, state.CLOSED])),
            prepared=Count("pk", filter=Q(state__in=[state.REGISTERED, state.PAUSED, state.CLOSED], prepared_at__isnull=False)),
            waiting=Count("pk", filter=Q(state=state.WAITING)),
            paused=Count("pk", filter=Q(state=state.PAUSED)),
            with_partner=Count("pk", filter=Q(places_taken__gt=0)),
        )
    )
    found = {row["role"]: Counts(**row) for row in rows}
    return {role: found.get(role, Counts(role=role)) for role in Enrolment.Role.values}


def free_places(cohort: Cohort, role: str) -> int | None:
    """Places of one side that nobody holds; None where the round sets no limit."""
    limit = cohort.mentor_places if role == Enrolment.Role.MENTOR else cohort.mentee_places
    if limit is None:
        return None
    held = Enrolment.objects.filter(cohort=cohort, role=role, state__in=[Enrolment.State.REGISTERED, Enrolment.State.PAUSED])
    return max(0, limit - held.count())


def mentors_wait_for_mentees(cohort: Cohort) -> bool:
    """Whether mentors cannot be invited yet: the design fills mentee places first, and nobody has taken one."""
    taken = Enrolment.objects.filter(cohort=cohort, role=Enrolment.Role.MENTEE, registered_at__isnull=False)
    return _fills_mentee_places_first(cohort) and not taken.exclude(state=Enrolment.State.WITHDRAWN).exists()


def lacks_mentees(cohort: Cohort) -> bool:
    """Whether more mentors than mentees have registered, where the design fills places of mentees first."""
    if not _fills_mentee_places_first(cohort):
        return False
    registered = Enrolment.objects.filter(cohort=cohort, state__in=[Enrolment.State.REGISTERED, Enrolment.State.PAUSED])
    count = dict(registered.order_by().values_list("role").annotate(Count("pk")))
    return bool(count.get(Enrolment.Role.MENTEE.value, 0) < count.get(Enrolment.Role.MENTOR.value, 0))


def _fills_mentee_places_first(cohort: Cohort) -> bool:
    return Gate.MENTEE_PLACES_FIRST in catalogue.design(cohort.programme.design).settings.gates


@dataclass(frozen=True, kw_only=True, slots=True)
class ListReading:
    """A pasted list, read: whom it names, whom nobody knows, and who cannot be invited here."""

    people: list[Person] = field(default_factory=list)
    already: list[Person] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


MOST_IN_A_LIST = 5_000


def tokens(text: str) -> list[str]:
    """Numbers and addresses, however they are separated, each once, in their order."""
    words = text.replace(",", "\n").replace(";", "\n").replace("\t", "\n").split()
    return list(dict.fromkeys(word.strip("<>\"'") for word in words if word.strip("<>\"'")))


def read_list(text: str, *, cohort: Cohort, role: str, scope: Scope) -> ListReading:
    """Look up each number or address; three queries for any length."""
    named = tokens(text)
    folded_names = {name.casefold() for name in named}
    found: dict[str, Person] = {}
    for person in Person.objects.select_related("entity").filter(
        Q(employee_number__in=named) | Q(email__in=[*named, *folded_names])
    ):
        found[person.employee_number.casefold()] = person
        if person.email:
            found[person.email.casefold()] = person
    have_places = set(Enrolment.objects.filter(cohort=cohort, role=role).values_list("person_id", flat=True))
    reading = ListReading()
    seen: set[int] = set()
    for name in named:
        known = found.get(name.casefold())
        if known is None:
            reading.unknown.append(name)
        elif known.pk not in seen:
            seen.add(known.pk)
            _sort_into(reading, known, name, scope=scope, has_place=known.pk in have_places)
    return reading


def _sort_into(reading: ListReading, person: Person, typed: str, *, scope: Scope, has_place: bool) -> None:
    if not scope.sees(person):
        reading.outside.append(typed)  # as it was typed: the number of somebody outside is not given for an address
    elif person.state == Person.State.LEFT:
        reading.left.append(person.employee_number)
    elif has_place:
        reading.already.append(person)
    else:
        reading.people.append(person)


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectoryFilter:
    """What an organiser looks for in the directory."""

    text: str = ""
    entity_id: int | None = None
    grade_from: int | None = None
    grade_to: int | None = None
    suggested_for: str = ""  # mentor | mentee


def to_invite(cohort: Cohort, role: str, *, scope: Scope, wanted: DirectoryFilter, on: date) -> QuerySet[Person]:
    """People of the directory who have no place of this role in the round yet."""
    people = (
        Person.objects.present()
        .in_entities(scope.entity_ids)
        .matching_text(wanted.text)
        .exclude(pk__in=Enrolment.objects.filter(cohort=cohort, role=role).values("person_id"))
        .select_related("entity")
        .order_by("sort_key", "pk")
    )
    if wanted.entity_id is not None:
        people = people.filter(entity_id=wanted.entity_id)
    if wanted.grade_from is not None:
        people = people.filter(grade__gte=wanted.grade_from)
    if wanted.grade_to is not None:
        people = people.filter(grade__lte=wanted.grade_to)
    if wanted.suggested_for:
        people = people.filter(_qualifies(cohort, wanted.suggested_for, scope=scope, on=on))
    return people


def cut_for(cohort: Cohort, *, scope: Scope, on: date) -> qualifying.Cut | None:
    """Where the round's measure would divide the people an organiser sees."""
    low, high = _extremes(cohort.seniority, scope=scope, on=on)
    return qualifying.suggested_cut(cohort, low=low, high=high)


def _extremes(measure: str, *, scope: Scope, on: date) -> tuple[float | None, float | None]:
    people = Person.objects.present().in_entities(scope.entity_ids)
    if measure == Cohort.Seniority.GRADE:
        found = people.aggregate(low=Min("grade"), high=Max("grade"))
        return found["low"], found["high"]
    if measure == Cohort.Seniority.TREE_LEVEL:
        depths = tree_levels().values()
        return (-max(depths), -min(depths)) if depths else (None, None)
    column = {Cohort.Seniority.SERVICE: "hired_on", Cohort.Seniority.PROFESSION: "in_profession_since"}.get(
        Cohort.Seniority(measure)
    )
    if column is None:
        return None, None
    days = people.aggregate(low=Max(column), high=Min(column))
    if days["low"] is None:
        return None, None
    return (on - days["low"]).days / 365.25, (on - days["high"]).days / 365.25


def tree_levels() -> dict[int, int]:
    """Steps from the top for everybody whose line is known up to a head."""
    people = {pk: (state, line) for pk, state, line in Person.objects.values_list("pk", "state", "line")}
    heads = {pk for pk, (_state, line) in people.items() if line == Person.Line.HEAD}
    present = {pk for pk, (state, _line) in people.items() if state == Person.State.PRESENT}
    return {pk: len(above) for pk, above in ancestor_ids().items() if pk in present and (above or (pk,))[-1] in heads}


def _qualifies(cohort: Cohort, role: str, *, scope: Scope, on: date) -> Q:
    cut = cut_for(cohort, scope=scope, on=on)
    if cut is None:
        return Q()
    is_mentor = role == Enrolment.Role.MENTOR
    if cohort.seniority == Cohort.Seniority.GRADE:
        return Q(grade__lte=cut.mentor_at_most) if is_mentor else Q(grade__gte=cut.mentee_at_least)
    if cohort.seniority == Cohort.Seniority.TREE_LEVEL:
        return Q(pk__in=[pk for pk, depth in tree_levels().items() if cut.side_of(-depth) == role])
    column = "hired_on" if cohort.seniority == Cohort.Seniority.SERVICE else "in_profession_since"
    if is_mentor:
        return Q(**{f"{column}__gt": _years_before(on, cut.mentor_at_most)})
    return Q(**{f"{column}__lte": _years_before(on, cut.mentee_at_least)})


def _years_before(on: date, years: float) -> date:
    return date.fromordinal(on.toordinal() - round(years * 365.25))


def find_colleague(text: str, *, excluding: Person) -> Person | None:
    """The one present person whom a number, an address or a name means; None when nobody or several are meant."""
    wanted = text.strip()
    if len(folded(wanted)) < 2:
        return None
    others = Person.objects.present().exclude(pk=excluding.pk).select_related("entity", "account")
    exact = others.filter(Q(employee_number__iexact=wanted) | Q(email__iexact=wanted)).first()
    if exact is not None:
        return exact
    alike = list(others.filter(search_key__startswith=folded(wanted) + " ")[:2])
    return alike[0] if len(alike) == 1 else None


def state_word(place: Enrolment) -> str:
    """The state of a place in a word or two, as people read it."""
    words = {
        Enrolment.State.INVITED: _("invited"),
        Enrolment.State.STARTED: _("began to register"),
        Enrolment.State.WAITING: _("on the waiting list"),
        Enrolment.State.REGISTERED: _("registered"),
        Enrolment.State.PAUSED: _("paused"),
        Enrolment.State.WITHDRAWN: _("left"),
        Enrolment.State.CLOSED: _("finished"),
    }
    return words[Enrolment.State(place.state)]

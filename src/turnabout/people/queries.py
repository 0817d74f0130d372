"""Reads of the directory with more than one caller."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from turnabout.people.directory import lines
from turnabout.people.directory.businesses import KnownBusiness
from turnabout.people.directory.comparison import COMPARED, KnownPerson
from turnabout.people.models import Delegation, Entity, Person

PAGE = 50
COUNTED_TO = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """Part of a long list, found by its place in the order, so that the last part costs as little as the first."""

    people: list[Person]
    first: tuple[str, int] | None  # where "before" continues
    last: tuple[str, int] | None  # where "after" continues


def slice_of(people: QuerySet[Person], *, after: tuple[str, int] | None = None, before: tuple[str, int] | None = None) -> Slice:
    """One query: the next or the previous PAGE people in the order of their names."""
    if before is not None:
        rows = list(_beyond(people, before, is_after=False).order_by("-sort_key", "-id")[: PAGE + 1])
        shown = rows[:PAGE][::-1]
        return Slice(people=shown, first=_place(shown, 0) if len(rows) > PAGE else None, last=_place(shown, -1))
    rows = list((people if after is None else _beyond(people, after, is_after=True)).order_by("sort_key", "id")[: PAGE + 1])
    shown = rows[:PAGE]
    return Slice(
        people=shown,
        first=None if after is None else _place(shown, 0),
        last=_place(shown, -1) if len(rows) > PAGE else None,
    )


def _beyond(people: QuerySet[Person], place: tuple[str, int], *, is_after: bool) -> QuerySet[Person]:
    key, number = place
    if is_after:
        return people.filter(sort_key__gte=key).filter(Q(sort_key__gt=key) | Q(id__gt=number))
    return people.filter(sort_key__lte=key).filter(Q(sort_key__lt=key) | Q(id__lt=number))


def _place(people: list[Person], at: int) -> tuple[str, int] | None:
    return (people[at].sort_key, people[at].pk) if people else None


def count_up_to(people: QuerySet[Person]) -> int:
    """How many there are, counted no further than one beyond COUNTED_TO, so that the cost has an end."""
    return people.order_by()[: COUNTED_TO + 1].count()


def unknown_lines(entity_ids: frozenset[int] | None) -> int:
    """People present whose reporting line nobody told us; counted up to COUNTED_TO and one."""
    return count_up_to(Person.objects.present().in_entities(entity_ids).filter(line=Person.Line.UNKNOWN))


def ancestor_ids(person_ids: Iterable[int] | None = None) -> dict[int, tuple[int, ...]]:
    """Manager, manager's manager and so on, nearest first, of these people or of everybody. One query."""
    manager_of: dict[int, int | None] = dict(Person.objects.values_list("id", "manager_id"))
    wanted = manager_of.keys() if person_ids is None else person_ids
    return {person_id: lines.ancestors(person_id, manager_of) for person_id in wanted if person_id in manager_of}


# Everybody up the line of each person, and whether one of them is a head. `union` ends where a circle closes.
WHOLE_LINES = """
    with recursive up(person_id, at_id) as (
        select id, id from people_person where id = any(%s)
        union
        select up.person_id, below.manager_id from up join people_person below on below.id = up.at_id
        where below.manager_id is not null and below.line <> 'unknown'
    )
    select distinct up.person_id from up join people_person top on top.id = up.at_id where top.line = 'head'
"""


def broken_line_ids(person_ids: Iterable[int]) -> frozenset[int]:
    """Those of these people whose line reaches no head, because their manager or somebody's above them is not known.

    One query, which reads these people and those above them alone.
    """
    wanted = set(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(WHOLE_LINES, [sorted(wanted)])
        return frozenset(wanted - {person_id for (person_id,) in cursor.fetchall()})


def heads() -> frozenset[str]:
    """Employee numbers of whoever heads the organisation or an entity (a site is one), by reporting line. One query.

    The head of an entity is one of its own people; see `lines.heads_of_groups`.
    """
    rows = list(Person.objects.values_list("id", "employee_number", "manager_id", "line", "state", "entity_id"))
    present = [row for row in rows if row[4] == Person.State.PRESENT]
    entity_of = {row[0]: row[5] for row in present if row[5] is not None}
    of_entities = lines.heads_of_groups({row[0]: row[2] for row in rows}, entity_of)
    return frozenset(row[1] for row in present if row[3] == Person.Line.HEAD or row[0] in of_entities)


def assistants_of(person: Person) -> list[Delegation]:
    return list(Delegation.objects.filter(person=person, ended_at__isnull=True).select_related("assistant").order_by("pk"))


def known_people() -> list[KnownPerson]:
    """Everybody ever known, as the comparison with a file wants them. One query."""
    rows = Person.objects.values("id", "employee_number", "state", "manager__employee_number", "line", "entity__code", *COMPARED)
    return [_known(row) for row in rows.iterator(chunk_size=5_000)]


def _known(row: dict[str, Any]) -> KnownPerson:
    return KnownPerson(
        id=row["id"],
        employee_number=row["employee_number"],
        is_present=row["state"] == Person.State.PRESENT,
        manager=row["manager__employee_number"],
        line=row["line"],
        entity_code=row["entity__code"] or "",
        values={key: row[key] for key in COMPARED},
    )


def known_businesses() -> list[KnownBusiness]:
    return [KnownBusiness(**row) for row in Entity.objects.values("id", "code", "name", "country")]

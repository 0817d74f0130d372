"""How many people one mentor meets at once, over every round: two, and one in programmes of inclusion."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from turnabout.pairs.models import Pair
from turnabout.programmes.policies import is_inclusion

MOST = 2
MOST_IN_INCLUSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What a person shares as a mentor already."""

    all: int = 0
    inclusion: int = 0

    def room(self, design: str) -> int:
        """How many more there may be in a programme of this design; below nought where an earlier release let more begin."""
        room = MOST - self.all
        return min(room, MOST_IN_INCLUSION - self.inclusion) if is_inclusion(design) else room


def loads(rows: Iterable[tuple[int, str]]) -> dict[int, Load]:
    """Person -> load, from one row for each partner: the person, and the design of the programme."""
    everything, inclusion = Counter[int](), Counter[int]()
    for person_id, design in rows:
        everything[person_id] += 1
        inclusion[person_id] += is_inclusion(design)
    return {person_id: Load(all=count, inclusion=inclusion[person_id]) for person_id, count in everything.items()}


def running(person_ids: Collection[int]) -> list[tuple[int, str]]:
    """One row for each pair that these people have as mentors and that has not finished."""
    pairs = Pair.objects.unfinished().filter(mentor__person__in=person_ids)
    return list(pairs.values_list("mentor__person_id", "cohort__programme__design"))

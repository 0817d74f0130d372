"""How many partners a mentor's place may lead to, beside what the same person does in other rounds.

What is open or running elsewhere enters as a number alone: an organiser never learns from it which programme that is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Proposal
from turnabout.pairs.loads import MOST, Load, loads, running
from turnabout.pairs.models import Pair
from turnabout.programmes.models import Cohort


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most partners of each place of a round; `here` where nothing elsewhere lowers it."""

    here: int = MOST
    lower: Mapping[int, int] = field(default_factory=dict)  # place -> what is left for it

    def of(self, place_id: int) -> int:
        return self.lower.get(place_id, self.here)


def limits_of(cohort: Cohort) -> Limits:
    """Four queries for any number of people."""
    design = cohort.programme.design
    mentors = Enrolment.objects.filter(cohort=cohort, role=Enrolment.Role.MENTOR)
    people = mentors.values("person_id")
    pairs = Pair.objects.unfinished().filter(mentor__person__in=people).exclude(cohort=cohort)
    asked = Proposal.objects.open().filter(mentor__person__in=people).exclude(run__cohort=cohort)
    found = loads(
        [
            *pairs.values_list("mentor__person_id", "cohort__programme__design"),
            *asked.values_list("mentor__person_id", "run__cohort__programme__design"),
        ]
    )
    places = mentors.filter(person__in=list(found)).values_list("pk", "person_id")
    return Limits(here=Load().room(design), lower={pk: found[person_id].room(design) for pk, person_id in places})


def promised(person_ids: Collection[int]) -> dict[int, Load]:
    """What these people have or are asked about as mentors, in every round."""
    asked = Proposal.objects.open().filter(mentor__person__in=person_ids)
    return loads([*running(person_ids), *asked.values_list("mentor__person_id", "run__cohort__programme__design")])

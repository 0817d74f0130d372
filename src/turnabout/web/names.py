"""What an organiser may see of a person: the name inside their entities, nothing outside."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from turnabout.people.models import Person
from turnabout.programmes.queries import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A person as a page names them."""

    name: str
    detail: str
    url: str = ""


def shown(person: Person, scope: Scope, *, url: str = "") -> Shown:
    if not scope.sees(person):
        return Shown(name=_("Somebody in another business"), detail="")
    entity = person.entity.name if person.entity else ""
    return Shown(name=person.name, detail=", ".join(filter(None, (person.job_title, entity))), url=url)

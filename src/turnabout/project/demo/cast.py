"""The members of the cast that sign-in links are printed for: invented people given names to remember."""

from dataclasses import dataclass
from datetime import datetime

from turnabout.accounts.models import Account
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.people.models import Delegation, Person
from turnabout.programmes.models import Cohort
from turnabout.project.demo.people import World, give_accounts
from turnabout.project.demo.places import CLEO_LOOKS_AFTER
from turnabout.project.demo.programme import Organisers


@dataclass(frozen=True, kw_only=True)
class Member:
    name: str
    part: str
    account: Account


def rename(person: Person, given_name: str, family_name: str) -> Person:
    """Give an invented person a name to remember; the employee number, and so every plan, stays."""
    person.given_name, person.family_name, person.email = given_name, family_name, f"{given_name.casefold()}@example.test"
    person.save(update_fields=["given_name", "family_name", "email", "sort_key", "search_key"])
    account = person.account
    if account is not None:
        account.display_name, account.email, account.sign_in_name = person.name, person.email, person.email
        account.save(update_fields=["display_name", "email", "sign_in_name"])
    return person


def of(world: World, staff: Organisers, cohort: Cohort, pairs: list[Pair], *, now: datetime) -> list[Member]:
    mia, sol = _mia_and_sol(cohort, pairs)
    before = {person.pk: person.first_name for person in (mia, sol)}
    rename(mia, "Mia", "Okafor")
    rename(sol, "Sol", "Lindqvist")
    _say_their_names(pairs, before, {person.pk: person.first_name for person in (mia, sol)})
    otto = world.between[0]
    give_accounts([otto], now=now)
    rename(otto, "Otto", "Weber")
    Delegation.objects.create(person=sol, assistant=staff.ash, since=now)
    members = (
        (staff.olu, "programme lead: designs programmes, sees everything but what pairs write"),
        (staff.cleo, "coordinator of six businesses and about sixty pairs"),
        (mia.account, "mentor: prepares, shares, gets something back"),
        (sol.account, "mentee: an executive with forty seconds"),
        (staff.sana, "sponsor: aggregates only"),
        (staff.nadia, "named contact, outside the HR line"),
        (staff.ash, "Sol's assistant: the diary only"),
        (otto.account, "outsider: takes part in nothing"),
        (staff.ada, "administrator: the installation, no programme content"),
    )
    return [Member(name=account.display_name, part=part, account=account) for account, part in members if account is not None]


def _mia_and_sol(cohort: Cohort, pairs: list[Pair]) -> tuple[Person, Person]:
    """The best pair in which the mentor is Cleo's, else two people who are not yet paired."""
    hers = [
        pair
        for pair in pairs
        if pair.mentor.person.entity and pair.mentor.person.entity.code in CLEO_LOOKS_AFTER and pair.state != Pair.State.ENDED
    ]
    good = next((pair for pair in hers if pair.agreement.is_signed), None)
    if good is not None:
        return good.mentor.person, good.mentee.person
    places = (
        Enrolment.objects.filter(cohort=cohort, person__entity__code__in=CLEO_LOOKS_AFTER)
        .select_related("person__account", "person__entity")
        .order_by("pk")
    )
    mentor = places.filter(role=Enrolment.Role.MENTOR).first()
    mentee = places.filter(role=Enrolment.Role.MENTEE).first()
    assert mentor is not None  # noqa: S101 - each of Cleo's businesses has both sides
    assert mentee is not None  # noqa: S101
    return mentor.person, mentee.person


def _say_their_names(pairs: list[Pair], before: dict[int, str], after: dict[int, str]) -> None:
    """Why these two, in the names that the two have now."""
    for pair in pairs:
        for person_id in {pair.mentor.person_id, pair.mentee.person_id} & before.keys():
            pair.reasons = [text.replace(before[person_id], after[person_id]) for text in pair.reasons]
            pair.save(update_fields=["reasons"])

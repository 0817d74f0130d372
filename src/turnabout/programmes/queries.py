"""Who may see which people: the one place that turns offices into sets of entities."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from turnabout.accounts.models import Account
from turnabout.people.models import Delegation, Person
from turnabout.programmes.models import Cohort, Office, Programme


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The entities an account looks after in one programme; `entity_ids` None stands for all of them."""

    programme_id: int
    entity_ids: frozenset[int] | None

    def sees(self, person: Person) -> bool:
        return self.entity_ids is None or person.entity_id in self.entity_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class Duties:
    """Every office an account holds now, loaded once per request."""

    is_owner: bool
    coordinates: tuple[Scope, ...]
    sponsors: frozenset[int]
    is_contact_for: frozenset[int]

    def scope_in(self, programme_id: int) -> Scope | None:
        """What the account may see of the programme's people, or None when it organises nothing there."""
        if self.is_owner:
            return Scope(programme_id=programme_id, entity_ids=None)
        return next((scope for scope in self.coordinates if scope.programme_id == programme_id), None)

    @property
    def organises(self) -> bool:
        return self.is_owner or bool(self.coordinates)


NO_DUTIES = Duties(is_owner=False, coordinates=(), sponsors=frozenset(), is_contact_for=frozenset())


def duties_of(account: Account | None) -> Duties:
    """Two queries, whatever the number of offices."""
    if account is None or not account.is_active:
        return NO_DUTIES
    offices = list(Office.objects.filter(account=account, ended_at__isnull=True).prefetch_related("entities"))
    return Duties(
        is_owner=account.is_owner,
        coordinates=tuple(_scope(office) for office in _with_duty(offices, Office.Duty.COORDINATOR)),
        sponsors=frozenset(office.programme_id for office in _with_duty(offices, Office.Duty.SPONSOR)),
        is_contact_for=frozenset(office.programme_id for office in _with_duty(offices, Office.Duty.CONTACT)),
    )


def _with_duty(offices: Iterable[Office], duty: str) -> list[Office]:
    return [office for office in offices if office.duty == duty]


def _scope(office: Office) -> Scope:
    entity_ids = frozenset(entity.pk for entity in office.entities.all())
    return Scope(programme_id=office.programme_id, entity_ids=entity_ids or None)


def scope_of(account: Account | None, programme: Programme | int) -> Scope | None:
    programme_id = programme if isinstance(programme, int) else programme.pk
    return duties_of(account).scope_in(programme_id)


def people_scope(duties: Duties) -> frozenset[int] | None:
    """Entities whose people the account may see in the directory: None for all, empty for none."""
    if duties.is_owner or any(scope.entity_ids is None for scope in duties.coordinates):
        return None
    return frozenset().union(*(scope.entity_ids or frozenset() for scope in duties.coordinates))


def with_duties(account_ids: Iterable[int]) -> frozenset[int]:
    """Of these accounts, those that run the installation or hold an office in any programme. One query."""
    return _ids(account_ids, _holds_a_duty())


def with_power(account_ids: Iterable[int]) -> frozenset[int]:
    """The same, and those that keep somebody's diary: what these accounts see is not for whoever gets hold of them."""
    keeps_a_diary = Q(Exists(Delegation.objects.filter(assistant=OuterRef("pk"), ended_at__isnull=True)))
    return _ids(account_ids, _holds_a_duty() | keeps_a_diary)


def _holds_a_duty() -> Q:
    in_office = Exists(Office.objects.filter(account=OuterRef("pk"), ended_at__isnull=True))
    return Q(is_owner=True) | Q(is_administrator=True) | Q(in_office)


def _ids(account_ids: Iterable[int], which: Q) -> frozenset[int]:
    return frozenset(Account.objects.filter(which, pk__in=list(account_ids)).values_list("pk", flat=True))


def contact_of(programme: Programme | int) -> Office | None:
    """The named contact: outside the HR line, shown on every mentor page and mail; nobody whose account is closed."""
    programme_id = programme if isinstance(programme, int) else programme.pk
    return (
        Office.objects.filter(programme_id=programme_id, duty=Office.Duty.CONTACT, ended_at__isnull=True, account__is_active=True)
        .select_related("account")
        .order_by("pk")
        .first()
    )


def sponsor_of(programme: Programme | int) -> Office | None:
    programme_id = programme if isinstance(programme, int) else programme.pk
    return (
        Office.objects.filter(programme_id=programme_id, duty=Office.Duty.SPONSOR, ended_at__isnull=True, account__is_active=True)
        .select_related("account")
        .order_by("pk")
        .first()
    )


def lead_of(programme: Programme | int) -> Account | None:
    """The programme lead to turn to where nobody else is there: who began the programme, else whoever leads longest."""
    programme_id = programme if isinstance(programme, int) else programme.pk
    began = Exists(Programme.objects.filter(pk=programme_id, created_by=OuterRef("pk")))
    return Account.objects.filter(is_owner=True, is_active=True).order_by(began.desc(), "pk").first()


def coordinator_for(programme: Programme | int, entity_id: int | None) -> Office | None:
    """The coordinator a person of this entity turns to: the one who holds the entity, else one who holds all."""
    programme_id = programme if isinstance(programme, int) else programme.pk
    offices = list(
        Office.objects.filter(
            programme_id=programme_id, duty=Office.Duty.COORDINATOR, ended_at__isnull=True, account__is_active=True
        )
        .select_related("account")
        .prefetch_related("entities")
        .order_by("pk")
    )
    holding = [office for office in offices if entity_id in {entity.pk for entity in office.entities.all()}]
    everywhere = [office for office in offices if not office.entities.all()]
    return next(iter(holding + everywhere + offices), None)


def cohorts_organised_by(duties: Duties) -> QuerySet[Cohort]:
    """Rounds of every programme the account organises, newest first."""
    cohorts = Cohort.objects.select_related("programme").order_by("-pk")
    if duties.is_owner:
        return cohorts
    return cohorts.filter(programme_id__in=[scope.programme_id for scope in duties.coordinates])


def programmes_seen_by(duties: Duties) -> QuerySet[Programme]:
    """The programmes an account leads, coordinates or sponsors, newest first."""
    programmes = Programme.objects.order_by("-pk")
    if duties.is_owner:
        return programmes
    ids = {scope.programme_id for scope in duties.coordinates} | duties.sponsors
    return programmes.filter(pk__in=ids)

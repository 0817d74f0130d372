"""The people that every test knows. The demo data has the same people, in the same roles."""

from datetime import UTC, date, datetime
from functools import cached_property

from tests import factories
from turnabout.accounts.models import Account
from turnabout.enrolments.models import Enrolment
from turnabout.pairs.models import Pair
from turnabout.people.models import Delegation, Entity, Person
from turnabout.programmes.models import Cohort, Office, Programme
from turnabout.scheduling.models import Session
from turnabout.stories.models import Story

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class Cast:
    """Each member is made when first named; a second mention is the same one."""

    # Entities
    @cached_property
    def paris(self) -> Entity:
        return factories.entity(code="PAR", name="Paris", country="FR", time_zone="Europe/Paris")

    @cached_property
    def lagos(self) -> Entity:
        return factories.entity(code="LOS", name="Lagos", country="NG", time_zone="Africa/Lagos")

    # People
    @cached_property
    def mia(self) -> Person:
        return factories.person("Mia", "Okafor", entity=self.paris, grade=2, manager=self.max)

    @cached_property
    def max(self) -> Person:
        """Mia's manager."""
        return factories.person("Max", "Bauer", entity=self.paris, grade=4, manager=self.head)

    @cached_property
    def head(self) -> Person:
        return factories.person("Hana", "Novak", entity=self.paris, grade=9, is_head=True)

    @cached_property
    def sol(self) -> Person:
        return factories.person("Sol", "Lindqvist", entity=self.paris, grade=7, manager=self.head, unit="Board")

    @cached_property
    def kofi(self) -> Person:
        """A mentor of another entity."""
        return factories.person("Kofi", "Mensah", entity=self.lagos, grade=2)

    @cached_property
    def rosa(self) -> Person:
        """A mentee of another entity."""
        return factories.person("Rosa", "Diaz", entity=self.lagos, grade=8)

    @cached_property
    def otto(self) -> Person:
        """An outsider: signs in, takes part in nothing."""
        return factories.person("Otto", "Weber", entity=self.lagos, grade=3)

    # Accounts without a place
    @cached_property
    def cleo(self) -> Account:
        """Coordinator of Paris."""
        account = factories.account("Cleo Martin")
        factories.office(account, self.programme, Office.Duty.COORDINATOR, entities=[self.paris])
        return account

    @cached_property
    def olu(self) -> Account:
        return factories.account("Olu Adeyemi", is_owner=True)

    @cached_property
    def ada(self) -> Account:
        return factories.account("Ada Byron", is_administrator=True)

    @cached_property
    def sana(self) -> Account:
        account = factories.account("Sana Khan")
        factories.office(account, self.programme, Office.Duty.SPONSOR)
        return account

    @cached_property
    def nadia(self) -> Account:
        account = factories.account("Nadia Haddad")
        factories.office(account, self.programme, Office.Duty.CONTACT, phone="+33 1 23 45 67 89")
        return account

    @cached_property
    def ash(self) -> Account:
        """Sol's assistant."""
        account = factories.account("Ash Reed")
        Delegation.objects.create(person=self.sol, assistant=account, since=NOON)
        return account

    # Programme
    @cached_property
    def programme(self) -> Programme:
        return factories.programme(by=self.olu)

    @cached_property
    def cohort(self) -> Cohort:
        cohort = factories.cohort(self.programme, starts_on=date(2027, 3, 1), ends_on=date(2027, 9, 30))
        assert self.sana
        assert self.nadia
        return cohort

    @cached_property
    def mia_place(self) -> Enrolment:
        return factories.enrolment(self.cohort, self.mia, "mentor")

    @cached_property
    def sol_place(self) -> Enrolment:
        return factories.enrolment(self.cohort, self.sol, "mentee")

    @cached_property
    def mia_and_sol(self) -> Pair:
        return factories.pair(self.mia_place, self.sol_place)

    @cached_property
    def first_session(self) -> Session:
        """The first session of Mia and Sol: Monday 8 March 2027, 10:30 in Paris."""
        return factories.session(self.mia_and_sol)

    @cached_property
    def story(self) -> Story:
        """Told by Mia, offered to Sol."""
        return Story.objects.create(
            pair=self.mia_and_sol, teller=self.mia_place, text="We ask first now.", told_at=NOON, mentor_consented_at=NOON
        )

"""The directory of the demo: businesses, and a reporting tree from the head down to the youngest analyst."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from turnabout.accounts.models import Account
from turnabout.people.models import Entity, Person
from turnabout.project.demo.names import lists
from turnabout.project.demo.places import COUNTRIES, SMALL, Country

FUNCTIONS = ("Claims", "Finance", "Human Resources", "IT", "Marketing", "Operations", "Legal", "Sales")
JUNIOR_TITLES = ("Analyst", "Associate", "Developer", "Designer", "Adviser", "Data analyst", "Case handler")


@dataclass(kw_only=True)
class World:
    """Everybody, grouped the way the later stages need them."""

    on: date
    entities: dict[str, Entity] = field(default_factory=dict)
    head: Person | None = None
    seniors: list[Person] = field(default_factory=list)  # mentees, most senior first within a business
    juniors: list[Person] = field(default_factory=list)  # mentors
    between: list[Person] = field(default_factory=list)  # team leads, who take no part


def build(*, seed: int, mentors: int, mentees: int, now: datetime) -> World:
    """Draw everybody in a fixed order and write them in a few statements; constraints hold as for anybody."""
    draw = random.Random(seed)  # noqa: S311 - invented people, not secrets
    world = World(on=now.date())
    countries = [(country, city) for country in COUNTRIES for city in country.cities]
    shares = _shares(countries)
    Entity.objects.bulk_create(_entity(country, city) for country, city in countries)
    world.entities = {entity.code: entity for entity in Entity.objects.all()}
    numbers = iter(range(10_000, 10_000_000))
    makers = [
        _Maker(draw=draw, world=world, country=country, entity=world.entities[code(country, city)], numbers=numbers)
        for country, city in countries
    ]
    world.head = makers[0].person(grade=10, function="Board", title="Chief executive", manager=None)
    world.seniors.append(world.head)
    _save([world.head])
    for maker, wanted in zip(makers, _split(mentees - 1, shares), strict=True):
        world.seniors += maker.seniors(wanted, world.head)
    for maker, wanted in zip(makers, _split(mentors, shares), strict=True):
        maker.juniors(wanted)
    return world


def code(country: Country, city: str) -> str:
    return f"{country.code}-{city}"


def _entity(country: Country, city: str) -> Entity:
    entity = Entity(code=code(country, city), name=city, country=country.code, time_zone=country.zone)
    entity.sort_key = city.casefold()
    return entity


def _shares(countries: list[tuple[Country, str]]) -> list[float]:
    return [0.62 if code(country, city) in SMALL else 1.0 for country, city in countries]


def _split(total: int, shares: list[float]) -> list[int]:
    """Whole numbers in proportion to the shares that add up to the total."""
    exact = [total * share / sum(shares) for share in shares]
    parts = [int(value) for value in exact]
    by_rest = sorted(range(len(shares)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(kw_only=True)
class _Maker:
    """Draws the people of one business."""

    draw: random.Random
    world: World
    country: Country
    entity: Entity
    numbers: object
    managers: list[Person] = field(default_factory=list)

    def person(self, *, grade: int, function: str, title: str, manager: Person | None, unit: str = "") -> Person:
        number = str(next(self.numbers))  # type: ignore[call-overload] # an iterator shared by all businesses
        given, family = (self.draw.choice(names) for names in lists(self.country.names))
        person = Person(
            employee_number=number,
            given_name=given,
            family_name=family,
            email=f"p{number}@example.test",
            job_title=title,
            grade=grade,
            entity=self.entity,
            unit=unit or f"{function} {self.entity.name} {number}",
            function=function,
            hired_on=self._hired(grade),
            in_profession_since=self._hired(grade),
            manager=manager,
            line=Person.Line.KNOWN if manager else Person.Line.HEAD,
            languages=self._languages(grade),
            time_zone=self.country.zone,
            weekly_hours=self._hours(),
            locale="en-gb",
        )
        person.set_keys()
        return person

    def _hired(self, grade: int) -> date:
        years = max(0.4, self.draw.gauss(grade * 2.2, 1.5))
        return self.world.on - timedelta(days=int(years * 365))

    def _languages(self, grade: int) -> dict[str, int]:
        spoken = dict.fromkeys(self.country.languages[:1], 4) | dict.fromkeys(self.country.languages[1:], 3)
        english = self.draw.choices((1, 2, 3), weights=(1, 4, 4) if grade < 7 else (1, 2, 6))[0]
        spoken.setdefault("en", english)
        if self.draw.random() < 0.15:
            spoken.setdefault(self.draw.choice(("fr", "es", "de")), 2)
        return spoken

    def _hours(self) -> dict[str, list[str]]:
        start = self.draw.choice((8, 9, 9, 9, 10))
        return {day: [f"{start:02d}:00", f"{start + 8:02d}:00"] for day in self.country.days}

    def seniors(self, wanted: int, head: Person) -> list[Person]:
        """The business's head, directors and senior managers; the head of all manages each head."""
        made: list[Person] = []
        if wanted:
            made.append(
                self.person(grade=9, function="General management", title="Chief executive of the business", manager=head)
            )
            _save(made)
        directors = [
            self.person(grade=8, function=FUNCTIONS[place % len(FUNCTIONS)], title="Director", manager=made[0])
            for place in range(min(3, max(0, wanted - 1)))
        ]
        _save(directors)
        rest = wanted - len(made) - len(directors)
        managers = [
            self.person(
                grade=7,
                function=directors[place % len(directors)].function,
                title="Senior manager",
                manager=directors[place % len(directors)],
            )
            for place in range(max(0, rest))
        ]
        _save(managers)
        self.managers = managers or directors or made
        return [*made, *directors, *managers]

    def juniors(self, wanted: int) -> None:
        """Mentors in teams of about four, each with a team lead who takes no part."""
        above = self.managers or [self.world.head or self.world.seniors[0]]
        leads = [
            self.person(
                grade=5, function=above[place % len(above)].function, title="Team lead", manager=above[place % len(above)]
            )
            for place in range(max(1, wanted // 4))
        ]
        _save(leads)
        self.world.between += leads
        made = []
        for place in range(wanted):
            lead = leads[place % len(leads)]
            title = self.draw.choice(JUNIOR_TITLES)
            made.append(
                self.person(
                    grade=self.draw.choice((1, 2, 2, 3)), function=lead.function, title=title, manager=lead, unit=lead.unit
                )
            )
        _save(made)
        self.world.juniors += made


def _save(people: list[Person]) -> None:
    Person.objects.bulk_create(people, batch_size=500)


def give_accounts(people: list[Person], *, now: datetime) -> None:
    """Everybody who was invited can sign in by mail."""
    accounts = [
        Account(
            sign_in_name=person.email,
            email=person.email,
            display_name=person.name,
            locale="en-gb",
            time_zone=person.time_zone,
            created_at=now,
            password="",
        )
        for person in people
    ]
    Account.objects.bulk_create(accounts, batch_size=500)
    for person, account in zip(people, accounts, strict=True):
        person.account = account
    Person.objects.bulk_update(people, ["account"], batch_size=500)

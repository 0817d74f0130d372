"""The demo's programme: the *Global digital* design, its round, and the people in charge."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.programmes import rounds, services
from turnabout.programmes.models import Cohort, Office, Programme
from turnabout.project.demo.people import World
from turnabout.project.demo.places import CLEO_LOOKS_AFTER

DESIGN = "global-digital"


@dataclass(frozen=True, kw_only=True)
class Organisers:
    olu: Account
    ada: Account
    cleo: Account
    carl: Account
    sana: Account
    nadia: Account
    ash: Account


def account(name: str, *, now: datetime, **flags: bool) -> Account:
    address = f"{name.split()[0].casefold()}@example.test"
    return Account.objects.create(sign_in_name=address, email=address, display_name=name, created_at=now, **flags)


def organisers(*, now: datetime) -> Organisers:
    return Organisers(
        olu=account("Olu Adeyemi", now=now, is_owner=True),
        ada=account("Ada Byron", now=now, is_administrator=True),
        cleo=account("Cleo Martin", now=now),
        carl=account("Carl Nyström", now=now),
        sana=account("Sana Khan", now=now),
        nadia=account("Nadia Haddad", now=now),
        ash=account("Ash Reed", now=now),
    )


def open_round(world: World, staff: Organisers, *, opened_at: datetime, starts_at: datetime) -> Cohort:
    """Through the same verbs as any programme: purpose, offices, charter, round, opening."""
    ends_on = (starts_at + timedelta(days=196)).date()
    programme = services.start_programme(DESIGN, naming=services.Naming(name="Turning tables"), by=staff.olu, now=opened_at)
    _give_offices(programme, world, staff, now=opened_at)
    charter = rounds.newest_charter(programme)
    assert charter is not None  # noqa: S101 - start_programme writes the first one
    suggested = catalogue.design(DESIGN).charter
    answers = services.CharterAnswers.of(charter)
    services.save_charter(
        programme,
        answers=services.CharterAnswers(
            purpose=suggested.purpose,
            problem=suggested.problem,
            not_alone=suggested.not_alone,
            for_whom=suggested.for_whom,
            juniors_get=suggested.juniors_get,
            measures=answers.measures,
            ends_on=ends_on,
            sponsor_words=answers.sponsor_words,
        ),
        by=staff.olu,
        now=opened_at,
    )
    newest = rounds.newest_charter(programme)
    assert newest is not None  # noqa: S101 - just saved
    services.sign_charter(newest, by=staff.sana, now=opened_at)
    settings = rounds.suggested_settings(catalogue.design(DESIGN), name=f"{starts_at:%B %Y}", starts_on=starts_at.date())
    cohort = rounds.plan_cohort(programme, settings=settings, by=staff.olu, now=opened_at)
    cohort = rounds.open_cohort(cohort, by=staff.olu, now=opened_at)
    return rounds.switch_open_link(cohort, is_on=True, by=staff.olu, now=opened_at)


def _give_offices(programme: Programme, world: World, staff: Organisers, *, now: datetime) -> None:
    hers = [world.entities[code] for code in CLEO_LOOKS_AFTER]
    others = [entity for code, entity in world.entities.items() if code not in CLEO_LOOKS_AFTER]
    services.give_office(staff.cleo, programme, Office.Duty.COORDINATOR, by=staff.olu, now=now, entities=hers)
    services.give_office(staff.carl, programme, Office.Duty.COORDINATOR, by=staff.olu, now=now, entities=others)
    services.give_office(staff.sana, programme, Office.Duty.SPONSOR, by=staff.olu, now=now)
    services.give_office(staff.nadia, programme, Office.Duty.CONTACT, by=staff.olu, now=now, phone="+33 1 23 45 67 89")

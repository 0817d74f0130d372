"""Plain functions that make rows; every argument that matters to a test is named there, not here."""

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from turnabout.accounts.models import Account
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.matching import forecasts
from turnabout.matching import services as matching
from turnabout.matching.models import Forecast, Proposal, Run
from turnabout.pairs.models import Agreement, Pair
from turnabout.people.models import Delegation, DirectoryImport, Entity, Person
from turnabout.programmes.models import Charter, Cohort, Office, Programme
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import wall_time

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def entity(*, code: str = "", name: str = "", country: str = "FR", time_zone: str = "Europe/Paris") -> Entity:
    number = next(_numbers)
    return Entity.objects.create(
        code=code or f"E{number}", name=name or f"Business {number}", country=country, time_zone=time_zone
    )


def account(display_name: str = "", *, email: str | None = None, **fields: Any) -> Account:
    number = next(_numbers)
    name = display_name or f"Account {number}"
    address = f"{name.split()[0].casefold()}.{number}@example.test" if email is None else email
    return Account.objects.create(
        sign_in_name=address or f"number-{number}",
        email=address,
        display_name=name,
        created_at=NOON,
        **fields,
    )


def person(
    given_name: str = "",
    family_name: str = "",
    *,
    manager: Person | None = None,
    is_head: bool = False,
    with_account: bool = True,
    has_mailbox: bool = True,
    **fields: Any,
) -> Person:
    number = next(_numbers)
    given_name = given_name or f"Person{number}"
    family_name = family_name or "Example"
    email = f"{given_name.casefold()}.{number}@example.test" if has_mailbox else ""
    line = Person.Line.HEAD if is_head else Person.Line.KNOWN if manager else Person.Line.UNKNOWN
    defaults: dict[str, Any] = {
        "employee_number": f"N{number}",
        "languages": {"en": 3},
        "unit": f"Team {number}",
        "hired_on": date(2020, 1, 1),
    }
    made = Person(
        given_name=given_name,
        family_name=family_name,
        email=email,
        manager=manager,
        line=line,
        **(defaults | fields),
    )
    if with_account:
        made.account = account(f"{given_name} {family_name}", email=email)
    made.save()
    return made


def programme(
    *, by: Account | None = None, name: str = "Turning tables", design: str = "global-digital", **fields: Any
) -> Programme:
    return Programme.objects.create(name=name, design=design, created_at=NOON, created_by=by or account(is_owner=True), **fields)


def office(of: Account, in_programme: Programme, duty: str, *, entities: Iterable[Entity] = (), phone: str = "") -> Office:
    made = Office.objects.create(account=of, programme=in_programme, duty=duty, phone=phone, since=NOON)
    made.entities.set(entities)
    return made


def charter(of: Programme, **fields: Any) -> Charter:
    defaults: dict[str, Any] = {
        "purpose": "Leaders learn what they cannot learn alone.",
        "ends_on": date(2027, 9, 30),
        "signed_at": NOON,
    }
    version = of.charters.count() + 1
    return Charter.objects.create(programme=of, version=version, **(defaults | fields))


def cohort(of: Programme | None = None, *, state: str = "running", name: str = "Spring 2027", **fields: Any) -> Cohort:
    of = of or programme()
    defaults: dict[str, Any] = {
        "starts_on": date(2027, 3, 1),
        "ends_on": date(2027, 9, 30),
        "opened_at": NOON,
    }
    return Cohort.objects.create(
        programme=of,
        charter=charter(of),
        name=name,
        state=state,
        open_link_key=f"open-{next(_numbers)}",
        **(defaults | fields),
    )


def enrolment(
    of: Cohort, who: Person, role: str, *, state: str = "registered", is_prepared: bool = True, **fields: Any
) -> Enrolment:
    defaults: dict[str, Any] = {"invited_at": NOON}
    if state not in {"invited", "started"}:
        defaults |= {"registered_at": NOON, "consented_at": NOON}
    if is_prepared:
        defaults["prepared_at"] = NOON
    return Enrolment.objects.create(cohort=of, person=who, role=role, state=state, **(defaults | fields))


def pair(mentor: Enrolment, mentee: Enrolment, **fields: Any) -> Pair:
    made = Pair.objects.create(cohort=mentor.cohort, mentor=mentor, mentee=mentee, **({"started_at": NOON} | fields))
    Agreement.objects.create(pair=made)
    if made.state in {"active", "paused"}:
        for place in (mentor, mentee):
            Enrolment.objects.filter(pk=place.pk).update(places_taken=place.places_taken + 1)
            place.refresh_from_db()
    return made


def directory_import(
    *, by: Account, content: bytes = b"EmployeeNumber,Name\nN900001,Ada Byron\n", **fields: Any
) -> DirectoryImport:
    defaults: dict[str, Any] = {"file_name": "people.csv", "encoding": "utf-8", "separator": ",", "created_at": NOON}
    return DirectoryImport.objects.create(by=by, content=content, **(defaults | fields))


def delegation(of: Person, assistant: Account) -> Delegation:
    return Delegation.objects.create(person=of, assistant=assistant, since=NOON)


def run(of: Cohort, *, state: str = "draft", **fields: Any) -> Run:
    return Run.objects.create(cohort=of, state=state, **({"created_at": NOON} | fields))


def solved_run(of: Cohort) -> Run:
    """A draft board as the worker leaves it, with its problem and plan kept."""
    return matching.solve_run(run(of, state="waiting"), now=NOON)


def forecast(of: Cohort, *, mentors: int = 40, mentees: int = 50, draws: int = 2) -> Forecast:
    """As the worker leaves it, over a few people and a pool drawn from them."""
    for role, grade, kind in (("mentor", 2, "offer"), ("mentee", 8, "wish")):
        for _number in range(3):
            place = enrolment(of, person(grade=grade, is_head=True), role)
            TopicChoice.objects.create(enrolment=place, kind=kind, topic="ai-everyday", level=3)
            TopicChoice.objects.create(enrolment=place, kind="wish", topic="project-tools", level=2)
    made = Forecast.objects.create(cohort=of, created_at=NOON, mentors=mentors, mentees=mentees, draws=draws)
    return forecasts.make_forecast(made, now=NOON)


def proposal(in_run: Run, mentor: Enrolment, mentee: Enrolment, *, state: str = "draft", **fields: Any) -> Proposal:
    defaults: dict[str, Any] = {"score": 700, "mentor_score": 600, "mentee_score": 800}
    if state.startswith("asking"):
        published_at = NOON - timedelta(days=1) if state == "asking_mentee" else NOON
        defaults |= {"asked_at": NOON, "published_at": published_at, "expires_at": NOON + timedelta(days=10)}
    return Proposal.objects.create(run=in_run, mentor=mentor, mentee=mentee, state=state, **(defaults | fields))


def session(of: Pair, number: int = 1, **fields: Any) -> Session:
    """A session of an hour, invited for Monday 8 March 2027 at 10:30 in Paris unless said otherwise."""
    starts_at = fields.pop("starts_at", datetime(2027, 3, 8, 9, 30, tzinfo=UTC))
    defaults: dict[str, Any] = {
        "state": "invited",
        "time_zone": "Europe/Paris",
        "local_start": wall_time(starts_at, fields.get("time_zone", "Europe/Paris")),
        "minutes": 60,
        "uid": f"session-{next(_numbers)}@example.test",
    }
    if fields.get("state") == "met":
        defaults |= {"met_on": starts_at.date()}
    return Session.objects.create(pair=of, number=number, starts_at=starts_at, **(defaults | fields))

"""A coordinator of one business does not get hold of the accounts of those who see more, or who watch over them."""

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from tests.people.files import imported
from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed
from turnabout.enrolments import invitations
from turnabout.people import services
from turnabout.people.models import Person
from turnabout.people.services.persons import DETAILS, PersonDetails
from turnabout.programmes.models import Office

HERS = "cleo.again@example.test"


@pytest.fixture
def zed(cast):
    """Named coordinator of everything by address, and not signed in yet."""
    account = factories.account("Zed Omar", email="zed@example.test", password=make_password(None))
    factories.office(account, cast.programme, Office.Duty.COORDINATOR)
    return account


def entered(person, **told):
    """What a form of the directory posts."""
    before = {name: getattr(person, name) for name in ("employee_number", "email")} if person else {}
    return {"given_name": "Zed", "languages": "en:3", "weekly_hours": "Mon-Fri 09:00-17:00"} | before | told


def edit(person, by, scope, **changed):
    details = {name: getattr(person, name) for name in DETAILS} | changed
    return services.edit_person(person, PersonDetails(**details), by=by, scope=scope, now=NOON)


@pytest.mark.parametrize(
    "typed", [{"email": "Zed@example.test", "employee_number": "Z1"}, {"employee_number": "zed@example.test"}]
)
def test_a_coordinator_does_not_enter_somebody_under_an_account_with_power(cast, client_of, clock_at, zed, typed):
    response = client_of(cast.cleo).post("/people/add/", entered(None, entity=cast.paris.pk, **typed))
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "This work mail or employee number is in use outside your directory. Ask the programme lead to enter this person."
    ]
    assert Person.objects.filter(given_name="Zed").count() == 0
    assert client_of(cast.olu).post("/people/add/", entered(None, entity=cast.paris.pk, **typed)).status_code == 302


def test_nor_is_somebody_known_moved_to_such_an_address(cast, zed):
    for address in (zed.email, cast.nadia.email, cast.olu.email, cast.ada.email, cast.ash.email):
        with pytest.raises(NotAllowed):
            edit(cast.mia, cast.cleo, frozenset({cast.paris.pk}), email=address)
    assert edit(cast.mia, cast.cleo, frozenset({cast.paris.pk}), email="mia@example.test").email == "mia@example.test"


def test_nor_to_an_account_that_waits_for_its_person(cast):
    waiting = factories.account("Once Sponsor")
    with pytest.raises(NotAllowed):
        edit(cast.mia, cast.cleo, frozenset({cast.paris.pk}), email=waiting.email)


@pytest.mark.parametrize("power", ["coordinator", "sponsor", "contact", "assistant", "owner", "administrator"])
def test_the_address_of_an_account_with_power_follows_a_programme_lead_alone(cast, power):
    person = factories.person("Zoe", "Lang", entity=cast.paris)
    Account.objects.filter(pk=person.account_id).update(password=make_password(None))
    if power == "assistant":
        factories.delegation(cast.sol, person.account)
    elif power in {"owner", "administrator"}:
        Account.objects.filter(pk=person.account_id).update(**{f"is_{power}": True})
    else:
        factories.office(person.account, cast.programme, power)
    theirs = person.email
    edit(person, cast.cleo, frozenset({cast.paris.pk}), email=HERS)
    assert Account.objects.get(pk=person.account_id).email == theirs
    edit(person, cast.olu, None, email=theirs)
    edit(person, cast.olu, None, email="zoe.lang@example.test")
    assert Account.objects.get(pk=person.account_id).email == "zoe.lang@example.test"


def test_an_address_with_power_does_not_follow_a_file(cast, zed):
    person = factories.person("Zed", "Omar", account=zed, with_account=False, employee_number="Z1")
    Person.objects.filter(pk=person.pk).update(email=zed.email)
    imported("EmployeeNumber,Email\nZ1,other@example.test\n")
    assert (Person.objects.get(pk=person.pk).email, Account.objects.get(pk=zed.pk).email) == ("other@example.test", zed.email)


def test_power_that_has_ended_is_no_power(cast):
    person = factories.person("Zoe", "Lang", entity=cast.paris)
    Account.objects.filter(pk=person.account_id).update(password=make_password(None))
    for made in (factories.office(person.account, cast.programme, "sponsor"), factories.delegation(cast.sol, person.account)):
        type(made).objects.filter(pk=made.pk).update(ended_at=NOON)
    edit(person, cast.cleo, frozenset({cast.paris.pk}), email="zoe.lang@example.test")
    assert Account.objects.get(pk=person.account_id).email == "zoe.lang@example.test"


def test_an_account_with_power_is_bound_to_a_person_by_a_programme_lead_alone(cast, zed):
    factories.enrolment(cast.cohort, cast.sol, "mentee")
    person = factories.person("Zed", "Omar", entity=cast.paris, with_account=False, employee_number="Z1")
    Person.objects.filter(pk=person.pk).update(email=zed.email)
    person.refresh_from_db()
    with pytest.raises(NotAllowed, match="Only the programme lead can invite Zed Omar"):
        invitations.invite_people(cast.cohort, people=[person], role="mentor", by=cast.cleo, now=NOON)
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(is_open_link_on=True)
    cast.cohort.refresh_from_db()
    assert invitations.join_by_open_link(cast.cohort, asked=zed.email, role="mentor", now=NOON) is None
    assert Person.objects.get(pk=person.pk).account is None
    invitations.invite_people(cast.cohort, people=[person], role="mentor", by=cast.olu, now=NOON)
    assert Person.objects.get(pk=person.pk).account == zed


def test_a_card_does_not_bind_an_account_with_power(cast, client_of, clock_at):
    account = Account.objects.create(sign_in_name="z1", display_name="Zed Omar", created_at=NOON)
    factories.office(account, cast.programme, Office.Duty.COORDINATOR)
    person = factories.person("Zed", "Omar", entity=cast.paris, with_account=False, has_mailbox=False, employee_number="Z1")
    assert client_of(cast.cleo).post(f"/people/{person.pk}/card/").status_code == 403
    assert Person.objects.get(pk=person.pk).account is None


def test_a_duty_is_not_given_to_whoever_was_entered_under_the_address(cast, client_of, clock_at):
    """The directory says zed@, the account behind that entry is read by somebody else."""
    person = factories.person("Zed", "Omar", entity=cast.paris)
    Person.objects.filter(pk=person.pk).update(email="zed@example.test")
    url = reverse("programme_people", args=[cast.programme.pk])
    told = {"duty": "coordinator", "who": "zed@example.test", "name": "Zed Omar"}
    response = client_of(cast.olu).post(url, told)
    assert response.status_code == 422
    assert f"who signs in as {person.account.sign_in_name}" in str(response.context["form"].errors["who"])
    assert Office.objects.filter(account=person.account).count() == 0
    assert client_of(cast.olu).post(url, told | {"who": person.account.email}).status_code == 302


def test_the_whole_way_in_of_the_attack_is_closed(cast, client_of, clock_at, zed, sent):
    """Where somebody with power already sits in the coordinator's business, the edit changes the directory and nothing else."""
    person = factories.person("Zed", "Omar", entity=cast.paris, with_account=False, account=zed)
    Person.objects.filter(pk=person.pk).update(email=zed.email)
    person.refresh_from_db()
    client_of(cast.cleo).post(f"/people/{person.pk}/edit/", entered(person, email=HERS, entity=cast.paris.pk))
    client_of(None).post("/sign-in/", {"name": HERS})
    assert [mail.to for mail in sent()] == []
    assert Person.objects.get(pk=person.pk).email == HERS

"""The named contact leaves, or somebody would like them to: mentors are told the truth, and programme leads hear of it."""

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from tests.people.files import imported
from turnabout.accounts.models import Account
from turnabout.accounts.services import deactivate_account
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.notifications.models import Notice
from turnabout.people import services
from turnabout.people.models import Person
from turnabout.programmes import queries
from turnabout.programmes.services import end_office, give_office


@pytest.fixture
def contact(cast):
    """The named contact, with an entry in the coordinator's own business."""
    assert cast.cohort
    return factories.person("Nadia", "Haddad", entity=cast.paris, account=cast.nadia, with_account=False, employee_number="NH1")


def in_paris(cast):
    return {"by": cast.cleo, "scope": frozenset({cast.paris.pk}), "now": NOON}


def shut(account):
    Account.objects.filter(pk=account.pk).update(is_active=False)


def test_a_coordinator_does_not_close_the_account_of_somebody_with_a_duty(cast, contact):
    with pytest.raises(NotAllowed) as refusal:
        services.mark_left(contact, **in_paris(cast))
    assert refusal.value.sentence == "This person has a duty in the programme. Ask the programme lead to make this change."
    assert Account.objects.get(pk=cast.nadia.pk).is_active
    assert services.mark_left(cast.mia, **in_paris(cast)).state == "left"


@pytest.mark.parametrize("flag", ["is_owner", "is_administrator"])
def test_nor_marks_those_who_run_the_installation_as_left(cast, flag):
    person = factories.person("Ada", "Byron", entity=cast.paris)
    Account.objects.filter(pk=person.account_id).update(**{flag: True})
    person.refresh_from_db()
    with pytest.raises(NotAllowed):
        services.mark_left(person, **in_paris(cast))


def test_nor_opens_such_an_account_again(cast, contact):
    services.mark_left(contact, by=cast.olu, scope=None, now=NOON)
    with pytest.raises(NotAllowed):
        services.return_person(Person.objects.get(pk=contact.pk), **in_paris(cast))
    assert not Account.objects.get(pk=cast.nadia.pk).is_active


def test_the_programme_leads_hear_that_a_duty_is_open(cast, contact, sent, clock_at):
    services.mark_left(contact, by=cast.olu, scope=None, now=NOON)
    (mail,) = [mail for mail in sent() if mail.template == "office.left_open"]
    assert mail.to == cast.olu.email
    assert mail.subject == "Name a successor: named contact of Turning tables"
    assert "Nadia Haddad, named contact of Turning tables, has left or can no longer sign in." in mail.text
    assert "whoever looks for somebody to turn to is sent to Olu Adeyemi" in mail.text


def test_they_hear_of_it_from_a_file_as_well(cast, contact):
    assert cast.mia
    imported("EmployeeNumber,Name\nX1,Somebody New\n", is_full_export=True)
    assert Notice.objects.filter(template="office.left_open").count() == 1


def test_they_hear_of_it_when_the_account_is_closed(cast, contact):
    deactivate_account(cast.nadia, by=cast.ada, now=NOON)
    assert list(Notice.objects.values_list("template", "account")) == [("office.left_open", cast.olu.pk)]


def test_they_hear_nothing_of_a_duty_that_ended(cast, contact, sent, clock_at):
    successor = factories.account("Ines Roy")
    services.mark_left(contact, by=cast.olu, scope=None, now=NOON)
    give_office(successor, cast.programme, "contact", by=cast.olu, now=NOON)
    end_office(cast.nadia.offices.get(), by=cast.olu, now=NOON)
    assert [mail for mail in sent() if mail.template == "office.left_open"] == []


@pytest.mark.parametrize("duty", ["contact", "sponsor", "coordinator"])
def test_a_closed_account_does_not_hide_the_next_holder(cast, duty):
    gone, here = factories.account("Gone"), factories.account("Here")
    programme = factories.programme(by=cast.olu)
    for account in (gone, here):
        factories.office(account, programme, duty)
    shut(gone)
    found = {
        "contact": queries.contact_of(programme),
        "sponsor": queries.sponsor_of(programme),
        "coordinator": queries.coordinator_for(programme, cast.paris.pk),
    }
    assert found[duty].account == here


def test_a_duty_does_not_end_in_favour_of_a_closed_account(cast):
    assert cast.cohort
    gone = factories.account("Gone")
    factories.office(gone, cast.programme, "contact")
    shut(gone)
    with pytest.raises(NotPossible, match="name the successor first"):
        end_office(cast.nadia.offices.get(), by=cast.olu, now=NOON)


def test_a_closed_account_gets_no_duty(cast):
    gone = factories.account("Gone", is_active=False)
    with pytest.raises(NotPossible, match="The account of Gone is closed"):
        give_office(gone, cast.programme, "contact", by=cast.olu, now=NOON)


@pytest.fixture
def questions(cast, clock_at):
    """The address of the three questions after a session that took place."""
    session = factories.session(cast.mia_and_sol, state="met")
    return reverse("pulse", args=[cast.mia_and_sol.pk, session.pk])


def test_who_asks_for_a_contact_that_is_gone_is_told_whom_to_turn_to(cast, client_of, questions):
    shut(cast.nadia)
    done = client_of(cast.mia).post(questions, {"useful": "1", "contact_me": "yes"}, follow=True).content.decode()
    assert "The named contact will get in touch" not in done
    assert "Nobody was told that you would like to be contacted." in done
    assert f"you can turn to Olu Adeyemi, {cast.olu.email}" in done
    assert Notice.objects.filter(template="contact.asked").count() == 0


def test_the_page_says_so_before_anybody_asks(cast, client_of, questions):
    shut(cast.nadia)
    page = client_of(cast.mia).get(questions).content.decode()
    assert "Please contact me" not in page
    assert f"There is no named contact at the moment. Until there is, you can turn to Olu Adeyemi, {cast.olu.email}." in page

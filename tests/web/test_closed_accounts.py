"""Somebody who runs the installation leaves: their account is closed by hand, and opened by hand."""

import threading

import pytest
from django.db import connection

from tests import factories
from tests.cast import NOON, Cast
from tests.people.files import imported
from turnabout.accounts import services
from turnabout.accounts.models import Account
from turnabout.core.errors import CommandError, NotAllowed, NotPossible, Refused
from turnabout.people.models import Person
from turnabout.project.commands.owner import make_owner

STILL_IN = "Their account runs this installation, so it stays open until a programme lead closes it."


@pytest.fixture
def lead(cast):
    """A second programme lead, with an entry in the directory."""
    person = factories.person("Lena", "Berg", entity=cast.paris)
    Account.objects.filter(pk=person.account_id).update(is_owner=True)
    person.account.refresh_from_db()
    return person


def is_open(person):
    return Account.objects.get(pk=person.account_id).is_active


def test_the_page_says_that_a_lead_who_left_is_still_in(cast, client_of, clock_at, lead):
    answer = client_of(cast.olu).post(f"/people/{lead.pk}/left/", follow=True).content.decode()
    assert f"Lena Berg is marked as left. {STILL_IN}" in answer
    assert "can no longer sign in" not in answer
    assert client_of(cast.cleo).get(f"/people/{lead.pk}/").content.decode().count(STILL_IN) == 1


def test_another_lead_closes_the_account_and_its_sessions_end_at_once(cast, client_of, clock_at, lead):
    theirs, olus = client_of(lead), client_of(cast.olu)
    assert theirs.get("/people/").status_code == 200
    assert "Close their account" in olus.get(f"/people/{lead.pk}/").content.decode()
    done = olus.post(f"/people/{lead.pk}/account/close/", follow=True).content.decode()
    assert "The account of Lena Berg is closed and signed out everywhere." in done
    assert theirs.get("/people/").status_code == 302
    assert not is_open(lead)


def test_the_account_is_opened_again(cast, client_of, clock_at, lead):
    services.deactivate_account(lead.account, by=cast.olu, now=NOON)
    page = client_of(cast.olu).get(f"/people/{lead.pk}/").content.decode()
    assert "Open their account again" in page
    client_of(cast.olu).post(f"/people/{lead.pk}/account/open/")
    assert is_open(lead)
    with pytest.raises(NotPossible):
        services.reopen_account(lead.account, by=cast.olu, now=NOON)


def test_nobody_closes_their_own_account(cast, client_of, clock_at, lead):
    assert cast.olu
    mine = client_of(lead)
    assert "Close their account" not in mine.get(f"/people/{lead.pk}/").content.decode()
    assert mine.post(f"/people/{lead.pk}/account/close/").status_code == 403
    assert is_open(lead)


def test_a_coordinator_neither_closes_nor_opens(cast, client_of, clock_at, lead):
    hers = client_of(cast.cleo)
    assert "Close their account" not in hers.get(f"/people/{lead.pk}/").content.decode()
    assert hers.post(f"/people/{lead.pk}/account/close/").status_code == 404
    with pytest.raises(NotAllowed):
        services.reopen_account(lead.account, by=cast.cleo, now=NOON)


def test_somebody_without_an_account_has_none_to_close(cast, client_of, clock_at):
    person = factories.person(with_account=False)
    assert client_of(cast.olu).post(f"/people/{person.pk}/account/close/").status_code == 404


@pytest.mark.parametrize("flag", ["is_owner", "is_administrator"])
def test_the_last_one_in_charge_stays(cast, flag):
    """An administrator may close accounts, and a lead too, but not the last of either."""
    last = factories.account("Last", **{flag: True})
    by = factories.account("Other", **{"is_owner" if flag == "is_administrator" else "is_administrator": True})
    with pytest.raises(NotPossible, match="This is the last"):
        services.deactivate_account(last, by=by, now=NOON)
    factories.account("Closed already", is_active=False, **{flag: True})
    with pytest.raises(NotPossible, match="This is the last"):
        services.deactivate_account(last, by=by, now=NOON)
    factories.account("Another", **{flag: True})
    assert not services.deactivate_account(last, by=by, now=NOON).is_active


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_close_each_other_at_once_leave_one():
    cast = Cast()
    one, other = cast.olu, factories.account("Lena Berg", is_owner=True)
    outcomes, start = [], threading.Barrier(2)

    def close(account, by):
        try:
            start.wait()
            services.deactivate_account(account, by=by, now=NOON)
            outcomes.append("closed")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]
    assert Account.objects.filter(is_owner=True, is_active=True).count() == 1


def test_neither_a_file_nor_a_return_opens_such_an_account(cast, client_of, clock_at, lead):
    services.deactivate_account(lead.account, by=cast.olu, now=NOON)
    for _round in range(2):
        Person.objects.filter(pk=lead.pk).update(state="left")
        imported(f"EmployeeNumber,Name\n{lead.employee_number},Lena Berg\n")
        assert (Person.objects.get(pk=lead.pk).state, is_open(lead)) == ("present", False)
    client_of(cast.olu).post(f"/people/{lead.pk}/left/")
    client_of(cast.olu).post(f"/people/{lead.pk}/return/")
    assert not is_open(lead)


def test_the_command_opens_a_closed_account_when_it_is_told_to(cast, lead):
    services.deactivate_account(lead.account, by=cast.olu, now=NOON)
    with pytest.raises(CommandError, match="add --reopen to open it again"):
        make_owner(lead.email, name="", is_administrator=False)
    assert not is_open(lead)
    make_owner(lead.email, name="", is_administrator=False, is_reopened=True)
    assert is_open(lead)

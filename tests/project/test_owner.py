"""`turnabout owner`: the first programme lead, from the command line."""

import pytest
from django.db import connection
from django.test import Client

from tests import factories
from turnabout.accounts.models import Account
from turnabout.core.errors import CommandError
from turnabout.core.models import Event
from turnabout.project.commands.owner import make_owner, refuse_without_tables


def test_first_owner_is_named_and_signs_in_by_the_printed_link(db, clock_at):
    said = make_owner("Olu@example.test", name="Olu Adeyemi", is_administrator=True)
    account = Account.objects.get()
    assert (account.sign_in_name, account.display_name, account.is_owner, account.is_administrator) == (
        "olu@example.test",
        "Olu Adeyemi",
        True,
        True,
    )
    browser = Client()
    browser.post(said.splitlines()[-1].partition("://")[2].partition("/")[2].join(["/", ""]))
    assert browser.get("/account/").status_code == 200
    assert list(Event.objects.values_list("name", "actor")) == [("owner.granted", "")]


def test_naming_the_same_owner_again_prints_a_fresh_link(db, clock_at):
    first, second = (make_owner("olu@example.test", name="", is_administrator=False) for _ in range(2))
    assert first != second
    assert [(account.display_name, account.is_administrator) for account in Account.objects.all()] == [("olu", False)]


def test_a_database_without_tables_is_refused_with_what_to_run(db):
    refuse_without_tables()
    with connection.cursor() as cursor:
        cursor.execute("drop table accounts_account cascade")
    with pytest.raises(CommandError, match="Run `turnabout migrate` first"):
        refuse_without_tables()


def test_what_is_no_address_is_refused(db):
    with pytest.raises(CommandError, match="is no mail address"):
        make_owner("olu", name="", is_administrator=False)


def test_closed_account_is_not_made_owner(db, clock_at):
    factories.account("Olu", email="olu@example.test", is_active=False)
    with pytest.raises(CommandError, match="is closed"):
        make_owner("olu@example.test", name="", is_administrator=False)

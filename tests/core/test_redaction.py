"""Tokens stand in addresses and in no log, and neither do the values that a database quotes."""

import io
import logging
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from tests import factories
from turnabout.core.redaction import WithoutTokens

TOKEN = "kZ3-secret-secret"


@pytest.fixture
def log():
    """Everything that is logged, as the console handler of the settings writes it."""
    handlers: dict[str, dict[str, object]] = settings.LOGGING["handlers"]  # type: ignore[assignment] # plain nested dicts
    assert handlers["console"]["filters"] == ["without_tokens"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutTokens())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    "path", [f"/l/{TOKEN}/", f"/l/{TOKEN}/again/", f"/card/{TOKEN}/", f"/sign-in/link/{TOKEN}/", f"/l/{TOKEN}/nowhere"]
)
def test_refused_address_is_logged_without_its_token(db, log, path):
    assert Client().get(path).status_code in {404, 405, 410}
    written = log.getvalue()
    assert (TOKEN in written, "(hidden)" in written) == (False, True)


def test_other_addresses_are_logged_as_they_are(db, log):
    Client().get("/nowhere/card/")
    assert log.getvalue() == "Not Found: /nowhere/card/\n"


def two_of_a_number(number):
    factories.person(employee_number=number, with_account=False)
    with transaction.atomic():
        factories.person(employee_number=number, with_account=False)


def test_values_that_the_database_quotes_are_not_logged(db, log):
    try:
        two_of_a_number("Y-" + "1")
    except IntegrityError as error:
        logging.getLogger("test").exception("Saving failed: %s", error)
    written = log.getvalue()
    assert ("Y-1" in written, "DETAIL" in written) == (False, False)
    assert "duplicate key value violates unique constraint" in written
    assert written.count("Traceback (most recent call last)") == 2
    assert written.rstrip().endswith("(values hidden)")


def test_what_the_database_quotes_is_known_in_any_language(log):
    class Quoting(Exception):
        diag = SimpleNamespace(message_detail="La clave (email)=(mia@example.test) ya existe.", context=None)

    said = "llave duplicada\nDETALLE:  La clave (email)=(mia@example.test) ya existe."
    try:
        raise Quoting(said)
    except Quoting:
        logging.getLogger("test").exception("failed")
    assert "mia@example.test" not in log.getvalue()


def test_what_follows_in_the_chain_of_exceptions_stays_readable(log):
    said = "first\nDETAIL:  Failing row contains (1, one\n\ntwo).\nCONTEXT:  COPY people"
    try:
        try:
            raise RuntimeError(said)
        except RuntimeError as first:
            raise ValueError("second") from first
    except ValueError:
        logging.getLogger("test").exception("failed")
    written = log.getvalue()
    assert ("Failing row" in written, "COPY people" in written, "ValueError: second" in written) == (False, False, True)

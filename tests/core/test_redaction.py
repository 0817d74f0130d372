"""Tokens stand in addresses and in no log."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client

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

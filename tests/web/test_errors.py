"""When something breaks behind a page: what its reader is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away(tmp_path, monkeypatch) -> Callable:
    """The database is away: nobody listens where the product knocks."""

    @contextmanager
    def gone() -> Iterator[None]:
        with monkeypatch.context() as patch:
            connection.close()
            patch.setitem(connection.settings_dict, "HOST", str(tmp_path))
            yield
        connection.close()

    return gone


def signed_in(cast: Cast, client_of: Callable) -> Client:
    client = client_of(cast.olu)
    client.raise_request_exception = False
    return client


def test_page_says_so_while_the_database_is_away_and_works_when_it_is_back(cast, client_of, away):
    client = signed_in(cast, client_of)
    with away():
        response = client.get("/people/")
        text = response.content.decode()
        assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "10", "no-store")
        assert text.count("The database does not answer at present. Everything that was saved is safe.") == 1
        assert text.count("Wait a minute, then load this page again.") == 1
    assert client.get("/people/").status_code == 200


def test_whoever_sends_a_form_is_told_to_look_whether_it_arrived(cast, client_of, away):
    client = signed_in(cast, client_of)
    with away():
        response = client.post("/people/import/")
        assert response.status_code == 503
        assert response.content.decode().count("What you have just sent may not have been saved.") == 1

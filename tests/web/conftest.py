from collections.abc import Iterator

import pytest

from tests.web.looking import Looker, a_looker


@pytest.fixture(scope="session")
def looker(live_server: object) -> Iterator[Looker]:
    """One browser for all pages that are looked at; it goes before the server whose pages it opens."""
    with a_looker() as looker:
        yield looker

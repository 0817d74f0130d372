"""Every page that the access matrix opens, and the states it can be in: nothing for axe to find, on a desk or a telephone,
nothing wider than the screen, one h1, no target too small, focus always seen, nothing that needs a script.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django.test import Client
from django.urls import reverse

from tests.access_matrix import MATRIX, MEMBERS, Row, a_board, a_draft, a_question
from tests.cast import Cast
from tests.web.looking import CHROMIUM, Looker, Visit, eyes

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGES = tuple(row for row in MATRIX if row.status not in {302, 405})
# A round has one draft board, so pages that bring their own are looked at apart; the rest in lots.
APART = {"boards": a_board, "suggestions on a board": a_draft, "questions to a person": a_question}
REST = tuple(row for row in PAGES if row.of not in APART.values())
LOTS = {name: tuple(row for row in PAGES if row.of is builder) for name, builder in APART.items()} | {
    f"lot {number + 1}": REST[number::3] for number in range(3)
}


@pytest.fixture(scope="module")
def looker() -> Iterator[Looker]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's Chromium: apt-get install chromium")
    with eyes() as looker:
        yield looker


@pytest.fixture
def site(live_server: Any, settings: Any, clock_at: Any) -> str:
    settings.SITE_URL = live_server.url
    return str(live_server.url)


def skeleton(html: str) -> str:
    """What stands on the page, without its words: readers whose skeleton is the same see the same page."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.findall(r"<(\w+(?:[^>]*?\sclass=\"[^\"]*\")?)", main))


class Readers:
    """The cast with their sessions, and each object of the matrix made once."""

    def __init__(self) -> None:
        self.cast = Cast()
        assert self.cast.mia_and_sol
        self._clients: dict[str, Client] = {}
        self._kwargs: dict[Callable[[Cast], dict[str, Any]], dict[str, Any]] = {}

    def client(self, member: str) -> Client:
        if member not in self._clients:
            self._clients[member] = client = Client()
            if member != "nobody":
                who = getattr(self.cast, member)
                client.force_login(getattr(who, "account", who))
        return self._clients[member]

    def session(self, member: str) -> str:
        return self.client(member).cookies["sessionid"].value if member != "nobody" else ""

    def path(self, row: Row) -> str:
        if row.of not in self._kwargs:
            self._kwargs[row.of] = row.of(self.cast)
        return reverse(row.name, kwargs=self._kwargs[row.of]) + row.query

    def visits(self, rows: tuple[Row, ...]) -> list[Visit]:
        """Every row for every kind of reader whose page differs."""
        found = []
        for row in rows:
            seen = set()
            for member in sorted(row.opens, key=MEMBERS.index):
                answer = self.client(member).get(self.path(row))
                if not answer.headers["Content-Type"].startswith("text/html"):
                    continue
                bones = skeleton(answer.content.decode())
                if bones in seen:
                    continue
                seen.add(bones)
                found.append(
                    Visit(
                        name=f"{row.name} for {member}",
                        path=self.path(row),
                        session=self.session(member),
                        status=row.status,
                        sends_empty=len(seen) == 1,
                    )
                )
        return found


@pytest.mark.parametrize("lot", LOTS)
def test_every_page_of_the_matrix_is_one_that_everybody_can_use(lot, looker, site):
    visits = Readers().visits(LOTS[lot])
    assert looker.look(site, visits) == {}

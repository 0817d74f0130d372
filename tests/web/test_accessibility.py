"""Every page that the access matrix opens, and the states it can be in, in a real browser, at a desk and on a telephone:
nothing for axe to find, nothing wider than the screen, one h1, no target too small, focus always seen, no script needed.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.access_matrix import MATRIX, a_board, a_draft, a_question
from tests.cast import NOON, Cast
from tests.web.looking import Looker, Visit
from tests.web.readers import Readers, account_of, session_of
from turnabout.accounts import links
from turnabout.accounts.models import Account
from turnabout.matching.models import Run
from turnabout.project.demo.stages import Demo, Stage, build

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGES = tuple(row for row in MATRIX if row.status not in {302, 405})
# A round has one draft board, so pages that bring their own are looked at apart; the rest in lots.
APART = {"boards": a_board, "suggestions on a board": a_draft, "questions to a person": a_question}
REST = tuple(row for row in PAGES if row.of not in APART.values())
LOTS = {name: tuple(row for row in PAGES if row.of is builder) for name, builder in APART.items()} | {
    f"lot {number + 1}": REST[number::3] for number in range(3)
}


@pytest.fixture
def site(live_server: Any, settings: Any, clock_at: Any) -> str:
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.mark.parametrize("lot", LOTS)
def test_every_page_of_the_matrix_is_one_that_everybody_can_use(lot: str, looker: Looker, site: str) -> None:
    visits = Readers().visits(LOTS[lot])
    assert looker.look(site, visits) == {}


def test_pages_with_nothing_on_them_yet_are_too(looker: Looker, site: str) -> None:
    alone = factories.account("Olu Adeyemi", is_owner=True, is_administrator=True)
    session = session_of(alone)
    names = ("morning", "people", "programmes", "entities", "people_import", "message_sheet", "mail_problems", "messages")
    visits = [Visit(name=f"{name}, empty", path=reverse(name), session=session) for name in names]
    assert looker.look(site, visits) == {}


def of_a_demo(demo: Demo, name: str) -> Account:
    return next(member.account for member in demo.members if member.name.startswith(name))


def full(demo: Demo) -> list[Visit]:
    """The pages that hold most when many people take part; the matrix has most of them by day, so here it is night."""
    of_cohort = {"cohort_id": demo.cohort.pk}
    board = {"run_id": Run.objects.get(state=Run.State.DRAFT).pk}
    olu, cleo, sana = (session_of(of_a_demo(demo, name)) for name in ("Olu", "Cleo", "Sana"))
    pages: list[tuple[str, dict[str, int], str]] = [
        ("morning", {}, olu),
        ("people", {}, olu),
        ("places", of_cohort, olu),
        ("overview", of_cohort, sana),
        ("board", board, olu),
        ("board_alone", board, olu),
        ("cohort", of_cohort, cleo),
        *(("home", {}, session_of(of_a_demo(demo, name))) for name in ("Mia", "Sol", "Ash")),
    ]
    return [
        Visit(name=f"{name} of many ({number})", path=reverse(name, kwargs=keys), session=session, is_dark=True)
        for number, (name, keys, session) in enumerate(pages, start=1)
    ]


def test_pages_with_many_people_on_them_are_too(looker: Looker, site: str) -> None:
    demo = build(Stage.RUNNING, seed=7, people_wanted=120, now=NOON)
    assert looker.look(site, full(demo)) == {}


def closed_links(cast: Cast) -> list[Visit]:
    """A link that was used, one that was ended, one that ran out."""
    account = account_of(cast.mia)
    visits = []
    for state in ("used", "ended", "late"):
        token = links.mint(
            account,
            kind=links.Kind.ACTION,
            verb="session.report",
            subject=cast.first_session,
            expires_at=NOON + timedelta(days=-1 if state == "late" else 1),
            now=NOON - timedelta(days=2),
        )
        link = links.find(token, kind=links.Kind.ACTION)
        assert link is not None
        if state == "used":
            links.consume(link, now=NOON)
        if state == "ended":
            links.revoke(account=account, kind=links.Kind.ACTION, now=NOON)
        visits.append(Visit(name=f"link, {state}", path=f"/l/{token}/", status=410))
    return visits


def test_pages_that_say_no_are_too(looker: Looker, site: str, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.broken_urls"
    cast = Cast()
    mia = session_of(cast.mia)
    visits = [
        Visit(name="no such page", path="/no-such-page/", status=404),
        Visit(name="no such page for Mia", path="/no-such-page/", session=mia, status=404, is_dark=True),
        Visit(name="a page that broke", path="/broken/", session=mia, status=500),
        *closed_links(cast),
    ]
    assert looker.look(site, visits) == {}

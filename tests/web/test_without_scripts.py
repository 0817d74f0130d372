"""Without JavaScript: every form of every page is filled in and sent with each of its buttons, and leads to a page that says so."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access_matrix import MATRIX, Row
from tests.web import pair_pages
from tests.web.crawling import without_secrets
from tests.web.looking import Visit
from tests.web.pair_pages import LATER
from tests.web.plain import Press, presses, send
from tests.web.readers import Readers

PAGES = tuple(row for row in MATRIX if row.status in {200, 410} and row.opens)
REMEDIES = ("error-summary", "field-error", 'role="alert"')


def is_refusal_with_a_way_on(text: str) -> bool:
    """A page of its own that says in a sentence what to do instead, with a link to go on by."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return "page-header-lead" in main and "href=" in main


def wrong_with(press: Press, status: int, text: str, before: str) -> str:
    """What somebody would miss on the page that a press came to; nothing if nothing."""
    if "<h1" not in text:
        return f"{status}, and no heading"
    if status >= 400 and not any(remedy in text for remedy in REMEDIES) and not is_refusal_with_a_way_on(text):
        return f"{status}, and no word on what to do"
    if press.form.method == "post" and without_secrets(text) == without_secrets(before):
        return "the same page, and not a word"
    return ""


def pressed(visit: Visit) -> dict[str, str]:
    """Every button of a page, one after the other, each as if it were the first; what is wrong, by button."""
    client = Client()
    client.cookies["sessionid"] = visit.session
    page = client.get(visit.path).content.decode()
    wrong = {}
    for press in presses(page, visit.path):
        with transaction.atomic():
            status, text = send(client, press, visit.path)
            transaction.set_rollback(True)
        client.cookies["sessionid"] = visit.session
        wrong[press.words] = wrong_with(press, status, text, page)
    return {words: one for words, one in wrong.items() if one}


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_every_button_of_a_page_leads_to_an_answer(row: Row, cast: Any, clock_at: Any) -> None:
    found = {visit.name: pressed(visit) for visit in Readers(cast=cast).visits([row])}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.django_db
def test_every_button_of_every_page_of_a_pair_leads_to_an_answer(clock_at: Any) -> None:
    """Met, closing, closed and ended: what the matrix, in which nothing has happened yet, refuses."""
    clock_at(LATER)
    found = {visit.name: pressed(visit) for visit in pair_pages.stage()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}

"""From the draft board alone: why these two, why not those two, why is this person alone, what would help, what would it cost.

Each answer is at most two presses away for somebody who has never seen the product.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_asking import place_of
from turnabout.matching.models import Proposal, Unmatched

LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


def links_of(page: str) -> dict[str, str]:
    """What can be pressed in the page's own part, by its words or its longer name."""
    main = page.partition("<main")[2].partition("</main>")[0]
    found = {}
    for match in LINK.finditer(main):
        name = re.search(r'aria-label="([^"]+)"', match.group(0))
        words = name.group(1) if name else re.sub(r"<[^>]+>", " ", match.group(2))
        found[" ".join(words.split())] = match.group(1).replace("&amp;", "&")
    return found


def press(client: Client, page: str, beginning: str) -> str:
    """The page behind the first link whose words begin so."""
    address = next(address for words, address in links_of(page).items() if words.startswith(beginning))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture(params=["olu", "cleo"])
def reader(request, cast, board, client_of, clock_at) -> tuple[Client, str]:
    client = client_of(getattr(cast, request.param))
    return client, client.get(reverse("board", kwargs={"run_id": board.pk})).content.decode()


def test_why_these_two_is_one_press_away(reader, board):
    client, page = reader
    assert "By your rules and weights, no other plan" in page
    assert "It cannot tell you who will get on; that is what their yes is for." in page
    answer = press(client, page, "Why these two: Mia")
    assert "can share with" in answer
    assert "What makes it possible" in answer


def test_why_not_those_two_is_two_presses_away_from_either_person(reader, board, cast):
    client, page = reader
    asked = press(client, press(client, page, "Why these two: Mia"), "Why not somebody else for Mia Okafor?")
    assert 'value="Mia Okafor"' in asked
    assert "Name, employee number or mail" in press(client, page, "Why not these two?")
    answer = client.get(
        reverse("board_why_not", kwargs={"run_id": board.pk}),
        {"mentor_place": cast.mia_place.pk, "mentee_place": place_of(cast, "Mentee1").pk},
    ).content.decode()
    assert "Pairing them would cost the round" in answer


def test_why_somebody_is_alone_and_what_would_help_are_one_press_away(reader, board):
    client, page = reader
    alone = Unmatched.objects.get(run=board).enrolment.person.name
    answer = press(client, page, "No partner yet 1")
    assert alone in answer
    assert "there are too few places." in answer
    assert "One more place with any of them would be enough." in answer


def test_what_it_would_cost_is_on_each_card_and_two_presses_away_for_everybody_else(reader, board):
    client, page = reader
    assert page.count("Without this pair the round would lose") == page.count('<article class="match-card"') > 0
    answer = press(client, press(client, page, "No partner yet 1"), "Who it could be, and at what cost")
    assert "Costs " in answer
    assert Proposal.objects.filter(run=board, state="draft").count() == 3


def test_prices_and_certificate_wait_behind_check_the_arithmetic(reader, board):
    client, page = reader
    assert board.input_hash not in page
    assert board.input_hash in press(client, page, "Check the arithmetic")

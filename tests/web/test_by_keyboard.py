"""What people do most, with a keyboard alone: every step reached with Tab, seen to be reached, and done.

Where nothing is added by scripts they are off, so the same steps prove both.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import factories
from tests.cast import NOON, Cast
from tests.journeys.browser import NARROW, WIDE
from tests.web.hands import Hands
from tests.web.looking import Looker
from tests.web.readers import account_of, session_of
from tests.web.scenes import a_board_to_ask
from turnabout.accounts import links
from turnabout.enrolments.models import Enrolment
from turnabout.insights import services as insights
from turnabout.matching.models import Proposal
from turnabout.notifications.models import Notice
from turnabout.people.models import Person
from turnabout.scheduling.models import Session

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LATER = NOON + timedelta(days=9)  # the first session of Mia and Sol is behind them
NO_SCRIPTS = {"java_script_enabled": False}
CALL = "https://meet.example.test/42"


@pytest.fixture
def site(live_server: Any, settings: Any, clock_at: Any) -> str:
    settings.SITE_URL = live_server.url
    clock_at(LATER)
    return str(live_server.url)


def two_sessions(cast: Cast) -> None:
    """One that is over and nobody has spoken of, one that is ahead and has an address to join."""
    assert cast.first_session
    factories.session(cast.mia_and_sol, 2, starts_at=datetime(2027, 4, 6, 8, 0, tzinfo=UTC), place=CALL)


def test_mentee_says_how_it_went_and_joins_moves_and_reads_up_on_the_next_session(looker: Looker, site: str) -> None:
    cast = Cast()
    two_sessions(cast)
    sol = session_of(cast.sol)

    def does(hands: Hands) -> str:
        hands.sit_down(sol).press("We met")
        assert hands.heading() == "Three quick questions"
        for _question in range(2):
            hands.reach("1").arrow_to("4")
        hands.reach("It gave me energy").key("Space").press("Send my answers").sees("Thank you")
        joins = hands.go("/").reach("Join").page.evaluate("document.activeElement.href")
        hands.press("Find another time").reach("Or another time").key("Shift+Tab", "Space", "ArrowDown")
        hands.press("Take this time")
        hands.go("/").press("You and Mia").press("Brief me").sees("Brief me")
        return str(joins)

    assert looker.lend(site, does) == CALL
    first, second = Session.objects.order_by("number")
    assert (first.state, second.sequence) == ("met", 1)


def test_mentor_writes_on_the_page_of_the_pair(looker: Looker, site: str) -> None:
    cast = Cast()
    two_sessions(cast)
    mia, page = session_of(cast.mia), f"/pairs/{cast.mia_and_sol.pk}/"

    def does(hands: Hands) -> None:
        hands.sit_down(mia, page).press("We did not meet").sees("Shall we find a new date?")
        hands.go(page).open("Add a next step").write("One thing one of you will do", "Ask the budget team")
        hands.pick("Who", "Sol").press("Add it").sees("Ask the budget team")
        hands.go(page).open("Write a note").write("Write a note", "Bees came up again.").choose("Both of us", "Only me")
        hands.press("Keep this note").sees("Bees came up again.")
        hands.press("Done").sees("Ask the budget team")
        hands.press("Open the agreement").write("By the end, the mentor would like to", "See how a budget is decided")
        hands.press("Keep this text").press("Sign it").sees("You have signed.")

    looker.lend(site, does, **NO_SCRIPTS)
    pair = cast.mia_and_sol
    pair.agreement.refresh_from_db()
    assert pair.agreement.signed_at("mentor") is not None


def test_asked_people_say_yes(looker: Looker, site: str) -> None:
    cast = Cast()
    run = factories.run(cast.cohort)
    question = factories.proposal(run, cast.mia_place, cast.sol_place, state="asking_mentor")
    sessions = [session_of(cast.mia), session_of(cast.sol)]

    def does(hands: Hands) -> None:
        for session in sessions:
            hands.sit_down(session).press("See why, and answer").press("Yes")

    looker.lend(site, does, **NO_SCRIPTS)
    assert Proposal.objects.get(pk=question.pk).pair is not None


def test_invited_mentor_takes_a_place(looker: Looker, site: str) -> None:
    cast = Cast()
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    mia = session_of(cast.mia)

    def does(hands: Hands) -> None:
        hands.sit_down(mia, f"/places/{place.pk}/register/").pick("AI in an everyday task", "others").press("Save and go on")
        hands.tick("How decisions are made").press("Save and go on")
        hands.tick("My family and life at home").press("Save and go on")
        hands.press("Save and go on")
        hands.choose("Yes", "Yes").tick("Use my answers to find me a partner").press("Take my place").sees("You have a place.")

    looker.lend(site, does, **NO_SCRIPTS)
    place.refresh_from_db()
    assert place.state == Enrolment.State.REGISTERED


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_link_of_somebody_else_is_opened_and_left_on_a_shared_machine(looker: Looker, site: str, width: int) -> None:
    cast = Cast()
    place = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
    sol, ends = session_of(cast.sol), LATER + timedelta(days=9)
    token = links.mint(
        account_of(cast.mia), kind=links.Kind.ACTION, verb="place.register", subject=place, expires_at=ends, now=LATER
    )

    def does(hands: Hands) -> None:
        hands.page.set_viewport_size({"width": width, "height": 900})
        hands.sit_down(sol, f"/l/{token}/").sees("You are signed in as Sol Lindqvist.").press("Stay signed in as Sol")
        hands.go(f"/l/{token}/").press("Sign out and open the link").press("Take my place")
        hands.press("I am done here").sees("This machine no longer opens your place.")
        hands.go(f"/places/{place.pk}/register/").sees("Sign in")

    looker.lend(site, does, **NO_SCRIPTS)


def test_board_is_worked_on_asked_and_sent_out(looker: Looker, site: str) -> None:
    cast = Cast()
    run = a_board_to_ask(cast)
    olu, board = session_of(cast.olu), f"/matching/{run.pk}/board/"

    def does(hands: Hands) -> None:
        hands.sit_down(olu, board).press("Keep: Mia Okafor and Sol Lindqvist").sees("Kept")
        hands.go(board).press("Why these two: Ines Costa and Ines Berg").press("Swap partners")
        hands.reach("Exchange partners with").tick("If a rule warns").press("Swap").sees("Noor Berg")
        hands.go(board).press("Why not these two?").write("Mentor", "Mia").write("Mentee", "Noor Berg").press("Ask")
        hands.sees("Mia Okafor and Noor Berg")
        hands.go(board).press("No partner yet").press("Pair Lone Berg by hand")
        hands.write("Mentor: employee number or address", cast.mia.employee_number).press("Put this pair on the board")
        hands.go(board).press("Preview and publish").press("Ask the mentors")
        hands.open("Olu Adeyemi").press("Sign out")

    looker.lend(site, does, **NO_SCRIPTS)
    assert Proposal.objects.filter(state="asking_mentor").count() == 3


def test_coordinator_writes_reminds_and_puts_right(looker: Looker, site: str) -> None:
    cast = Cast()
    insights.refresh([cast.mia_and_sol], on=cast.cohort.starts_on)
    waiting = factories.enrolment(
        cast.cohort, factories.person("Ines", "Costa", entity=cast.paris), "mentor", state="invited", is_prepared=False
    )
    olu, round_page = session_of(cast.olu), f"/rounds/{cast.cohort.pk}/people/"

    def does(hands: Hands) -> None:
        hands.sit_down(olu).press("Write to")
        hands.go(round_page).tick("Choose Ines Costa").press("Remind of what is open")
        hands.go(f"/people/{cast.sol.pk}/").press("Change details").write("Job title", "Chief of everything")
        hands.press("Save these details").sees("Chief of everything")
        hands.open("Mark as left")
        assert hands.at()["name"] == "Leave it as it is"
        hands.key("Escape")
        assert hands.at()["name"] == "Mark as left"
        hands.key("Enter").reach("Yes, they have left", back=True).enter().sees("Marked as left")

    looker.lend(site, does)
    assert list(Notice.objects.filter(account=account_of(waiting.person)).values_list("template", flat=True)) == [
        "enrolment.reminded"
    ]
    assert Person.objects.get(pk=cast.sol.pk).left_on is not None


def test_card_is_made_and_used(looker: Looker, site: str) -> None:
    cast = Cast()
    clerk = factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False)
    cleo = session_of(cast.cleo)

    def does(hands: Hands) -> None:
        hands.sit_down(cleo, f"/people/{clerk.pk}/card/").press("Make the card").sees("Choose a PIN")
        code = hands.page.locator(".qr-card-secret").inner_text()
        hands.page.context.clear_cookies()
        hands.go("/card/").write("Your employee number", account_of(clerk).sign_in_name).write("The code on the card", code)
        hands.write("Choose a PIN", "481516").press("Set my PIN and go in")
        assert hands.heading() != "Use the code on your card"

    looker.lend(site, does)

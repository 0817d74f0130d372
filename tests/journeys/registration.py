"""From the invitation to a prepared place, as mentors do it at a desk and mentees on a telephone."""

from tests.journeys.browser import Screen
from tests.journeys.stage import Stage

TOPICS = ("AI in an everyday task", "Finding information", "Working in shared documents", "Meetings online and hybrid")
IN_RETURN = ("How decisions are made", "Introductions", "Visibility")


def address(number: str) -> str:
    return f"{number}@example.test"


def mentee_registers(stage: Stage, screen: Screen, number: str, *, topic: int) -> None:
    """Three questions, a look at what is filled in already, one box."""
    letter = stage.post.take(address(number), "your place as mentee")
    screen.go(letter.url).picture("invitation").press("Take my place (two minutes)")
    screen.tick(TOPICS[topic % 4]).tick(TOPICS[(topic + 1) % 4]).tick(IN_RETURN[topic % 3])
    screen.picture("registration-questions").press("Save and go on")
    agree(screen)


def mentor_registers(stage: Stage, screen: Screen, number: str, *, topic: int, off_limits: str = "") -> None:
    """Five short steps, each saved."""
    letter = stage.post.take(address(number), "your place as mentor")
    screen.go(letter.url).press("Take my place (five minutes)")
    screen.choose(TOPICS[topic % 4], "others come to me").choose(TOPICS[(topic + 1) % 4], "can show others")
    screen.picture("registration-share").press("Save and go on")
    screen.tick(IN_RETURN[topic % 3]).press("Save and go on")
    if off_limits:
        screen.tick(off_limits)
    screen.press("Save and go on")
    screen.picture("registration-practical").press("Save and go on")
    agree(screen)


def agree(screen: Screen) -> None:
    screen.page.locator('[name="hope"][value="yes"]').check()
    screen.tick("Use my answers to find me a partner").picture("registration-last").press("Take my place")
    screen.sees("You have a place. Thank you.").picture("place")


def mentee_prepares(screen: Screen) -> None:
    """Ten minutes and one promise."""
    screen.press("Prepare").press_primary().picture("preparation-brief").press("I make this commitment")
    screen.sees("You are prepared")


def mentor_prepares(screen: Screen) -> None:
    """Every part, one after the other."""
    screen.press("Prepare").picture("preparation")
    while screen.heading() == "Prepare":
        screen.press_primary().press("I have done this part")
    screen.sees("You are prepared")

"""Without a mouse, and without scripts: coming in, choosing a design, answering the purpose questions."""

import pytest

from tests.journeys.browser import Screen
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

MOST_TABS = 60
FOCUSED = "(e => (e.innerText || e.getAttribute('aria-label') || e.name || '').trim())(document.activeElement)"
IS_SHOWN = (
    "(e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' || s.boxShadow !== 'none' })(document.activeElement)"
)


def tab_to(screen: Screen, name: str) -> None:
    """Move the focus forward until it is on this thing, and see where it is."""
    for _press in range(MOST_TABS):
        screen.page.keyboard.press("Tab")
        if screen.page.evaluate(FOCUSED) == name:
            assert screen.page.evaluate(IS_SHOWN), f"nothing shows that the focus is on {name!r}"
            return
    raise AssertionError(f"{name!r} is not reached with {MOST_TABS} tabs on {screen.page.url}")


def enter(screen: Screen) -> None:
    with screen.page.expect_navigation():
        screen.page.keyboard.press("Enter")


def come_in_by_keyboard(stage: Stage, screen: Screen) -> None:
    screen.go("/sign-in/")
    tab_to(screen, "name")
    screen.page.keyboard.type("olu@example.test")
    enter(screen)
    screen.go(stage.post.take("olu@example.test", "sign in").url)
    tab_to(screen, "Sign in")
    enter(screen)


def test_first_programme_is_begun_with_the_keyboard_alone(stage: Stage) -> None:
    stage.command("owner", "--email", "olu@example.test", "--name", "Olu Adeyemi")
    olu = stage.browsers.desk()
    come_in_by_keyboard(stage, olu)
    tab_to(olu, "Go to the content")
    enter(olu)
    assert olu.page.url.endswith("#content")
    for name in ("Programmes", "Choose a starting design", "Look at Global digital", "Start a programme with this design"):
        tab_to(olu, name)
        enter(olu)
    assert olu.heading() == "What is it for?"
    tab_to(olu, "ends_on")
    olu.page.keyboard.type("17122027")
    tab_to(olu, "Save and continue")
    enter(olu)
    assert olu.heading() == "Who stands for it?"


def test_first_programme_is_begun_without_scripts(stage: Stage) -> None:
    stage.command("owner", "--email", "olu@example.test", "--name", "Olu Adeyemi")
    olu = stage.sign_in(stage.browsers.telephone(java_script_enabled=False), "olu@example.test")
    olu.go("/programmes/designs/").press("Look at Global digital").press("Start a programme with this design")
    olu.fill("When does it end", "2027-12-17").press("Save and continue")
    assert olu.heading() == "Who stands for it?"
    olu.go("/people/import/")
    olu.page.get_by_label("Your people file").set_input_files(
        {"name": "p.csv", "mimeType": "text/csv", "buffer": b"employee number\n1\n"}
    )
    olu.press("Upload and look").press("Yes, go on to the columns").press("Check every row")
    olu.until("Write 1 change").press("Write 1 change").until("The directory is up to date")

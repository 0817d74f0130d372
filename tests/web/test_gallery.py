"""The gallery in a real browser: nothing for axe to find, nothing wider than a phone, nothing lost without scripts."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from turnabout.web import assets
from turnabout.web.gallery import SHEETS, gallery

SITE = "http://testserver"
LOOKS = {"light ltr 1280": ("?theme=light&dir=ltr", 1280), "dark rtl 390": ("?theme=dark&dir=rtl", 390)}
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


def opened(browser: Browser, html: str, *, width: int, with_scripts: bool = True) -> Page:
    """A page of the gallery with its own look, served from memory under the product's content policy."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        extension = path.rpartition(".")[2]
        if extension not in TYPES:
            policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})
        elif path.startswith(assets.PREFIX):
            route.fulfill(body=assets.bundles()[extension].plain, content_type=TYPES[extension])
        else:
            route.fulfill(path=finders.find(path.removeprefix("/static/")), content_type=TYPES[extension])

    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=with_scripts)
    context.route("**/*", serve)
    page = context.new_page()
    page.goto(f"{SITE}/dev/gallery/")
    return page


def html_of(sheet: str, query: str = "") -> str:
    """A sheet as the product writes it."""
    request = RequestFactory().get(f"/dev/gallery/{sheet}/{query}")
    request._messages = CookieStorage(request)
    response = gallery(request, sheet)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("sheet", ["mentee", "pair", "board"])
def test_a_page_weighs_less_than_a_hundred_kilobytes_with_an_empty_cache(sheet):
    look = sum(len(bundle.compressed) for bundle in assets.bundles().values())
    assert len(html_of(sheet).encode()) + look < 100_000


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("sheet", SHEETS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser, sheet, look):
    query, width = LOOKS[look]
    page = opened(browser, html_of(sheet, query), width=width)
    found = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in Axe().run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert (found, too_wide) == ([], 0)


def test_the_content_policy_has_nothing_to_refuse(browser):
    complaints: list[str] = []
    page = opened(browser, html_of("components"), width=1280)
    page.on("console", lambda message: complaints.append(message.text))
    page.reload()
    page.context.close()
    assert complaints == []


def test_a_question_becomes_a_dialog_with_scripts_and_opens_in_place_without(browser):
    html = html_of("pair")
    seen = []
    for with_scripts in (True, False):
        page = opened(browser, html, width=1280, with_scripts=with_scripts)
        page.get_by_text("Close this pair", exact=True).first.click()
        seen.append((page.get_by_role("dialog").count(), page.get_by_role("button", name="Close the pair").is_visible()))
        page.context.close()
    assert seen == [(1, True), (0, True)]


def test_escape_closes_a_menu_and_gives_the_focus_back(browser):
    page = opened(browser, html_of("board"), width=1280)
    menu = page.locator("main details.menu").first
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    state = (menu.get_attribute("open"), page.evaluate("document.activeElement.className"))
    page.context.close()
    assert state == (None, "menu-button")


def test_the_first_press_of_tab_offers_to_skip_to_the_content(browser):
    page = opened(browser, html_of("mentee"), width=390)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reached = page.evaluate("[document.activeElement.id, location.hash]")
    page.context.close()
    assert reached == ["content", "#content"]


def test_every_target_is_large_enough_for_a_finger(browser):
    page = opened(browser, html_of("mentee"), width=390)
    small = page.evaluate(
        """[...document.querySelectorAll('a.button, button, summary, input, select, .nav-link, .tabs-link')]
        .map(element => [element.textContent.trim() || element.name, element.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
    )
    page.context.close()
    assert small == []


def test_an_unknown_sheet_is_the_list_of_components():
    assert "<title>Gallery · Turnabout</title>" in html_of("nothing")

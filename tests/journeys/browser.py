"""What people have in their hands: a desk with a wide screen, or a telephone."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = 1280, 390
SECONDS = 20
MILLISECONDS = SECONDS * 1000
PICTURES = os.environ.get("TURNABOUT_PICTURES", "")  # a folder, for whoever wants to look
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Lives as long as one journey: while it runs, no other test of the process can talk to the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(kw_only=True)
class Screen:
    """One person's browser: its cookies, its size, and what went wrong in it."""

    page: Page
    pictures: Path
    taken: set[str]  # names of the pictures there are, shared by all screens of a journey
    troubles: list[str] = field(default_factory=list)

    def go(self, url: str) -> "Screen":
        self.page.goto(url)
        return self

    def press(self, name: str) -> "Screen":
        """The button or link of exactly this name, and wait for the page to which it leads."""
        with self.page.expect_navigation():
            self.named(name).filter(visible=True).first.click()
        return self

    def press_primary(self) -> "Screen":
        """The one thing that the page asks for."""
        with self.page.expect_navigation():
            self.page.locator('main [data-kind="primary"]').first.click()
        return self

    def press_first(self, name: str) -> "Screen":
        """The first of several buttons or links whose names begin alike."""
        with self.page.expect_navigation():
            self.named(name, exact=False).filter(visible=True).first.click()
        return self

    def answer(self, value: str) -> "Screen":
        """One of several answers that are each a button."""
        with self.page.expect_navigation():
            self.page.locator(f'main button[value="{value}"]').first.click()
        return self

    def named(self, name: str, *, exact: bool = True) -> Locator:
        button = self.page.get_by_role("button", name=name, exact=exact)
        return button.or_(self.page.get_by_role("link", name=name, exact=exact))

    def fill(self, label: str, text: str) -> "Screen":
        self.page.get_by_label(label, exact=False).filter(visible=True).first.fill(text)
        return self

    def write(self, name: str, text: str) -> "Screen":
        """Into the field of this name, where labels repeat."""
        self.page.locator(f'[name="{name}"]').fill(text)
        return self

    def choose(self, label: str, option: str) -> "Screen":
        self.page.get_by_label(label, exact=True).filter(visible=True).first.select_option(label=option)
        return self

    def tick(self, label: str) -> "Screen":
        """A box or a round one, by the words beside it."""
        self.page.get_by_label(label, exact=False).filter(visible=True).first.check()
        return self

    def open(self, summary: str) -> "Screen":
        self.page.locator("summary", has_text=summary).first.click()
        return self

    def sees(self, text: str) -> "Screen":
        expect(self.page.get_by_text(text, exact=False).first).to_be_visible(timeout=MILLISECONDS)
        return self

    def until(self, text: str) -> "Screen":
        """Look again until this is there, as a page asks of people whose browser runs no scripts."""
        begun = time.monotonic()
        while text not in self.page.locator("main").inner_text():
            assert time.monotonic() - begun < SECONDS, f"{text!r} does not come up on {self.page.url}"
            self.page.wait_for_timeout(300)
            self.page.reload()
        return self

    def sees_nothing_of(self, text: str) -> "Screen":
        assert text not in self.page.content()
        return self

    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def fits(self) -> "Screen":
        assert self.page.evaluate(TOO_WIDE) <= 0, f"{self.page.url} is wider than the screen"
        return self

    def picture(self, name: str) -> "Screen":
        """A picture of the whole page, at the width of a desk and of a telephone, for whoever looks at pages."""
        self.fits()
        if not PICTURES or name in self.taken:
            return self
        self.taken.add(name)
        size = self.page.viewport_size or {"width": WIDE, "height": 900}
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.fits()
            self.page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
        self.page.set_viewport_size(size)
        return self


@dataclass(kw_only=True)
class Browsers:
    """Hands out screens and remembers them, so that at the end nobody's console holds an error."""

    browser: Browser
    home: str
    screens: list[Screen] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)

    def desk(self, **options: bool) -> Screen:
        return self._screen(self.browser.new_context(viewport={"width": WIDE, "height": 900}, base_url=self.home, **options))

    def telephone(self, **options: bool) -> Screen:
        size = {"width": NARROW, "height": 844}
        return self._screen(
            self.browser.new_context(viewport=size, base_url=self.home, is_mobile=True, has_touch=True, **options)
        )

    def _screen(self, context: BrowserContext) -> Screen:
        context.set_default_timeout(MILLISECONDS)
        pictures = Path(PICTURES or ".")
        pictures.mkdir(parents=True, exist_ok=True)
        screen = Screen(page=context.new_page(), pictures=pictures, taken=self.pictures)
        screen.page.on("pageerror", lambda error: screen.troubles.append(f"{screen.page.url}: {error}"))
        screen.page.on(
            "console", lambda said: screen.troubles.append(f"{screen.page.url}: {said.text}") if said.type == "error" else None
        )
        self.screens.append(screen)
        return screen

    @property
    def troubles(self) -> list[str]:
        return [trouble for screen in self.screens for trouble in screen.troubles]

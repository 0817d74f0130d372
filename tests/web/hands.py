"""Somebody who has a keyboard and no mouse: everything is reached with Tab, and seen to be reached."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

STOPS = (Path(__file__).parent / "walking.js").read_text(encoding="utf-8").strip().removesuffix(";")
MOST_STEPS = 12


@dataclass(kw_only=True)
class Hands:
    """Names are what a stop is called, from its beginning: a label, a link's words, what a screen reader says."""

    page: Page
    site: str

    def sit_down(self, session: str, path: str = "/") -> "Hands":
        """Somebody else takes the keyboard."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])
        return self.go(path)

    def go(self, path: str) -> "Hands":
        self.page.goto(f"{self.site}{path}")
        return self

    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def at(self) -> dict[str, Any]:
        """Where the focus is; nothing is wrong with how it shows."""
        stop: dict[str, Any] = self.page.evaluate(STOPS, {"at": True})
        assert stop["wrong"] == [], f"{stop['wrong']} on {self.page.url}"
        return stop

    def reach(self, name: str, *, back: bool = False) -> "Hands":
        """Tab, or Shift and Tab, until the focus is on this."""
        there = self.page.evaluate(STOPS, {"at": False})
        met = []
        for _press in range(there["presses"] + MOST_STEPS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            met.append(self.at()["name"])
            if met[-1].startswith(name):
                return self
        raise AssertionError(f"{name!r} is not reached on {self.page.url}: {met}")

    def key(self, *keys: str) -> "Hands":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Hands":
        self.page.keyboard.type(text)
        return self

    def enter(self) -> "Hands":
        """Press what has the focus, and come to the page it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def press(self, name: str, *, back: bool = False) -> "Hands":
        return self.reach(name, back=back).enter()

    def open(self, name: str) -> "Hands":
        """Something that opens where it stands."""
        return self.reach(name).key("Enter")

    def write(self, name: str, text: str) -> "Hands":
        return self.reach(name).key("Control+a").type(text)

    def tick(self, name: str) -> "Hands":
        return self.reach(name).key("Space")

    def choose(self, first: str, name: str) -> "Hands":
        """One of a group: the first is a stop, the others follow with the arrow."""
        return self.reach(first).arrow_to(name)

    def arrow_to(self, name: str) -> "Hands":
        met = []
        self.page.keyboard.press("Space")
        for _press in range(MOST_STEPS):
            met.append(self.at()["name"])
            if met[-1].startswith(name):
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name!r} is not reached with arrows on {self.page.url}: {met}")

    def pick(self, name: str, option: str) -> "Hands":
        """An option of a list, by its first letters."""
        return self.reach(name).type(option)

    def sees(self, text: str) -> "Hands":
        assert text in self.page.locator("body").inner_text(), f"{text!r} is not said on {self.page.url}"
        return self

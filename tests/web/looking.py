"""Somebody who opens page after page in a real Chromium and says what is wrong with each, by name.

The browser lives in a thread of its own, so the test's thread stays free to talk to the database.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.journeys.browser import ARGUMENTS, CHROMIUM, MILLISECONDS, NARROW, PICTURES, WIDE
from tests.web.hands import STOPS, Hands

HERE = Path(__file__).parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
OWED = (HERE / "looking.js").read_text(encoding="utf-8").strip().removesuffix(";")
LOOK_WITH_AXE = """async (withColours) => {
  for (let all = document.getAnimations(); all.length; all = document.getAnimations()) for (const one of all) one.finish();
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    rules: {"target-size": {enabled: true}, "color-contrast": {enabled: withColours}},
  });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  return found.violations.map((rule) => `axe ${rule.id}: ${rule.nodes.map((node) => `${node.target.join(" ")} (${why(node)})`).join(" | ")}`);
}"""
OPEN_EVERYTHING = "() => { for (const more of document.querySelectorAll('main details:not(.menu)')) more.open = true; }"
FORMS_TO_FILL_IN = """() => [...document.querySelectorAll("main form")]
  .map((form, index) => form.method === "post" && form.querySelector("[required]:not([type=hidden])") ? index : -1)
  .filter((index) => index >= 0)"""
SEND_EMPTY = """(index) => {
  const form = document.querySelectorAll("main form")[index];
  for (const control of form.elements) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = false;
    else if (control.localName === "select") control.selectedIndex = -1;
    else if (control.type !== "hidden" && control.localName !== "button") control.value = "";
  }
  HTMLFormElement.prototype.submit.call(form);
}"""
REMEDY = """() => document.querySelector("main .error-summary, main .field-error, main [role=alert], main .message") ? [] : ["no word on what is missing"]"""
SPARE_PRESSES = 3  # for the document itself, which is a stop of its own between the last and the first
NOT_OURS = ("This field is required", "Enter a valid", "Select a valid choice")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page opened by one reader."""

    name: str
    path: str
    session: str = ""
    status: int = 200
    sends_empty: bool = False  # send its forms with nothing in them as well
    is_close: bool = True  # go through it with the Tab key, and look at its colours by night as well
    is_dark: bool = False  # at a desk; on a telephone it is the other way round


@dataclass(kw_only=True)
class Eyes:
    """One window of a browser, used for every visit."""

    page: Page
    site: str
    said: list[str] = field(default_factory=list)

    def hear(self, line: ConsoleMessage) -> None:
        # The browser notes every status above 400; the visit says which one it expects.
        if line.type in {"error", "warning"} and "Failed to load resource" not in line.text:
            self.said.append(f"console: {line.text}")

    def look(self, visits: list[Visit]) -> dict[str, list[str]]:
        """What is wrong, by visit; nothing for those that are right."""
        found = {}
        for visit in visits:
            wrong = self._visit(visit)
            if wrong:
                found[visit.name] = wrong
        return found

    def _visit(self, visit: Visit) -> list[str]:
        answer = self._open(visit)
        wrong = [] if answer.status == visit.status else [f"status {answer.status} instead of {visit.status}"]
        wrong += self._owed(visit, visit.name, answer)
        if visit.sends_empty:
            for index in self.page.evaluate(FORMS_TO_FILL_IN):
                self._open(visit)
                with self.page.expect_navigation() as sent:
                    self.page.evaluate(SEND_EMPTY, index)
                name = f"{visit.name}, form {index + 1} sent empty"
                wrong += [f"{name}: {one}" for one in self._owed(visit, name, sent.value) + self.page.evaluate(REMEDY)]
        return wrong

    def _open(self, visit: Visit) -> Response:
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        self.page.context.clear_cookies()
        if visit.session:
            self.page.context.add_cookies([{"name": "sessionid", "value": visit.session, "url": self.site}])
        answer = self.page.goto(f"{self.site}{visit.path}")
        assert answer is not None
        return answer

    def _walked(self) -> list[str]:
        """What is wrong for somebody who goes through the page with the Tab key alone, once round."""
        wrong: list[str] = []
        there = self.page.evaluate(STOPS, {"at": False})
        waiting = set(range(there["stops"]))
        for _press in range(there["presses"] + SPARE_PRESSES):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOPS, {"at": True})
            wrong += stop["wrong"]
            waiting.discard(stop["number"])
            if not waiting:
                return wrong
        names = self.page.evaluate(
            "(numbers) => numbers.map((number) => window.stops[number].outerHTML.slice(0, 80))", sorted(waiting)
        )
        return [*wrong, f"not reached with Tab: {', '.join(names)}"]

    def _owed(self, visit: Visit, name: str, answer: Response) -> list[str]:
        """The page as it stands now: at a desk by day and on a telephone by night, or the other way round."""
        source = answer.text()
        wrong = [f"Django's own words: {words}" for words in NOT_OURS if words in source]
        self.page.evaluate(AXE)
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme="dark" if (width == NARROW) != visit.is_dark else "light")
            if width == NARROW:
                self.page.evaluate(OPEN_EVERYTHING)
            owed: list[str] = self.page.evaluate(LOOK_WITH_AXE, visit.is_close or width == WIDE)
            owed += self.page.evaluate(OWED, {"source": source, "isPhone": width == NARROW})
            owed += self._walked() if visit.is_close else []
            wrong += [f"{width}: {one}" for one in owed]
            if PICTURES:
                self.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
        wrong += self.said
        self.said.clear()
        return wrong


@dataclass(kw_only=True)
class Looker:
    """The same eyes, reached from another thread. Each look has a window of its own, closed at its end: a window that
    stays open keeps a thread of the server, and its database, busy.
    """

    thread: ThreadPoolExecutor
    browser: Browser

    def look(self, site: str, visits: list[Visit]) -> dict[str, list[str]]:
        return self.thread.submit(self._look, site, visits).result()

    def lend(self, site: str, does: Callable[[Hands], Any], **options: Any) -> Any:
        """A window for somebody who does something with the keyboard; what they answer with."""
        return self.thread.submit(self._lend, site, does, options).result()

    def _lend(self, site: str, does: Callable[[Hands], Any], options: dict[str, Any]) -> Any:
        context = self.browser.new_context(
            viewport={"width": WIDE, "height": 900}, reduced_motion="reduce", locale="en-GB", **options
        )
        context.set_default_timeout(MILLISECONDS)
        try:
            return does(Hands(page=context.new_page(), site=site))
        finally:
            context.close()

    def _look(self, site: str, visits: list[Visit]) -> dict[str, list[str]]:
        context = self.browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
        seeing = Eyes(page=context.new_page(), site=site)
        seeing.page.on("pageerror", lambda error: seeing.said.append(f"script error: {error}"))
        seeing.page.on("console", seeing.hear)
        try:
            return seeing.look(visits)
        finally:
            context.close()


@contextmanager
def a_looker() -> Iterator[Looker]:
    with ThreadPoolExecutor(max_workers=1) as thread:
        owner = thread.submit(lambda: sync_playwright().start()).result()
        browser = thread.submit(lambda: owner.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))).result()
        try:
            yield Looker(thread=thread, browser=browser)
        finally:
            thread.submit(browser.close).result()
            thread.submit(owner.stop).result()

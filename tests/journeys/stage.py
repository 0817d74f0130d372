"""The product as it runs for others: pages and worker as processes, a mail server, a clock that the journey sets."""

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.browser import Browsers, Screen, chromium
from tests.journeys.post import Post
from tests.project.site import Site, until
from turnabout.core.database import create_database, drop_database, settings_from_url

BEGINS = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)  # a Monday
_numbers = itertools.count(1)


@dataclass(kw_only=True)
class Stage:
    site: Site
    post: Post
    browsers: Browsers
    now: datetime = BEGINS
    said_by_commands: list[str] = field(default_factory=list)

    @property
    def home(self) -> str:
        return self.browsers.home

    def at(self, moment: datetime) -> datetime:
        """It is this moment now, for pages and worker."""
        self.now = moment.astimezone(UTC)
        write_clock(self.site.var, self.now)
        return self.now

    def later(self, **by: float) -> datetime:
        return self.at(self.now + timedelta(**by))

    def run_due(self) -> None:
        """What is due at this moment happens now; the worker does the jobs that come of it."""
        done = self.site.command("run-due", "--only-periodic")
        assert done.returncode == 0, done.stdout + done.stderr

    def command(self, *arguments: str) -> str:
        done = self.site.command(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sign_in(self, screen: Screen, address: str) -> Screen:
        """By the mailed link, as everybody does."""
        screen.go(f"{self.home}/sign-in/").fill("Your work mail", address).press("Send me a link")
        letter = self.post.take(address, "sign in")
        return screen.go(letter.url).press("Sign in")


def write_clock(var: Path, moment: datetime) -> None:
    fresh = var / "clock.new"
    fresh.write_text(moment.isoformat(), encoding="utf-8")
    fresh.replace(var / "clock")


@contextlib.contextmanager
def raised(var: Path) -> Iterator[Stage]:
    """Everything started, and ended again whatever happens."""
    with contextlib.ExitStack() as stack:
        post = Post()
        stack.enter_context(post.server)
        site = stack.enter_context(_site(var, post.server.port))
        write_clock(var, BEGINS)
        migrated = site.command("migrate")
        assert migrated.returncode == 0, migrated.stderr
        stack.enter_context(site.running("web", "--port", str(site.port), "--workers", "1"))
        stack.enter_context(site.running("worker"))
        browser = stack.enter_context(chromium())
        until(lambda: "/sign-in/" in _tried(site), 60)
        yield Stage(site=site, post=post, browsers=Browsers(browser=browser, home=f"http://127.0.0.1:{site.port}"))


@contextlib.contextmanager
def _site(var: Path, smtp_port: int) -> Iterator[Site]:
    """A site with a database of its own on the server of the tests."""
    whole = os.environ["DATABASE_URL"]
    server = settings_from_url(whole)
    name = f"journey_{os.getpid()}_{next(_numbers)}"
    create_database(server, name)
    try:
        url = urlsplit(whole)._replace(path=f"/{name}").geturl()
        site = Site(var=var, database=settings_from_url(url), url=url, settings="turnabout.project.settings")
        site.more = {
            "TURNABOUT_URL": f"http://127.0.0.1:{site.port}",
            "TURNABOUT_CLOCK_FILE": str(var / "clock"),
            "TURNABOUT_SMTP_HOST": "127.0.0.1",
            "TURNABOUT_SMTP_PORT": str(smtp_port),
            "TURNABOUT_MAIL_FROM": "Turnabout <turnabout@example.test>",
        }
        yield site
    finally:
        drop_database(server, name)


def _tried(site: Site) -> str:
    try:
        return site.get("/sign-in/")
    except OSError:
        return ""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as product_settings
from django.db import connection
from django.test import Client

from tests.cast import NOON, Cast
from tests.journeys.browser import CHROMIUM
from tests.mailbox import Sent, send_and_read
from tests.postgres import migrated_template
from turnabout.accounts.models import Account
from turnabout.people.models import Person

IN_A_BROWSER = {"browser", "live_server"}


def pytest_configure() -> None:
    # Secrets are hashed slowly on purpose, and static files are looked through at each start; tests need neither.
    product_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    product_settings.WHITENOISE_AUTOREFRESH = True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs a browser belongs to the second stage, and is skipped where there is none."""
    absent = pytest.mark.skip(reason=f"{CHROMIUM} is absent: apt-get install chromium")
    for item in items:
        if IN_A_BROWSER & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.journey)
        if item.get_closest_marker("journey") and not CHROMIUM.exists():
            item.add_marker(absent)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker's database is a copy of one that was migrated once."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def clock_at(tmp_path: Path, settings: object) -> Callable[[datetime], None]:
    """Set what the product takes for now; noon of 1 March 2027 until the test says otherwise."""
    file = tmp_path / "clock"

    def set_clock(moment: datetime) -> None:
        file.write_text(moment.astimezone(UTC).isoformat(), encoding="utf-8")

    set_clock(NOON)
    settings.CLOCK_FILE = str(file)
    return set_clock


@pytest.fixture
def client_of(db: None) -> Callable[[Account | Person | None], Client]:
    """A browser signed in as this account or person, or as nobody."""

    def make(who: Account | Person | None) -> Client:
        client = Client()
        account = who.account if isinstance(who, Person) else who
        if account is not None:
            client.force_login(account)
        return client

    return make


@pytest.fixture
def sent(db: None) -> Callable[[], list[Sent]]:
    """Send what is due and read everything sent so far: `[(mail.to, mail.template) for mail in sent()]`."""
    return send_and_read


@pytest.fixture(autouse=True)
def no_job_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit are cleared by Django, all but the job tables, which are not Django's own."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute(
                "truncate procrastinate_jobs, procrastinate_periodic_defers, procrastinate_events, procrastinate_workers cascade"
            )

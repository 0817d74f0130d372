from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.cast import NOON, Cast
from tests.mailbox import Sent, send_and_read
from turnabout.accounts.models import Account
from turnabout.people.models import Person


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
    settings.CLOCK_FILE = str(file)  # type: ignore[attr-defined] # pytest-django's settings take any name
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
            cursor.execute("truncate procrastinate_jobs, procrastinate_periodic_defers, procrastinate_events, procrastinate_workers cascade")

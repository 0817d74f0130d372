from datetime import timedelta

import pytest

from tests.cast import NOON
from tests.notifications.smtp_server import SmtpServer
from turnabout.notifications.content import CONTENT, Button, Calendar, Message, action_url, at_once, content
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session


@pytest.fixture
def greeting():
    """A template of the tests' own: one button that mints an action link."""

    @content("test.greeting", urgent_from=at_once)
    def greet(notice):
        if notice.data.get("is_over"):
            return None
        url = action_url("thing.answer", notice.account, NOON + timedelta(days=10))
        calendar = Calendar(content=b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", method="REQUEST")
        return Message(
            subject="Hello\r\nBcc: everybody@example.test",
            first_line="Hello <you> & me.",
            paragraphs=("One thing.",),
            button=Button(label="Answer", url=url),
            calendar=calendar if notice.data.get("has_calendar") else None,
        )

    yield
    del CONTENT["test.greeting"]


@pytest.fixture
def server(settings):
    with SmtpServer() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 2
        yield running


@pytest.fixture
def pair(cast, clock_at):
    return cast.mia_and_sol


@pytest.fixture
def first(pair):
    scheduling_services.plan_sessions(pair, now=NOON)
    return Session.objects.select_related("pair__cohort__programme").get(number=1)

"""What an organiser sends to themself before it goes to others."""

from datetime import timedelta

import pytest

from tests.cast import NOON
from turnabout.accounts.models import Link
from turnabout.core import events
from turnabout.core.errors import NotAllowed
from turnabout.notifications.about.copies import write_copy
from turnabout.notifications.content import CONTENT, Button, Message, action_url, content


@pytest.fixture
def reminder():
    """An organiser's template of the tests' own."""
    events.declare("test.reminder", audience="organiser")

    @content("test.reminder")
    def remind(notice):
        url = action_url(notice, "thing.answer", notice.account, NOON + timedelta(days=1))
        return Message(
            subject="A reminder", first_line=f"{notice.account.display_name}, remember.", button=Button(label="Answer", url=url)
        )

    yield
    del CONTENT["test.reminder"], events.DECLARED["test.reminder"]


def test_copy_says_the_same_and_opens_nothing(cast, clock_at, sent, reminder):
    write_copy("test.reminder", to=cast.cleo, reader=cast.mia.account, subject=cast.mia, now=NOON)
    (mail,) = sent()
    assert (mail.to, mail.subject, mail.text.splitlines()[0]) == (cast.cleo.email, "Copy: A reminder", "Mia Okafor, remember.")
    assert mail.url == "http://127.0.0.1:8000/"
    assert Link.objects.count() == 0


def test_there_is_no_copy_of_what_is_for_its_reader_alone(cast):
    with pytest.raises(NotAllowed):
        write_copy("sign_in.requested", to=cast.cleo, reader=cast.mia.account, subject=cast.mia, now=NOON)


def test_copy_of_a_message_whose_time_has_passed_is_not_sent(cast, clock_at, sent, reminder):
    write_copy("test.reminder", to=cast.cleo, reader=cast.mia.account, subject=cast.mia, now=NOON)
    cast.mia.account.delete()
    assert sent() == []

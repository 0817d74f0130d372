"""From the commit to the mail server through the job that the commit leaves behind."""

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import NOON
from turnabout.accounts.models import Account
from turnabout.core import jobs
from turnabout.notifications import notices
from turnabout.notifications.jobs import send_due

pytestmark = pytest.mark.django_db(transaction=True)


def write():
    account, _ = Account.objects.get_or_create(
        sign_in_name="mia", defaults={"email": "mia@example.test", "display_name": "Mia", "created_at": NOON}
    )
    return notices.write("test.greeting", account=account, subject=account, dedupe_key="one", now=NOON)


def test_written_notice_is_sent_by_the_worker_without_waiting_for_the_minute(clock_at, greeting, server):
    notice = write()
    job = ProcrastinateJob.objects.get(status="todo")
    app.tasks[job.task_name].func(**job.args)
    assert [mail.message_id for mail in server.taken] == [notice.message_id]


def test_rolled_back_notice_wakes_nobody(clock_at, greeting, server):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert ProcrastinateJob.objects.filter(status="todo").count() == 0


def test_minute_sends_what_no_job_was_enqueued_for(clock_at, greeting, server, monkeypatch):
    monkeypatch.setattr(notices, "wake_sender", lambda: None)  # the process dies between the commit and the job row
    notice = write()
    assert "notifications.jobs.send_due" in jobs.PERIODIC
    send_due()
    assert [mail.message_id for mail in server.taken] == [notice.message_id]

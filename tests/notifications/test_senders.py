"""Several senders at once: each mail goes out once, whoever claims it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.cast import NOON
from turnabout.accounts.models import Account
from turnabout.core import jobs
from turnabout.notifications import notices, services
from turnabout.notifications.models import Notice


def write_many(count):
    account = Account.objects.create(sign_in_name="mia", email="mia@example.test", display_name="Mia", created_at=NOON)
    notices.write_all("test.greeting", ((account, account, f"key {number}") for number in range(count)), now=NOON)


@pytest.mark.django_db(transaction=True)
def test_four_senders_send_each_of_forty_mails_once(clock_at, greeting, server):
    write_many(40)
    start = Barrier(4)

    def send(number):
        start.wait()
        try:
            return services.send_due()[Notice.State.SENT]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 40
    assert len({mail.message_id for mail in server.taken}) == len(server.taken) == 40


@pytest.mark.django_db(transaction=True)
def test_long_queue_is_sent_in_rounds(clock_at, greeting, server, monkeypatch):
    woken = []
    monkeypatch.setattr(jobs, "enqueue", lambda name, **options: woken.append((name, options)))
    write_many(5)
    assert [services.send_due(most=3)[Notice.State.SENT] for _ in range(2)] == [3, 2]
    assert woken == [("notifications.jobs.send_waiting", {"lock": "notifications.jobs.send_due", "once": True})] * 2


def test_many_notices_wake_one_sender(db, greeting, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        write_many(3)
        write_more = Account.objects.get()
        notices.write("test.greeting", account=write_more, subject=write_more, dedupe_key="one more", now=NOON)
    assert len(callbacks) == 1

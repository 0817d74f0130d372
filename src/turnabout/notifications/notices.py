"""Writing notices: in the transaction of their cause, once per dedupe key. Sending happens later, from the rows."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from turnabout.accounts.models import Account
from turnabout.core import jobs
from turnabout.core.references import reference
from turnabout.notifications.content import ASKED_FOR
from turnabout.notifications.models import Notice
from turnabout.people.models import Person

SEND = "notifications.jobs.send_waiting"
ONE_SENDER = "notifications.jobs.send_due"  # the lock of the periodic round: the two never send at the same time


def write(
    template: str,
    *,
    account: Account | None = None,
    person: Person | None = None,
    subject: models.Model,
    dedupe_key: str,
    now: datetime,
    data: dict[str, Any] | None = None,
    send_after: datetime | None = None,
    cohort: models.Model | None = None,
) -> Notice:
    """Write one notice, or find it where its dedupe key was written before.

    `account` is the reader; `person` only where the reader has none (a mentor's manager).
    `data` holds ids and dates, never personal text.
    """
    notice = _notice(template, account, person, subject, dedupe_key, now, data, send_after, cohort)
    written, is_new = Notice.objects.get_or_create(dedupe_key=notice.dedupe_key, defaults=_fields(notice))
    if is_new:
        wake_sender()
    return written


def write_all(
    template: str,
    readers: Iterable[tuple[Account, models.Model, str]],
    *,
    now: datetime,
    send_after: datetime | None = None,
    cohort: models.Model | None = None,
) -> None:
    """The same notice to many, in a few queries: (account, thing it speaks of, dedupe key) for each."""
    notices = [_notice(template, account, None, thing, key, now, None, send_after, cohort) for account, thing, key in readers]
    Notice.objects.bulk_create(notices, batch_size=1000, ignore_conflicts=True)
    wake_sender()


def forget_dropped(template: str, subject: models.Model) -> None:
    """What did not go out because its reason had passed is written anew when the reason is back."""
    Notice.objects.filter(template=template, subject=reference(subject), state=Notice.State.DROPPED).delete()


def repeat(notice: Notice, *, now: datetime) -> Notice:
    """Send it once more, with fresh links; not more than once an hour."""
    key = f"{notice.dedupe_key.partition(':again:')[0]}:again:{now:%Y%m%d%H}"
    again = Notice(
        template=notice.template,
        account=notice.account,
        person=notice.person,
        subject=notice.subject,
        data=notice.data | ASKED_FOR,
        dedupe_key=key[:120],
        cohort_key=notice.cohort_key,
        state=first_state(notice.account, notice.person),
        message_id=fresh_message_id(),
        created_at=now,
        send_after=now,
    )
    written, is_new = Notice.objects.get_or_create(dedupe_key=again.dedupe_key, defaults=_fields(again))
    if is_new:
        wake_sender()
    return written


def wake_sender() -> None:
    """Ask for the mails to go out as soon as this transaction is through.

    The job row is written after the commit on purpose: two transactions that both enqueue "one waiting
    job" would otherwise wait for each other. Should the process die in between, the minute's round sends.
    """
    if not any(waiting[1] is _enqueue for waiting in connection.run_on_commit):
        transaction.on_commit(_enqueue)


def _enqueue() -> None:
    jobs.enqueue(SEND, lock=ONE_SENDER, once=True)


def fresh_message_id() -> str:
    """Made once with the notice, so that a mail sent twice after a crash is seen to be the same mail."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain[:60]}>"


def first_state(account: Account | None, person: Person | None) -> str:
    """Waiting to be sent; for whoever has no mailbox, shown in the product from the start."""
    has_mailbox = account.has_mailbox if account is not None else bool(person and person.email)
    return Notice.State.WAITING if has_mailbox else Notice.State.SHOWN


def _notice(
    template: str,
    account: Account | None,
    person: Person | None,
    subject: models.Model,
    dedupe_key: str,
    now: datetime,
    data: dict[str, Any] | None,
    send_after: datetime | None,
    cohort: models.Model | None,
) -> Notice:
    return Notice(
        template=template,
        account=account,
        person=person,
        subject=reference(subject),
        data=data or {},
        dedupe_key=dedupe_key,
        cohort_key=None if cohort is None else cohort.pk,
        state=first_state(account, person),
        message_id=fresh_message_id(),
        created_at=now,
        send_after=send_after or now,
    )


def _fields(notice: Notice) -> dict[str, Any]:
    names = ("template", "account", "person", "subject", "data", "cohort_key", "state", "message_id", "created_at", "send_after")
    return {name: getattr(notice, name) for name in names}

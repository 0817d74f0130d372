"""Sending what waits: lease a row, send, mark. At least once, and each mail under one Message-ID for ever."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.marks import is_demo_database
from turnabout.notifications import mail, notices, quiet_hours
from turnabout.notifications.content import compose
from turnabout.notifications.models import Notice, SentMail
from turnabout.notifications.post import Post, RefusedForGood, TryLater

logger = logging.getLogger(__name__)

State = Notice.State

LEASE = timedelta(minutes=10)  # longer than every time limit of one mail together
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60))
PATIENCE = timedelta(days=4)  # with "try later" about one mail, once it is tried; an absent server is waited for without end
MOST_AT_ONCE = 500


def send_due(*, most: int = MOST_AT_ONCE) -> Counter[str]:
    """Send every notice that is due, and count what became of them; stops early while the server is away."""
    outcome: Counter[str] = Counter()
    is_demo = is_demo_database()
    if not settings.EMAIL_HOST and not is_demo:
        return outcome  # they wait until a mail server is set
    with Post() as post:
        while outcome.total() < most:
            notice = claim(now=clock.now())
            if notice is None:
                break
            state, is_server_away = _handle(notice, post, is_demo=is_demo)
            outcome[state] += 1
            if is_server_away:
                break
    if outcome.total() >= most:
        notices.wake_sender()
    return outcome


@transaction.atomic
def claim(*, now: datetime) -> Notice | None:
    """Lease the next due notice to this process. Lease times are the database's own, equal for all workers."""
    is_free = Q(state=State.WAITING) | Q(state=State.SENDING, lease_until__lt=Now())
    due = Notice.objects.filter(is_free, send_after__lte=now).order_by("send_after", "pk")
    chosen = due.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
    if chosen is None:
        return None
    Notice.objects.filter(pk=chosen).update(state=State.SENDING, lease_until=Now() + LEASE, attempts=F("attempts") + 1)
    return Notice.objects.select_related("account__person__entity", "person__entity").get(pk=chosen)


def _handle(notice: Notice, post: Post, *, is_demo: bool) -> tuple[str, bool]:
    """Send one leased notice and mark it: its new state, and whether the server is away."""
    now = clock.now()
    try:
        later = now if is_demo else quiet_hours.sending_time(notice, now=now)  # in a demo every mail is seen at once
        if later > now:
            return _mark(notice, state=State.WAITING, send_after=later, attempts=notice.attempts - 1), False
        letter = _letter(notice, now=now)
        if letter is None:
            state = State.SHOWN if _reads_in_the_product(notice) else State.DROPPED
            return _mark(notice, state=state), False
        if settings.EMAIL_HOST:
            post.send(letter)
    except RefusedForGood as refusal:
        return _mark(notice, state=State.PARKED, last_error=refusal.reason[:300]), False
    except TryLater as delay:
        return _put_back(notice, delay, now=now), delay.is_server_away
    except Exception as error:
        # One notice that cannot be written must not keep the others from going out.
        logger.exception("notice %s (%s) could not be rendered", notice.pk, notice.template)
        return _put_back(notice, TryLater(type(error).__name__, is_server_away=False), now=now), False
    if is_demo:
        SentMail.objects.create(
            notice=notice, to=letter.to[0], subject=str(letter.subject), source=letter.message().as_bytes(), sent_at=now
        )
    return _mark(notice, state=State.SENT, sent_at=now, last_error=""), False


def _letter(notice: Notice, *, now: datetime) -> EmailMessage | None:
    """The mail of a notice with its links stored, or None when nobody is to get it any more."""
    if not mail.address_of(notice):
        return None
    message = compose(notice)
    if message is None:
        return None
    with transaction.atomic():  # the links are in the database before the mail can arrive
        return mail.render(notice, message, now=now)


def _reads_in_the_product(notice: Notice) -> bool:
    account = notice.account
    return account is not None and account.is_active and not account.has_mailbox


def _mark(notice: Notice, **fields: object) -> str:
    """End this process's lease; without effect where another process took it over meanwhile."""
    mine = Notice.objects.filter(pk=notice.pk, state=State.SENDING, lease_until=notice.lease_until)
    mine.update(**fields, lease_until=None)
    return str(fields["state"])


def _put_back(notice: Notice, delay: TryLater, *, now: datetime) -> str:
    if not delay.is_server_away and now - notice.created_at > PATIENCE + quiet_hours.longest_wait(notice):
        return _mark(notice, state=State.PARKED, last_error=delay.reason[:300])
    wait = DELAYS[min(notice.attempts, len(DELAYS)) - 1]
    return _mark(notice, state=State.WAITING, send_after=now + wait, last_error=delay.reason[:300])


def retry_notice(notice: Notice, *, by: Account) -> Notice:
    """Send a parked notice once more."""
    _require_administrator(by)
    parked = Notice.objects.filter(pk=notice.pk, state=State.PARKED)
    if not parked.update(state=State.WAITING, send_after=clock.now(), last_error=""):
        raise NotPossible(_("This mail no longer waits for a decision; look at the list again."))
    notices.wake_sender()
    return Notice.objects.get(pk=notice.pk)


def discard_notice(notice: Notice, *, by: Account) -> Notice:
    """Never send a parked notice."""
    _require_administrator(by)
    parked = Notice.objects.filter(pk=notice.pk, state=State.PARKED)
    if not parked.update(state=State.DROPPED):
        raise NotPossible(_("This mail no longer waits for a decision; look at the list again."))
    return Notice.objects.get(pk=notice.pk)


def put_away(notice: Notice, *, by: Account) -> Notice:
    """Its reader is through with a message that waited in the product."""
    if notice.account_id != by.pk:
        raise NotAllowed(_("Only its reader can put a message away."))
    message = compose(notice)
    if message and message.stays_until and clock.now() < message.stays_until:
        day = date_format(localtime(message.stays_until), "j F Y")
        raise NotPossible(_("This message stays until %(day)s, so that nobody else puts it away for you.") % {"day": day})
    if not Notice.objects.filter(pk=notice.pk, state=State.SHOWN).update(state=State.SENT):
        raise NotPossible(_("This message has been put away already."))
    return Notice.objects.get(pk=notice.pk)


def _require_administrator(account: Account) -> None:
    if not account.is_active or not account.is_administrator:
        raise NotAllowed(_("Only an administrator decides about mail that could not be delivered; ask yours."))

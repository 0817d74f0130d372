from django.db import models
from django.db.models import Q

from turnabout.accounts.models import Account
from turnabout.core import references
from turnabout.people.models import Person


class Notice(models.Model):
    """A message to a person, written in the transaction of its cause and sent from here.

    It names a template and the things it speaks of, never a secret or personal text: the worker loads,
    mints links and renders when it sends.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"  # leased by a worker until lease_until
        SENT = "sent"
        PARKED = "parked"  # the mail server refused it for good; shown to administrators
        DROPPED = "dropped"  # its reason passed before it could be sent
        SHOWN = "shown"  # for people without a mailbox: waits in the product and on the printable sheet

    template = models.CharField(max_length=60)  # named after its event, such as "pair.ended"
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )  # without an account: a mentor's manager
    subject = models.CharField(max_length=60)  # the thing it speaks of, "proposal:12"
    data = models.JSONField(default=dict)  # ids and dates only
    dedupe_key = models.CharField(max_length=120, unique=True)
    cohort_key = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    message_id = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(account__isnull=False) | Q(person__isnull=False), name="a_notice_has_a_reader"),
        ]
        indexes = [
            models.Index(fields=["send_after"], condition=Q(state__in=["waiting", "sending"]), name="notifications_notice_due"),
            models.Index(fields=["account", "-created_at"], name="notifications_notice_of"),
        ]

    @property
    def subject_id(self) -> int:
        return references.id_of(self.subject)


class SentMail(models.Model):
    """A copy of each mail as sent, kept on a demo database only, for /dev/mail/."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    source = models.BinaryField()
    sent_at = models.DateTimeField()

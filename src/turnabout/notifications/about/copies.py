"""A copy of somebody's message for the organiser who is about to send it: the same words, no working link."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed
from turnabout.core.events import reference
from turnabout.notifications import notices
from turnabout.notifications.content import Button, Message, at_once, compose, content, is_for_its_reader_alone, page_url
from turnabout.notifications.models import Notice

COPY = "copy"


def write_copy(
    template: str, *, to: Account, reader: Account, subject: models.Model, now: datetime, data: dict[str, Any] | None = None
) -> Notice:
    """Send `to` what `reader` would get. The page that offers it has made sure that `to` may see `reader`."""
    if is_for_its_reader_alone(_original(template, reader, reference(subject), data or {})):
        raise NotAllowed(_("This message is for its reader alone, so there are no copies of it."))
    return notices.write(
        COPY,
        account=to,
        subject=subject,
        dedupe_key=f"copy:{template}:{reference(subject)}:{to.pk}:{now.timestamp()}",
        now=now,
        data={"template": template, "reader": reader.pk, "data": data or {}},
    )


@content(COPY, urgent_from=at_once)
def copy(notice: Notice) -> Message | None:
    reader = Account.objects.filter(pk=notice.data["reader"]).first()
    original = None if reader is None else _original(notice.data["template"], reader, notice.subject, notice.data["data"])
    message = None if original is None else compose(original)
    if reader is None or message is None:
        return None
    return replace(
        message,
        subject=_("Copy: %(subject)s") % {"subject": message.subject},
        button=message.button and Button(label=message.button.label, url=page_url("home")),
        links=(),
        calendar=None,
        note=_("This is a copy for you alone of what %(name)s gets. In their mail the button opens the question itself.")
        % {"name": reader.display_name},
    )


def _original(template: str, reader: Account, subject: str, data: dict[str, Any]) -> Notice:
    return Notice(template=template, account=reader, subject=subject, data=data)

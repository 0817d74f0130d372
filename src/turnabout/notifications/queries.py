from django.db.models import QuerySet

from turnabout.accounts.models import Account, Link
from turnabout.notifications.content import ActionUrl, Message, compose
from turnabout.notifications.models import Notice


def open_notice_of(link: Link) -> Notice | None:
    """The notice that carried a link, while what the link asks is still open: it would be in a fresh mail again."""
    if not link.cause or not link.account.is_active:
        return None
    notice = Notice.objects.select_related("account", "person").filter(dedupe_key=link.cause, account=link.account).first()
    message = None if notice is None else compose(notice)
    return notice if message is not None and _asks(message, link) else None


def _asks(message: Message, link: Link) -> bool:
    urls = [button.url for button in (message.button, *message.links) if button is not None]
    return any(isinstance(url, ActionUrl) and (url.verb, url.subject) == (link.verb, link.subject) for url in urls)


def waiting_in_the_product(account: Account) -> QuerySet[Notice]:
    """What we wrote to somebody without a mailbox, newest first."""
    return (
        Notice.objects.filter(account=account, state=Notice.State.SHOWN).select_related("account").order_by("-created_at", "-pk")
    )


def count_waiting_in_the_product(account: Account) -> int:
    """How many messages wait here for somebody without a mailbox; whoever has one reads them there."""
    return 0 if account.has_mailbox else waiting_in_the_product(account).count()


def undeliverable() -> QuerySet[Notice]:
    """Mails that the server refused for good, newest first."""
    return Notice.objects.filter(state=Notice.State.PARKED).select_related("account", "person").order_by("-created_at", "-pk")


def delayed() -> QuerySet[Notice]:
    """Mails that have been tried without success and will be tried again."""
    return (
        Notice.objects.filter(state=Notice.State.WAITING, attempts__gt=0)
        .select_related("account", "person")
        .order_by("-created_at", "-pk")
    )

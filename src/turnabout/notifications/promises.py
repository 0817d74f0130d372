"""What we promise to write, as it is true for the reader: by mail, or in the product and on paper."""

from django.utils.translation import gettext as _

from turnabout.accounts.models import Account


def of_a_partner(account: Account | None) -> str:
    if _reads_mail(account):
        return _("You will get a mail when we suggest a partner.")
    return _("When we suggest a partner, a message waits for you under Messages, and the sheet from your coordinator says so.")


def of_a_free_place(account: Account | None) -> str:
    if _reads_mail(account):
        return _("You will get a mail as soon as a place is free; until then there is nothing to do.")
    return _(
        "As soon as a place is free, a message waits for you under Messages, and the sheet from your coordinator says so; "
        "until then there is nothing to do."
    )


def of_a_first_session(account: Account | None) -> str:
    if _reads_mail(account):
        return _("Your first session is being booked; the invitation arrives by mail.")
    return _("Your first session is being booked; its date stands on your home page in a moment.")


def of_three_questions(account: Account | None) -> str:
    if _reads_mail(account):
        return _("Three quick questions follow by mail, if you like.")
    return _("Three quick questions wait for you under Messages, if you like.")


def _reads_mail(account: Account | None) -> bool:
    return account is None or account.has_mailbox

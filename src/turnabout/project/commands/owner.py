"""`turnabout owner --email olu@example.org`: names the first programme lead and prints a link to sign in."""

import argparse

from turnabout.core.errors import CommandError
from turnabout.project import django_setup


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="turnabout owner", description="Make somebody a programme lead and print a link that signs them in."
    )
    parser.add_argument("--email", required=True, help="their work mail")
    parser.add_argument("--name", default="", help="their name; the part before the @ when left out")
    parser.add_argument("--administrator", action="store_true", help="may also look after the installation (mail, sign-in)")
    parser.add_argument("--reopen", action="store_true", help="open their account again where it was closed")
    options = parser.parse_args(argv)
    django_setup.set_up()
    refuse_without_tables()
    print(make_owner(options.email, name=options.name, is_administrator=options.administrator, is_reopened=options.reopen))
    return 0


def refuse_without_tables() -> None:
    from django.db import connection

    from turnabout.accounts.models import Account

    if Account._meta.db_table not in connection.introspection.table_names():
        raise CommandError("the database holds no tables yet. Run `turnabout migrate` first, then this command again.")


def make_owner(email: str, *, name: str, is_administrator: bool, is_reopened: bool = False) -> str:
    """The account, opened where there was none, with a fresh sign-in link; the link is valid for 15 minutes."""
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction
    from django.urls import reverse

    from turnabout.accounts import links, services
    from turnabout.accounts.models import Account
    from turnabout.core import clock

    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is no mail address: write it as name@example.org") from None
    now = clock.now()
    with transaction.atomic():
        account = services.account_for(sign_in_name=email, email=email, display_name=name or email.partition("@")[0], now=now)
        if not account.is_active and is_reopened:
            account = services.reopen_account(account, by=None, now=now)
        if not account.is_active:
            raise CommandError(f"The account of {email} is closed: add --reopen to open it again, or name somebody else.")
        services.grant_owner(account, by=None, now=now)
        if is_administrator:
            Account.objects.filter(pk=account.pk).update(is_administrator=True)
        token = links.mint(account, kind=links.Kind.SIGN_IN, expires_at=now + links.SIGN_IN_LASTS, now=now)
    address = settings.SITE_URL + reverse("sign_in_link", kwargs={"token": token})
    return f"{account.sign_in_name} is a programme lead. Sign in within 15 minutes, once:\n{address}"

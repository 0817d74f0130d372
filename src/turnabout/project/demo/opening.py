"""Make the demo when it is missing, and say how to get in."""

import os
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from turnabout.accounts import links
from turnabout.accounts.models import Account
from turnabout.core import clock, crypto
from turnabout.core.errors import CommandError
from turnabout.core.marks import DEMO, is_demo_database
from turnabout.core.models import Mark
from turnabout.people.models import Person
from turnabout.project.demo.stages import NotEmpty, Stage, build, what_is_kept

CAST = {
    "olu@example.test": "programme lead",
    "cleo@example.test": "coordinator of six businesses",
    "mia@example.test": "mentor",
    "sol@example.test": "mentee, an executive",
    "sana@example.test": "sponsor",
    "nadia@example.test": "named contact",
    "ash@example.test": "Sol's assistant",
    "otto@example.test": "outsider",
    "ada@example.test": "administrator",
}


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def prepare(*, stage: str, seed: int, people: int, may_exist: bool) -> None:
    call_command("migrate", verbosity=0)
    made = Mark.objects.filter(name=DEMO).values_list("value", flat=True).first()
    if made is not None and may_exist:
        if not crypto.opens_what_is_stored():
            raise CommandError(
                "The demo that is here was written with other keys than those in "
                f"{settings.VAR_DIR / 'keys'}, so nobody can read what its pairs wrote. {_way_to_another()}"
            )
        _say_which_demo(made, wanted=what_is_kept(stage=stage, seed=seed, people=people))
        return
    if Person.objects.exists():
        raise CommandError(
            "This database holds people already; a demo needs an empty one. Point DATABASE_URL or TURNABOUT_VAR elsewhere."
        )
    say(f"Writing a programme at stage “{stage}” with {people} people …")
    began = time.perf_counter()
    try:
        build(Stage(stage), seed=seed, people_wanted=people, now=clock.now())
    except NotEmpty:
        raise CommandError("This database holds people already; a demo needs an empty one.") from None
    say(f"Done in {time.perf_counter() - began:.0f} seconds.")


def _say_which_demo(made: str, *, wanted: str) -> None:
    """Opened again as it is; whoever asked for another one learns which this is, and how to have the other."""
    if made == wanted:
        say(f"Opening the demo that is here: {made}.")
        return
    say(f"The demo that is here opens as it was made: {made}. This command would have made another: {wanted}.")
    say(_way_to_another())


def _way_to_another() -> str:
    """How to have a fresh demo; the built-in database may stand apart from the var folder with its keys."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return "For another one, let DATABASE_URL name an empty database."
    home = Path(connection.settings_dict.get("CLUSTER") or settings.VAR_DIR)
    places = [settings.VAR_DIR] if home.is_relative_to(settings.VAR_DIR) else [settings.VAR_DIR, home]
    return (
        "For another one, stop this and put TURNABOUT_VAR=var/other before the command,\n"
        f"or run `turnabout database stop`, remove {' and '.join(map(str, places))} and start again."
    )


def announce() -> None:
    """A fresh sign-in link for each member of the cast; they are valid once, for a quarter of an hour."""
    if not is_demo_database():
        return
    now = clock.now()
    say(f"\nTurnabout's demo: {settings.SITE_URL}/\nMails as sent: {settings.SITE_URL}/dev/mail/\n")
    for address, part in CAST.items():
        account = Account.objects.filter(email=address).first()
        if account is not None:
            token = links.mint(account, kind=links.Kind.SIGN_IN, expires_at=now + links.SIGN_IN_LASTS, now=now)
            path = reverse("sign_in_link", kwargs={"token": token})
            say(f"  {account.display_name:16} {part:32} {settings.SITE_URL}{path}")
    say(f"\nLinks work once, for a quarter of an hour; at {settings.SITE_URL}/dev/ you can become anybody again.\n")

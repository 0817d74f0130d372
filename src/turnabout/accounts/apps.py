from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "turnabout.accounts"
    label = "accounts"

    def ready(self) -> None:
        from turnabout.core import events

        events.declare("sign_in.requested", audience="private", help="Somebody asked for a sign-in link.")
        events.declare(
            "card.printed",
            audience="organiser",
            data=("is_reset",),
            help="A card for somebody without a mailbox was printed; a reset takes the place of a PIN or passkey in use.",
        )
        events.declare("account.deactivated", audience="organiser", help="An account was closed and signed out everywhere.")
        events.declare("account.reopened", audience="organiser", help="A closed account was let in again.")
        events.declare(
            "account.renamed", audience="organiser", help="A closed account let go of its address for whoever has it now."
        )
        events.declare("owner.granted", audience="organiser", help="An account became a programme lead.")

"""What we write about signing in."""

from datetime import timedelta

from django.utils.translation import gettext as _

from turnabout.accounts.links import SIGN_IN_LASTS
from turnabout.accounts.models import Account, SignInRequest
from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.notifications import notices
from turnabout.notifications.content import Button, Message, SignInUrl, at_once, content, page_url
from turnabout.notifications.models import Notice

STALE_AFTER = timedelta(hours=1)  # a sign-in mail that comes later only puzzles its reader


@events.on("sign_in.requested")
def tell_the_way_in(event: Event) -> None:
    request = SignInRequest.objects.select_related("account").get(pk=event.subject_id)
    notices.write(
        "sign_in.requested", account=request.account, subject=request, dedupe_key=f"sign_in.requested:{request.pk}", now=event.at
    )


@content("sign_in.requested", urgent_from=at_once)
def sign_in_requested(notice: Notice) -> Message | None:
    now = clock.now()
    request = SignInRequest.objects.filter(pk=notice.subject_id).first()
    if request is None or now - request.asked_at > STALE_AFTER:
        return None
    return Message(
        subject=_("Your link to sign in"),
        first_line=_("Here is your link to sign in."),
        paragraphs=(_("It works once, for 15 minutes. If it has run out, ask for a new one on the sign-in page."),),
        button=Button(label=_("Sign in"), url=SignInUrl(subject=notice.subject, expires_at=now + SIGN_IN_LASTS)),
        note=_("You did not ask for it? Then leave this mail alone: without the link nobody gets in."),
    )


@events.on("card.printed")
def tell_that_a_card_was_printed(event: Event) -> None:
    """Whoever has no mailbox sees in the product that somebody printed a way into their account."""
    account = Account.objects.get(pk=event.subject_id)
    notices.write("card.printed", account=account, subject=account, dedupe_key=f"card.printed:{event.pk}", now=event.at)


@content("card.printed", urgent_from=at_once)
def card_printed(notice: Notice) -> Message | None:
    return Message(
        subject=_("A sign-in card was printed for you"),
        first_line=_("A sign-in card was printed for you."),
        paragraphs=(
            _(
                "Whoever holds it can choose a new PIN for your account within 14 days. If you did not get it, ask your coordinator to end it."
            ),
        ),
        button=Button(label=_("Your account"), url=page_url("your_account")),
    )

"""What we write about signing in."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.accounts.links import CARD_LASTS, RESET_WAITS, SIGN_IN_LASTS
from turnabout.accounts.models import Account, SignInRequest
from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.notifications import notices
from turnabout.notifications.content import Button, Message, SignInUrl, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import contact_of

RESET = "card.reset"  # not an event of its own, so it is for its reader alone and never on a sheet that others print
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
    is_reset = bool(event.data.get("is_reset"))
    notices.write(
        "card.printed",
        account=account,
        subject=account,
        dedupe_key=f"card.printed:{event.pk}",
        now=event.at,
        data={"is_reset": is_reset},
    )
    if is_reset:
        for reader in {**_partners(account, event), **_contacts(account)}.values():
            key = f"{RESET}:{event.pk}:{reader.pk}"
            notices.write(RESET, account=reader, subject=account, dedupe_key=key, now=event.at)


def _partners(account: Account, event: Event) -> dict[int, Account]:
    """Whoever wrote, with the holder of the account, what is still kept."""
    person = Person.objects.filter(account=account).first()
    pairs = Pair.objects.of_person(person).exclude(pk__in=Pair.objects.kept_long_enough(event.at).values("pk")).with_people()
    sides = [pair.partner_of(person) for pair in pairs if person is not None]
    return {side.person.account.pk: side.person.account for side in sides if side.person.account is not None}


def _contacts(account: Account) -> dict[int, Account]:
    """The named contacts of the rounds that the holder of the account takes part in."""
    places = Enrolment.objects.filter(person__account=account).exclude(cohort__state=Cohort.State.CLOSED)
    programmes = set(places.taking_part().values_list("cohort__programme", flat=True))
    offices = [contact_of(programme_id) for programme_id in sorted(programmes)]
    return {office.account.pk: office.account for office in offices if office is not None}


@content("card.printed", urgent_from=at_once)
def card_printed(notice: Notice) -> Message | None:
    account = Button(label=_("Your account"), url=page_url("your_account"))
    if not notice.data.get("is_reset"):
        return Message(
            subject=_("A sign-in card was printed for you"),
            first_line=_("A sign-in card was printed for you."),
            paragraphs=(
                _(
                    "Whoever holds it can choose a new PIN for your account within 14 days. If you did not get it, end it under “Your account”."
                ),
            ),
            button=account,
        )
    return Message(
        subject=_("A new sign-in card was printed for you"),
        first_line=_("A new sign-in card was printed for you."),
        paragraphs=(
            _(
                "From %(when)s, whoever holds it can choose a new PIN for your account, in place of what you sign in with now. "
                "If you did not ask for it, end it under “Your account”. Your partner and the named contact were told as well."
            )
            % {"when": _works_from(notice)},
        ),
        button=account,
        stays_until=notice.created_at + CARD_LASTS,
    )


@content(RESET, urgent_from=at_once)  # the card opens after a day, so a word after the weekend would come too late
def card_reset(notice: Notice) -> Message | None:
    """To those whom a wrong reader of the account would harm, and to whoever is there for them; not who printed it."""
    account = Account.objects.select_related("person").filter(pk=notice.subject_id).first()
    if account is None:
        return None
    words = {"name": account.display_name, "when": _works_from(notice)}
    return Message(
        subject=_("A new sign-in card was printed for %(name)s") % words,
        first_line=_("A new sign-in card was printed for %(name)s.") % words,
        paragraphs=(
            _(
                "From %(when)s, whoever holds the card can sign in as %(name)s and read what %(name)s and their partner write to each other."
            )
            % words,
            _(
                "Most often somebody has forgotten their PIN. If that was not wanted, speak with %(name)s: one press under “Your account” "
                "ends the card. A programme lead can end it too."
            )
            % words,
        ),
        note=_("We tell the partner and the named contact whenever this happens, so that nobody can do it unseen."),
    )


def _works_from(notice: Notice) -> str:
    return date_format(localtime(notice.created_at + RESET_WAITS), "j F Y, H:i")

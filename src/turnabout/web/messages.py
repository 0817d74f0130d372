"""What we wrote to people, where they have no mailbox: in the product, and on a sheet that an organiser prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.core.references import kind_of
from turnabout.notifications import mail, queries, services
from turnabout.notifications.content import ActionUrl, Message, compose, is_for_its_reader_alone
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.queries import Duties, cohorts_organised_by
from turnabout.scheduling.models import Session
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message

ON_A_PAGE = 10
ON_A_SHEET = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One notice as its reader sees it; `message` is None once its reason has passed."""

    notice: Notice
    message: Message | None

    @property
    def link(self) -> str:
        """Where its button leads, unless pressing it has to make an action link first."""
        button = self.message.button if self.message else None
        return button.url if button and isinstance(button.url, str) else ""

    @property
    def stays(self) -> bool:
        return bool(self.message and self.message.stays_until and clock.now() < self.message.stays_until)

    @property
    def has_action(self) -> bool:
        button = self.message.button if self.message else None
        return button is not None and isinstance(button.url, ActionUrl)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heap:
    """What waits for one person, as it may be printed by somebody else."""

    person: Person
    messages: tuple[Message, ...]
    kept_back: int  # for the reader alone: they wait in the product


@allow("signed_in")
def messages(request: Request) -> HttpResponse:
    found = Paginator(queries.waiting_in_the_product(request.account), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [Shown(notice=notice, message=compose(notice)) for notice in found]
    return page(request, "messages/messages.html", shown=shown, listed=found, has_mailbox=request.account.has_mailbox)


def _own(request: Request, notice_id: int) -> Notice:
    own = Notice.objects.filter(account=request.account, state=Notice.State.SHOWN).select_related(
        "account__person__entity", "person__entity"
    )
    return get_object_or_404(own, pk=notice_id)


@allow("signed_in")
@require_POST
def message_open(request: Request, notice_id: int) -> HttpResponse:
    """Follow a message's button: its link is made here, for the reader who is signed in."""
    notice = _own(request, notice_id)
    message = compose(notice)
    url = message.button.url if message and message.button else None
    if not isinstance(url, ActionUrl):
        raise NotPossible(_("This is not needed any more; the message has had its time."))
    return redirect("link", token=mail.mint_action(notice, url, now=clock.now()))


@allow("signed_in")
@require_POST
def message_away(request: Request, notice_id: int) -> HttpResponse:
    """Put a message away; it is dropped from the page and from the sheet."""
    services.put_away(_own(request, notice_id), by=request.account)
    return redirect_with_message(request, "messages", _("Put away."))


@allow("coordinator", "owner")
def message_sheet(request: Request) -> HttpResponse:
    """Paper for people without a mailbox: what waits for each, without what is for their eyes alone."""
    return page(
        request, "messages/sheet.html", heaps=_heaps(request.duties), address=request.build_absolute_uri(reverse("sign_in"))
    )


def _heaps(duties: Duties) -> list[Heap]:
    people = (
        Person.objects.present().filter(account__isnull=False, account__is_active=True, account__email="").filter(_within(duties))
    )
    by_account = {person.account_id: person for person in people.select_related("entity").order_by("sort_key", "pk")}
    notices = (
        Notice.objects.filter(account__in=by_account, state=Notice.State.SHOWN)
        .select_related("account__person__entity")
        .order_by("created_at", "pk")
    )
    if not duties.is_owner:
        notices = notices.filter(Q(cohort_key=None) | Q(cohort_key__in=cohorts_organised_by(duties).values("pk")))
    waiting: dict[int, list[Notice]] = {}
    for notice in notices[:ON_A_SHEET]:
        waiting.setdefault(notice.account_id or 0, []).append(notice)
    withheld = _about_others(chain.from_iterable(waiting.values()), duties)
    return [_heap(person, waiting[account_id], withheld) for account_id, person in by_account.items() if account_id in waiting]


def _about_others(notices: Iterable[Notice], duties: Duties) -> frozenset[int]:
    """Notices about a pair of which this organiser may not know both: their words name the other side."""
    about = {notice.pk: notice for notice in notices if kind_of(notice.subject) in {"pair", "session"}}
    of_session = {notice.subject_id for notice in about.values() if kind_of(notice.subject) == "session"}
    pair_of = dict(Session.objects.filter(pk__in=of_session).values_list("pk", "pair_id"))
    pairs = {
        key: pair_of.get(one.subject_id, 0) if kind_of(one.subject) == "session" else one.subject_id for key, one in about.items()
    }
    seen = {pair.pk for pair in Pair.objects.with_people().filter(pk__in=set(pairs.values())) if _sees_both(duties, pair)}
    return frozenset(key for key, pair_id in pairs.items() if pair_id not in seen)


def _sees_both(duties: Duties, pair: Pair) -> bool:
    scope = duties.scope_in(pair.cohort.programme_id)
    return scope is not None and scope.sees(pair.mentor.person) and scope.sees(pair.mentee.person)


def _within(duties: Duties) -> Q:
    if duties.is_owner or any(scope.entity_ids is None for scope in duties.coordinates):
        return Q()
    return Q(entity__in=frozenset[int]().union(*(scope.entity_ids or frozenset() for scope in duties.coordinates)))


def _heap(person: Person, notices: list[Notice], withheld: frozenset[int]) -> Heap:
    """Nothing private is even composed; the rest is printed in the reader's own language."""
    kept_back = [notice for notice in notices if is_for_its_reader_alone(notice) or notice.pk in withheld]
    printed = [compose(notice) for notice in notices if notice not in kept_back]
    return Heap(
        person=person,
        messages=tuple(message for message in printed if message is not None),
        kept_back=len(kept_back),
    )


@allow("administrator")
def mail_problems(request: Request) -> HttpResponse:
    """Mail that the server refused for good, and mail that is being tried again. Addresses and reasons, never content."""
    found = Paginator(queries.undeliverable(), 50).get_page(request.GET.get("page"))
    rows = [(notice, mail.address_of(notice)) for notice in found]
    delayed = [(notice, mail.address_of(notice)) for notice in queries.delayed()[:50]]
    return page(request, "messages/mail_problems.html", rows=rows, delayed=delayed, listed=found)


@allow("administrator")
@require_POST
def mail_retry(request: Request, notice_id: int) -> HttpResponse:
    services.retry_notice(get_object_or_404(Notice, pk=notice_id), by=request.account)
    return redirect_with_message(
        request, "mail_problems", _("The mail goes out again; one that is not urgent, in its reader's working hours.")
    )


@allow("administrator")
@require_POST
def mail_discard(request: Request, notice_id: int) -> HttpResponse:
    services.discard_notice(get_object_or_404(Notice, pk=notice_id), by=request.account)
    return redirect_with_message(request, "mail_problems", _("The mail will not be sent."))


urls = [
    path("messages/", messages, name="messages"),
    path("messages/sheet/", message_sheet, name="message_sheet"),
    path("messages/<int:notice_id>/open/", message_open, name="message_open"),
    path("messages/<int:notice_id>/away/", message_away, name="message_away"),
    path("mail/", mail_problems, name="mail_problems"),
    path("mail/<int:notice_id>/retry/", mail_retry, name="mail_retry"),
    path("mail/<int:notice_id>/discard/", mail_discard, name="mail_discard"),
]

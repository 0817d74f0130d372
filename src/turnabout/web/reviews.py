"""How is it going? After session 2 each of the two is asked alone: continue, adjust, change partner or stop.

The answer is kept nowhere. It leads to what it asks for, and nobody else learns that there was a question.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account, Link
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments import policies as enrolment_policies
from turnabout.enrolments import services as enrolment_services
from turnabout.enrolments.models import Enrolment
from turnabout.notifications.about.pairs import offer
from turnabout.pairs import policies, services
from turnabout.pairs.models import Pair
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message

REVIEW = "pair.review"
CONTINUE, ADJUST, CHANGE, STOP = "continue", "adjust", "change", "stop"


def _choices(name: str) -> list[dict[str, str]]:
    return [
        {"value": CONTINUE, "label": _("Continue"), "text": _("Nothing changes."), "kind": ""},
        {
            "value": ADJUST,
            "label": _("Adjust"),
            "text": _("Other themes, another rhythm or another line in your agreement: all of it is yours to change."),
            "kind": "",
        },
        {
            "value": CHANGE,
            "label": _("Change partner"),
            "text": _("This pair closes at once. %(name)s learns that it closed, and nothing else.") % {"name": name},
            "kind": "",
        },
        {
            "value": STOP,
            "label": _("Stop"),
            "text": _("This pair closes, and you leave the round. No reason needed."),
            "kind": "",
        },
    ]


def _show(request: HttpRequest, place: pair_page.Place, *, layout: str, action: str) -> HttpResponse:
    _refuse_finished(place.pair)
    return page(
        request,
        "pairs/review.html",
        layout=layout,
        action=action,
        partner=place.partner.person,
        choices=_choices(place.partner.person.first_name),
        contact=pair_page.contact_for(place),
    )


def _refuse_finished(pair: Pair) -> None:
    if not pair.is_unfinished:
        raise NotPossible(_("This pair has closed, so there is nothing more to decide."))


@transaction.atomic
def _take(place: pair_page.Place, answer: str, account: Account) -> str:
    """Do what was chosen and say so; nothing is written down about the choice itself."""
    _refuse_finished(place.pair)
    if answer == CONTINUE:
        return _("Good. Nothing changes, and nobody is told that you were asked.")
    if answer == ADJUST:
        return _("Themes, dates and the agreement can be changed on your page at any time. Begin your next session with it.")
    if answer not in {CHANGE, STOP}:
        raise NotPossible(_("Choose one of the four. None of them is wrong."))
    services.end_pair(place.pair, by=account, now=clock.now())
    closed = _("This pair has closed. It is nobody's fault.")
    side = Enrolment.objects.select_related("person").get(pk=place.side.pk)
    if answer == STOP and enrolment_policies.can_leave(side):
        enrolment_services.withdraw_place(side, by=account, now=clock.now())
        return f"{closed} {_('You have left this round. Thank you for having taken part.')}"
    return closed if answer == STOP else f"{closed} {offer(place.pair, place.side)}"


@allow("participant")
def review(request: Request, pair_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        sentence = _take(place, answer, request.account)
        return redirect_with_message(request, "home" if answer == STOP else "pair", sentence, **_of(answer, pair_id))
    return _show(request, place, layout="base.html", action="")


def _of(answer: str, pair_id: int) -> dict[str, int]:
    return {} if answer == STOP else {"pair_id": pair_id}


def _linked(link: Link) -> pair_page.Place:
    pair = Pair.objects.with_people().filter(pk=link.subject_id).first()
    side = None if pair is None else policies.side_of(link.account, pair)
    if pair is None or side is None:
        raise NotPossible(_("This question is no longer open."))
    return pair_page.place_of(pair, side)


def show_link(request: HttpRequest, link: Link) -> HttpResponse:
    return _show(request, _linked(link), layout="base_plain.html", action="")


def do_link(request: HttpRequest, link: Link) -> HttpResponse:
    place = _linked(link)
    sentence = _take(place, request.POST.get("answer", ""), link.account)
    return page(request, "links/done.html", title=_("Thank you"), sentence=sentence, contact=pair_page.contact_for(place))


links.register(links.Action(verb=REVIEW, show=show_link, do=do_link))

urls = [path("pairs/<int:pair_id>/review/", review, name="pair_review")]

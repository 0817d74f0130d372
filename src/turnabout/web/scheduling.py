"""Sessions: the guide and the joint agenda for the two; from a mail, the guide alone and one press to say that they met."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Account, Link
from turnabout.blueprints import catalogue
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.notes.queries import words_of
from turnabout.notifications import promises
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Pair
from turnabout.scheduling import queries, services, wording
from turnabout.scheduling.models import Session
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.dates import linked, thanks
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.pairs import report_choices

FEEDBACK_SESSIONS = (3, 6)


@allow("participant")
def detail(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """Prepare in two minutes, write together, say afterwards that you met."""
    place = pair_page.my_place(request, pair_id)
    session = get_object_or_404(Session, pk=session_id, pair=place.pair)
    words = words_of(place.pair, place.side.person)
    return page(
        request,
        "scheduling/session.html",
        **(brief := _brief(place, session)),
        door=pair_page.door(place) if brief["is_ahead"] and session.number == 1 else None,
        feedback=catalogue.together().feedback if session.number in FEEDBACK_SESSIONS else None,
        report_choices=report_choices(),
        told=_told(place.pair, session),
        agenda=words.of_kind("agenda", session.pk),
        shared=words.of_kind("shared", session.pk),
        private=words.of_kind("private", session.pk),
        given_feedback=words.of_kind("feedback", session.pk),
        steps=[step for step in words.steps if step.session_id == session.pk],
        is_writable=place.pair.is_unfinished,
    )


def _brief(place: pair_page.Place, session: Session) -> dict[str, Any]:
    """What helps to prepare, and nothing that the two have written."""
    pair, now, together = place.pair, clock.now(), catalogue.together()
    guide = pair_queries.guide_for(pair, session.theme or pair_queries.themes_of(pair)[session.number - 1])
    title = pair_page.titled(session.number, guide)
    return {
        "place": place,
        "pair": pair,
        "partner": place.partner.person,
        "session": session,
        "title": title,
        "guide": guide,
        "before": "" if guide is None else guide.before_mentor if place.role == "mentor" else guide.before_mentee,
        "skeleton": together.agenda,
        "guard_card": together.guard_card if guide is not None and guide.guard_card else None,
        "card": pair_page.card(place, session, title=title),
        "is_ahead": session.state in Session.AHEAD and queries.ends_at(session) > now,
        "asks_report": session.state in Session.AHEAD and queries.ends_at(session) <= now,
        "contact": pair_page.contact_for(place),
    }


def _told(pair: Pair, session: Session) -> str:
    """What is said of the session, in the same words for both; empty where nothing is, or nothing can be taken back."""
    if not pair.is_unfinished or session.state not in Session.TOLD:
        return ""
    if session.met_on is None:
        return "" if queries.has_another_date(session) else _("Noted: this session did not take place.")
    day = {"day": date_format(session.met_on, "l j F Y")}
    if session.is_told_to_coordinator:
        return _("Noted by your coordinator: you met on %(day)s.") % day
    return _("Noted: you met on %(day)s.") % day


@allow("participant")
@require_POST
def reopen(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """ "That is not right": nothing is said about the session any more, and either of the two may say it again."""
    place = pair_page.my_place(request, pair_id)
    session = get_object_or_404(Session, pk=session_id, pair=place.pair)
    session.pair = place.pair
    told = services.reopen_session(session, told=request.POST.get("told", ""), by=request.account, now=clock.now())
    sentence = (
        _("Taken back, for both of you. Say again whether you met, or leave it open.")
        if queries.ends_at(told) <= clock.now()
        else _("Taken back, for both of you. The date stays as it was planned.")
    )
    return redirect_with_message(request, "session", sentence, pair_id=pair_id, session_id=session_id)


@allow("participant")
@require_POST
def report(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    session = get_object_or_404(Session.objects.select_related("pair__cohort__programme"), pk=session_id, pair=place.pair)
    session.pair = place.pair
    answer = request.POST.get("answer", "")
    if answer == "moved":
        return redirect("session_move", pair_id=pair_id, session_id=session_id)
    _report(session, answer, request.account, request.POST.get("met_on", ""))
    if answer == "missed":
        return redirect_with_message(
            request, "session_new", _("Thank you. Shall we find a new date?"), pair_id=pair_id, number=session.number
        )
    if session.number < place.pair.cohort.sessions:
        return redirect_with_message(
            request, "pulse", _("Thank you. Three quick questions, if you like."), pair_id=pair_id, session_id=session_id
        )
    return redirect_with_message(request, "closing", _("Thank you. That was your closing session."), pair_id=pair_id)


def _report(session: Session, answer: str, account: Account, met_on: str = "") -> None:
    if answer not in ("met", "missed"):
        raise NotPossible(_("Say whether you met, moved or missed."))
    try:
        day = date.fromisoformat(met_on) if met_on else None
    except ValueError as error:
        raise NotPossible(_("This day could not be read. Write it like 2027-03-04.")) from error
    services.report_session(session, said=answer, by=account, now=clock.now(), met_on=day)


@allow("coordinator", "owner")
@require_POST
def told(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """ "They told me they met"."""
    pair = get_object_or_404(Pair.objects.with_people().organised_by(request.duties), pk=pair_id)
    session = get_object_or_404(Session, pk=session_id, pair=pair)
    session.pair = pair
    try:
        day = date.fromisoformat(request.POST.get(f"{session.pk}-met_on", ""))
    except ValueError as error:
        raise NotPossible(_("This day could not be read. Write it like 2027-03-04.")) from error
    services.record_told(session, by=request.account, met_on=day, now=clock.now())
    return redirect_with_message(request, "pair_facts", _("Noted: they told you that they met."), pair_id=pair_id)


def show_prepare(request: HttpRequest, link: Link) -> HttpResponse:
    """The guide from a mail, to be read as often as one likes: pressing does nothing, so nothing is used up."""
    session, place, _zone = linked(link)
    if place is None or session.state not in Session.AHEAD:
        raise NotPossible(_("This session is settled already, so there is nothing to prepare."))
    return page(request, "scheduling/prepare.html", **_brief(place, session))


def show_report(request: HttpRequest, link: Link) -> HttpResponse:
    session, place, zone = linked(link)
    if session.state not in Session.AHEAD:
        raise NotPossible(_("Somebody has told us about this session already. Thank you, there is nothing more to do."))
    slots = services.suggest_times(session.pair, minutes=session.minutes, now=clock.now(), zone=zone, session=session)
    moves = [
        {
            "value": f"move:{slot.local_start}",
            "label": _("Another time: %(when)s") % {"when": wording.in_words(slot.starts_at, zone)},
        }
        for slot in slots[:3]
    ]
    met, _moved, missed = report_choices()
    return page(
        request,
        "scheduling/report.html",
        session=session,
        partner=None if place is None else place.partner.person,
        when=wording.in_words(session.starts_at, zone),
        choices=[met, *moves, missed],
        contact=None if place is None else pair_page.contact_for(place),
    )


def do_report(request: HttpRequest, link: Link) -> HttpResponse:
    session, place, zone = linked(link)
    answer = request.POST.get("answer", "")
    if answer.startswith("move:"):
        moved = services.move_session(
            session, local_start=answer.removeprefix("move:"), zone=zone, by=link.account, now=clock.now()
        )
        return thanks(
            request,
            _("Session %(number)s is on %(when)s now. Both calendars follow.")
            % {"number": moved.number, "when": wording.in_words(moved.starts_at, zone)},
            place,
        )
    _report(session, answer, link.account)
    sentence = (
        _("Thank you.") + " " + promises.of_three_questions(link.account)
        if answer == "met"
        else _("Thank you. It happens. You find a new date on your page.")
    )
    return thanks(request, sentence, place)


links.register(links.Action(verb="session.report", show=show_report, do=do_report))
links.register(links.Action(verb="session.prepare", show=show_prepare, do=show_prepare, is_consumed_first=False))

urls = [
    path("pairs/<int:pair_id>/sessions/<int:session_id>/", detail, name="session"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/report/", report, name="session_report"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/reopen/", reopen, name="session_reopen"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/told/", told, name="session_told"),
]

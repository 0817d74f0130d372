"""Sessions: the guide and the joint agenda for the two, the dates for whoever keeps a diary, one press from the mail."""

from collections.abc import Callable, Sequence
from datetime import date

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Account, Link
from turnabout.blueprints import catalogue
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.notes.queries import words_of
from turnabout.notifications import promises
from turnabout.pairs import policies as pair_policies
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Pair
from turnabout.scheduling import policies, queries, services, wording
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import Slot
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.pairs import report_choices

OTHER = "other"
FEEDBACK_SESSIONS = (3, 6)


class TimeForm(forms.Form):
    """One of the suggested times, or another; the service refuses what cannot be, naming the remedy."""

    time = forms.ChoiceField(label=gettext_lazy("Times that suit both"), widget=forms.RadioSelect, required=False)
    other = forms.CharField(
        label=gettext_lazy("Or another time"),
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
        required=False,
        max_length=16,
    )
    is_refused = False  # the time was understood, and cannot be
    place = forms.CharField(
        label=gettext_lazy("Where, or the address of the call"), required=False, max_length=services.LONGEST_PLACE
    )

    def __init__(self, slots: Sequence[Slot], zone: str, data: object = None, *, place: str = "") -> None:
        super().__init__(data, initial={"place": place})  # type: ignore[arg-type] # a POST's QueryDict, or nothing
        choices = [(slot.local_start, wording.in_words(slot.starts_at, zone)) for slot in slots]
        self.fields["time"].choices = [*choices, (OTHER, _("Another time"))]  # type: ignore[attr-defined] # a choice field's own
        self.fields["other"].help_text = _("In your own time zone, %(zone)s.") % {"zone": wording.zone_in_words(zone)}
        if not choices:
            self.initial["time"] = OTHER

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        chosen = str(data.get("time") or "")
        wanted = str(data.get("other") or "") if chosen in ("", OTHER) else chosen
        if not wanted:
            raise forms.ValidationError(_("Choose one of the times, or write another one."))
        return {**data, "wanted": wanted}


def session_for_diary(request: Request, pair_id: int, session_id: int) -> tuple[Session, str]:
    """A session for whoever keeps one of the two diaries, and the zone in which they read it."""
    pair = get_object_or_404(Pair.objects.with_people(), pk=pair_id)
    zone = _diary_zone(request.account, pair)
    session = get_object_or_404(Session, pk=session_id, pair=pair)
    session.pair = pair
    return session, zone


def _diary_zone(account: Account, pair: Pair) -> str:
    side = policies.diary_side(account, pair)
    if not side:
        raise Http404
    return pair.mentor.person.zone if side == "mentor" else pair.mentee.person.zone


@allow("participant")
def detail(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """Prepare in two minutes, write together, say afterwards that you met."""
    place = pair_page.my_place(request, pair_id)
    pair, now = place.pair, clock.now()
    session = get_object_or_404(Session, pk=session_id, pair=pair)
    guide = pair_queries.guide_for(pair, session.theme or pair_queries.themes_of(pair)[session.number - 1])
    words = words_of(pair, place.side.person)
    together = catalogue.together()
    return page(
        request,
        "scheduling/session.html",
        place=place,
        pair=pair,
        partner=place.partner.person,
        session=session,
        title=pair_page.titled(session.number, guide),
        guide=guide,
        before="" if guide is None else guide.before_mentor if place.role == "mentor" else guide.before_mentee,
        skeleton=together.agenda,
        guard_card=together.guard_card if guide is not None and guide.guard_card else None,
        feedback=together.feedback if session.number in FEEDBACK_SESSIONS else None,
        card=pair_page.card(place, session, title=pair_page.titled(session.number, guide)),
        is_ahead=session.state in Session.AHEAD and queries.ends_at(session) > now,
        asks_report=session.state in Session.AHEAD and queries.ends_at(session) <= now,
        report_choices=report_choices(),
        agenda=words.of_kind("agenda", session.pk),
        shared=words.of_kind("shared", session.pk),
        private=words.of_kind("private", session.pk),
        given_feedback=words.of_kind("feedback", session.pk),
        steps=[step for step in words.steps if step.session_id == session.pk],
        is_writable=pair.is_unfinished,
        contact=pair_page.contact_for(place),
    )


@allow("participant", "assistant")
def move(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """Choose another time for both."""
    session, zone = session_for_diary(request, pair_id, session_id)
    slots = services.suggest_times(session.pair, minutes=session.minutes, now=clock.now(), zone=zone, session=session)
    form = TimeForm(slots, zone, request.POST or None, place=session.place)
    if request.method == "POST" and form.is_valid():
        moved = _tried(form, lambda: _move(session, form, zone, request.account))
        if moved is not None:
            sentence = _("Session %(number)s is on %(when)s now. Both calendars follow.") % {
                "number": moved.number, "when": wording.in_words(moved.starts_at, zone),
            }  # fmt: skip
            return _after(request, session.pair, sentence)
    return _ask_for_time(request, session.pair, session.number, form, zone, session=session)


def _tried(form: TimeForm, act: Callable[[], Session]) -> Session | None:
    """What came of a chosen time; one that cannot be is an error of the form, so that another is chosen at once."""
    try:
        return act()
    except NotPossible as refusal:
        form.add_error("time", refusal.sentence)
        form.is_refused = True
        return None


def _move(session: Session, form: TimeForm, zone: str, account: Account) -> Session:
    return services.move_session(
        session,
        local_start=str(form.cleaned_data["wanted"]),
        zone=zone,
        by=account,
        now=clock.now(),
        place=str(form.cleaned_data["place"]),
    )


def _ask_for_time(
    request: HttpRequest,
    pair: Pair,
    number: int,
    form: TimeForm,
    zone: str,
    *,
    session: Session | None = None,
    layout: str = "base.html",
) -> HttpResponse:
    account = getattr(request, "account", None)
    side = policies.diary_side(account, pair) if account else ""
    partner = pair.mentee if side == "mentor" else pair.mentor
    return page(
        request,
        "scheduling/time.html",
        layout=layout,
        pair=pair,
        number=number,
        now_on="" if session is None or session.state not in Session.AHEAD else wording.in_words(session.starts_at, zone),
        partner=partner.person,
        form=form,
        is_participant=pair_policies.takes_part(account, pair),
        status=409 if form.is_refused else 200,
    )


def _after(request: Request, pair: Pair, sentence: str) -> HttpResponse:
    if pair_policies.takes_part(request.account, pair):
        return redirect_with_message(request, "pair", sentence, pair_id=pair.pk)
    return redirect_with_message(request, "diary", sentence)


@allow("participant", "assistant")
def new(request: Request, pair_id: int, number: int) -> HttpResponse:
    """A date for a session that has none."""
    pair = get_object_or_404(Pair.objects.with_people(), pk=pair_id)
    zone = _diary_zone(request.account, pair)
    slots = services.suggest_times(pair, minutes=pair.cohort.minutes, now=clock.now(), zone=zone)
    form = TimeForm(slots, zone, request.POST or None)
    if request.method == "POST" and form.is_valid():
        session = _tried(form, lambda: _schedule(pair, number, form, zone, request.account))
        if session is not None:
            words = {"number": number, "when": wording.in_words(session.starts_at, zone)}
            return _after(request, pair, _("Session %(number)s is on %(when)s.") % words)
    return _ask_for_time(request, pair, number, form, zone)


@transaction.atomic
def _schedule(pair: Pair, number: int, form: TimeForm, zone: str, account: Account) -> Session:
    wanted, place = str(form.cleaned_data["wanted"]), str(form.cleaned_data["place"])
    session = services.schedule_session(pair, number, local_start=wanted, zone=zone, by=account, now=clock.now())
    return services.change_place(session, place, by=account, now=clock.now()) if place else session


@allow("participant", "assistant")
def cancel(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """Asks once, and offers another time first."""
    session, zone = session_for_diary(request, pair_id, session_id)
    if request.method == "POST":
        services.cancel_session(session, by=request.account, now=clock.now())
        return _after(
            request, session.pair, _("The date is cancelled, and both calendars follow. Choose another whenever you like.")
        )
    return page(
        request, "scheduling/cancel.html", pair=session.pair, session=session, when=wording.in_words(session.starts_at, zone),
    )  # fmt: skip


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


def _linked(link: Link) -> tuple[Session, pair_page.Place | None, str]:
    """The session of a link, for one of the two; refused when its time to be asked has gone."""
    session = Session.objects.filter(pk=link.subject_id).first()
    pair = None if session is None else Pair.objects.with_people().get(pk=session.pair_id)
    if session is None or pair is None or not pair.is_unfinished or not policies.can_keep_diary(link.account, pair):
        raise NotPossible(_("This pair has closed, so there is nothing to tell or to move any more."))
    session.pair = pair
    side = pair_policies.side_of(link.account, pair)
    place = None if side is None else pair_page.place_of(pair, side)
    return session, place, _diary_zone(link.account, pair)


def show_report(request: HttpRequest, link: Link) -> HttpResponse:
    session, place, zone = _linked(link)
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
    session, place, zone = _linked(link)
    answer = request.POST.get("answer", "")
    if answer.startswith("move:"):
        moved = services.move_session(
            session, local_start=answer.removeprefix("move:"), zone=zone, by=link.account, now=clock.now()
        )
        return _thanks(
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
    return _thanks(request, sentence, place)


def show_move(request: HttpRequest, link: Link) -> HttpResponse:
    session, _place, zone = _linked(link)
    return _time_from_link(request, link, session, zone)


def do_move(request: HttpRequest, link: Link) -> HttpResponse:
    session, place, zone = _linked(link)
    slots = services.suggest_times(session.pair, minutes=session.minutes, now=clock.now(), zone=zone, session=session)
    form = TimeForm(slots, zone, request.POST, place=session.place)
    moved = _tried(form, lambda: _move(session, form, zone, link.account)) if form.is_valid() else None
    if moved is None:
        form.is_refused = True  # so that the link stays as it was
        return _ask_for_time(request, session.pair, session.number, form, zone, session=session, layout="base_plain.html")
    return _thanks(
        request,
        _("Session %(number)s is on %(when)s now. Both calendars follow.")
        % {"number": moved.number, "when": wording.in_words(moved.starts_at, zone)},
        place,
    )


def _time_from_link(request: HttpRequest, link: Link, session: Session, zone: str) -> HttpResponse:
    if session.state not in Session.AHEAD:
        raise NotPossible(_("This session is settled already, so there is nothing to move."))
    slots = services.suggest_times(session.pair, minutes=session.minutes, now=clock.now(), zone=zone, session=session)
    return _ask_for_time(
        request,
        session.pair,
        session.number,
        TimeForm(slots, zone, place=session.place),
        zone,
        session=session,
        layout="base_plain.html",
    )


def _thanks(request: HttpRequest, sentence: str, place: pair_page.Place | None) -> HttpResponse:
    return page(
        request,
        "links/done.html",
        title=_("Thank you"),
        sentence=sentence,
        contact=None if place is None else pair_page.contact_for(place),
    )


links.register(links.Action(verb="session.report", show=show_report, do=do_report))
links.register(links.Action(verb="session.move", show=show_move, do=do_move))

urls = [
    path("pairs/<int:pair_id>/sessions/<int:session_id>/", detail, name="session"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/move/", move, name="session_move"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/cancel/", cancel, name="session_cancel"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/report/", report, name="session_report"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/told/", told, name="session_told"),
    path("pairs/<int:pair_id>/new-date/<int:number>/", new, name="session_new"),
]

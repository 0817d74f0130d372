"""A date for a session: chosen, moved or cancelled by whoever keeps a diary, signed in or from a mail."""

from collections.abc import Callable, Sequence

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from turnabout.accounts.models import Account, Link
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.pairs import policies as pair_policies
from turnabout.pairs.models import Pair
from turnabout.scheduling import policies, queries, services, wording
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import Slot
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message

OTHER = "other"


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


class PlaceForm(forms.Form):
    """Where a session takes place, without its time."""

    place = forms.CharField(
        label=gettext_lazy("Where, or the address of the call"),
        help_text=gettext_lazy("A room, a café, or a link that begins with https://. Leave it empty if there is none yet."),
        required=False,
        max_length=services.LONGEST_PLACE,
    )


def session_for_diary(request: Request, pair_id: int, session_id: int) -> tuple[Session, str]:
    """A session for whoever keeps one of the two diaries, and the zone in which they read it."""
    pair = get_object_or_404(Pair.objects.with_people(), pk=pair_id)
    zone = diary_zone(request.account, pair)
    session = get_object_or_404(Session, pk=session_id, pair=pair)
    session.pair = pair
    return session, zone


def diary_zone(account: Account, pair: Pair) -> str:
    side = policies.diary_side(account, pair)
    if not side:
        raise Http404
    return pair.mentor.person.zone if side == "mentor" else pair.mentee.person.zone


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
    request: Request,
    pair: Pair,
    number: int,
    form: TimeForm,
    zone: str,
    *,
    session: Session | None = None,
    link: Link | None = None,
) -> HttpResponse:
    """The form, for whoever is signed in or for the reader of a mail's link."""
    account = request.account if link is None else link.account
    mine = pair_policies.side_of(account, pair)
    partner = pair.mentor if mine is None else pair.partner_of(mine.person)
    return page(
        request,
        "scheduling/time.html",
        layout="base.html" if link is None else "base_plain.html",
        pair=pair,
        number=number,
        session=session,
        now_on="" if session is None or session.state not in Session.AHEAD else wording.in_words(session.starts_at, zone),
        place_url=_place_url(session) if link is None else "",
        partner=partner.person,
        form=form,
        is_participant=mine is not None,
        contact=None if mine is None else pair_page.contact_for(pair_page.place_of(pair, mine)),
        status=409 if form.is_refused else 200,
    )


def _place_url(session: Session | None) -> str:
    """Where the place alone is changed, for a date that is not over."""
    if session is None or not _has_a_place_to_change(session):
        return ""
    return reverse("session_place", kwargs={"pair_id": session.pair_id, "session_id": session.pk})


def _has_a_place_to_change(session: Session) -> bool:
    return session.state in Session.AHEAD and queries.ends_at(session) > clock.now()


def _after(request: Request, pair: Pair, sentence: str) -> HttpResponse:
    if pair_policies.takes_part(request.account, pair):
        return redirect_with_message(request, "pair", sentence, pair_id=pair.pk)
    return redirect_with_message(request, "diary", sentence)


@allow("participant", "assistant")
def new(request: Request, pair_id: int, number: int) -> HttpResponse:
    """A date for a session that has none."""
    pair = get_object_or_404(Pair.objects.with_people(), pk=pair_id)
    zone = diary_zone(request.account, pair)
    slots = services.suggest_times(pair, minutes=pair.cohort.minutes, now=clock.now(), zone=zone)
    form = TimeForm(slots, zone, request.POST or None)
    if request.method == "POST" and form.is_valid():
        session = _tried(form, lambda: _schedule(pair, number, form, zone, request.account))
        if session is not None:
            words = {"number": number, "when": wording.in_words(session.starts_at, zone)}
            return _after(request, pair, _("Session %(number)s is on %(when)s.") % words)
    return _ask_for_time(request, pair, number, form, zone)


def _schedule(pair: Pair, number: int, form: TimeForm, zone: str, account: Account) -> Session:
    wanted, place = str(form.cleaned_data["wanted"]), str(form.cleaned_data["place"])
    return services.schedule_session(pair, number, local_start=wanted, zone=zone, by=account, now=clock.now(), place=place)


@allow("participant", "assistant")
def place(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    """Where a session takes place; its time stays."""
    session, zone = session_for_diary(request, pair_id, session_id)
    if not _has_a_place_to_change(session):
        raise NotPossible(_("This session is over, so its place stays as it is."))
    form = PlaceForm(request.POST if request.method == "POST" else None, initial={"place": session.place})
    if request.method == "POST" and form.is_valid():
        changed = services.change_place(session, form.cleaned_data["place"], by=request.account, now=clock.now())
        return _after(request, session.pair, _said_of_place(session, changed))
    mine = pair_policies.side_of(request.account, session.pair)
    return page(
        request,
        "scheduling/place.html",
        pair=session.pair,
        session=session,
        when=wording.in_words(session.starts_at, zone),
        form=form,
        is_participant=mine is not None,
        contact=None if mine is None else pair_page.contact_for(pair_page.place_of(session.pair, mine)),
    )


def _said_of_place(before: Session, changed: Session) -> str:
    if changed.sequence == before.sequence:
        return _("Nothing has changed: it takes place where it was planned.")
    if changed.state == Session.State.INVITED:
        return _("The place of session %(number)s is kept. Both calendars follow.") % {"number": changed.number}
    return _("The place of session %(number)s is kept. It goes into both calendars with the invitation.") % {
        "number": changed.number
    }


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
        is_participant=pair_policies.takes_part(request.account, session.pair),
    )  # fmt: skip


def linked(link: Link) -> tuple[Session, pair_page.Place | None, str]:
    """The session of a link, for one of the two; refused when its time to be asked has gone."""
    session = Session.objects.filter(pk=link.subject_id).first()
    pair, place, zone = _linked_pair(link, 0 if session is None else session.pair_id)
    assert session is not None  # the pair was found through it  # noqa: S101
    session.pair = pair
    return session, place, zone


def _linked_pair(link: Link, pair_id: int) -> tuple[Pair, pair_page.Place | None, str]:
    pair = Pair.objects.with_people().filter(pk=pair_id).first()
    if pair is None or not pair.is_unfinished or not policies.can_keep_diary(link.account, pair):
        raise NotPossible(_("This pair has closed, so there is nothing to tell or to move any more."))
    side = pair_policies.side_of(link.account, pair)
    return pair, None if side is None else pair_page.place_of(pair, side), diary_zone(link.account, pair)


def show_move(request: Request, link: Link) -> HttpResponse:
    session, _place, zone = linked(link)
    return _time_from_link(request, link, session, zone)


def do_move(request: Request, link: Link) -> HttpResponse:
    session, place, zone = linked(link)
    slots = services.suggest_times(session.pair, minutes=session.minutes, now=clock.now(), zone=zone, session=session)
    form = TimeForm(slots, zone, request.POST, place=session.place)
    moved = _tried(form, lambda: _move(session, form, zone, link.account)) if form.is_valid() else None
    if moved is None:
        form.is_refused = True  # so that the link stays as it was
        return _ask_for_time(request, session.pair, session.number, form, zone, session=session, link=link)
    return thanks(
        request,
        _("Session %(number)s is on %(when)s now. Both calendars follow.")
        % {"number": moved.number, "when": wording.in_words(moved.starts_at, zone)},
        place,
    )


def _time_from_link(request: Request, link: Link, session: Session, zone: str) -> HttpResponse:
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
        link=link,
    )


def show_rebook(request: Request, link: Link) -> HttpResponse:
    """A new date for a session that was cancelled."""
    session, place, zone = linked(link)
    return _choose_from_link(request, link, session.pair, _number_again(session, zone), place, zone)


def _number_again(session: Session, zone: str) -> int:
    again = Session.objects.filter(pair=session.pair_id, number=session.number, state__in=[*Session.AHEAD, Session.State.MET])
    dated = again.first()
    if dated is not None:
        raise NotPossible(
            _("This session has a date again: %(when)s. There is nothing more to do.")
            % {"when": wording.in_words(dated.starts_at, zone)}
        )
    return session.number


def show_find_time(request: Request, link: Link) -> HttpResponse:
    """A date for the next session of a pair, where it has none."""
    pair, place, zone = _linked_pair(link, link.subject_id)
    number = queries.next_without_date(pair, now=clock.now())
    if number is None:
        raise NotPossible(_("Your next session has a date by now. There is nothing more to do."))
    return _choose_from_link(request, link, pair, number, place, zone)


def _choose_from_link(
    request: Request, link: Link, pair: Pair, number: int, place: pair_page.Place | None, zone: str
) -> HttpResponse:
    """Ask for the time, and on the pressed button take it; a time that cannot be leaves the link as it was."""
    if pair.state == Pair.State.PAUSED:
        raise NotPossible(_("This pair rests at the moment. Take it up again first, then choose a time."))
    slots = services.suggest_times(pair, minutes=pair.cohort.minutes, now=clock.now(), zone=zone)
    form = TimeForm(slots, zone, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        session = _tried(form, lambda: _schedule(pair, number, form, zone, link.account)) if form.is_valid() else None
        if session is not None:
            words = {"number": number, "when": wording.in_words(session.starts_at, zone)}
            return thanks(request, _("Session %(number)s is on %(when)s.") % words, place)
        form.is_refused = True
    return _ask_for_time(request, pair, number, form, zone, link=link)


def thanks(request: HttpRequest, sentence: str, place: pair_page.Place | None) -> HttpResponse:
    return page(
        request,
        "links/done.html",
        title=_("Thank you"),
        sentence=sentence,
        contact=None if place is None else pair_page.contact_for(place),
    )


links.register(links.Action(verb="session.move", show=show_move, do=do_move))
links.register(links.Action(verb="session.rebook", show=show_rebook, do=show_rebook))
links.register(links.Action(verb="pair.find_time", show=show_find_time, do=show_find_time))

urls = [
    path("pairs/<int:pair_id>/sessions/<int:session_id>/move/", move, name="session_move"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/place/", place, name="session_place"),
    path("pairs/<int:pair_id>/sessions/<int:session_id>/cancel/", cancel, name="session_cancel"),
    path("pairs/<int:pair_id>/new-date/<int:number>/", new, name="session_new"),
]

"""Writing for the two: common ground, agenda, notes, feedback, next steps, what we gave each other."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Link
from turnabout.blueprints import catalogue
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.notes import queries, services
from turnabout.pairs import policies
from turnabout.pairs.models import Pair
from turnabout.scheduling.models import Session
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.day_input import DayInput
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message


class GroundForm(forms.Form):
    body = forms.CharField(label=gettext_lazy("Three things you are happy to share"), widget=forms.Textarea(attrs={"rows": 8}))
    looking_forward = forms.CharField(
        label=gettext_lazy("Why you look forward to this, in two sentences"), widget=forms.Textarea(attrs={"rows": 3})
    )


class StepForm(forms.Form):
    body = forms.CharField(max_length=services.LONGEST)
    holder = forms.CharField()
    due_on = forms.DateField(required=False, widget=DayInput)


@allow("participant")
def common_ground(request: Request, pair_id: int) -> HttpResponse:
    """Before session 1; the partner's opens when both have written."""
    place = pair_page.my_place(request, pair_id)
    words = queries.words_of(place.pair, place.side.person)
    mine = words.my_ground
    initial = {"body": mine.text, "looking_forward": mine.looking_forward} if mine else None
    form = GroundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.write_common_ground(place.pair, by=request.account, now=clock.now(), **form.cleaned_data)
        return redirect_with_message(request, "pair", _kept(), pair_id=pair_id)
    return _ask_for_ground(request, place, form, theirs=words.their_ground)


def _ask_for_ground(
    request: HttpRequest,
    place: pair_page.Place,
    form: GroundForm,
    *,
    theirs: queries.Ground | None = None,
    layout: str = "base.html",
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "notes/common_ground.html",
        layout=layout,
        place=place,
        pair=place.pair,
        partner=place.partner.person,
        form=form,
        prompt=catalogue.together().common_ground,
        theirs=theirs,
        contact=pair_page.contact_for(place),
        status=status,
    )


def _kept() -> str:
    return _("Kept. Your partner reads it once both of you have written.")


def _linked(link: Link) -> pair_page.Place:
    """The reader's place, while their common ground is still to be written; what is written is shown after signing in alone."""
    pair = Pair.objects.with_people().filter(pk=link.subject_id).first()
    side = None if pair is None else policies.side_of(link.account, pair)
    if pair is None or side is None or not pair.is_unfinished:
        raise NotPossible(_("This pair has closed, so there is nothing to write any more."))
    if queries.has_ground(pair, side):
        raise NotPossible(_("You have written yours already. Sign in to read or change it; you find it on your page."))
    return pair_page.place_of(pair, side)


def show_link(request: HttpRequest, link: Link) -> HttpResponse:
    return _ask_for_ground(request, _linked(link), GroundForm(), layout="base_plain.html")


def do_link(request: HttpRequest, link: Link) -> HttpResponse:
    place = _linked(link)
    form = GroundForm(request.POST)
    if not form.is_valid():
        return _ask_for_ground(request, place, form, layout="base_plain.html", status=422)
    services.write_common_ground(place.pair, by=link.account, now=clock.now(), **form.cleaned_data)
    return page(request, "links/done.html", title=_("Thank you"), sentence=_kept(), contact=pair_page.contact_for(place))


@allow("participant")
@require_POST
def add(request: Request, pair_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    session = _session(place, request.POST.get("session", ""))
    services.write_note(
        place.pair,
        kind=request.POST.get("kind", ""),
        body=request.POST.get("body", ""),
        by=request.account,
        now=clock.now(),
        session=session,
    )
    return _back(request, pair_id, session, _("Kept."))


@allow("participant")
@require_POST
def edit(request: Request, pair_id: int, note_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    note = queries.note_of(place.pair, place.side.person, note_id)
    version = number_of(request.POST.get("version", ""))
    if note is None or version is None:
        raise Http404
    services.edit_note(note, body=request.POST.get("body", ""), by=request.account, version=version, now=clock.now())
    return _back(request, pair_id, _session(place, str(note.session_id or "")), _("Changed."))


@allow("participant")
@require_POST
def remove(request: Request, pair_id: int, note_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    note = queries.note_of(place.pair, place.side.person, note_id)
    if note is None:
        raise Http404
    session = _session(place, str(note.session_id or ""))
    services.remove_note(note, by=request.account)
    return _back(request, pair_id, session, _("Taken away."))


@allow("participant")
@require_POST
def add_step(request: Request, pair_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    session = _session(place, request.POST.get("session", ""))
    form = StepForm(request.POST)
    form.is_valid()
    services.add_step(
        place.pair,
        body=request.POST.get("body", ""),
        holder=request.POST.get("holder", ""),
        due_on=form.cleaned_data.get("due_on"),
        by=request.account,
        now=clock.now(),
        session=session,
    )
    return _back(request, pair_id, session, _("Kept as a next step."))


@allow("participant")
@require_POST
def mark_step(request: Request, pair_id: int, step_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    step = queries.step_of(place.pair, place.side.person, step_id)
    if step is None:
        raise Http404
    is_done = step.done_at is None
    services.mark_step(step, is_done=is_done, by=request.account, now=clock.now())
    return _back(request, pair_id, None, _("Done. It is in what you gave each other.") if is_done else _("Open again."))


def _session(place: pair_page.Place, text: str) -> Session | None:
    if not text:
        return None
    number = number_of(text)
    if number is None:
        raise Http404
    return get_object_or_404(Session, pair=place.pair, pk=number)


def _back(request: Request, pair_id: int, session: Session | None, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("pair", pair_id=pair_id) if session is None else redirect("session", pair_id=pair_id, session_id=session.pk)


# Not used up: once written, the link says so, which is kinder than offering a fresh mail.
links.register(links.Action(verb="ground.write", show=show_link, do=do_link, is_consumed_first=False))

urls = [
    path("pairs/<int:pair_id>/common-ground/", common_ground, name="common_ground"),
    path("pairs/<int:pair_id>/notes/", add, name="note_add"),
    path("pairs/<int:pair_id>/notes/<int:note_id>/", edit, name="note_edit"),
    path("pairs/<int:pair_id>/notes/<int:note_id>/remove/", remove, name="note_remove"),
    path("pairs/<int:pair_id>/steps/", add_step, name="step_add"),
    path("pairs/<int:pair_id>/steps/<int:step_id>/", mark_step, name="step_done"),
]

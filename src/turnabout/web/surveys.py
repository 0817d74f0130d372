"""Three quick questions after a session, and looking back at the end; from the mail or from the pair's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from turnabout.accounts import links as account_links
from turnabout.accounts.models import Account, Link
from turnabout.blueprints import catalogue
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.notifications.about.surveys import ask_contact
from turnabout.notifications.contacts import named_contact, without_a_contact
from turnabout.pairs import policies
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair
from turnabout.scheduling.models import Session
from turnabout.stories import services as story_services
from turnabout.stories.models import Story
from turnabout.surveys import queries, services
from turnabout.surveys.queries import Asked
from turnabout.web import links, pair_page
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message

FIRST = ("would_recommend", "recommend_score")  # asked in the open; the rest of the form is there for whoever likes


UNSAID = "unsaid"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One question on a page: a row of steps, or the usual field."""

    field: forms.BoundField
    is_scale: bool


class QuestionForm(forms.Form):
    """Questions as radio buttons, each with "I prefer not to say"."""

    def __init__(self, asked: Sequence[Asked], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type] # a POST's QueryDict, or nothing
        for question in asked:
            self.fields[question.key] = _field(question)
        self.scales = {question.key for question in asked if question.kind == "scale"}

    def drawn(self, keys: Sequence[str] | None = None) -> list[Drawn]:
        """The questions, or those of `keys`, each with how it is drawn."""
        return [Drawn(field=bound, is_scale=bound.name in self.scales) for bound in self if keys is None or bound.name in keys]

    @property
    def values(self) -> Mapping[str, str]:
        """What was sent, an answer that nobody offered included: the service names it."""
        sent = {key: str(self.data.get(key, "")) for key in self.fields}
        return {key: "" if value == UNSAID else value for key, value in sent.items()}


def _field(question: Asked) -> forms.Field:
    if question.kind == "text":
        return forms.CharField(
            label=question.text, required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=services.LONGEST
        )
    hint = ""
    if question.kind == "scale":
        hint = _("%(first)s: %(low)s. %(last)s: %(high)s.") % {
            "first": question.options[0].label, "low": question.low, "last": question.options[-1].label, "high": question.high,
        }  # fmt: skip
    choices = [
        *((option.value, option.label) for option in question.options),
        (UNSAID, catalogue.survey_file().prefer_not_to_say),
    ]
    return forms.ChoiceField(label=question.text, help_text=hint, required=False, choices=choices, widget=forms.RadioSelect)


class AfterForm(forms.Form):
    """How the two go on, and one thing that changed."""

    choice = forms.ChoiceField(
        label=gettext_lazy("How would you like to go on?"),
        widget=forms.RadioSelect,
        choices=[
            (Pair.Choice.CONTINUE, gettext_lazy("Continue: we keep meeting on our own")),
            (Pair.Choice.SWAP, gettext_lazy("Swap roles: the other way round, in the next round")),
            (Pair.Choice.PAUSE, gettext_lazy("Pause: rest, and perhaps meet again later")),
            (Pair.Choice.CLOSE, gettext_lazy("Close: this was it, and it was good")),
        ],
        error_messages={"required": gettext_lazy("Choose one of the four. None of them is wrong.")},
    )
    story = forms.CharField(
        label=gettext_lazy("One thing that changed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=story_services.LONGEST,
    )
    may_share = forms.BooleanField(
        label=gettext_lazy("You may share it, if my partner agrees to these exact words"), required=False
    )


def _session(place: pair_page.Place, session_id: int) -> Session:
    session = get_object_or_404(Session, pk=session_id, pair=place.pair)
    session.pair = place.pair
    return session


@allow("participant")
def pulse(request: Request, pair_id: int, session_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    session = _session(place, session_id)
    if request.method == "POST":
        thanks = _take_pulse(request, place, session, request.account)
        return redirect_with_message(request, "pair", thanks, pair_id=pair_id)
    return _show_pulse(request, place, session, layout="base.html")


def _show_pulse(request: HttpRequest, place: pair_page.Place, session: Session, *, layout: str) -> HttpResponse:
    _refuse_unready(place, session)
    helper = named_contact(place.pair.cohort.programme_id)
    return page(
        request,
        "surveys/pulse.html",
        layout=layout,
        partner=place.partner.person,
        session=session,
        correct_url=_correct_url(place, session) if layout == "base.html" else "",
        wording=queries.wording("pulse"),
        questions=QuestionForm(queries.questions("pulse", role=place.role)).drawn(),
        helper=helper,
        without_helper="" if helper else without_a_contact(place.pair.cohort.programme_id),
        contact=pair_page.contact_for(place),
    )


def _correct_url(place: pair_page.Place, session: Session) -> str:
    """Where "we met" can be taken back while the pair goes on; from a mail the page would ask for a sign-in first."""
    if not place.pair.is_unfinished:
        return ""
    return reverse("session", kwargs={"pair_id": place.pair.pk, "session_id": session.pk})


def _refuse_unready(place: pair_page.Place, session: Session) -> None:
    services.refuse_late(place.pair, now=clock.now())
    if session.state != Session.State.MET:
        raise NotPossible(_("The three questions come after the session. Tell us first that you met."))
    if queries.has_answered(place.side, "pulse", queries.wave_of(place.side, place.pair, session.number)):
        raise NotPossible(_("You have already answered these questions. Thank you, once is enough."))


@transaction.atomic
def _take_pulse(request: HttpRequest, place: pair_page.Place, session: Session, account: Account) -> str:
    form = QuestionForm(queries.questions("pulse", role=place.role), request.POST)
    services.answer_pulse(session, form.values, by=account, now=clock.now())
    return queries.wording("pulse").thanks + _told_the_contact(request, place)


def _told_the_contact(request: HttpRequest, place: pair_page.Place) -> str:
    """Pass on "Please contact me", apart from the answers; what is said of it, or nothing where nobody asked."""
    if not request.POST.get("contact_me"):
        return ""
    if ask_contact(place.side, place.pair):
        return " " + _("The named contact will get in touch with you. Nobody else was told.")
    nobody = without_a_contact(place.pair.cohort.programme_id)
    return " " + _("Nobody was told that you would like to be contacted.") + " " + nobody


@allow("participant")
def closing(request: Request, pair_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    return _closing(request, place, request.account, layout="base.html")


def _closing(
    request: HttpRequest, place: pair_page.Place, account: Account, *, layout: str, link: Link | None = None
) -> HttpResponse:
    """The three questions about the last session, the form, the story and the choice in one press; each is kept once."""
    pair = place.pair
    last = Session.objects.filter(pair=pair, number=pair.cohort.sessions, state=Session.State.MET).first()
    if pair.state == Pair.State.ENDED or last is None:
        raise NotPossible(_("This form comes after your closing session."))
    services.refuse_late(pair, now=clock.now())
    has_answered = queries.has_answered(place.side, "closing", queries.wave_of(place.side, pair))
    if has_answered and pair.choice_of(place.role):
        raise NotPossible(_("You have already looked back. Thank you, once is enough."))
    last.pair = pair
    asked = [] if has_answered else queries.closing_questions(place.side)
    data = request.POST if request.method == "POST" else None
    quick, form, after = QuestionForm(_quick_questions(place, last), data), QuestionForm(asked, data), AfterForm(data)
    if data is not None and quick.is_valid() and form.is_valid() and after.is_valid():
        told = _take_closing(request, _LookingBack(place=place, last=last, quick=quick, form=form, after=after), account, link)
        return _closed(request, place, told, layout=layout)
    helper = named_contact(pair.cohort.programme_id)
    return page(
        request,
        "surveys/closing.html",
        layout=layout,
        wording=queries.wording("closing"),
        quick_wording=queries.wording("pulse"),
        quick=quick.drawn(),
        helper=helper,
        without_helper="" if helper else without_a_contact(pair.cohort.programme_id),
        wants_contact=bool(data and data.get("contact_me")),
        first=form.drawn(FIRST),
        rest=form.drawn([question.key for question in asked if question.key not in FIRST]),
        after=after,
        story_prompt=catalogue.together().closing_words,
        contact=pair_page.contact_for(place),
    )


def _quick_questions(place: pair_page.Place, last: Session) -> list[Asked]:
    """The three quick questions about the last session, which has no mail of its own for them."""
    wave = queries.wave_of(place.side, place.pair, last.number)
    return [] if queries.has_answered(place.side, "pulse", wave) else queries.questions("pulse", role=place.role)


@dataclass(frozen=True, kw_only=True, slots=True)
class _LookingBack:
    """What one press sends in; a form without questions was answered before."""

    place: pair_page.Place
    last: Session
    quick: QuestionForm
    form: QuestionForm
    after: AfterForm


@transaction.atomic
def _take_closing(request: HttpRequest, sent: _LookingBack, account: Account, link: Link | None) -> str:
    """Keep each part; returns what is said of "Please contact me"."""
    now, place, after = clock.now(), sent.place, sent.after
    if link is not None and not account_links.consume(link, now=now):
        raise links.Spent(_("This link has been used already."))
    if sent.quick.fields:
        services.answer_pulse(sent.last, sent.quick.values, by=account, now=now)
    if sent.form.fields:
        services.answer_closing(place.pair, sent.form.values, by=account, now=now)
    story = after.cleaned_data["story"].strip()
    if story and not Story.objects.filter(pair=place.pair, teller=place.side).exists():
        story_services.tell_story(place.pair, story, may_share=after.cleaned_data["may_share"], by=account, now=now)
    if place.pair.is_unfinished:
        pair_services.choose_next(place.pair, after.cleaned_data["choice"], by=account, now=now)
    return _told_the_contact(request, place)


def _closed(request: HttpRequest, place: pair_page.Place, told: str, *, layout: str) -> HttpResponse:
    thanks = queries.wording("closing").thanks + told
    if layout == "base.html":
        return redirect_with_message(request, "pair", thanks, pair_id=place.pair.pk)
    return page(request, "links/done.html", title=_("Thank you"), sentence=thanks, contact=pair_page.contact_for(place))


def _linked_place(pair: Pair | None, link: Link) -> pair_page.Place:
    side = None if pair is None else policies.side_of(link.account, pair)
    if pair is None or side is None:
        raise NotPossible(_("These questions are no longer open."))
    return pair_page.place_of(pair, side)


def _linked_session(link: Link) -> tuple[pair_page.Place, Session]:
    session = Session.objects.filter(pk=link.subject_id).first()
    pair = None if session is None else Pair.objects.with_people().get(pk=session.pair_id)
    place = _linked_place(pair, link)
    assert session is not None  # the pair was found through it  # noqa: S101
    return place, _session(place, session.pk)


def show_pulse(request: HttpRequest, link: Link) -> HttpResponse:
    place, session = _linked_session(link)
    return _show_pulse(request, place, session, layout="base_plain.html")


def do_pulse(request: HttpRequest, link: Link) -> HttpResponse:
    place, session = _linked_session(link)
    thanks = _take_pulse(request, place, session, link.account)
    return page(request, "links/done.html", title=_("Thank you"), sentence=thanks, contact=pair_page.contact_for(place))


def do_closing(request: HttpRequest, link: Link) -> HttpResponse:
    place = _linked_place(Pair.objects.with_people().filter(pk=link.subject_id).first(), link)
    return _closing(request, place, link.account, layout="base_plain.html", link=link)


links.register(links.Action(verb="pulse.answer", show=show_pulse, do=do_pulse))
links.register(links.Action(verb="closing.answer", show=do_closing, do=do_closing, is_consumed_first=False))

urls = [
    path("pairs/<int:pair_id>/sessions/<int:session_id>/questions/", pulse, name="pulse"),
    path("pairs/<int:pair_id>/closing/", closing, name="closing"),
]

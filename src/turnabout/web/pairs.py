"""The page of two people, and what a coordinator sees of it: dates and states, never a word of theirs."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from turnabout.blueprints import catalogue
from turnabout.blueprints.curricula import Kind
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments.models import Enrolment
from turnabout.enrolments.queries import door_is_open
from turnabout.insights.queries import conditions_of
from turnabout.notes.queries import words_of
from turnabout.notifications.about.pairs import offer
from turnabout.pairs import queries as pair_queries
from turnabout.pairs import services
from turnabout.pairs.models import Agreement, Pair
from turnabout.programmes.queries import Scope, coordinator_for
from turnabout.programmes.words import words_for
from turnabout.scheduling import queries, wording
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import zone_of
from turnabout.stories.models import Story
from turnabout.web import pair_page
from turnabout.web.access import Request, allow
from turnabout.web.cohorts import organised_cohort
from turnabout.web.day_input import DayInput
from turnabout.web.names import shown
from turnabout.web.pages import page, redirect_with_message


class ThemesForm(forms.Form):
    """One choice for each session between the opening and the closing."""

    def __init__(self, pair: Pair, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type] # a POST's QueryDict, or nothing
        choices = [("", _("Yours to fill")), *((guide.key, guide.title) for guide in pair_queries.curriculum_of(pair).themes)]
        for number, theme in enumerate(pair_queries.themes_of(pair)[1:-1], start=2):
            self.fields[f"theme_{number}"] = forms.ChoiceField(
                label=_("Session %(number)s") % {"number": number}, choices=choices, initial=theme, required=False
            )

    @property
    def chosen(self) -> list[str]:
        return [theme for theme in self.cleaned_data.values() if theme]


@allow("participant")
def detail(request: Request, pair_id: int) -> HttpResponse:
    """The two sides, the next thing asked, the sessions, and what the two write."""
    place = pair_page.my_place(request, pair_id)
    pair, now = place.pair, clock.now()
    sessions = queries.timeline(pair)
    missing = pair_page.without_date(pair, sessions, now=now)
    words, agreement = words_of(pair, place.side.person), Agreement.objects.defer("words").get(pair=pair)
    situation = pair_page.Situation(
        place=place, sessions=sessions, agreement=agreement, words=words, missing=missing, now=now,
        needs_declaration=must_declare(place),
    )  # fmt: skip
    upcoming = next((session for session in sessions if session.state in Session.AHEAD and queries.ends_at(session) > now), None)
    themes = pair_queries.themes_of(pair)
    return page(
        request,
        "pairs/detail.html",
        place=place,
        pair=pair,
        mentor=pair_page.named(pair.mentor),
        mentee=pair_page.named(pair.mentee),
        mentor_word=pair_page.word_for(pair.cohort.programme, "mentor"),
        mentee_word=pair_page.word_for(pair.cohort.programme, "mentee"),
        partner=place.partner.person,
        next_thing=pair_page.next_thing(situation),
        report_choices=report_choices(),
        rows=pair_page.timeline(place, sessions, missing, now=now),
        upcoming=upcoming,
        upcoming_card=None
        if upcoming is None
        else pair_page.card(
            place, upcoming, title=pair_page.titled(upcoming.number, pair_queries.guide_for(pair, themes[upcoming.number - 1]))
        ),
        agreement=agreement,
        i_signed=agreement.signed_at(place.role) is not None,
        partner_signed=agreement.signed_at(place.partner.role) is not None,
        off_limits=pair_queries.off_limits(pair),
        words=words,
        ledger=pair_page.ledger(pair, sessions, words),
        open_steps=[step for step in words.steps if step.done_at is None],
        shared_notes=words.of_kind("shared"),
        private_notes=words.of_kind("private"),
        themes_form=ThemesForm(pair),
        together=catalogue.together(),
        stories=list(Story.objects.visible_to(place.side.person).filter(pair=pair)),
        is_writable=pair.is_unfinished,
        contact=pair_page.contact_for(place),
        coordinator=coordinator_for(pair.cohort.programme_id, place.side.person.entity_id),
    )


def report_choices() -> list[dict[str, str]]:
    return [
        {"value": "met", "label": _("We met"), "kind": "primary", "text": _("Three quick questions follow, if you like.")},
        {"value": "moved", "label": _("We want another time"), "text": _("Choose one that suits both of you.")},
        {"value": "missed", "label": _("We did not meet"), "text": _("It happens. You can choose a new date at once.")},
    ]


def must_declare(place: pair_page.Place) -> bool:
    return place.role in pair_queries.declarations_of([place.pair])[place.pair.pk].missing


@allow("participant")
@require_POST
def themes(request: Request, pair_id: int) -> HttpResponse:
    place = pair_page.my_place(request, pair_id)
    form = ThemesForm(place.pair, request.POST)
    form.is_valid()
    known = [guide.key for guide in pair_queries.curriculum_of(place.pair).guides if guide.kind is Kind.THEME]
    services.choose_themes(
        place.pair,
        [request.POST.get(name, "") for name in form.fields],
        by=request.account,
        known=known,
        sessions=place.pair.cohort.sessions - 2,
    )
    return redirect_with_message(
        request, "pair", _("Your themes and their order are kept. You can swap them at any time."), pair_id=pair_id
    )


@allow("participant")
def declare(request: Request, pair_id: int) -> HttpResponse:
    """Where no system knows the reporting line, each of the two says that there is none between them."""
    place = pair_page.my_place(request, pair_id)
    if request.method == "POST":
        services.declare_no_line(place.pair, by=request.account, now=clock.now())
        return redirect_with_message(request, "pair", _("Thank you. That is kept with your place."), pair_id=pair_id)
    return page(
        request,
        "pairs/declare.html",
        place=place,
        pair=place.pair,
        partner=place.partner.person,
        contact=pair_page.contact_for(place),
    )


@allow("participant", "coordinator", "owner")
def end(request: Request, pair_id: int) -> HttpResponse:
    """The second of two clicks: no reason is asked, and nobody learns who asked."""
    pair, place, scope = _mine_or_organised(request, pair_id)
    if request.method == "POST":
        services.end_pair(pair, by=request.account, now=clock.now())
        sentence = _("This pair has closed. It is nobody's fault.")
        if place is not None:
            return redirect_with_message(request, "pair", f"{sentence} {offer(pair, place.side)}", pair_id=pair_id)
        return redirect_with_message(request, "pair_facts", sentence, pair_id=pair_id)
    return page(
        request, "pairs/end.html", pair=pair, place=place,
        partner=None if place is None else place.partner.person,
        mentor=None if scope is None else shown(pair.mentor.person, scope),
        mentee=None if scope is None else shown(pair.mentee.person, scope),
        offer="" if place is None else offer(pair, place.side),
        contact=None if place is None else pair_page.contact_for(place),
    )  # fmt: skip


@allow("coordinator", "owner")
def end_all(request: Request, cohort_id: int) -> HttpResponse:
    """At the end of a round: how many pairs still run, and one button that ends them."""
    cohort, scope = organised_cohort(request, cohort_id)
    back = "cohort_close" if request.duties.is_owner else "cohort"
    if request.method == "POST":
        count = services.end_pairs_of_round(cohort, by=request.account, now=clock.now())
        sentence = ngettext(
            "%(count)s pair has closed. Each of the two is told once.",
            "%(count)s pairs have closed. Each person is told once.",
            count,
        )
        return redirect_with_message(request, back, sentence % {"count": count}, cohort.pk)
    running = Pair.objects.unfinished().in_scope(scope).filter(cohort=cohort).count()
    return page(
        request,
        "pairs/end_all.html",
        cohort=cohort,
        running=running,
        back_url=reverse(back, args=[cohort.pk]),
        has_all_entities=scope.entity_ids is None,
        words=words_for(cohort.programme),
    )


@allow("participant", "coordinator", "owner")
@require_POST
def pause(request: Request, pair_id: int) -> HttpResponse:
    pair, place, scope = _mine_or_organised(request, pair_id)
    services.pause_pair(pair, by=request.account, now=clock.now())
    return redirect_with_message(request, "pair" if place else "pair_facts", _rests(pair, scope), pair_id=pair_id)


def _rests(pair: Pair, scope: Scope | None) -> str:
    """As said to one of the two, or of the two to an organiser."""
    if scope is None:
        return _("Your pair rests, and its dates are taken out of both calendars. Take it up again whenever you like.")
    names = {"mentor": shown(pair.mentor.person, scope).name, "mentee": shown(pair.mentee.person, scope).name}
    return (
        _(
            "%(mentor)s and %(mentee)s rest as a pair, and their dates are taken out of both calendars. They can take it up again whenever they like, and so can you."
        )
        % names
    )


@allow("participant", "coordinator", "owner")
@require_POST
def resume(request: Request, pair_id: int) -> HttpResponse:
    pair, place, _scope = _mine_or_organised(request, pair_id)
    services.resume_pair(pair, by=request.account, now=clock.now())
    return redirect_with_message(
        request, "pair" if place else "pair_facts", _("The pair meets again. New dates are being found."), pair_id=pair_id
    )


@allow("participant", "coordinator", "owner")
@require_POST
def close(request: Request, pair_id: int) -> HttpResponse:
    pair, place, _scope = _mine_or_organised(request, pair_id)
    if place is None and pair.is_unfinished and not queries.last_was_met(pair):
        raise NotPossible(
            _("The closing session of the two has not taken place yet. It comes first; the pair can also be ended instead.")
        )
    services.close_pair(pair, by=request.account, now=clock.now())  # says the same to the two, as something to do
    return redirect_with_message(
        request, "pair" if place else "pair_facts", _("The pair is complete. Both certificates are ready."), pair_id=pair_id
    )


def _mine_or_organised(request: Request, pair_id: int) -> tuple[Pair, pair_page.Place | None, Scope | None]:
    """The pair for one of the two, or for an organiser who may see its facts."""
    mine = Pair.objects.with_people().of_person(request.person).filter(pk=pair_id).first()
    if mine is not None:
        return mine, pair_page.place_of(mine, mine.side_of(request.person)), None
    pair = get_object_or_404(Pair.objects.with_people().organised_by(request.duties), pk=pair_id)
    return pair, None, request.duties.scope_in(pair.cohort.programme_id)


class ToldForm(forms.Form):
    met_on = forms.DateField(label=gettext_lazy("They met on"), widget=DayInput)


@allow("coordinator", "owner")
def facts(request: Request, pair_id: int) -> HttpResponse:
    """Dates, states and the condition in words; no theme, no note, no agreement text."""
    pair = get_object_or_404(Pair.objects.with_people().organised_by(request.duties), pk=pair_id)
    scope = request.duties.scope_in(pair.cohort.programme_id)
    assert scope is not None  # organised_by has looked  # noqa: S101
    now = clock.now()
    zone = pair.mentee.person.zone  # the one in which the two agreed
    sessions = queries.sessions_of([pair]).get(pair.pk, [])
    signed = Agreement.objects.defer("words").get(pair=pair)
    return page(
        request,
        "pairs/facts.html",
        pair=pair,
        mentor=shown(pair.mentor.person, scope),
        mentee=shown(pair.mentee.person, scope),
        mentor_word=pair_page.word_for(pair.cohort.programme, Enrolment.Role.MENTOR),
        mentee_word=pair_page.word_for(pair.cohort.programme, Enrolment.Role.MENTEE),
        condition=conditions_of([pair], on=now.date())[pair.pk],
        rows=[
            pair_page.Row(
                number=session.number,
                title=_("Session %(number)s") % {"number": session.number},
                when=wording.in_words(session.starts_at, zone),
                state=pair_page.STATES[session.state],
                state_word=wording.state_word(session)[0],
            )
            for session in sessions
        ],
        untold=[
            {
                "session": session,
                "when": wording.in_words(session.starts_at, zone),
                "form": ToldForm(initial={"met_on": session.starts_at.astimezone(zone_of(zone)).date()}, prefix=str(session.pk)),
            }
            for session in sessions
            if session.state in (*Session.AHEAD, Session.State.MISSED) and session.starts_at <= now
        ],
        mentor_signed=signed.mentor_signed_at is not None,
        mentee_signed=signed.mentee_signed_at is not None,
        declared=pair_queries.declarations_of([pair])[pair.pk],
        may_close=pair.is_unfinished and queries.last_was_met(pair),
        waits_for_preparation=pair.is_unfinished
        and not door_is_open(pair.mentee.prepared_at, pair.cohort)
        and not any(session.met_on for session in sessions),
    )


urls = [
    path("pairs/<int:pair_id>/", detail, name="pair"),
    path("pairs/<int:pair_id>/themes/", themes, name="pair_themes"),
    path("pairs/<int:pair_id>/declare/", declare, name="pair_declare"),
    path("pairs/<int:pair_id>/end/", end, name="pair_end"),
    path("rounds/<int:cohort_id>/pairs/end/", end_all, name="pairs_end"),
    path("pairs/<int:pair_id>/pause/", pause, name="pair_pause"),
    path("pairs/<int:pair_id>/resume/", resume, name="pair_resume"),
    path("pairs/<int:pair_id>/close/", close, name="pair_close"),
    path("pairs/<int:pair_id>/facts/", facts, name="pair_facts"),
]

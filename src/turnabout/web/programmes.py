"""Programmes: the list, the starting designs, one programme, its name and its texts."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _

from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Blueprint
from turnabout.blueprints.sources import About, Source
from turnabout.core import clock
from turnabout.programmes import rounds, services, texts
from turnabout.programmes.models import Cohort, Office, Programme
from turnabout.programmes.queries import programmes_seen_by
from turnabout.programmes.words import words_for
from turnabout.web import programme_steps
from turnabout.web.access import Request, allow
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.programme_forms import NamingForm, TextsForm

WEEKS_UNTIL_START = 6


def seen_programme(request: Request, programme_id: int) -> Programme:
    return get_object_or_404(programmes_seen_by(request.duties), pk=programme_id)


def organised_programme(request: Request, programme_id: int) -> Programme:
    """A programme whose people the account looks after; sponsors see aggregates elsewhere."""
    programme = seen_programme(request, programme_id)
    if request.duties.scope_in(programme.pk) is None:
        raise Http404
    return programme


@allow("owner", "coordinator", "sponsor")
def index(request: Request) -> HttpResponse:
    programmes = list(
        programmes_seen_by(request.duties).annotate(
            rounds=Count("cohorts", distinct=True),
            open_rounds=Count("cohorts", filter=Q(cohorts__state__in=["enrolling", "matching", "running"]), distinct=True),
        )
    )
    names = {design.key: design.name for design in catalogue.designs()}
    rows = [{"programme": programme, "design": names.get(programme.design, programme.design)} for programme in programmes]
    return page(request, "programmes/index.html", rows=rows, can_start=request.duties.is_owner)


@allow("owner")
def designs(request: Request) -> HttpResponse:
    return page(request, "programmes/designs.html", designs=catalogue.designs())


@allow("owner", "coordinator", "sponsor")
def design(request: Request, key: str) -> HttpResponse:
    """What a starting design is: from the source with its caveat, and ours; a POST begins a programme with it."""
    blueprint = known_design(key)
    may_start = request.duties.is_owner
    form = NamingForm(request.POST if request.method == "POST" else None, initial={"name": blueprint.name})
    if request.method == "POST":
        if not may_start:
            raise Http404
        if form.is_valid():
            return _start(request, blueprint, form)
    return page(
        request,
        "programmes/design.html",
        design=blueprint,
        form=form,
        may_start=may_start,
        lines=_by_subject(blueprint),
        curriculum=catalogue.curriculum_for(blueprint.key),
        sources=_sources(blueprint),
        status=422 if form.is_bound and form.errors else 200,
    )


def known_design(key: str) -> Blueprint:
    found = next((entry for entry in catalogue.designs() if entry.key == key), None)
    if found is None:
        raise Http404
    return found


def _start(request: Request, blueprint: Blueprint, form: NamingForm) -> HttpResponse:
    now = clock.now()
    programme = services.start_programme(blueprint.key, naming=form.naming(), by=request.account, now=now)
    starts_on = now.date() + timedelta(weeks=WEEKS_UNTIL_START)
    settings = rounds.suggested_settings(blueprint, name=_("First round"), starts_on=starts_on)
    rounds.plan_cohort(programme, settings=settings, by=request.account, now=now)
    return redirect_with_message(
        request, "programme_purpose", _("The programme is saved as a draft. Nobody has been told yet."), programme.pk
    )


def _by_subject(blueprint: Blueprint) -> list[dict[str, Any]]:
    """Fact and choice side by side, subject by subject."""
    labels = {
        About.PEOPLE: _("People"),
        About.PACE: _("Pace"),
        About.CONTENT: _("Content"),
        About.PARTNERS: _("Partners"),
        About.RECRUITING: _("Recruiting"),
        About.IN_RETURN: _("In return"),
        About.OUTCOME: _("Outcome"),
        About.SAFETY: _("Safety"),
    }
    rows = []
    for about, label in labels.items():
        facts = [line for line in blueprint.from_source if line.about is about]
        ours = [line for line in blueprint.our_design if line.about is about]
        if facts or ours:
            rows.append({"label": label, "facts": facts, "ours": ours})
    return rows


def _sources(blueprint: Blueprint) -> list[Source]:
    keys = {key.strip() for line in blueprint.from_source for key in line.source.split(",")}
    return [source for source in catalogue.sources() if source.key in keys]


@allow("owner", "coordinator", "sponsor")
def detail(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    cohorts = list(Cohort.objects.filter(programme=programme).order_by("-pk"))
    charter = rounds.newest_charter(programme)
    offices = list(
        Office.objects.filter(programme=programme, ended_at__isnull=True)
        .select_related("account")
        .prefetch_related("entities")
        .order_by("duty", "pk")
    )
    organises = request.duties.scope_in(programme.pk) is not None
    return page(
        request,
        "programmes/detail.html",
        programme=programme,
        words=words_for(programme),
        charter=charter,
        offices=offices,
        cohorts=[{"cohort": cohort, "state": state_word(cohort), "tone": state_tone(cohort)} for cohort in cohorts],
        design=known_design(programme.design),
        may_change=request.duties.is_owner,
        organises=organises,
        draft=next((cohort for cohort in cohorts if cohort.state == Cohort.State.DRAFT), None),
    )


def state_word(cohort: Cohort) -> str:
    words = {
        Cohort.State.DRAFT: _("being planned"),
        Cohort.State.ENROLLING: _("open for registration"),
        Cohort.State.MATCHING: _("matching"),
        Cohort.State.RUNNING: _("running"),
        Cohort.State.CLOSED: _("closed"),
    }
    return words[Cohort.State(cohort.state)]


def state_tone(cohort: Cohort) -> str:
    return {"draft": "quiet", "closed": "quiet"}.get(cohort.state, "good")


@allow("owner")
def rename(request: Request, programme_id: int) -> HttpResponse:
    programme = seen_programme(request, programme_id)
    form = NamingForm(request.POST if request.method == "POST" else None, initial=NamingForm.values_of(programme))
    if request.method == "POST" and form.is_valid():
        services.rename_programme(programme, naming=form.naming(), by=request.account, now=clock.now())
        return redirect_with_message(request, "programme", _("Saved."), programme.pk)
    return page(
        request, "programmes/rename.html", programme=programme, form=form, status=422 if form.is_bound and form.errors else 200
    )


@allow("owner", "coordinator")
def edit_texts(request: Request, programme_id: int) -> HttpResponse:
    """Every text an organiser can use or edit; one group at a time, the design's words below each edited one."""
    programme = organised_programme(request, programme_id)
    groups = texts.in_groups(texts.editable(programme))
    position = _position(request.GET.get("group", ""), len(groups))
    label, shown = groups[position]
    may_change = request.duties.is_owner
    form = TextsForm(request.POST if request.method == "POST" else None, texts=shown, prefix="text")
    if request.method == "POST":
        if not may_change:
            raise Http404
        if form.is_valid():
            services.edit_texts(programme, form.cleaned_data, by=request.account, now=clock.now())
            return redirect_with_message(request, "programme_texts", _("Saved."), programme.pk)
    cohort = programme_steps.draft_of(programme)
    in_steps = cohort is not None and cohort.state == Cohort.State.DRAFT and may_change
    return page(
        request,
        "programmes/texts.html",
        programme=programme,
        form=form,
        label=label,
        may_change=may_change,
        rows=[{"text": text, "field": form[text.key]} for text in shown],
        tabs=[
            {"label": name, "url": f"?group={number}", "is_current": number == position, "count": None}
            for number, (name, _texts) in enumerate(groups)
        ],
        steps=programme_steps.steps(programme, cohort, "texts", rounds.missing(cohort)) if in_steps and cohort else [],
        next_url=programme_steps.after(programme, cohort, "texts") if in_steps and cohort else "",
    )


def _position(text: str, length: int) -> int:
    number = number_of(text) or 0
    return number if number < length else 0


@allow("owner", "coordinator")
def announcement(request: Request, programme_id: int) -> HttpResponse:
    """The kit for telling everybody, ready to be copied or printed."""
    programme = organised_programme(request, programme_id)
    shown = {text.key: text for text in texts.editable(programme) if text.key.startswith("announcement.")}
    faq = [text for key, text in shown.items() if key.startswith("announcement.faq.")]
    return page(
        request,
        "programmes/announcement.html",
        programme=programme,
        faq=faq,
        all_staff={"subject": shown["announcement.all_staff.subject"].text, "body": shown["announcement.all_staff.body"].text},
        managers={"subject": shown["announcement.managers.subject"].text, "body": shown["announcement.managers.body"].text},
        script=shown["announcement.sponsor_script"].text,
        headline=shown["announcement.poster.headline"].text,
        lines=shown["announcement.poster.lines"].text.splitlines(),
        foot=shown["announcement.poster.foot"].text,
    )


urls = [
    path("programmes/", index, name="programmes"),
    path("programmes/designs/", designs, name="programme_designs"),
    path("programmes/designs/<slug:key>/", design, name="programme_design"),
    path("programmes/<int:programme_id>/", detail, name="programme"),
    path("programmes/<int:programme_id>/name/", rename, name="programme_rename"),
    path("programmes/<int:programme_id>/texts/", edit_texts, name="programme_texts"),
    path("programmes/<int:programme_id>/announcement/", announcement, name="programme_announcement"),
]

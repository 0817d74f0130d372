"""A round as its organisers see it: where it stands and what to do next, its settings, its opening, its open link."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from turnabout.blueprints import catalogue
from turnabout.core import clock, guards
from turnabout.core.text import grouped
from turnabout.enrolments import draws
from turnabout.enrolments import queries as places
from turnabout.enrolments.models import Draw, Enrolment
from turnabout.insights import funnel
from turnabout.matching.models import Proposal, Run
from turnabout.pairs.models import Pair
from turnabout.programmes import ranges, rounds
from turnabout.programmes.hours import promised
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import can_be_changed, is_recruiting
from turnabout.programmes.queries import Scope, contact_of, sponsor_of
from turnabout.programmes.words import Words, words_for
from turnabout.web import programme_steps, qr
from turnabout.web.access import Request, allow
from turnabout.web.charters import step_context
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.programme_forms import SENIORITY, RoundForm
from turnabout.web.programmes import seen_programme, state_tone, state_word


def organised_cohort(request: Request, cohort_id: int) -> tuple[Cohort, Scope]:
    """A round and what of its people the account looks after; 404 for everybody else."""
    cohort = get_object_or_404(Cohort.objects.select_related("programme", "charter"), pk=cohort_id)
    scope = request.duties.scope_in(cohort.programme_id)
    if scope is None:
        raise Http404
    return cohort, scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Next:
    """The one thing to do now."""

    sentence: str
    label: str
    url: str


@allow("owner", "coordinator")
def detail(request: Request, cohort_id: int) -> HttpResponse:
    cohort, scope = organised_cohort(request, cohort_id)
    words = words_for(cohort.programme)
    counts = places.counts(scope, cohort)
    is_later = places.mentors_wait_for_mentees(cohort)
    reached = funnel.by_side(cohort, scope)
    drawn = set(Draw.objects.filter(cohort=cohort).values_list("role", flat=True)) if draws.can_draw(scope) else set()
    return page(
        request,
        "cohorts/detail.html",
        cohort=cohort,
        programme=cohort.programme,
        words=words,
        state=state_word(cohort),
        tone=state_tone(cohort),
        sides=[
            {
                "role": role,
                "word": words.many(role),
                "counts": counts[role],
                "meters": _meters(reached[role], is_over=not can_be_changed(cohort)),
                "left": reached[role].counts["left"],
                "to_draw": _to_draw(cohort, scope, counts[role]),
                "has_draws": role in drawn,
                "is_later": role == "mentor" and is_later,
            }
            for role in ("mentor", "mentee")
        ],
        lacks_mentees=not is_later and places.lacks_mentees(cohort),
        next=what_next(cohort, counts, words, is_owner=request.duties.is_owner, are_mentors_later=is_later),
        is_owner=request.duties.is_owner,
        is_recruiting=is_recruiting(cohort),
        open_link=open_link_of(cohort),
        has_all_entities=scope.entity_ids is None,
    )


def _to_draw(cohort: Cohort, scope: Scope, counts: places.Counts) -> int:
    """How many places may be drawn now, for whoever looks after everybody who waits."""
    if not counts.waiting or not draws.can_draw(scope) or not is_recruiting(cohort):
        return 0
    return draws.to_draw(places.free_places(cohort, counts.role), waiting=counts.waiting)


def _meters(side: funnel.Side, *, is_over: bool) -> list[dict[str, object]]:
    """How far one side has come, each figure of all whom it is about; of a closed round, in which nobody has a partner
    any more, how many finished."""
    counts = side.counts
    if not counts["invited"]:
        return []
    rows = (
        (_("Answered"), side.answered, counts["invited"], ""),
        (_("Registered"), counts["registered"], counts["invited"], ""),
        (_("Prepared"), counts["prepared"], side.activated, ""),
        (_("Reached the closing session"), counts["closed"], counts["said_yes"], _("Of everybody who had a partner."))
        if is_over
        else (_("With a partner"), side.with_partner, side.activated, ""),
    )
    return [
        {
            "label": label,
            "value": value,
            "max": max(everybody, 1),
            "text": _("%(value)s of %(all)s") % {"value": grouped(value), "all": grouped(everybody)},
            "note": note,
        }
        for label, value, everybody, note in rows
    ]


def what_next(cohort: Cohort, counts: dict[str, places.Counts], words: Words, *, is_owner: bool, are_mentors_later: bool) -> Next:
    """One step, from the state of the round and the counts; never more than one."""
    if cohort.state == Cohort.State.DRAFT:
        return _before_opening(cohort, is_owner=is_owner)
    overview = reverse("overview", args=[cohort.pk])
    if cohort.state == Cohort.State.CLOSED:
        return Next(sentence=_("This round is closed."), label=_("See where people are"), url=overview)
    nobody = _nobody_asked(cohort, counts, words, are_mentors_later=are_mentors_later)
    found = nobody or _somebody_owes(cohort, counts) or _some_without_partner(cohort, counts)
    done = _("Everybody has answered. Look at where people are.")
    return found or Next(sentence=done, label=_("Where people are"), url=overview)


def _before_opening(cohort: Cohort, *, is_owner: bool) -> Next:
    if is_owner:
        sentence = _("This round is not open yet. Nobody has been told.")
        return Next(sentence=sentence, label=_("Look and open"), url=reverse("cohort_open", args=[cohort.pk]))
    sentence = _("The programme lead is still planning this round.")
    return Next(sentence=sentence, label=_("See the programme"), url=reverse("programme", args=[cohort.programme_id]))


def _nobody_asked(cohort: Cohort, counts: dict[str, places.Counts], words: Words, *, are_mentors_later: bool) -> Next | None:
    """Mentee places first, so that nobody who volunteers to share waits for a partner."""
    invite = reverse("cohort_invite", args=[cohort.pk])
    names = {"mentees": words.mentees, "mentors": words.mentors}
    if not counts["mentee"].all:
        sentence = _("Places for %(mentees)s come first: invite them now.") % names
        return Next(sentence=sentence, label=_("Invite %(mentees)s") % names, url=f"{invite}?role=mentee")
    if not counts["mentor"].all and not are_mentors_later:
        sentence = _("Nobody has been asked to share yet.")
        return Next(sentence=sentence, label=_("Invite %(mentors)s") % names, url=f"{invite}?role=mentor")
    return None


def _somebody_owes(cohort: Cohort, counts: dict[str, places.Counts]) -> Next | None:
    people = reverse("places", args=[cohort.pk])
    silent = sum(side.silent for side in counts.values())
    if silent:
        sentence = ngettext("%(count)s person has not answered yet.", "%(count)s people have not answered yet.", silent)
        return Next(sentence=sentence % {"count": silent}, label=_("See what is still to do"), url=f"{people}?owes=any")
    unprepared = counts["mentor"].registered - counts["mentor"].prepared
    if unprepared and cohort.preparation != Cohort.Preparation.OFFERED:
        sentence = ngettext("%(count)s person is not prepared yet.", "%(count)s people are not prepared yet.", unprepared)
        url = f"{people}?role=mentor&prepared=no"
        return Next(sentence=sentence % {"count": unprepared}, label=_("See who is not prepared"), url=url)
    return None


def _some_without_partner(cohort: Cohort, counts: dict[str, places.Counts]) -> Next | None:
    if any(side.with_partner >= side.registered for side in counts.values()):
        return None
    sentence = _("Everybody has answered, and some have no partner yet. Find suggested partners now.")
    return Next(sentence=sentence, label=_("Find partners"), url=reverse("matching", args=[cohort.pk]))


def open_link_of(cohort: Cohort) -> dict[str, object]:
    address = settings.SITE_URL + reverse("programme_page", args=[cohort.open_link_key])
    return {"address": address, "is_on": cohort.is_open_link_on}


@allow("owner", "coordinator")
def open_link(request: Request, cohort_id: int) -> HttpResponse:
    """The open link with its QR code, to be printed or sent; and the switch."""
    cohort, _scope = organised_cohort(request, cohort_id)
    if request.method == "POST":
        is_on = request.POST.get("is_on") == "yes"
        rounds.switch_open_link(cohort, is_on=is_on, by=request.account, now=clock.now())
        done = _("The open link lets people in now.") if is_on else _("The open link no longer lets people in.")
        return redirect_with_message(request, "cohort_open_link", done, cohort.pk)
    link = open_link_of(cohort)
    return page(
        request,
        "cohorts/open_link.html",
        cohort=cohort,
        link=link,
        drawing=qr.drawing(str(link["address"])),
        is_recruiting=is_recruiting(cohort),
    )


@allow("owner")
def edit_settings(request: Request, cohort_id: int) -> HttpResponse:
    cohort, _scope = organised_cohort(request, cohort_id)
    form = RoundForm(
        request.POST if request.method == "POST" else None, initial=RoundForm.values_of(ranges.RoundSettings.of(cohort))
    )
    context = step_context(cohort.programme, "round") if cohort.state == Cohort.State.DRAFT else {"steps": [], "next_url": ""}
    if request.method == "POST" and form.is_valid():
        rounds.change_cohort(cohort, settings=form.settings(), by=request.account, now=clock.now())
        if context["next_url"]:
            return redirect(str(context["next_url"]))
        return redirect_with_message(request, "cohort", _("Saved."), cohort.pk)
    return page(
        request,
        "cohorts/settings.html",
        cohort=cohort,
        programme=cohort.programme,
        form=form,
        may_change=can_be_changed(cohort),
        design=catalogue.design(cohort.programme.design),
        status=422 if form.errors else 200,
        **context,
    )


@allow("owner")
@require_POST
def plan(request: Request, programme_id: int) -> HttpResponse:
    """A further round, with the settings of the last one."""
    programme = seen_programme(request, programme_id)
    latest = programme_steps.draft_of(programme)
    now = clock.now()
    design = catalogue.design(programme.design)
    suggested = rounds.suggested_settings(design, name=_("Next round"), starts_on=None)
    if latest is not None:
        kept = ranges.RoundSettings.of(latest)
        values = {name: getattr(kept, name) for name in kept.__slots__} | {
            "name": _("Next round"),
            "starts_on": None,
            "ends_on": None,
        }
        suggested = ranges.RoundSettings(**values)
    cohort = rounds.plan_cohort(programme, settings=suggested, by=request.account, now=now)
    return redirect("cohort_settings", cohort.pk)


@allow("owner")
def look_and_open(request: Request, cohort_id: int) -> HttpResponse:
    """Everything in one look, what is missing with a link to its step, and the one button."""
    cohort, _scope = organised_cohort(request, cohort_id)
    if cohort.state != Cohort.State.DRAFT:
        return redirect("cohort", cohort.pk)
    if request.method == "POST":
        rounds.open_cohort(cohort, by=request.account, now=clock.now())
        return redirect_with_message(request, "cohort", _("The round is open. Now invite people."), cohort.pk)
    programme = cohort.programme
    lacks = programme_steps.lacks_of(programme, cohort)
    words = words_for(programme)
    sponsor, contact = sponsor_of(programme), contact_of(programme)
    return page(
        request,
        "cohorts/open.html",
        cohort=cohort,
        programme=programme,
        lacks=lacks,
        charter=rounds.newest_charter(programme),
        sponsor=sponsor,
        contact_office=contact,
        facts=_facts(cohort, words),
        steps=programme_steps.steps(programme, cohort, "open", rounds.missing(cohort)),
        hours=[
            {"word": words.Mentor, "text": promised(cohort, "mentor").in_words},
            {"word": words.Mentee, "text": promised(cohort, "mentee").in_words},
        ],
    )


def _facts(cohort: Cohort, words: Words) -> list[dict[str, object]]:
    unset = _("not chosen yet")
    pace = _("%(sessions)s sessions of %(minutes)s minutes, every %(weeks)s weeks") % {
        "sessions": cohort.sessions,
        "minutes": cohort.minutes,
        "weeks": cohort.interval_weeks,
    }
    limits = ngettext("One partner for each %(mentor)s", "Up to %(count)s partners for each %(mentor)s", cohort.mentor_cap) % {
        "mentor": words.mentor,
        "count": cohort.mentor_cap,
    }
    return [
        {"label": _("First day"), "value": cohort.starts_on or unset},
        {"label": _("Last day"), "value": cohort.ends_on or unset},
        {"label": _("Pace"), "value": pace},
        {"label": _("Partners"), "value": limits},
        {"label": _("More experienced means"), "value": dict(SENIORITY)[Cohort.Seniority(cohort.seniority)]},
    ]


@allow("owner")
def close(request: Request, cohort_id: int) -> HttpResponse:
    """A question first: what closing does, and one button; or what comes before it, with the way there."""
    cohort, scope = organised_cohort(request, cohort_id)
    open_things = guards.refusals("cohort.close", cohort)
    if request.method == "POST" and not open_things:
        rounds.close_cohort(cohort, by=request.account, now=clock.now())
        return redirect_with_message(request, "cohort", _("The round is closed."), cohort.pk)
    return page(
        request,
        "cohorts/close.html",
        cohort=cohort,
        programme=cohort.programme,
        waiting=_without_partner(scope, cohort),
        open_things=[refusal.sentence for refusal in open_things],
        ways=_ways_to_open_things(cohort),
        status=409 if request.method == "POST" else 200,
    )


def _without_partner(scope: Scope, cohort: Cohort) -> int:
    """Who takes part and has no partner; who reached the closing session with one had theirs."""
    alone = places.seen_by(scope, cohort).filter(state__in=Enrolment.TAKING_PART, places_taken=0)
    complete = Pair.objects.filter(cohort=cohort, state=Pair.State.CLOSED)
    return alone.exclude(pk__in=complete.values("mentor")).exclude(pk__in=complete.values("mentee")).count()


def _ways_to_open_things(cohort: Cohort) -> list[dict[str, str]]:
    """Where the pairs and the suggestions stand that keep a round open."""
    ways = []
    if Pair.objects.unfinished().filter(cohort=cohort).exists():
        ways.append({"label": _("See these pairs"), "url": reverse("morning") + f"?round={cohort.pk}&show=all"})
        ways.append({"label": _("End these pairs"), "url": reverse("pairs_end", args=[cohort.pk])})
    for run in Run.objects.filter(pk__in=Proposal.objects.open().filter(run__cohort=cohort).values("run")).order_by("pk"):
        label = _("See the suggestions of %(day)s") % {"day": date_format(localtime(run.created_at), "j F Y")}
        ways.append({"label": label, "url": reverse("board", kwargs={"run_id": run.pk}) + "?show=out"})
    return ways


urls = [
    path("programmes/<int:programme_id>/rounds/new/", plan, name="cohort_new"),
    path("rounds/<int:cohort_id>/", detail, name="cohort"),
    path("rounds/<int:cohort_id>/settings/", edit_settings, name="cohort_settings"),
    path("rounds/<int:cohort_id>/open/", look_and_open, name="cohort_open"),
    path("rounds/<int:cohort_id>/close/", close, name="cohort_close"),
    path("rounds/<int:cohort_id>/link/", open_link, name="cohort_open_link"),
]

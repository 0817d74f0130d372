"""Everybody's place in a round, for organisers: who owes what since when, and what to do about it, one or many at once."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments import invitations, preparing, queries, services
from turnabout.enrolments.models import Enrolment
from turnabout.notifications.about import enrolments as about
from turnabout.people.models import Entity, Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import can_be_changed
from turnabout.programmes.queries import Scope
from turnabout.programmes.words import Words, words_for
from turnabout.web import tables
from turnabout.web.access import Request, allow
from turnabout.web.cohorts import organised_cohort
from turnabout.web.numbers import number_of, numbers_of
from turnabout.web.pages import page, redirect_with_message

ON_A_PAGE = 50
STATES = (
    ("", gettext_lazy("Any")),
    ("invited", gettext_lazy("invited")),
    ("started", gettext_lazy("began to register")),
    ("waiting", gettext_lazy("on the waiting list")),
    ("registered", gettext_lazy("registered")),
    ("paused", gettext_lazy("paused")),
    ("withdrawn", gettext_lazy("left")),
    ("closed", gettext_lazy("finished")),
)


class FilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name or number"), required=False, max_length=100)
    role = forms.ChoiceField(label=gettext_lazy("Side"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=STATES)
    prepared = forms.ChoiceField(
        label=gettext_lazy("Prepared"),
        required=False,
        choices=[("", gettext_lazy("Any")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )
    owes = forms.ChoiceField(
        label=gettext_lazy("Still to do"),
        required=False,
        choices=[
            ("", gettext_lazy("Any")),
            ("any", gettext_lazy("Something")),
            ("register", gettext_lazy("The registration")),
            ("prepare", gettext_lazy("The preparation")),
        ],
    )
    entity = forms.ChoiceField(label=gettext_lazy("Place of work"), required=False)

    def __init__(self, *args: Any, words: Words, entities: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everyone = ("", gettext_lazy("Any"))
        for name, choices in (
            ("role", [everyone, ("mentor", words.Mentors), ("mentee", words.Mentees)]),
            ("entity", [everyone, *((str(pk), label) for pk, label in entities)]),
        ):
            chooser = self.fields[name]
            assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
            chooser.choices = choices
        self.fields["entity"].label = words.Entity

    def narrowed(self, places: QuerySet[Enrolment], cohort: Cohort) -> QuerySet[Enrolment]:
        """The places that fit every chosen filter."""
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("q"):
            places = places.filter(person__in=_people_like(given["q"]))
        for name in ("role", "state"):
            if given.get(name):
                places = places.filter(**{name: given[name]})
        if given.get("prepared"):
            places = places.filter(prepared_at__isnull=given["prepared"] == "no")
        if given.get("entity"):
            places = places.filter(person__entity_id=int(given["entity"]))
        if given.get("owes"):
            places = places.filter(_owing(given["owes"], cohort))
        return places


def _people_like(text: str) -> QuerySet[Any]:
    return Person.objects.matching_text(text).values("pk")


def _owing(what: str, cohort: Cohort) -> Q:
    state = Enrolment.State
    registration = Q(state__in=[state.INVITED, state.STARTED])
    preparation = Q(state=state.REGISTERED, prepared_at__isnull=True)
    if cohort.preparation == Cohort.Preparation.OFFERED:
        preparation = Q(pk__in=[])
    return {"register": registration, "prepare": preparation}.get(what, registration | preparation)


def _asked(request: Request, cohort: Cohort, scope: Scope) -> tuple[FilterForm, QuerySet[Enrolment]]:
    entities = Entity.objects.filter(people__enrolments__cohort=cohort).order_by("sort_key").distinct()
    if scope.entity_ids is not None:
        entities = entities.filter(pk__in=scope.entity_ids)
    form = FilterForm(request.GET, words=words_for(cohort.programme), entities=list(entities.values_list("pk", "name")))
    return form, form.narrowed(queries.seen_by(scope, cohort), cohort)


@allow("owner", "coordinator")
def index(request: Request, cohort_id: int) -> HttpResponse:
    cohort, scope = organised_cohort(request, cohort_id)
    form, chosen = _asked(request, cohort, scope)
    shown = Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("page"))
    words = words_for(cohort.programme)
    count = shown.paginator.count
    return page(
        request,
        "enrolments/places.html",
        cohort=cohort,
        programme=cohort.programme,
        form=form,
        shown=shown,
        count=count,
        may_act=can_be_changed(cohort),
        rows=[_row(place, cohort, words) for place in shown.object_list],
        count_text=ngettext("%(count)s place", "%(count)s places", count) % {"count": count},
        query=request.GET.urlencode(),
        columns=[{"label": label} for label in (_("Name"), _("State"), _("Still to do"), words.Entity, _("Partners"))],
        active=[{"label": _("Filtered"), "url": request.path}] if any(request.GET.get(name) for name in form.fields) else [],
    )


def _row(place: Enrolment, cohort: Cohort, words: Words) -> dict[str, Any]:
    owed = queries.owed(place, cohort)
    kinds = {"register": _("the registration"), "finish": _("the rest of the registration"), "prepare": _("the preparation")}
    return {
        "place": place,
        "word": words.of(place.role),
        "state": queries.state_word(place),
        "tone": "good" if place.is_prepared else "quiet",
        "owes": ""
        if owed is None
        else _("%(what)s since %(date)s") % {"what": kinds[owed.kind], "date": date_format(owed.since, "j F Y")},
        "partners": _("%(taken)s of %(all)s") % {"taken": place.places_taken, "all": place.capacity},
        "url": reverse("place_for_organisers", args=[cohort.pk, place.pk]),
    }


def _remind(cohort: Cohort, places: list[Enrolment], request: Request) -> str:
    count = invitations.remind(cohort, places=places, by=request.account, now=clock.now())
    return ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", count) % {"count": count}


def _resend(cohort: Cohort, places: list[Enrolment], request: Request) -> str:
    count = invitations.resend(cohort, places=places, by=request.account, now=clock.now())
    return ngettext(
        "The invitation goes out again to %(count)s person.", "The invitation goes out again to %(count)s people.", count
    ) % {"count": count}


def _extend(cohort: Cohort, places: list[Enrolment], request: Request) -> str:
    days = number_of(request.POST.get("days", ""))
    if days is None:
        raise NotPossible(_("Days: use a number from 1 to %(most)s.") % {"most": invitations.MOST_DAYS_MORE})
    count = invitations.extend(cohort, places=places, days=days, by=request.account, now=clock.now())
    return ngettext("%(count)s invitation waits longer.", "%(count)s invitations wait longer.", count) % {"count": count}


def _prepared(cohort: Cohort, places: list[Enrolment], request: Request) -> str:
    count = preparing.mark_prepared(cohort, places=places, by=request.account, now=clock.now())
    return ngettext("%(count)s person is marked as prepared.", "%(count)s people are marked as prepared.", count) % {
        "count": count
    }


BULK: dict[str, Callable[[Cohort, list[Enrolment], Request], str]] = {
    "remind": _remind,
    "resend": _resend,
    "extend": _extend,
    "prepared": _prepared,
}


@allow("owner", "coordinator")
@require_POST
def act(request: Request, cohort_id: int) -> HttpResponse:
    """One verb on the ticked places, or on all that the filter shows."""
    cohort, scope = organised_cohort(request, cohort_id)
    back = reverse("places", args=[cohort.pk]) + (f"?{request.GET.urlencode()}" if request.GET else "")
    verb = request.POST.get("do", "")
    if verb == "to_me":
        about.send_sample(cohort, to=request.account, now=clock.now())
        return redirect_with_message(
            request, back, _("The reminder as people get it is on its way to you. Its links do nothing.")
        )
    if verb not in BULK:
        raise NotPossible(_("Choose what to do with the people you ticked."))
    _form, chosen = _asked(request, cohort, scope)
    if request.POST.get("who") != "all":
        chosen = queries.seen_by(scope, cohort).filter(pk__in=numbers_of(request.POST.getlist("place")))
    return redirect_with_message(request, back, BULK[verb](cohort, list(chosen), request))


@allow("owner", "coordinator")
def place(request: Request, cohort_id: int, place_id: int) -> HttpResponse:
    """One person's place as an organiser may see it: nothing private to them."""
    cohort, scope = organised_cohort(request, cohort_id)
    found = get_object_or_404(queries.seen_by(scope, cohort), pk=place_id)
    if request.method == "POST":
        return redirect_with_message(request, "place_for_organisers", _do(request, found), cohort.pk, found.pk)
    words = words_for(cohort.programme)
    is_open = can_be_changed(cohort)
    cap = cohort.mentor_cap if is_open and found.role == Enrolment.Role.MENTOR else 1
    return page(
        request,
        "enrolments/place_for_organisers.html",
        cohort=cohort,
        row=_row(found, cohort, words),
        words=words,
        place=found,
        caps=list(range(1, cap + 1)) if cap > 1 else [],
        may_pause=is_open and found.state == Enrolment.State.REGISTERED,
        may_resume=is_open and found.state == Enrolment.State.PAUSED,
        may_offer=is_open and found.state == Enrolment.State.WAITING,
    )


def _do(request: Request, place: Enrolment) -> str:
    verb, by, now = request.POST.get("do", ""), request.account, clock.now()
    name = {"name": place.person.name}
    if verb == "pause":
        services.pause_place(place, by=by, now=now)
        return _("%(name)s is paused and will not be matched for now.") % name
    if verb == "resume":
        services.resume_place(place, by=by, now=now)
        return _("%(name)s can be matched again.") % name
    if verb == "offer":
        services.offer_waiting_place(place, by=by, now=now)
        return _("%(name)s has a place now.") % name
    if verb == "capacity":
        number = request.POST.get("capacity", "")
        services.set_capacity(place, capacity=int(number) if number in {"1", "2"} else 0, by=by, now=now)
        return _("Saved.")
    raise NotPossible(_("Choose what to do for %(name)s.") % name)


@allow("owner", "coordinator")
def export(request: Request, cohort_id: int, kind: str) -> HttpResponse:
    """The list as filtered. What people keep off limits, whom they avoid and what worries them is in no file."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    cohort, scope = organised_cohort(request, cohort_id)
    _form, chosen = _asked(request, cohort, scope)
    words = words_for(cohort.programme)
    header = [
        _("Employee number"),
        _("Name"),
        _("Work address"),
        words.Entity,
        _("Country"),
        _("Side"),
        _("State"),
        _("Invited on"),
        _("Registered on"),
        _("Prepared on"),
        _("Partners"),
        _("Partners at most"),
    ]
    rows: list[list[tables.Cell]] = [
        [
            place.person.employee_number,
            place.person.name,
            place.person.email,
            place.person.entity.name if place.person.entity else "",
            place.person.entity.country if place.person.entity else "",
            words.of(place.role),
            queries.state_word(place),
            _day(place.invited_at),
            _day(place.registered_at),
            _day(place.prepared_at),
            place.places_taken,
            place.capacity,
        ]
        for place in chosen
    ]
    make = tables.csv_response if kind == "csv" else tables.xlsx_response
    return make(f"{cohort.programme.name} {cohort.name}", header, rows)


def _day(moment: Any) -> str:
    return "" if moment is None else moment.date().isoformat()


urls = [
    path("rounds/<int:cohort_id>/people/", index, name="places"),
    path("rounds/<int:cohort_id>/people/act/", act, name="places_act"),
    path("rounds/<int:cohort_id>/people/table.<str:kind>", export, name="places_export"),
    path("rounds/<int:cohort_id>/people/<int:place_id>/", place, name="place_for_organisers"),
]

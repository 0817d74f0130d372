"""Taking a place: three questions for those who learn, five short steps for those who share, saved at each."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from turnabout.accounts.models import Link
from turnabout.blueprints import catalogue
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments import policies, services
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.notifications import promises
from turnabout.notifications.about.enrolments import about_the_exception
from turnabout.programmes.hours import promised
from turnabout.programmes.queries import contact_of
from turnabout.programmes.words import words_for
from turnabout.web import links, place_pass
from turnabout.web.access import Request
from turnabout.web.enrolments import who_comes_first
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.registration_forms import (
    TAUGHT_WELL,
    WANTED,
    CapacityForm,
    EndForm,
    HowForm,
    LimitsForm,
    TopicLevelsForm,
    TopicTicksForm,
    WhenForm,
    chosen_topics,
    practical,
)

REGISTER = "place.register"


@place_pass.for_own_place
def register(request: Request, place: Enrolment) -> HttpResponse:
    """Where somebody stopped last time; for whoever is done, their place."""
    if place.state not in {Enrolment.State.INVITED, Enrolment.State.STARTED}:
        return redirect("place", place.pk)
    step = services.next_step(place) or services.steps_of(place)[-1]
    return redirect("register_step", place.pk, step)


@place_pass.for_own_place
def register_step(request: Request, place: Enrolment, step: str) -> HttpResponse:
    handler = HANDLERS.get((place.role, step))
    if handler is None:
        raise Http404
    if not policies.takes_part(place):
        raise NotPossible(_("You have left this round. Ask your coordinator if you would like to come back."))
    if (
        step == services.steps_of(place)[-1]
        and not policies.can_still_register(place, place.cohort)
        and place.role == Enrolment.Role.MENTOR
    ):
        return redirect("place", place.pk)
    return handler(request, place, step)


def _frame(request: Request, place: Enrolment, step: str) -> dict[str, Any]:
    """What every step shows around its questions."""
    labels = _labels()
    steps = services.steps_of(place)
    is_finishing = policies.can_still_register(place, place.cohort)
    shown = [
        {
            "label": labels[name],
            "url": reverse("register_step", args=[place.pk, name]) if name in place.steps_done else "",
            "state": "current" if name == step else "done" if name in place.steps_done else "todo",
        }
        for name in steps
    ]
    programme = place.cohort.programme
    contact = contact_of(programme.pk)
    return {
        "place": place,
        "programme": programme,
        "cohort": place.cohort,
        "words": words_for(programme),
        "steps": shown if is_finishing else [],
        "is_finishing": is_finishing,
        "is_last": step == steps[-1],
        "contact": None
        if contact is None
        else {"name": contact.account.display_name, "email": contact.account.email, "phone": contact.phone},
    }


def _labels() -> dict[str, str]:
    return {
        "share": _("What you can share"),
        "learn": _("What you would like"),
        "limits": _("What stays out"),
        "practical": _("How and when"),
        "last": _("Take your place"),
        "questions": _("Three questions"),
        "confirm": _("Is this right?"),
    }


def _onwards(place: Enrolment, step: str, by: Any) -> HttpResponse:
    """Saved: to the next step, or back to the place when only something was corrected."""
    if not policies.can_still_register(place, place.cohort):
        return redirect("place", place.pk)
    place = services.mark_step(place, step=step, by=by)
    following = services.steps_of(place)
    position = following.index(step) + 1
    return redirect("register_step", place.pk, following[min(position, len(following) - 1)])


def _shown(request: Request, template: str, frame: dict[str, Any], *forms: Any, **more: Any) -> HttpResponse:
    return page(request, template, status=422 if any(form.is_bound and form.errors for form in forms) else 200, **frame, **more)


def _share(request: Request, place: Enrolment, step: str) -> HttpResponse:
    offers, _wishes = chosen_topics(place)
    form = TopicLevelsForm(request.POST if request.method == "POST" else None, place=place, chosen=offers)
    if request.method == "POST" and form.is_valid():
        by = place_pass.account_of(place)
        services.save_topics(place, kind=TopicChoice.Kind.OFFER, levels=form.levels(), by=by)
        return _onwards(place, step, by)
    return _shown(request, "registration/share.html", _frame(request, place, step), form, form=form)


def _learn(request: Request, place: Enrolment, step: str) -> HttpResponse:
    _offers, wishes = chosen_topics(place)
    design = catalogue.design(place.cohort.programme.design)
    form = TopicTicksForm(
        request.POST if request.method == "POST" else None, place=place, chosen=wishes, first=design.give_back_topics
    )
    if request.method == "POST" and form.is_valid():
        by = place_pass.account_of(place)
        services.save_topics(place, kind=TopicChoice.Kind.WISH, levels=dict.fromkeys(form.picked(), WANTED), by=by)
        return _onwards(place, step, by)
    return _shown(request, "registration/learn.html", _frame(request, place, step), form, form=form)


def _limits(request: Request, place: Enrolment, step: str) -> HttpResponse:
    is_posted = request.method == "POST"
    form = LimitsForm(
        request.POST if is_posted else None,
        person=place.person,
        is_needed=policies.must_list_limits(place),
        initial=_limits_so_far(place),
    )
    if is_posted and form.is_valid():
        by = place_pass.account_of(place)
        services.save_limits(place, off_limits=form.cleaned_data["off_limits"], conflicts=form.others, by=by)
        return _onwards(place, step, by)
    return _shown(request, "registration/limits.html", _frame(request, place, step), form, form=form)


def _limits_so_far(place: Enrolment) -> dict[str, Any]:
    others = [conflict.other for conflict in place.conflicts.select_related("other").order_by("pk")]
    return {"off_limits": place.off_limits, "conflicts": "\n".join(other.email or other.employee_number for other in others)}


def _practical(request: Request, place: Enrolment, step: str) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    when = WhenForm(data, initial=WhenForm.values_of(place.person))
    how = HowForm(data, initial=HowForm.values_of(place))
    capacity = CapacityForm(data, cap=place.cohort.mentor_cap, initial={"capacity": place.capacity})
    forms = (when, how, capacity)
    if data is not None and all(form.is_valid() for form in forms):
        by = place_pass.account_of(place)
        chosen = practical(place, when=when, how=how, capacity=capacity.cleaned_data["capacity"])
        services.save_practical(place, practical=chosen, by=by)
        return _onwards(place, step, by)
    return _shown(
        request, "registration/practical.html", _frame(request, place, step), *forms, when=when, how=how, capacity=capacity
    )


def _last(request: Request, place: Enrolment, step: str) -> HttpResponse:
    form = EndForm(request.POST if request.method == "POST" else None, role=place.role)
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, place, form)
        except NotPossible as refusal:
            form.add_error(None, refusal.sentence)
    return _shown(request, "registration/last.html", _frame(request, place, step), form, form=form, hours=_hours(place))


def _questions(request: Request, place: Enrolment, step: str) -> HttpResponse:
    """Learn, give back, when: everything else is filled in."""
    offers, wishes = chosen_topics(place)
    design = catalogue.design(place.cohort.programme.design)
    data = request.POST if request.method == "POST" else None
    learn = TopicTicksForm(data, place=place, chosen=wishes, first=design.topics, is_needed=True, prefix="learn")
    give = TopicTicksForm(data, place=place, chosen=offers, first=design.give_back_topics, prefix="give")
    when = WhenForm(data, initial=WhenForm.values_of(place.person), prefix="when")
    forms = (learn, give, when)
    if data is not None and all(form.is_valid() for form in forms):
        by = place_pass.account_of(place)
        with transaction.atomic():
            services.save_topics(place, kind=TopicChoice.Kind.WISH, levels=dict.fromkeys(learn.picked(), WANTED), by=by)
            services.save_topics(place, kind=TopicChoice.Kind.OFFER, levels=dict.fromkeys(give.picked(), TAUGHT_WELL), by=by)
            how = HowForm.values_of(place)
            known = services.Practical(
                formats=tuple(how["formats"]),
                languages=place.person.languages or {"en": 3},
                weekly_hours=when.weekly_hours(place.person),
            )
            services.save_practical(place, practical=known, by=by)
        return _onwards(place, step, by)
    return _shown(request, "registration/questions.html", _frame(request, place, step), *forms, learn=learn, give=give, when=when)


def _confirm(request: Request, place: Enrolment, step: str) -> HttpResponse:
    """What we filled in, to be corrected; one box, one button."""
    data = request.POST if request.method == "POST" else None
    how = HowForm(data, initial=HowForm.values_of(place), prefix="how")
    limits = LimitsForm(data, person=place.person, with_limits=False, initial=_limits_so_far(place), prefix="limits")
    is_finishing = policies.can_still_register(place, place.cohort)
    end = EndForm(data, role=place.role) if is_finishing else None
    forms = [form for form in (how, limits, end) if form is not None]
    if data is not None and all(form.is_valid() for form in forms):
        by = place_pass.account_of(place)
        try:
            with transaction.atomic():
                chosen = services.Practical(
                    formats=tuple(how.cleaned_data["formats"]), languages=how.languages(), weekly_hours=place.person.weekly_hours
                )
                services.save_practical(place, practical=chosen, by=by)
                services.set_conflicts(place, conflicts=limits.others, by=by)
                return redirect("place", place.pk) if end is None else _finish(request, place, end)
        except NotPossible as refusal:
            forms[-1].add_error(None, refusal.sentence)
    return _shown(
        request,
        "registration/confirm.html",
        _frame(request, place, step),
        *forms,
        how=how,
        limits=limits,
        end=end,
        hours=_hours(place),
    )


def _hours(place: Enrolment) -> str:
    return promised(place.cohort, place.role, partners=place.capacity).in_words


@transaction.atomic
def _finish(request: Request, place: Enrolment, form: EndForm) -> HttpResponse:
    """Take the place; every link to it is used up with it."""
    given, now = form.cleaned_data, clock.now()
    by = place_pass.account_of(place)
    done = services.finish_registration(
        place,
        hope=given["hope"],
        apprehension=given["apprehension"],
        has_consented=given["consent"],
        manager_may_be_told=given.get("manager_may_be_told", False),
        by=by,
        now=now,
    )
    place_pass.give(request, done, until=now + place_pass.LASTS)
    Link.objects.filter(account=by, verb=REGISTER, subject=f"enrolment:{place.pk}", used_at__isnull=True).update(used_at=now)
    sentence = (
        _("You are on the waiting list.") + " " + promises.of_a_free_place(by)
        if done.state == Enrolment.State.WAITING
        else " ".join([_("You have a place. Thank you."), *who_comes_first(done)])
    )
    return redirect_with_message(request, "place", sentence, done.pk)


Handler = Callable[[Request, Enrolment, str], HttpResponse]
HANDLERS: dict[tuple[str, str], Handler] = {
    ("mentor", "share"): _share,
    ("mentor", "learn"): _learn,
    ("mentor", "limits"): _limits,
    ("mentor", "practical"): _practical,
    ("mentor", "last"): _last,
    ("mentee", "questions"): _questions,
    ("mentee", "confirm"): _confirm,
}


def place_of_link(link: Link) -> Enrolment:
    place = get_object_or_404(
        Enrolment.objects.select_related("cohort__programme", "cohort__charter", "person__account"),
        pk=link.subject_id,
    )
    if place.person.account_id != link.account_id:
        raise Http404
    if not policies.takes_part(place):
        raise NotPossible(_("You have left this round. Ask your coordinator if you would like to come back."))
    return place


def show_link(request: Request, link: Link) -> HttpResponse:
    """What the place is, before anything happens; one button leads into the registration."""
    place = place_of_link(link)
    programme = place.cohort.programme
    return page(
        request,
        "registration/welcome.html",
        place=place,
        programme=programme,
        cohort=place.cohort,
        words=words_for(programme),
        charter=place.cohort.charter,
        hours=_hours(place),
        exception=about_the_exception(place),
        is_started=place.state == Enrolment.State.STARTED,
    )


def do_link(request: Request, link: Link) -> HttpResponse:
    """A pass for this one place; the link stays good until the registration is finished."""
    place = place_of_link(link)
    place_pass.give(request, place, until=link.expires_at)
    return redirect("register", place.pk)


links.register(links.Action(verb=REGISTER, show=show_link, do=do_link, is_consumed_first=False))

urls = [
    path("places/<int:place_id>/register/", register, name="register"),
    path("places/<int:place_id>/register/<slug:step>/", register_step, name="register_step"),
]

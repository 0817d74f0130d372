"""Preparation: the parts one by one with a check for oneself, and the commitment that opens the first session."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from turnabout.accounts.models import Link
from turnabout.blueprints.preparation import Module
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments import preparing, queries
from turnabout.enrolments.models import Enrolment
from turnabout.programmes import texts
from turnabout.programmes.queries import contact_of
from turnabout.programmes.words import words_for
from turnabout.web import links, place_pass
from turnabout.web.access import Request, allow
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.registration import place_of_link

COMMIT = "preparation.commit"


@place_pass.for_own_place
def prepare(request: Request, place: Enrolment) -> HttpResponse:
    """All parts with what is done; the first open one is the thing to do."""
    done = set(place.preparation_steps.values_list("module", flat=True))
    needed = {module.key for module in preparing.required(place)}
    rows = [
        {
            "module": module,
            "is_done": module.key in done,
            "is_needed": module.key in needed,
            "url": reverse("prepare_module", args=[place.pk, module.key]),
        }
        for module in preparing.modules_for(place)
    ]
    waiting = [row for row in rows if row["is_needed"] and not row["is_done"]]
    return page(
        request,
        "preparation/index.html",
        **_frame(place),
        needed=[row for row in rows if row["is_needed"]],
        offered=[row for row in rows if not row["is_needed"]],
        next=waiting[0] if waiting else None,
        minutes=sum(module.minutes for module in preparing.required(place)),
        is_prepared=place.is_prepared,
        before_matching=queries.needs_preparation_before_matching(place.role, place.cohort),
    )


def _frame(place: Enrolment) -> dict[str, Any]:
    programme = place.cohort.programme
    contact = contact_of(programme.pk)
    return {
        "place": place,
        "programme": programme,
        "cohort": place.cohort,
        "words": words_for(programme),
        "contact": None
        if contact is None
        else {"name": contact.account.display_name, "email": contact.account.email, "phone": contact.phone},
    }


@place_pass.for_own_place
def prepare_module(request: Request, place: Enrolment, module: str) -> HttpResponse:
    """Read, try, check yourself. The answers to the check go nowhere: they are shown back and forgotten."""
    found = next((entry for entry in preparing.modules_for(place) if entry.key == module), None)
    if found is None or place.state not in {Enrolment.State.REGISTERED, Enrolment.State.PAUSED}:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "check":
        return _shown(request, place, found, given=_given(request, found))
    if request.method == "POST":
        by, now = place_pass.account_of(place), clock.now()
        if preparing.needs_commitment(found):
            place = preparing.commit(place, by=by, now=now)
        else:
            place = preparing.tick_module(place, module=found.key, by=by, now=now)
        sentence = _("You are prepared. Thank you for the time.") if place.is_prepared else _("Done. Here is what is left.")
        return redirect_with_message(request, "prepare", sentence, place.pk)
    return _shown(request, place, found, given={})


def _given(request: Request, module: Module) -> dict[int, int]:
    """Question -> chosen option, for the questions that were answered."""
    answers = ((number, number_of(request.POST.get(f"check_{number}", ""))) for number in range(len(module.checks)))
    return {number: answer for number, answer in answers if answer is not None}


def _shown(request: Request, place: Enrolment, module: Module, *, given: dict[int, int]) -> HttpResponse:
    checks = [
        {
            "name": f"check_{number}",
            "question": check.question,
            "chosen": given.get(number),
            "why": check.why if number in given else "",
            "is_best": given.get(number) == check.best,
            "options": [
                {"value": value, "text": text, "is_chosen": given.get(number) == value}
                for value, text in enumerate(check.options, start=1)
            ],
        }
        for number, check in enumerate(module.checks)
    ]
    own_text = texts.current(place.cohort.programme, f"preparation.{module.key}")
    is_done = place.preparation_steps.filter(module=module.key).exists()
    return page(
        request,
        "preparation/module.html",
        **_frame(place),
        module=module,
        text=own_text or module.text,
        checks=checks,
        is_done=is_done,
        needs_commitment=preparing.needs_commitment(module),
    )


def _door(place: Enrolment) -> Module:
    door = next((module for module in preparing.modules_for(place) if preparing.needs_commitment(module)), None)
    if door is None:
        raise NotPossible(_("Your preparation asks for no commitment. Sign in to see what is left."))
    return door


def show_link(request: Request, link: Link) -> HttpResponse:
    """The ten-minute brief with its one sentence; readable from the mail."""
    place = place_of_link(link)
    if place.commitment:
        raise NotPossible(_("You have made this commitment already. The door is open."))
    door = _door(place)
    own_text = texts.current(place.cohort.programme, f"preparation.{door.key}")
    return page(request, "preparation/commit.html", **_frame(place), module=door, text=own_text or door.text)


def do_link(request: Request, link: Link) -> HttpResponse:
    place = place_of_link(link)
    preparing.commit(place, by=link.account, now=clock.now())
    return redirect("prepare_committed")


@allow("anyone")
def committed(request: Request) -> HttpResponse:
    """After the button in a mail, for whoever is not signed in."""
    return page(request, "preparation/committed.html")


links.register(links.Action(verb=COMMIT, show=show_link, do=do_link))

urls = [
    path("places/<int:place_id>/prepare/", prepare, name="prepare"),
    path("places/<int:place_id>/prepare/<slug:module>/", prepare_module, name="prepare_module"),
    path("prepared/", committed, name="prepare_committed"),
]

"""A person's own place: what is asked of them now, their answers, naming people, leaving; and the questions of a mail."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from turnabout.accounts.models import Link
from turnabout.blueprints import catalogue
from turnabout.blueprints.topics import LEVEL_WORDS
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.enrolments import limits, nominations, policies, queries, services, worries
from turnabout.enrolments.models import Enrolment, Nomination
from turnabout.notifications import promises
from turnabout.programmes.hours import promised
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import contact_of, coordinator_for
from turnabout.programmes.words import words_for
from turnabout.web import links, place_pass
from turnabout.web.access import Request
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.registration_forms import chosen_topics, languages, read_names

ANSWER = "nomination.answer"


@place_pass.for_own_place
def place(request: Request, place: Enrolment) -> HttpResponse:
    """What the product wants from this person now, and everything they told it."""
    programme = place.cohort.programme
    contact, coordinator = contact_of(programme.pk), coordinator_for(programme.pk, place.person.entity_id)
    offers, wishes = chosen_topics(place)
    most_names = nominations.most_names(place) if place.role == Enrolment.Role.MENTEE else 0
    is_over = place.cohort.state == Cohort.State.CLOSED
    return page(
        request,
        "enrolments/place.html",
        place=place,
        programme=programme,
        cohort=place.cohort,
        word=words_for(programme).of(place.role),
        state=queries.state_word(place),
        next=what_next(place),
        answers=_answers(place, offers, wishes),
        help_text=worries.answer_to(place.role, place.apprehension),
        may_leave=policies.can_leave(place) and not is_over,
        may_pause=place.state in {"registered", "paused"} and place.places_taken < place.capacity and not is_over,
        may_edit=policies.takes_part(place) and place.state not in {"invited", "started"} and not is_over,
        edits=_edits(place),
        coordinator=coordinator,
        may_name=most_names > 0 and place.state == Enrolment.State.REGISTERED,
        is_unsure=place.hope in {"not_sure", "no"},
        is_mentor=place.role == Enrolment.Role.MENTOR,
        contact=None
        if contact is None
        else {"name": contact.account.display_name, "email": contact.account.email, "phone": contact.phone},
    )


def what_next(place: Enrolment) -> dict[str, str]:
    """One sentence and, where something is asked, one button."""
    state = Enrolment.State
    if place.state in {state.INVITED, state.STARTED}:
        label = _("Go on where you stopped") if place.state == state.STARTED else _("Take your place")
        return {"sentence": _("Your place is waiting for you."), "label": label, "url": reverse("register", args=[place.pk])}
    if place.state == state.WAITING:
        return {"sentence": _("You are on the waiting list.") + " " + promises.of_a_free_place(place.person.account)}
    if place.state == state.PAUSED:
        return {"sentence": _("You are paused: you will not be matched until you or your coordinator resume it.")}
    if place.state == state.WITHDRAWN:
        return {"sentence": _("You have left this round. Nothing more is asked of you.")}
    if place.state == state.CLOSED or place.cohort.state == Cohort.State.CLOSED:
        return {"sentence": _("This round is over. Thank you for taking part.")}
    if not place.is_prepared and place.cohort.preparation != Cohort.Preparation.OFFERED:
        return {
            "sentence": _("You have a place. The next thing is to prepare."),
            "label": _("Prepare"),
            "url": reverse("prepare", args=[place.pk]),
        }
    if place.places_taken:
        return {"sentence": _("You have a partner. What concerns the two of you stands on your own page.")}
    sentences = [_("You have a place and are prepared."), *who_comes_first(place), promises.of_a_partner(place.person.account)]
    return {"sentence": " ".join(sentences)}


def who_comes_first(place: Enrolment) -> list[str]:
    """A mentor for whom there may be nobody yet is told so, and why."""
    if place.role != Enrolment.Role.MENTOR or place.places_taken or not queries.lacks_mentees(place.cohort):
        return []
    sentence = _("More %(mentors)s than %(mentees)s have registered so far; places for %(mentees)s are being filled first.")
    words = words_for(place.cohort.programme)
    return [sentence % {"mentors": words.mentors, "mentees": words.mentees}]


def _answers(place: Enrolment, offers: dict[str, int], wishes: dict[str, int]) -> list[dict[str, Any]]:
    names = {topic.key: topic.name for topic in catalogue.topics()}
    tongues = dict(languages())
    formats = {"online": _("online"), "in_person": _("in person")}
    rows = [
        {
            "label": _("I can share"),
            "values": [f"{names.get(key, key)} ({_(LEVEL_WORDS[level - 1])})" for key, level in offers.items()],
        },
        {"label": _("I would like to learn"), "values": [names.get(key, key) for key in wishes]},
        {"label": _("How"), "values": [formats[name] for name in place.formats if name in formats]},
        {"label": _("Languages"), "values": [tongues.get(code, code) for code in place.person.languages]},
    ]
    if place.role == Enrolment.Role.MENTOR:
        rows.append({"label": _("Off limits"), "values": limits.words_for(place.off_limits)})
    return [row for row in rows if row["values"]]


def _edits(place: Enrolment) -> list[dict[str, str]]:
    labels = {
        "share": _("Change what you can share"),
        "learn": _("Change what you would like to learn"),
        "limits": _("Change what stays out"),
        "practical": _("Change how and when"),
        "questions": _("Change your three answers"),
        "confirm": _("Change languages and how you meet"),
    }
    return [
        {"label": labels[step], "url": reverse("register_step", args=[place.pk, step])}
        for step in services.steps_of(place)
        if step in labels
    ]


@place_pass.for_own_place
def leave(request: Request, place: Enrolment) -> HttpResponse:
    """Two clicks: this page, and its button. Nobody asks why."""
    if request.method == "POST":
        services.withdraw_place(place, by=place_pass.account_of(place), now=clock.now())
        return redirect_with_message(
            request, "place", _("You have left this round. Thank you for having considered it."), place.pk
        )
    if not policies.can_leave(place):
        return redirect("place", place.pk)
    return page(request, "enrolments/leave.html", place=place, programme=place.cohort.programme, cohort=place.cohort)


@place_pass.for_own_place
def pause(request: Request, place: Enrolment) -> HttpResponse:
    """Rest from matching, or come back to it."""
    if request.method != "POST":
        return redirect("place", place.pk)
    by, now = place_pass.account_of(place), clock.now()
    if place.state == Enrolment.State.PAUSED:
        services.resume_place(place, by=by, now=now)
        return redirect_with_message(request, "place", _("Welcome back: you can be matched again."), place.pk)
    services.pause_place(place, by=by, now=now)
    return redirect_with_message(request, "place", _("You are paused. Come back here whenever you like."), place.pk)


class NamesForm(forms.Form):
    people = forms.CharField(
        label=gettext_lazy("Whom would you like to learn from?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=800,
        help_text=gettext_lazy("Names, work addresses or employee numbers, one per line."),
        error_messages={"required": gettext_lazy("Name at least one person, or go back: naming somebody is a choice.")},
    )


@place_pass.for_own_place
def nominate(request: Request, place: Enrolment) -> HttpResponse:
    """Up to three names. Who says no is never told to anybody, so this page shows no answers."""
    most = nominations.most_names(place) if place.role == Enrolment.Role.MENTEE else 0
    if not most or place.state != Enrolment.State.REGISTERED:
        raise Http404
    form = NamesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        people, missing = read_names(form.cleaned_data["people"], place.person)
        if missing:
            sentence = _("Not found, or not just one person: %(names)s. Use the work address or the employee number.")
            form.add_error("people", sentence % {"names": ", ".join(missing)})
        else:
            try:
                nominations.name_people(place, people=people, by=place_pass.account_of(place), now=clock.now())
            except NotPossible as refusal:
                form.add_error("people", refusal.sentence)
            else:
                return redirect_with_message(request, "place", _("Each of them will be asked privately."), place.pk)
    named = [entry.person.name for entry in place.nominations.select_related("person").order_by("pk")]
    return page(
        request,
        "enrolments/nominate.html",
        place=place,
        programme=place.cohort.programme,
        form=form,
        named=named,
        most=most,
        status=422 if form.errors else 200,
    )


def _nomination_of(link: Link) -> Nomination:
    nomination = get_object_or_404(
        Nomination.objects.select_related("mentee__cohort__programme", "mentee__person", "person"),
        pk=link.subject_id,
    )
    if nomination.person.account_id != link.account_id:
        raise Http404
    if nomination.state != Nomination.State.ASKED or clock.now() >= nomination.expires_at:
        raise NotPossible(_("This question is closed. Nothing more is asked of you."))
    return nomination


def show_nomination(request: Request, link: Link) -> HttpResponse:
    """Somebody would value learning from you; who it is stays unsaid until a yes."""
    nomination = _nomination_of(link)
    cohort = nomination.mentee.cohort
    choices = [
        {"value": "yes", "label": _("Yes, I would"), "text": _("You get an invitation, and learn who it is."), "kind": "primary"},
        {
            "value": "no",
            "label": _("No, thank you"),
            "text": _("Nobody is told. You will not be asked again by this person."),
            "kind": "",
        },
    ]
    return page(
        request,
        "enrolments/nomination.html",
        programme=cohort.programme,
        choices=choices,
        hours=promised(cohort, Enrolment.Role.MENTOR).in_words,
    )


def do_nomination(request: Request, link: Link) -> HttpResponse:
    nomination = _nomination_of(link)
    if request.POST.get("answer") not in {"yes", "no"}:
        raise NotPossible(_("Choose one of the two answers."))
    if request.POST["answer"] == "no":
        nominations.decline_nomination(nomination, by=link.account, now=clock.now())
        return page(request, "enrolments/nomination_no.html", programme=nomination.mentee.cohort.programme)
    place = nominations.accept_nomination(nomination, by=link.account, now=clock.now())
    place_pass.give(request, place, until=clock.now() + place_pass.LASTS)
    return page(
        request,
        "enrolments/nomination_yes.html",
        programme=nomination.mentee.cohort.programme,
        name=nomination.mentee.person.name,
        place=place,
        is_registered=place.state not in {"invited", "started"},
    )


links.register(links.Action(verb=ANSWER, show=show_nomination, do=do_nomination))

urls = [
    path("places/<int:place_id>/", place, name="place"),
    path("places/<int:place_id>/leave/", leave, name="place_leave"),
    path("places/<int:place_id>/pause/", pause, name="place_pause"),
    path("places/<int:place_id>/names/", nominate, name="place_nominate"),
]

"""/p/<key>/: what a programme is, for whoever was invited or saw the poster; one button asks for a place."""

import time

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy

from turnabout.accounts.attempts import count_attempt, forget_attempts
from turnabout.core import clock
from turnabout.enrolments import invitations
from turnabout.enrolments.models import Enrolment
from turnabout.programmes import rounds, texts
from turnabout.programmes.hours import promised
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import is_recruiting
from turnabout.programmes.queries import contact_of, sponsor_of
from turnabout.programmes.words import Words, words_for
from turnabout.web.access import Request, allow
from turnabout.web.accounts import remote_address, take_as_long_as_ever
from turnabout.web.pages import page


class AskForm(forms.Form):
    who = forms.CharField(
        label=gettext_lazy("Your work address or employee number"),
        max_length=254,
        error_messages={"required": gettext_lazy("Type your work address or your employee number.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("I would like to"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two sides.")},
    )

    def __init__(self, *args: object, words: Words, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # handed on as Django's forms take them
        chooser = self.fields["role"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
        chooser.choices = [
            ("mentor", gettext_lazy("share what I know, as %(word)s") % {"word": words.mentor}),
            ("mentee", gettext_lazy("learn something new, as %(word)s") % {"word": words.mentee}),
        ]


@allow("anyone")
def show(request: Request, key: str) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.select_related("programme", "charter"), open_link_key=key)
    if cohort.state == Cohort.State.DRAFT and (not request.roles or request.duties.scope_in(cohort.programme_id) is None):
        raise Http404
    programme = cohort.programme
    words = words_for(programme)
    is_open = cohort.is_open_link_on and is_recruiting(cohort)
    form = AskForm(request.POST if request.method == "POST" else None, words=words)
    if request.method == "POST" and is_open and form.is_valid():
        _ask(request, cohort, who=form.cleaned_data["who"], role=form.cleaned_data["role"])
        return redirect("programme_page_asked", key)
    contact, sponsor = contact_of(programme.pk), sponsor_of(programme.pk)
    return page(
        request,
        "cohorts/programme_page.html",
        cohort=cohort,
        programme=programme,
        words=words,
        form=form,
        is_open=is_open,
        charter=cohort.charter or rounds.newest_charter(programme),
        hours={role: promised(cohort, role).in_words for role in Enrolment.Role.values},
        sponsor=sponsor,
        own_place=_own_place(request, cohort),
        faq=[text for text in texts.editable(programme) if text.key.startswith("announcement.faq.")],
        contact=None
        if contact is None
        else {"name": contact.account.display_name, "email": contact.account.email, "phone": contact.phone},
        status=422 if form.is_bound and form.errors else 200,
    )


def _ask(request: Request, cohort: Cohort, *, who: str, role: str) -> None:
    """Anybody may type any colleague's address here, so tries are counted and all take the same time."""
    began, now = time.monotonic(), clock.now()
    try:
        count_attempt("open_link", who, remote_address(request), now=now)
        if invitations.join_by_open_link(cohort, asked=who, role=role, by=request.person, now=now) is not None:
            forget_attempts("open_link", who)  # a whole office may ask in the hour after the announcement
    finally:
        take_as_long_as_ever(began)


def _own_place(request: Request, cohort: Cohort) -> Enrolment | None:
    if not request.roles or request.person is None:
        return None
    return (
        Enrolment.objects.filter(cohort=cohort, person=request.person)
        .exclude(state=Enrolment.State.WITHDRAWN)
        .order_by("pk")
        .first()
    )


@allow("anyone")
def asked(request: Request, key: str) -> HttpResponse:
    """The same answer for everybody, so that the page tells nobody who is in the directory."""
    cohort = get_object_or_404(Cohort.objects.select_related("programme").exclude(state=Cohort.State.DRAFT), open_link_key=key)
    return page(request, "cohorts/asked.html", programme=cohort.programme)


urls = [
    path("p/<slug:key>/", show, name="programme_page"),
    path("p/<slug:key>/asked/", asked, name="programme_page_asked"),
]

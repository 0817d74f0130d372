"""What an organiser does with suggestions: look, keep, take off, pair by hand, swap, send out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from turnabout.core import clock
from turnabout.core.text import grouped
from turnabout.enrolments.models import Enrolment
from turnabout.matching import asking, boards, costs, keeping, queries, services, wording
from turnabout.matching.models import Proposal, Run
from turnabout.notifications import notices
from turnabout.people.models import Person
from turnabout.programmes.queries import Scope
from turnabout.web.access import Request, allow
from turnabout.web.asking import swap_lists
from turnabout.web.matching import board_and_scope
from turnabout.web.names import shown
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message

MOST_SWAPS = 30
MOST_OTHERS = 6  # cheapest partners shown on a suggestion itself


def proposal_and_scope(request: Request, proposal_id: int) -> tuple[Proposal, Scope]:
    proposal = get_object_or_404(Proposal.objects.with_people(), pk=proposal_id)
    scope = request.duties.scope_in(proposal.run.cohort.programme_id)
    if scope is None or not (scope.sees(proposal.mentor.person) or scope.sees(proposal.mentee.person)):
        raise Http404
    if proposal.state == Proposal.State.CLOSED:
        raise Http404  # what is no longer open has no page: nobody can read a no from it
    return proposal, scope


@allow("owner", "coordinator")
def detail(request: Request, proposal_id: int) -> HttpResponse:
    """Why these two: both directions, criterion by criterion."""
    proposal, scope = proposal_and_scope(request, proposal_id)
    mentor, mentee = shown(proposal.mentor.person, scope), shown(proposal.mentee.person, scope)
    word, tone = wording.proposal_state(proposal)
    is_draft = proposal.state == Proposal.State.DRAFT
    return page(
        request,
        "matching/proposal.html",
        proposal=proposal,
        run=proposal.run,
        cohort=proposal.run.cohort,
        mentor=mentor,
        mentee=mentee,
        explanation=wording.explanation(proposal),
        notes=wording.notes(proposal),
        state_word=word,
        state_tone=tone,
        is_draft=is_draft,
        can_choose=is_draft,
        worth=_worth(proposal),
        swap_lists=swap_lists(proposal, scope, most=MOST_OTHERS) if is_draft else [],
        is_open=proposal.state in Proposal.OPEN,  # never who is being asked: that would tell whose answer closed it
    )


def _worth(proposal: Proposal) -> str:
    """What the round would lose without this pair: as stored with the plan, or asked now where a round is large."""
    if "worth" in proposal.reasons:
        return costs.worth(proposal.reasons["worth"])
    if proposal.state != Proposal.State.DRAFT or proposal.is_locked or not keeping.has_input(proposal.run):
        return ""
    cost = asking.worth(proposal.run, proposal.mentor, proposal.mentee)
    return "" if cost is None else costs.parting(cost)


@allow("owner", "coordinator")
@require_POST
def keep(request: Request, proposal_id: int) -> HttpResponse:
    proposal, _scope = proposal_and_scope(request, proposal_id)
    services.lock_proposal(proposal, by=request.account, now=clock.now(), is_locked=not proposal.is_locked)
    sentence = (
        _("This suggestion may change again.")
        if proposal.is_locked
        else _("This suggestion is kept when the rest is matched again.")
    )
    return redirect_with_message(request, "board", sentence, run_id=proposal.run_id)


@allow("owner", "coordinator")
@require_POST
def remove(request: Request, proposal_id: int) -> HttpResponse:
    proposal, _scope = proposal_and_scope(request, proposal_id)
    services.remove_proposal(proposal, by=request.account, now=clock.now())
    return redirect_with_message(
        request,
        "board",
        _("The suggestion is off the board. Both people are under “No partner yet”."),
        run_id=proposal.run_id,
    )


@allow("owner", "coordinator")
@require_POST
def retract(request: Request, proposal_id: int) -> HttpResponse:
    proposal, _scope = proposal_and_scope(request, proposal_id)
    boards.retract(proposal, by=request.account, now=clock.now())
    return redirect_with_message(request, "board", _("The suggestion was taken back."), run_id=proposal.run_id)


class SwapForm(forms.Form):
    other = forms.TypedChoiceField(label=gettext_lazy("Exchange partners with"), coerce=int)
    accepts_warnings = forms.BooleanField(
        label=gettext_lazy("If a rule warns, I know it and want this all the same"), required=False
    )

    def __init__(self, others: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = others  # type: ignore[attr-defined] # a choice field's own attribute


def _others(proposal: Proposal, scope: Scope, text: str) -> list[Proposal]:
    """Suggestions of the same board to exchange with, the strongest first."""
    drafts = Proposal.objects.with_people().filter(queries.in_scope(scope), run=proposal.run, state=Proposal.State.DRAFT)
    if text:
        drafts = drafts.filter(mentee__person__in=Person.objects.in_entities(scope.entity_ids).matching_text(text))
    return list(drafts.exclude(pk=proposal.pk).order_by("-score", "pk")[:MOST_SWAPS])


def _named(proposal: Proposal, scope: Scope) -> str:
    mentor, mentee = shown(proposal.mentor.person, scope), shown(proposal.mentee.person, scope)
    return _("%(mentor)s and %(mentee)s (%(score)s)") % {
        "mentor": mentor.name,
        "mentee": mentee.name,
        "score": grouped(proposal.score),
    }


@allow("owner", "coordinator")
def swap(request: Request, proposal_id: int) -> HttpResponse:
    """Exchange the mentees of two suggestions of the board."""
    proposal, scope = proposal_and_scope(request, proposal_id)
    found = _others(proposal, scope, request.GET.get("q", ""))
    form = SwapForm([(other.pk, _named(other, scope)) for other in found], request.POST or None)
    if request.method == "POST" and form.is_valid():
        second = next(other for other in found if other.pk == form.cleaned_data["other"])
        accepts = form.cleaned_data["accepts_warnings"]
        boards.swap(proposal, second, by=request.account, now=clock.now(), accepts_warnings=accepts)
        sentence = _("The two suggestions exchanged partners. Both are kept.")
        return redirect_with_message(request, "board", sentence, run_id=proposal.run_id)
    return page(
        request,
        "matching/swap.html",
        proposal=proposal,
        mentor=shown(proposal.mentor.person, scope),
        mentee=shown(proposal.mentee.person, scope),
        form=form,
        q=request.GET.get("q", ""),
        cohort=proposal.run.cohort,
    )


class ByHandForm(forms.Form):
    mentor = forms.CharField(label=gettext_lazy("Mentor: employee number or address"), max_length=200)
    mentee = forms.CharField(label=gettext_lazy("Mentee: employee number or address"), max_length=200)
    accepts_warnings = forms.BooleanField(
        label=gettext_lazy("If a rule warns, I know it and want this all the same"), required=False
    )

    def __init__(self, run: Run, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.scope = run, scope

    def _place(self, role: str) -> Enrolment:
        text = self.cleaned_data[role].strip()
        places = (
            Enrolment.objects.select_related("person__entity", "cohort__programme")
            .filter(cohort=self.run.cohort, role=role)
            .in_entities(self.scope.entity_ids)
        )
        place = places.filter(person__employee_number=text).first() or places.filter(person__email__iexact=text).first()
        if place is None or place.state != Enrolment.State.REGISTERED:
            raise forms.ValidationError(
                _("Nobody registered in this round has this number or address. Check it on the list of places.")
            )
        return place

    def clean_mentor(self) -> Enrolment:
        return self._place("mentor")

    def clean_mentee(self) -> Enrolment:
        return self._place("mentee")


@allow("owner", "coordinator")
def by_hand(request: Request, run_id: int) -> HttpResponse:
    """Put two people of a coordinator's choice on the board; rules warn or block."""
    run, scope = board_and_scope(request, run_id)
    initial = {}
    chosen = (
        Enrolment.objects.select_related("person")
        .filter(cohort=run.cohort, pk=number_of(request.GET.get("place", "")) or 0)
        .in_entities(scope.entity_ids)
        .first()
    )
    if chosen is not None:
        initial[chosen.role] = chosen.person.employee_number
    form = ByHandForm(run, scope, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        proposal = boards.pair_by_hand(
            run,
            data["mentor"],
            data["mentee"],
            by=request.account,
            now=clock.now(),
            accepts_warnings=data["accepts_warnings"],
        )
        return redirect_with_message(request, "proposal", _("The pair is on the board and kept."), proposal_id=proposal.pk)
    return page(request, "matching/by_hand.html", run=run, cohort=run.cohort, form=form)


class MessageForm(forms.Form):
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Empty: “A suggested partner for you”."),
    )
    body = forms.CharField(
        label=gettext_lazy("Words before the button"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=gettext_lazy("The partner's name, the reasons and the button are added for each person."),
    )


@allow("owner", "coordinator")
def publish(request: Request, run_id: int) -> HttpResponse:
    """Look at the message, choose a batch and send it out."""
    run, scope = board_and_scope(request, run_id)
    drafts = (
        Proposal.objects.with_people()
        .filter(queries.in_scope(scope), run=run, state=Proposal.State.DRAFT)
        .order_by("-score", "pk")
    )
    form = MessageForm(request.POST or None, initial={"subject": run.cohort.message_subject, "body": run.cohort.message_body})
    if request.method == "POST" and form.is_valid():
        return _publish(request, run, scope, form)
    waiting = drafts.count()
    example = drafts.first()
    return page(
        request,
        "matching/publish.html",
        run=run,
        cohort=run.cohort,
        form=form,
        waiting=waiting,
        example=None
        if example is None
        else (
            shown(example.mentor.person, scope),
            shown(example.mentee.person, scope),
            wording.shares(example),
        ),
        may_edit=scope.entity_ids is None,
        account_email=request.account.email,
    )


def _publish(request: Request, run: Run, scope: Scope, form: MessageForm) -> HttpResponse:
    now = clock.now()
    if scope.entity_ids is None:
        boards.edit_message(run.cohort, by=request.account, **form.cleaned_data)
    if "test" in request.POST:
        notices.write(
            "proposal.example",
            account=request.account,
            subject=run,
            dedupe_key=f"proposal.example:{run.pk}:{now.timestamp()}",
            now=now,
        )
        messages.success(
            request,
            _("A copy is on its way to %(address)s. Nobody else got it.") % {"address": request.account.email},
        )
        return redirect("publish", run_id=run.pk)
    if "save" in request.POST:
        return redirect_with_message(request, "publish", _("The message is saved."), run_id=run.pk)
    drafts = (
        Proposal.objects.with_people()
        .filter(queries.in_scope(scope), run=run, state=Proposal.State.DRAFT)
        .order_by("-score", "pk")
    )
    size = number_of(request.POST.get("batch", ""))
    count = boards.publish(run, list(drafts[:size]), by=request.account, now=now)
    sentence = ngettext("%(count)d mentor is being asked.", "%(count)d mentors are being asked.", count) % {"count": count}
    return redirect_with_message(request, "board", sentence, run_id=run.pk)


urls = [
    path("suggested/<int:proposal_id>/", detail, name="proposal"),
    path("suggested/<int:proposal_id>/keep/", keep, name="proposal_keep"),
    path("suggested/<int:proposal_id>/remove/", remove, name="proposal_remove"),
    path("suggested/<int:proposal_id>/retract/", retract, name="proposal_retract"),
    path("suggested/<int:proposal_id>/swap/", swap, name="proposal_swap"),
    path("matching/<int:run_id>/by-hand/", by_hand, name="pair_by_hand"),
    path("matching/<int:run_id>/publish/", publish, name="publish"),
]

"""A suggested partner, as the asked person sees it: who, why, and four answers that are all fine."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from turnabout.accounts.models import Account, Link
from turnabout.core import clock
from turnabout.core.errors import NotPossible
from turnabout.matching import answers, policies, wording
from turnabout.matching.answers import Choice
from turnabout.matching.models import Proposal
from turnabout.notifications import promises
from turnabout.programmes.queries import contact_of
from turnabout.programmes.words import words_for
from turnabout.web import links
from turnabout.web.access import Request, allow
from turnabout.web.pages import page, redirect_with_message


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    value: str
    label: str
    text: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    name: str
    email: str
    phone: str


def choices(proposal: Proposal, partner: str) -> list[Answer]:
    is_mentor = proposal.state == Proposal.State.ASKING_MENTOR
    after_yes = _("Then we ask %(partner)s.") if is_mentor else _("Then your first session is booked.")
    return [
        Answer(value=Choice.YES, label=_("Yes"), text=after_yes % {"partner": partner}, kind="primary"),
        Answer(
            value=Choice.NOT_THIS_PERSON,
            label=_("Not this person"),
            text=_("You will get another suggestion."),
        ),
        Answer(value=Choice.NOT_NOW, label=_("Not now"), text=_("You keep your place and hear from us later.")),
        Answer(value=Choice.STOP, label=_("I'd like to stop"), text=_("You leave this round. No reason needed.")),
    ]


def _show(request: HttpRequest, proposal: Proposal, action: str) -> HttpResponse:
    """The same page from the mail and from the product."""
    is_mentor = proposal.state == Proposal.State.ASKING_MENTOR
    me, partner = (proposal.mentor, proposal.mentee) if is_mentor else (proposal.mentee, proposal.mentor)
    contact = contact_of(proposal.run.cohort.programme_id) if is_mentor else None
    return page(
        request,
        "suggestions/suggestion.html",
        cohort=proposal.run.cohort,
        partner=partner.person,
        partner_entity=partner.person.entity.name if partner.person.entity else "",
        partner_side=partner.role,
        partner_word=_word(proposal, partner.role),
        reasons=wording.why_these_two(proposal, reader=me.role),
        choices=choices(proposal, partner.person.first_name),
        action=action,
        is_mentor=is_mentor,
        expires_at=proposal.expires_at,
        contact=None
        if contact is None
        else Contact(name=contact.account.display_name, email=contact.account.email, phone=contact.phone),
    )


def _word(proposal: Proposal, role: str) -> str:
    return words_for(proposal.run.cohort.programme).titled(role)


def _of(account: Account, proposal_id: int) -> Proposal:
    """The suggestion, while it waits for this account's answer."""
    proposal = get_object_or_404(Proposal.objects.unanswered().with_people(), pk=proposal_id)
    if not policies.can_answer(account, proposal):
        raise Http404
    return proposal


@allow("participant")
def suggestion(request: Request, proposal_id: int) -> HttpResponse:
    return _show(request, _of(request.account, proposal_id), action="answer/")


@allow("participant")
@require_POST
def answer(request: Request, proposal_id: int) -> HttpResponse:
    proposal = _of(request.account, proposal_id)
    sentence = _take(proposal, request.account, request.POST.get("answer", ""))
    return redirect_with_message(request, "home", sentence)


def _take(proposal: Proposal, account: Account, value: str) -> str:
    if value not in set(Choice):
        raise NotPossible(_("Choose one of the four answers."))
    before = proposal.state
    answers.answer_proposal(proposal, by=account, choice=Choice(value), now=clock.now())
    return done(Choice(value), account=account, was_mentor=before == Proposal.State.ASKING_MENTOR)


def done(choice: Choice, *, account: Account, was_mentor: bool) -> str:
    if choice == Choice.YES:
        return (
            _("Thank you. The other side is asked now; with their yes, your first session is booked and you hear from us.")
            if was_mentor
            else _("Thank you.") + " " + promises.of_a_first_session(account)
        )
    if choice == Choice.NOT_THIS_PERSON:
        return _("That is fine. Nobody learns of it, and you will get another suggestion.")
    if choice == Choice.NOT_NOW:
        return _("That is fine. Nobody learns of it, and you hear from us later.")
    return _("You have left this round. Thank you for telling us; nobody is told why.")


def _linked(link: Link) -> Proposal:
    proposal = Proposal.objects.unanswered().with_people().filter(pk=link.subject_id).first()
    if proposal is None or not policies.can_answer(link.account, proposal) or proposal.is_overdue(clock.now()):
        raise NotPossible(_("This suggestion is no longer open. Your coordinator will come back to you with another one."))
    return proposal


def show_link(request: HttpRequest, link: Link) -> HttpResponse:
    return _show(request, _linked(link), action="")


def do_link(request: HttpRequest, link: Link) -> HttpResponse:
    proposal = _linked(link)
    sentence = _take(proposal, link.account, request.POST.get("answer", ""))
    return page(request, "suggestions/answered.html", sentence=sentence, cohort=proposal.run.cohort)


links.register(links.Action(verb="proposal.answer", show=show_link, do=do_link))

urls = [
    path("suggestions/<int:proposal_id>/", suggestion, name="suggestion"),
    path("suggestions/<int:proposal_id>/answer/", answer, name="suggestion_answer"),
]

"""A suggested partner, as the asked person sees it: who, why, and four answers that are all fine."""

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
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


class NoSayForm(forms.Form):
    """What a yes needs where the two are in one reporting line; every other answer goes without it."""

    use_required_attribute = False
    has_no_say = forms.BooleanField()

    def __init__(self, partner: str, data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = self.fields["has_no_say"]
        field.label = _("I do not decide on %(name)s's pay or promotion, and %(name)s does not decide on mine.") % {
            "name": partner
        }
        field.help_text = _("Needed for a yes, because you are in one reporting line.")
        field.error_messages["required"] = wording.say_is_needed()


def _show(request: HttpRequest, proposal: Proposal, action: str, data: QueryDict | None = None) -> HttpResponse:
    """The same page from the mail and from the product; `data` is a yes without what it needs."""
    is_mentor = proposal.state == Proposal.State.ASKING_MENTOR
    me, partner = (proposal.mentor, proposal.mentee) if is_mentor else (proposal.mentee, proposal.mentor)
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
        no_say=NoSayForm(partner.person.first_name, data) if proposal.is_distance_exception else None,
        status=200 if data is None else 422,
        expires_at=proposal.expires_at,
        contact=_contact_for(proposal) if is_mentor else None,
    )


def _contact_for(proposal: Proposal) -> Contact | None:
    contact = contact_of(proposal.run.cohort.programme_id)
    if contact is None:
        return None
    return Contact(name=contact.account.display_name, email=contact.account.email, phone=contact.phone)


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
    unfinished = _asked_first(request, proposal, back=reverse("suggestion", args=[proposal.pk]))
    return unfinished or redirect_with_message(request, "home", _take(proposal, request.account, request.POST))


def _asked_first(request: HttpRequest, proposal: Proposal, *, back: str) -> HttpResponse | None:
    """What an answer needs before it counts: a yes in one reporting line a declaration, leaving a second press.

    Both come with 422: nothing has happened, so a mailed link stays as good as it was.
    """
    chosen = request.POST.get("answer")
    if chosen == Choice.YES and proposal.is_distance_exception and not request.POST.get("has_no_say"):
        return _show(request, proposal, action="", data=request.POST)
    if chosen != Choice.STOP or "sure" in request.POST:
        return None
    contact = _contact_for(proposal) if proposal.state == Proposal.State.ASKING_MENTOR else None
    return page(request, "suggestions/stop.html", cohort=proposal.run.cohort, back=back, contact=contact, status=422)


def _take(proposal: Proposal, account: Account, data: QueryDict) -> str:
    value = data.get("answer", "")
    if value not in set(Choice):
        raise NotPossible(_("Choose one of the four answers."))
    before, has_no_say = proposal.state, bool(data.get("has_no_say"))
    answers.answer_proposal(proposal, by=account, choice=Choice(value), now=clock.now(), has_no_say=has_no_say)
    asked_next = proposal.mentee.person.first_name if before == Proposal.State.ASKING_MENTOR else ""
    return done(Choice(value), account=account, asked_next=asked_next)


def done(choice: Choice, *, account: Account, asked_next: str) -> str:
    """What happens now. asked_next: who is asked after this person's yes; empty where both have said it."""
    if choice == Choice.YES and asked_next:
        sentence = _("%(name)s is asked now. With their yes, your first session is booked, and you hear from us.")
        return sentence % {"name": asked_next}
    if choice == Choice.YES:
        return promises.of_a_first_session(account)
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
    unfinished = _asked_first(request, proposal, back="")
    if unfinished is not None:
        return unfinished
    contact = _contact_for(proposal) if proposal.state == Proposal.State.ASKING_MENTOR else None
    sentence = _take(proposal, link.account, request.POST)
    return page(request, "suggestions/answered.html", sentence=sentence, cohort=proposal.run.cohort, contact=contact)


links.register(links.Action(verb="proposal.answer", show=show_link, do=do_link))

urls = [
    path("suggestions/<int:proposal_id>/", suggestion, name="suggestion"),
    path("suggestions/<int:proposal_id>/answer/", answer, name="suggestion_answer"),
]

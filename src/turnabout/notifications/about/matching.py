"""Notices about suggested partners. Only a yes is ever passed on; nothing is said of any other answer."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.core import events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.matching import policies, wording
from turnabout.matching.models import Proposal, Run
from turnabout.notifications import notices
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Button, Message, action_url, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.people.models import Person
from turnabout.programmes.queries import coordinator_for

ASKED = "proposal.asked"
CLOSED = "proposal.closed"


@events.on("proposals.published")
def ask_the_mentors(event: Event) -> None:
    """One question per suggestion of the batch, written in the transaction that publishes it."""
    batch = Proposal.objects.with_people().filter(
        run_id=event.subject_id, state=Proposal.State.ASKING_MENTOR, published_at=event.at
    )
    cohort = Run.objects.select_related("cohort").get(pk=event.subject_id).cohort
    readers = [
        (proposal.mentor.person.account, proposal, f"{ASKED}:{proposal.pk}:mentor")
        for proposal in batch
        if proposal.mentor.person.account is not None
    ]
    notices.write_all(ASKED, readers, now=event.at, cohort=cohort)


@events.on("proposal.asked")
def ask_the_mentee(event: Event) -> None:
    proposal = Proposal.objects.with_people().get(pk=event.subject_id)
    account = proposal.mentee.person.account
    if account is not None:
        notices.write(
            ASKED,
            account=account,
            subject=proposal,
            dedupe_key=f"{ASKED}:{proposal.pk}:mentee",
            now=event.at,
            cohort=proposal.run.cohort,
        )


@events.on("proposal.closed")
def tell_the_mentor_who_said_yes(event: Event) -> None:
    """Nobody who said yes is left waiting; the same words at the same time after a no and after no answer."""
    proposal = Proposal.objects.with_people().get(pk=event.subject_id)
    account = proposal.mentor.person.account
    if proposal.has_mentors_yes and account is not None:
        notices.write(
            CLOSED,
            account=account,
            subject=proposal,
            dedupe_key=f"{CLOSED}:{proposal.pk}",
            now=event.at,
            cohort=proposal.run.cohort,
        )


@events.on("run.solved", "run.failed")
def tell_who_started_it(event: Event) -> None:
    run = Run.objects.select_related("by", "cohort").get(pk=event.subject_id)
    if run.by is not None:
        notices.write(
            event.name,
            account=run.by,
            subject=run,
            dedupe_key=f"{event.name}:{run.pk}",
            now=event.at,
            cohort=run.cohort,
        )


@content(ASKED)
def asked(notice: Notice) -> Message | None:
    """The question, for whoever it waits for now; nothing once it was answered or ran out."""
    proposal = Proposal.objects.unanswered().with_people().filter(pk=notice.subject_id).first()
    if proposal is None or proposal.expires_at is None:
        return None
    person = policies.asked_person(proposal)
    if person is None or person.account_id != notice.account_id:
        return None
    is_mentor = proposal.state == Proposal.State.ASKING_MENTOR
    partner = proposal.mentee.person if is_mentor else proposal.mentor.person
    return _question(proposal, partner, is_mentor=is_mentor)


def _question(proposal: Proposal, partner: Person, *, is_mentor: bool) -> Message:
    cohort = proposal.run.cohort
    assert proposal.expires_at is not None  # a question has a deadline, says the database  # noqa: S101
    own_words = [line for line in cohort.message_body.splitlines() if line.strip()]
    reasons = wording.why_these_two(proposal, reader="mentor" if is_mentor else "mentee")
    names = {
        "name": partner.name,
        "first": partner.first_name,
        "date": date_format(localtime(proposal.expires_at), "j F Y"),
    }
    return Message(
        subject=cohort.message_subject or _("A suggested partner for you: %(name)s") % names,
        first_line=_("We suggest %(name)s to you.") % names
        if is_mentor
        else _("A suggested partner for you: %(name)s has said yes and would like to work with you.") % names,
        paragraphs=(*own_words, "\n".join(reasons), _("The question is open until %(date)s.") % names),
        button=Button(
            label=_("See why, and answer"),
            url=action_url("proposal.answer", proposal, proposal.expires_at),
        ),
        note=_("%(first)s will not learn that you were asked, unless you say yes.") % names
        if is_mentor
        else _("Only a yes is passed on. Any other answer, and no answer at all, look the same to everybody."),
        contact=named_contact(cohort.programme_id) if is_mentor else None,
    )


@content(CLOSED)
def closed(notice: Notice) -> Message | None:
    """To a mentor who said yes: the end of waiting, with what happens next."""
    proposal = Proposal.objects.with_people().filter(pk=notice.subject_id, state=Proposal.State.CLOSED).first()
    if proposal is None or proposal.mentor.state not in (Enrolment.State.REGISTERED, Enrolment.State.PAUSED):
        return None
    cohort, mentor = proposal.run.cohort, proposal.mentor
    names = {"name": proposal.mentee.person.name}
    return Message(
        subject=_("Your suggested partner, %(name)s") % names,
        first_line=_("You and %(name)s did not become a pair this time. It is nobody's fault.") % names,
        paragraphs=(
            _("Nobody is asked why, so there is no reason to look for."),
            _who_looks_on(cohort.programme_id, mentor),
        ),
        button=Button(label=_("See your place"), url=page_url("place", place_id=mentor.pk)),
        note=_("Thank you for saying yes. Nobody but you got this message."),
        contact=named_contact(cohort.programme_id),
    )


def _who_looks_on(programme_id: int, mentor: Enrolment) -> str:
    office = coordinator_for(programme_id, mentor.person.entity_id)
    if office is None:
        return _("We look for another partner for you. There is nothing to do until then.")
    name = {"name": office.account.display_name.split()[0]}
    return _("%(name)s looks for another partner for you. There is nothing to do until then.") % name


@content("proposal.example", urgent_from=at_once)
def example(notice: Notice) -> Message | None:
    """What a mentor would read, sent to an organiser alone: no name, no working button."""
    run = Run.objects.select_related("cohort").filter(pk=notice.subject_id).first()
    if run is None:
        return None
    cohort = run.cohort
    own_words = [line for line in cohort.message_body.splitlines() if line.strip()]
    return Message(
        subject=cohort.message_subject or _("A suggested partner for you: %(name)s") % {"name": _("(name)")},
        first_line=_("We suggest %(name)s to you.") % {"name": _("(name)")},
        paragraphs=(*own_words, _("(The reasons for each pair stand here.)")),
        button=Button(label=_("See why, and answer"), url=page_url("publish", run_id=run.pk)),
        note=_("This is a copy for you alone. In a mentor's mail the button opens the question."),
        contact=named_contact(cohort.programme_id),
    )


@content("run.solved", urgent_from=at_once)
def solved(notice: Notice) -> Message | None:
    run = Run.objects.select_related("cohort").filter(pk=notice.subject_id, state=Run.State.DRAFT).first()
    if run is None:
        return None
    return Message(
        subject=_("The draft board of %(round)s is ready") % {"round": run.cohort.name},
        first_line=_("The draft board of %(round)s is ready.") % {"round": run.cohort.name},
        paragraphs=(wording.proof(run),),
        button=Button(label=_("Open the draft board"), url=page_url("board", run_id=run.pk)),
    )


@content("run.failed", urgent_from=at_once)
def failed(notice: Notice) -> Message | None:
    run = Run.objects.select_related("cohort").filter(pk=notice.subject_id).first()
    if run is None:
        return None
    return Message(
        subject=_("The matching round of %(round)s ended without a plan") % {"round": run.cohort.name},
        first_line=_("The matching round of %(round)s ended without a plan.") % {"round": run.cohort.name},
        paragraphs=(run.refusal, _("The last board is as it was.")),
        button=Button(label=_("Open the round"), url=page_url("run", run_id=run.pk)),
    )

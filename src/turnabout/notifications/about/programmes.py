"""Notices about a programme as such: a charter to sign, a round that opened."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.notifications import notices
from turnabout.notifications.content import Button, Message, action_url, content, page_url
from turnabout.notifications.models import Notice
from turnabout.programmes.models import Charter, Cohort, Office
from turnabout.programmes.queries import contact_of, lead_of, sponsor_of
from turnabout.programmes.words import words_for

SIGNATURE_WAITS = timedelta(days=30)


@events.on("charter.presented")
def ask_the_sponsor(event: Event) -> None:
    charter = Charter.objects.select_related("programme").get(pk=event.subject_id)
    for office in _holders(charter.programme_id, Office.Duty.SPONSOR):
        key = f"charter.presented:{charter.pk}:{office.account_id}:{event.pk}"
        notices.write("charter.presented", account=office.account, subject=charter, dedupe_key=key, now=event.at)


@content("charter.presented")
def charter_presented(notice: Notice) -> Message | None:
    charter = Charter.objects.select_related("programme").filter(pk=notice.subject_id, signed_at__isnull=True).first()
    if charter is None:
        return None
    name = {"name": charter.programme.name}
    return Message(
        subject=_("Your signature, please: %(name)s") % name,
        first_line=_("You are asked to sign the purpose and promises of %(name)s.") % name,
        paragraphs=(charter.purpose, _("It takes two minutes to read. If a sentence is not yours, say so before you sign.")),
        button=Button(label=_("Read and sign"), url=action_url("charter.sign", charter, clock.now() + SIGNATURE_WAITS)),
        note=_("Your name and the date are shown to everybody who is invited."),
    )


@events.on("cohort.opened")
def tell_the_organisers(event: Event) -> None:
    cohort = Cohort.objects.get(pk=event.subject_id)
    for office in _holders(cohort.programme_id, Office.Duty.COORDINATOR):
        key = f"cohort.opened:{cohort.pk}:{office.account_id}"
        notices.write("cohort.opened", account=office.account, subject=cohort, dedupe_key=key, now=event.at, cohort=cohort)


@content("cohort.opened")
def cohort_opened(notice: Notice) -> Message | None:
    cohort = Cohort.objects.select_related("programme").filter(pk=notice.subject_id, state=Cohort.State.ENROLLING).first()
    if cohort is None:
        return None
    words = words_for(cohort.programme)
    names = {"programme": cohort.programme.name, "name": cohort.name, "mentees": words.mentees}
    return Message(
        subject=_("%(programme)s, %(name)s, is open") % names,
        first_line=_("%(programme)s, %(name)s, is open, and you can invite people now.") % names,
        paragraphs=(_("Invite %(mentees)s first, so that nobody who volunteers to share waits for a partner.") % names,),
        button=Button(label=_("Open the round"), url=page_url("cohort", cohort_id=cohort.pk)),
    )


@events.on("person.left")
def tell_the_leads_that_a_duty_is_open(event: Event) -> None:
    _tell_the_leads(Office.objects.filter(account__person=event.subject_id), event)


@events.on("account.deactivated")
def tell_the_leads_that_a_duty_was_closed(event: Event) -> None:
    _tell_the_leads(Office.objects.filter(account=event.subject_id), event)


def _tell_the_leads(offices: QuerySet[Office], event: Event) -> None:
    for office in offices.filter(ended_at__isnull=True).order_by("pk"):
        for lead in Account.objects.filter(is_owner=True, is_active=True).exclude(pk=office.account_id).order_by("pk"):
            key = f"office.left_open:{office.pk}:{lead.pk}:{event.pk}"
            notices.write("office.left_open", account=lead, subject=office, dedupe_key=key, now=event.at)


@content("office.left_open")
def office_left_open(notice: Notice) -> Message | None:
    """Whoever names successors learns that one is needed; nothing where the duty has ended since."""
    office = Office.objects.select_related("account", "programme").filter(pk=notice.subject_id, ended_at__isnull=True).first()
    if office is None:
        return None
    words = {"name": office.account.display_name, "duty": _duty(office), "programme": office.programme.name}
    return Message(
        subject=_("Name a successor: %(duty)s of %(programme)s") % words,
        first_line=_("%(name)s, %(duty)s of %(programme)s, has left or can no longer sign in.") % words,
        paragraphs=(_what_is_open(office),),
        button=Button(label=_("People in charge"), url=page_url("programme_people", programme_id=office.programme_id)),
    )


def _duty(office: Office) -> str:
    words = {
        Office.Duty.COORDINATOR.value: _("coordinator"),
        Office.Duty.SPONSOR.value: _("sponsor"),
        Office.Duty.CONTACT.value: _("named contact"),
    }
    return words[office.duty]


def _what_is_open(office: Office) -> str:
    if office.duty == Office.Duty.CONTACT and contact_of(office.programme_id) is None:
        lead = lead_of(office.programme_id)
        return _(
            "Nobody is the named contact now. Until you name one, whoever looks for somebody to turn to is sent to %(name)s."
        ) % {"name": lead.display_name if lead else ""}
    if office.duty == Office.Duty.SPONSOR and sponsor_of(office.programme_id) is None:
        return _("Nobody is the sponsor now, and no new round opens without one.")
    return _("Somebody else looks after this for the moment. Name a successor if one is needed, and end this duty.")


def _holders(programme_id: int, duty: str) -> list[Office]:
    return list(
        Office.objects.filter(programme_id=programme_id, duty=duty, ended_at__isnull=True, account__is_active=True)
        .select_related("account")
        .order_by("pk")
    )

"""Notices about a programme as such: a charter to sign, a round that opened."""

from datetime import timedelta

from django.utils.translation import gettext as _

from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.notifications import notices
from turnabout.notifications.content import Button, Message, action_url, content, page_url
from turnabout.notifications.models import Notice
from turnabout.programmes.models import Charter, Cohort, Office
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
        button=Button(label=_("Read and sign"), url=action_url(notice, "charter.sign", charter, clock.now() + SIGNATURE_WAITS)),
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


def _holders(programme_id: int, duty: str) -> list[Office]:
    return list(
        Office.objects.filter(programme_id=programme_id, duty=duty, ended_at__isnull=True)
        .select_related("account")
        .order_by("pk")
    )

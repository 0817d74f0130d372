"""To somebody who left a round and is asked for by its open link. Anybody can type an address, so their place stays as it is."""

from django.utils.translation import gettext as _

from turnabout.core import events
from turnabout.core.models import Event
from turnabout.enrolments.models import Enrolment
from turnabout.notifications import notices
from turnabout.notifications.content import ASKED_FOR, Button, Message, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.programmes.models import Cohort

TEMPLATE = "enrolment.asked_back"


@events.on(TEMPLATE)
def say_how_to_come_back(event: Event) -> None:
    """One mail an hour at most."""
    place = Enrolment.objects.select_related("person__account", "cohort").get(pk=event.subject_id)
    if place.person.account is not None:
        notices.write(
            TEMPLATE,
            account=place.person.account,
            subject=place,
            dedupe_key=f"{TEMPLATE}:{place.pk}:{event.at:%Y%m%d%H}",
            now=event.at,
            data=ASKED_FOR,
            cohort=place.cohort,
        )


@content(TEMPLATE, urgent_from=at_once)
def asked_back(notice: Notice) -> Message | None:
    left = Enrolment.objects.filter(pk=notice.subject_id, state=Enrolment.State.WITHDRAWN).select_related("cohort__programme")
    place = left.exclude(cohort__state=Cohort.State.CLOSED).first()
    if place is None:
        return None
    names = {"name": place.cohort.programme.name}
    return Message(
        subject=_("%(name)s: would you like to come back?") % names,
        first_line=_("Somebody, probably you, asked for your place in %(name)s.") % names,
        paragraphs=(
            _(
                "You have left this round, and that stays so unless you want it otherwise: then sign in, and ask on its page again."
            ),
        ),
        button=Button(label=_("Open the page"), url=page_url("programme_page", key=place.cohort.open_link_key)),
        note=_("If it was not you, there is nothing to do."),
    )

"""The named contact as mails and pages for mentors show it."""

from django.utils.translation import gettext as _

from turnabout.enrolments.models import Enrolment
from turnabout.notifications.content import Contact
from turnabout.people.models import Person
from turnabout.programmes.models import Office, Programme
from turnabout.programmes.queries import contact_of, lead_of


def named_contact(programme: Programme | int) -> Contact | None:
    return _shown(contact_of(programme))


def contact_of_mentor(person: Person) -> Contact | None:
    """The named contact where somebody shares, of the newest round in which they do; one query for any number of rounds."""
    places = Enrolment.objects.filter(person=person, role=Enrolment.Role.MENTOR).exclude(state=Enrolment.State.WITHDRAWN)
    offices = Office.objects.filter(
        programme__cohorts__enrolments__in=places, duty=Office.Duty.CONTACT, ended_at__isnull=True, account__is_active=True
    ).select_related("account")
    return _shown(offices.order_by("-programme__cohorts__enrolments", "pk").first())


def _shown(office: Office | None) -> Contact | None:
    if office is None:
        return None
    return Contact(name=office.account.display_name, email=office.account.email, phone=office.phone)


def without_a_contact(programme: Programme | int) -> str:
    """What stands where the named contact should, so that nobody waits for somebody who does not come."""
    lead = lead_of(programme)
    if lead is None:
        return _("There is no named contact at the moment.")
    return _("There is no named contact at the moment. Until there is, you can turn to %(name)s, %(way)s.") % {
        "name": lead.display_name,
        "way": lead.email or lead.sign_in_name,
    }

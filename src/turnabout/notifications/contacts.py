"""The named contact as mails and pages for mentors show it."""

from django.utils.translation import gettext as _

from turnabout.notifications.content import Contact
from turnabout.programmes.models import Programme
from turnabout.programmes.queries import contact_of, lead_of


def named_contact(programme: Programme | int) -> Contact | None:
    office = contact_of(programme)
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

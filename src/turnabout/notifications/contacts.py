"""The named contact as mails and pages for mentors show it."""

from turnabout.notifications.content import Contact
from turnabout.programmes.models import Programme
from turnabout.programmes.queries import contact_of


def named_contact(programme: Programme | int) -> Contact | None:
    office = contact_of(programme)
    if office is None:
        return None
    return Contact(name=office.account.display_name, email=office.account.email, phone=office.phone)

"""An assistant keeps one person's diary."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.accounts.services import account_for
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.people import policies
from turnabout.people.models import Delegation, Person
from turnabout.people.policies import Scope


@transaction.atomic
def name_assistant(person: Person, *, name: str, email: str, by: Account, scope: Scope, now: datetime) -> Delegation:
    """Let the account behind this address keep the person's dates; an address not known yet gets an account."""
    if not policies.can_name_assistant(by, person, scope):
        raise NotAllowed(_("Only %(name)s or their coordinator can name an assistant. Ask one of them.") % {"name": person.name})
    address = email.strip().casefold()
    assistant = Account.objects.filter(email=address).first() or Account.objects.filter(sign_in_name=address).first()
    if assistant is None:
        assistant = account_for(sign_in_name=address, email=address, display_name=name.strip() or address, now=now)
    if assistant.pk == person.account_id:
        raise NotPossible(_("This is the address of %(name)s. Give the address of the assistant.") % {"name": person.name})
    delegation, is_new = Delegation.objects.get_or_create(
        person=person, assistant=assistant, ended_at__isnull=True, defaults={"since": now}
    )
    if not is_new:
        raise NotPossible(
            _("%(assistant)s already keeps the diary of %(name)s.") % {"assistant": assistant.display_name, "name": person.name}
        )
    events.record("assistant.named", subject=person, by=by, at=now)
    return delegation


@transaction.atomic
def end_assistant(delegation: Delegation, *, by: Account, scope: Scope, now: datetime) -> Delegation:
    """The assistant sees nothing of the diary from this moment on."""
    person = delegation.person
    if by.pk != delegation.assistant_id and not policies.can_name_assistant(by, person, scope):
        raise NotAllowed(
            _("Only %(name)s, their assistant or their coordinator can end this. Ask one of them.") % {"name": person.name}
        )
    if not Delegation.objects.filter(pk=delegation.pk, ended_at__isnull=True).update(ended_at=now):
        raise NotPossible(_("This assistant no longer keeps the diary of %(name)s.") % {"name": person.name})
    events.record("assistant.ended", subject=person, by=by, at=now, delegation=delegation.pk)
    return Delegation.objects.get(pk=delegation.pk)

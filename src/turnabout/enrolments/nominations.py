"""A leader names people they would like to learn from; each is asked privately, and a no is never reported."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments import invitations, services
from turnabout.enrolments.models import Enrolment, Nomination
from turnabout.people.models import Person
from turnabout.people.queries import ancestor_ids


def most_names(place: Enrolment) -> int:
    """How many people a mentee of this design may name; 0 where the design does not offer it."""
    return catalogue.design(place.cohort.programme.design).settings.nominations_per_mentee


@transaction.atomic
def name_people(place: Enrolment, *, people: Sequence[Person], by: Account, now: datetime) -> list[Nomination]:
    """Ask each of them privately. The number of names does not grow when somebody declines."""
    services.require_own(place, by)
    place = Enrolment.objects.select_for_update(of=("self",)).select_related("cohort__programme", "person").get(pk=place.pk)
    named = set(place.nominations.values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in named]
    most = most_names(place)
    if place.role != Enrolment.Role.MENTEE or place.state not in {
        Enrolment.State.STARTED,
        Enrolment.State.REGISTERED,
        Enrolment.State.INVITED,
    }:
        raise NotPossible(_("Only somebody who takes part to learn can name people. Register first."))
    if len(named) + len(new) > most:
        raise NotPossible(_("You can name up to %(most)s people in all.") % {"most": most})
    for person in new:
        _check_name(place, person)
    _give_accounts(new, now=now)
    made = [_ask(place, person, by=by, now=now) for person in new]
    return made


def _give_accounts(people: Sequence[Person], *, now: datetime) -> None:
    """Whose work mail another account still has is for the organisers; a participant learns only that it has to wait."""
    for person in people:
        try:
            invitations.give_accounts([person], now=now)
        except invitations.AddressHeld:
            raise NotPossible(
                _("%(name)s cannot be asked yet. Ask your coordinator, or name somebody else.") % {"name": person.name}
            ) from None


def _ask(place: Enrolment, person: Person, *, by: Account, now: datetime) -> Nomination:
    nomination = Nomination.objects.create(
        mentee=place, person=person, asked_at=now, expires_at=now + timedelta(days=place.cohort.answer_days)
    )
    events.record("nomination.asked", subject=nomination, by=by, at=now, cohort=place.cohort)
    return nomination


def _check_name(place: Enrolment, person: Person) -> None:
    if person.pk == place.person_id:
        raise NotPossible(_("Name somebody other than yourself."))
    if person.state == Person.State.LEFT:
        raise NotPossible(_("%(name)s has left the organisation. Name somebody else.") % {"name": person.name})
    if person.manager_id is not None and person.manager_id == place.person.manager_id:
        raise NotPossible(_("%(name)s has the same manager as you. Name somebody from another team.") % {"name": person.name})
    if _in_one_line(place.person, person):
        raise NotPossible(_("%(name)s is in your own reporting line. Name somebody outside it.") % {"name": person.name})


def _in_one_line(one: Person, other: Person) -> bool:
    """Whether one manages the other at any distance."""
    above = ancestor_ids([one.pk, other.pk])
    return one.pk in above.get(other.pk, ()) or other.pk in above.get(one.pk, ())


@transaction.atomic
def accept_nomination(nomination: Nomination, *, by: Account, now: datetime) -> Enrolment:
    """A yes becomes an invitation; in matching the two are a preference, never past a rule."""
    nomination = _to_answer(nomination, by, now)
    Nomination.objects.filter(pk=nomination.pk).update(state=Nomination.State.ACCEPTED)
    place = invitations.own_place(
        nomination.mentee.cohort, nomination.person, Enrolment.Role.MENTOR, source=Enrolment.Source.NOMINATION, now=now
    )
    events.record("nomination.accepted", subject=nomination, by=by, at=now, cohort=nomination.mentee.cohort)
    return place


@transaction.atomic
def decline_nomination(nomination: Nomination, *, by: Account, now: datetime) -> None:
    """Close it without a trace: no event, no notice, nothing that anybody could count."""
    nomination = _to_answer(nomination, by, now)
    Nomination.objects.filter(pk=nomination.pk).update(state=Nomination.State.CLOSED)


def _to_answer(nomination: Nomination, by: Account, now: datetime) -> Nomination:
    nomination = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("mentee__cohort__programme", "mentee__person", "person")
        .get(pk=nomination.pk)
    )
    if nomination.person.account_id != by.pk:
        raise NotAllowed(_("This question was asked of somebody else."))
    if nomination.state != Nomination.State.ASKED or now >= nomination.expires_at:
        raise NotPossible(_("This question is closed. If you would like to take part, ask for a place on the programme page."))
    return nomination


def close_expired(*, now: datetime) -> None:
    """A question nobody answered closes like a no."""
    Nomination.objects.filter(state=Nomination.State.ASKED, expires_at__lte=now).update(state=Nomination.State.CLOSED)

"""Asking people in, and asking again: by list, from the directory, by open link; reminders in bulk."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from turnabout.accounts.models import Account
from turnabout.core import events
from turnabout.core.errors import NotAllowed, NotPossible, Refused
from turnabout.enrolments import queries
from turnabout.enrolments.models import Enrolment, EnrolmentQuerySet
from turnabout.people.models import Person
from turnabout.people.services import addresses
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import is_recruiting
from turnabout.programmes.queries import Scope, scope_of, with_power
from turnabout.programmes.words import words_for

State = Enrolment.State
MOST_DAYS_MORE = 60
ASKED_AGAIN_AFTER = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """How many were asked now, how many of them no mail can reach, and how many had been asked before."""

    count: int
    without_mailbox: int
    already: int


@transaction.atomic
def invite_people(
    cohort: Cohort, *, people: Sequence[Person], role: str, by: Account, now: datetime, source: str = Enrolment.Source.INVITATION
) -> Invited:
    """Give each a place to be taken; nobody is invited twice to the same side of a round."""
    scope = organiser_scope(cohort, by)
    _require_recruiting(cohort)
    if role not in Enrolment.Role.values:
        raise NotPossible(_("Side: choose mentor or mentee."))
    if role == Enrolment.Role.MENTOR:
        require_a_mentee(cohort)
    for person in people:
        if not scope.sees(person):
            raise NotAllowed(_("Some of these people belong to another coordinator's businesses. Take them off the list."))
        if person.state == Person.State.LEFT:
            raise NotPossible(_("%(name)s has left the organisation. Take them off the list.") % {"name": person.name})
    placed = set(Enrolment.objects.filter(cohort=cohort, role=role, person__in=people).values_list("person_id", flat=True))
    new = [person for person in {person.pk: person for person in people}.values() if person.pk not in placed]
    give_accounts(new, now=now, lead=by if by.is_owner else None)
    Enrolment.objects.bulk_create(
        [_new_place(cohort, person, role, source=source, now=now) for person in new], batch_size=1000, ignore_conflicts=True
    )
    if new:
        events.record("enrolments.invited", subject=cohort, by=by, at=now, cohort=cohort, count=len(new), role=role)
    unreached = Account.objects.filter(person__in=new, email="").count()
    return Invited(count=len(new), without_mailbox=unreached, already=len(placed))


def _new_place(cohort: Cohort, person: Person, role: str, *, source: str, now: datetime) -> Enrolment:
    return Enrolment(
        cohort=cohort,
        person=person,
        role=role,
        source=source,
        invited_at=now,
        answer_by=(now + timedelta(days=cohort.answer_days)).date(),
    )


def organiser_scope(cohort: Cohort, by: Account) -> Scope:
    scope = scope_of(by, cohort.programme_id)
    if scope is None:
        raise NotAllowed(_("Only organisers of this programme can do this. Ask the programme lead."))
    return scope


def require_a_mentee(cohort: Cohort) -> None:
    """Whoever volunteers to share should not wait for people who may never come."""
    if queries.mentors_wait_for_mentees(cohort):
        words = words_for(cohort.programme)
        raise NotPossible(
            _("Places for %(mentees)s come first: invite %(mentors)s as soon as the first of them has registered.")
            % {"mentees": words.mentees, "mentors": words.mentors}
        )


def _require_recruiting(cohort: Cohort) -> None:
    if not is_recruiting(cohort):
        raise NotPossible(
            _("The round is not open yet: open it first, then invite people.")
            if cohort.state == Cohort.State.DRAFT
            else _("This round is closed. Plan a new round and invite people to that one.")
        )


@transaction.atomic
def join_by_open_link(cohort: Cohort, *, asked: str, role: str, by: Person | None = None, now: datetime) -> Enrolment | None:
    """A place for whoever this address or number belongs to. The caller answers the same for None.

    by   who is signed in: only they themselves take up again a place that they gave up
    """
    if not (cohort.is_open_link_on and is_recruiting(cohort)) or role not in Enrolment.Role.values:
        return None
    wanted = asked.strip()
    person = (
        Person.objects.present().filter(Q(employee_number__iexact=wanted) | Q(email__iexact=wanted)).first() if wanted else None
    )
    if person is None:
        return None
    given_up = Enrolment.objects.filter(cohort=cohort, person=person, role=role, state=State.WITHDRAWN).first()
    if given_up is not None and person != by:
        events.record("enrolment.asked_back", subject=given_up, at=now, cohort=cohort)
        return None
    try:
        give_accounts([person], now=now)
    except Refused:
        return None  # an account with power, or of somebody who has left, is for the programme lead, not for a stranger's typing
    place = own_place(cohort, person, role, source=Enrolment.Source.OPEN_LINK, now=now)
    events.record("enrolment.joined", subject=place, at=now, cohort=cohort)
    return place


def own_place(cohort: Cohort, person: Person, role: str, *, source: str, now: datetime) -> Enrolment:
    """The person's place on this side: a new one, the one they have, or the one they had given up."""
    place, is_new = Enrolment.objects.get_or_create(
        cohort=cohort,
        person=person,
        role=role,
        defaults={"source": source, "invited_at": now, "answer_by": (now + timedelta(days=cohort.answer_days)).date()},
    )
    if not is_new:
        Enrolment.objects.filter(pk=place.pk, state=State.WITHDRAWN).update(
            state=State.INVITED,
            left_at=None,
            invited_at=now,
            steps_done=[],
            answer_by=(now + timedelta(days=cohort.answer_days)).date(),
        )
        place.refresh_from_db()
    return place


@transaction.atomic
def give_accounts(people: Iterable[Person], *, now: datetime, lead: Account | None = None) -> None:
    """Everybody who is asked has an account, so that links and notices have a reader. A few queries for any number.

    An account that waits for its person is taken, but where it holds power over others by a programme lead alone.
    An account of somebody else is never taken: of a leaver's, the lead frees the address and nothing more.
    """
    without = {person.pk: person for person in people if person.account_id is None}
    locked = Person.objects.select_for_update().filter(pk__in=without, account__isnull=True).order_by("pk")
    waiting = {person.pk: person for person in locked}
    names = {pk: (person.email or person.employee_number).strip().casefold() for pk, person in waiting.items()}
    if lead is not None:
        addresses.pass_on([person.email for person in waiting.values()], by=lead, now=now)
    free = {
        account.sign_in_name: account for account in Account.objects.filter(sign_in_name__in=names.values(), person__isnull=True)
    }
    if lead is None:
        _refuse_power(waiting, names, free)
    _refuse_held_addresses(waiting.values(), but=[account.pk for account in free.values()])
    taken = set(
        Account.objects.filter(sign_in_name__in=names.values(), person__isnull=False).values_list("sign_in_name", flat=True)
    )
    made = [
        _new_account(person, name=f"{names[pk]}#{person.employee_number}" if names[pk] in taken else names[pk], now=now)
        for pk, person in waiting.items()
        if names[pk] not in free
    ]
    Account.objects.bulk_create(made, batch_size=1000)
    by_name = free | {account.sign_in_name: account for account in made}
    for pk, person in waiting.items():
        person.account = by_name.get(names[pk]) or by_name[f"{names[pk]}#{person.employee_number}"]
        if pk in without:
            without[pk].account = person.account
    Person.objects.bulk_update(waiting.values(), ["account"], batch_size=1000)


def _refuse_power(people: dict[int, Person], names: dict[int, str], free: dict[str, Account]) -> None:
    powerful = with_power(account.pk for account in free.values()) if free else frozenset()
    for pk, person in people.items():
        if names[pk] in free and free[names[pk]].pk in powerful:
            raise NotAllowed(
                _("Only the programme lead can invite %(name)s. Ask them, or leave this name out.") % {"name": person.name}
            )


class AddressHeld(NotPossible):
    """The account of somebody else still has the work mail of whoever is asked."""


def _refuse_held_addresses(people: Collection[Person], *, but: Collection[int]) -> None:
    """All of them are named at once, so that a long list is corrected once."""
    by_address = {person.email.casefold(): person.name for person in people if person.email}
    held = set(Account.objects.filter(email__in=by_address).exclude(pk__in=but).values_list("email", flat=True))
    if not held:
        return
    former = held & set(addresses.former_accounts(held).values_list("email", flat=True))
    blocked = sorted(by_address[address] for address in former or held)
    if former:
        sentence = ngettext(
            "%(names)s cannot be invited yet: an account of somebody who has left still has this work mail. Ask the programme lead to invite them, or leave them out.",
            "%(names)s cannot be invited yet: accounts of people who have left still have these work mails. Ask the programme lead to invite them, or leave them out.",
            len(blocked),
        )
    else:
        sentence = ngettext(
            "%(names)s cannot be invited: the account of somebody else here still has this work mail. Correct the address in the directory, or leave them out.",
            "%(names)s cannot be invited: accounts of other people here still have these work mails. Correct the addresses in the directory, or leave them out.",
            len(blocked),
        )
    raise AddressHeld(sentence % {"names": ", ".join(blocked)})


def _new_account(person: Person, *, name: str, now: datetime) -> Account:
    account = Account(
        sign_in_name=name,
        email=person.email.casefold(),
        display_name=person.name[:200],
        time_zone=person.zone,
        locale=person.locale or "en-gb",
        created_at=now,
    )
    account.set_unusable_password()
    return account


@transaction.atomic
def remind(cohort: Cohort, *, places: Sequence[Enrolment], by: Account, now: datetime) -> int:
    """Ask again for what is open, whatever it is: the registration or the preparation."""
    owing = (State.INVITED, State.STARTED, State.REGISTERED)
    return _ask_again(cohort, places, kind="remind", states=owing, by=by, now=now)


@transaction.atomic
def resend(cohort: Cohort, *, places: Sequence[Enrolment], by: Account, now: datetime) -> int:
    """Send the invitation once more, with a fresh link."""
    return _ask_again(cohort, places, kind="resend", states=(State.INVITED, State.STARTED), by=by, now=now)


def _ask_again(
    cohort: Cohort, places: Sequence[Enrolment], *, kind: str, states: tuple[str, ...], by: Account, now: datetime
) -> int:
    chosen = chosen_places(cohort, places, by)
    waiting = chosen.filter(state__in=states)
    if kind == "remind":
        waiting = waiting.filter(~Q(state=State.REGISTERED) | Q(prepared_at__isnull=True))
    # Within the one statement, so that of two presses at the same moment the second finds nobody left.
    count = waiting.filter(Q(reminded_at=None) | Q(reminded_at__lte=now - ASKED_AGAIN_AFTER)).update(reminded_at=now)
    if not count and waiting.exists():
        raise NotPossible(_("Everybody on this list who has something left to answer was written to within the last 12 hours."))
    if not count:
        raise NotPossible(_("Nobody on this list has anything left to answer, so nothing was sent."))
    events.record("enrolments.reminded", subject=cohort, by=by, at=now, cohort=cohort, count=count, kind=kind)
    return count


@transaction.atomic
def extend(cohort: Cohort, *, places: Sequence[Enrolment], days: int, by: Account, now: datetime) -> int:
    """Let invitations wait longer."""
    if not 1 <= days <= MOST_DAYS_MORE:
        raise NotPossible(_("Days: use a number from 1 to %(most)s.") % {"most": MOST_DAYS_MORE})
    waiting = chosen_places(cohort, places, by).filter(state__in=[State.INVITED, State.STARTED])
    changed = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    if not changed:
        raise NotPossible(_("Nobody on this list is still invited, so there is nothing to extend."))
    for place in changed:
        place.answer_by = max(place.answer_by or now.date(), now.date()) + timedelta(days=days)
    Enrolment.objects.bulk_update(changed, ["answer_by"], batch_size=1000)
    events.record("enrolments.extended", subject=cohort, by=by, at=now, cohort=cohort, count=len(changed), days=days)
    return len(changed)


def chosen_places(cohort: Cohort, places: Sequence[Enrolment], by: Account) -> EnrolmentQuerySet:
    """The chosen rows that this organiser may act on; one row outside the scope refuses the whole list."""
    scope = organiser_scope(cohort, by)
    ids = [place.pk for place in places]
    rows = Enrolment.objects.filter(cohort=cohort, pk__in=ids).in_entities(scope.entity_ids)
    if not ids:
        raise NotPossible(_("Choose at least one person in the list first."))
    if rows.count() != len(set(ids)):
        raise NotAllowed(_("Some of these people belong to another coordinator's businesses. Take them off the list."))
    return rows

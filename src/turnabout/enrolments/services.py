"""The verbs of one place: register step by step, leave, pause, change what it holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.blueprints import catalogue
from turnabout.core import events, guards
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.enrolments import limits, policies, queries, worries
from turnabout.enrolments.models import Conflict, Enrolment, TopicChoice
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.programmes.policies import is_recruiting
from turnabout.programmes.queries import scope_of

State = Enrolment.State
FORMATS = ("online", "in_person")
HOPES = ("yes", "not_sure", "no")
MOST_TOPICS = 8

STEPS = {
    Enrolment.Role.MENTOR: ("share", "learn", "limits", "practical", "last"),
    Enrolment.Role.MENTEE: ("questions", "confirm"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Practical:
    """How, when and in which languages somebody can meet."""

    capacity: int = 1
    formats: tuple[str, ...] = FORMATS
    languages: Mapping[str, int]
    weekly_hours: Mapping[str, Sequence[str]]


def steps_of(place: Enrolment) -> tuple[str, ...]:
    return STEPS[Enrolment.Role(place.role)]


def next_step(place: Enrolment) -> str | None:
    """The first step that is not saved yet; None when only the end is left."""
    return next((step for step in steps_of(place) if step not in place.steps_done), None)


def require_own(place: Enrolment, by: Account) -> None:
    if not policies.is_own(by, place):
        raise NotAllowed(_("Only the person this place belongs to can answer here."))


@transaction.atomic
def save_topics(place: Enrolment, *, kind: str, levels: Mapping[str, int], by: Account) -> Enrolment:
    """Replace what the person can share, or would like to learn."""
    place = _to_edit(place, by)
    known = {topic.key for topic in catalogue.topics()}
    if not set(levels) <= known or not all(1 <= level <= 4 for level in levels.values()):
        raise NotPossible(_("Topics: choose from the list, each with one of the four levels."))
    if len(levels) > MOST_TOPICS:
        raise NotPossible(_("Topics: keep the %(count)s that matter most; partners are found by those.") % {"count": MOST_TOPICS})
    TopicChoice.objects.filter(enrolment=place, kind=kind).delete()
    TopicChoice.objects.bulk_create(
        [TopicChoice(enrolment=place, kind=kind, topic=topic, level=level) for topic, level in levels.items()]
    )
    return place


@transaction.atomic
def save_limits(place: Enrolment, *, off_limits: Iterable[str], conflicts: Iterable[Person], by: Account) -> Enrolment:
    """What a mentor will not talk about, and whom a person must not be paired with. Nobody else reads either."""
    place = _to_edit(place, by)
    chosen = list(dict.fromkeys(off_limits))
    if not set(chosen) <= limits.limits().keys():
        raise NotPossible(
            _("Off limits: choose from the list. Anything else can go into the agreement, which only the two of you read.")
        )
    if limits.NOTHING in chosen and len(chosen) > 1:
        raise NotPossible(_("Off limits: tick either what is off limits for you, or that nothing is."))
    place.off_limits = chosen
    place.save(update_fields=["off_limits"])
    set_conflicts(place, conflicts=conflicts, by=by)
    return place


@transaction.atomic
def set_conflicts(place: Enrolment, *, conflicts: Iterable[Person], by: Account) -> Enrolment:
    place = _to_edit(place, by)
    others = {person.pk for person in conflicts} - {place.person_id}
    Conflict.objects.filter(enrolment=place).exclude(other_id__in=others).delete()
    Conflict.objects.bulk_create([Conflict(enrolment=place, other_id=pk) for pk in sorted(others)], ignore_conflicts=True)
    return place


@transaction.atomic
def save_practical(place: Enrolment, *, practical: Practical, by: Account) -> Enrolment:
    """How people meet; languages and hours are corrected in the directory too, since both rounds and calendars use them."""
    place = _to_edit(place, by)
    _check_practical(practical, place)
    place.formats = list(practical.formats)
    if place.role == Enrolment.Role.MENTOR:
        place.capacity = practical.capacity
    place.save(update_fields=["formats", "capacity"])
    Person.objects.filter(pk=place.person_id).update(
        languages=dict(practical.languages), weekly_hours={day: list(times) for day, times in practical.weekly_hours.items()}
    )
    return place


def _check_practical(practical: Practical, place: Enrolment) -> None:
    if not practical.formats or not set(practical.formats) <= set(FORMATS):
        raise NotPossible(_("How you can meet: choose online, in person, or both."))
    if not practical.languages or not all(1 <= level <= 4 for level in practical.languages.values()):
        raise NotPossible(_("Languages: name at least one language in which you can hold a conversation."))
    if not practical.weekly_hours:
        raise NotPossible(_("When: choose at least one day on which you can meet."))
    for start, end in practical.weekly_hours.values():
        if start >= end:
            raise NotPossible(_("When: the end of the day has to be later than its beginning."))
    cap = place.cohort.mentor_cap
    if place.role == Enrolment.Role.MENTOR and not max(1, place.places_taken) <= practical.capacity <= cap:
        raise NotPossible(
            _("Partners: choose a number from %(low)s to %(high)s.") % {"low": max(1, place.places_taken), "high": cap}
        )


@transaction.atomic
def mark_step(place: Enrolment, *, step: str, by: Account) -> Enrolment:
    """A step is saved; the next visit begins after it."""
    place = _to_edit(place, by)
    if step not in steps_of(place):
        raise NotPossible(_("This registration has no such step. Begin again from your place."))
    if step not in place.steps_done:
        place.steps_done = [*place.steps_done, step]
        place.save(update_fields=["steps_done"])
    Enrolment.objects.filter(pk=place.pk, state=State.INVITED).update(state=State.STARTED)
    place.refresh_from_db(fields=["state"])
    return place


def _to_edit(place: Enrolment, by: Account) -> Enrolment:
    """The locked row of a place that its person may write to now."""
    require_own(place, by)
    place = Enrolment.objects.select_for_update(of=("self",)).select_related("cohort__programme", "person").get(pk=place.pk)
    if not policies.takes_part(place):
        raise NotPossible(_("You have left this round. Ask your coordinator if you would like to come back."))
    if not is_recruiting(place.cohort):
        raise NotPossible(_("This round is not open for registration. Ask your coordinator when the next one begins."))
    return place


@transaction.atomic
def finish_registration(
    place: Enrolment,
    *,
    hope: str,
    apprehension: str,
    has_consented: bool,
    manager_may_be_told: bool,
    by: Account,
    now: datetime,
) -> Enrolment:
    """Take the place, or a place on the waiting list when all are taken."""
    place = _to_edit(place, by)
    if not policies.can_still_register(place, place.cohort):
        raise NotPossible(_("You are registered already. You can change your answers from your place."))
    _check_end(place, hope=hope, apprehension=apprehension, has_consented=has_consented)
    Cohort.objects.select_for_update().get(pk=place.cohort_id)  # two people may not take the last place at once
    place.state = State.WAITING if _is_full(place) else State.REGISTERED
    place.hope, place.apprehension = hope, apprehension
    place.manager_may_be_told = manager_may_be_told and place.role == Enrolment.Role.MENTOR
    place.registered_at = place.consented_at = now
    place.steps_done = list(steps_of(place))
    place.save(
        update_fields=["state", "hope", "apprehension", "manager_may_be_told", "registered_at", "consented_at", "steps_done"]
    )
    return _registered(place, by=by, now=now)


def _check_end(place: Enrolment, *, hope: str, apprehension: str, has_consented: bool) -> None:
    if not has_consented:
        raise NotPossible(_("Consent: tick the box so that we may use your answers to find you a partner."))
    if hope not in HOPES:
        raise NotPossible(_("Is this what you hoped for: choose one of the three answers."))
    if apprehension and apprehension not in {worry.key for worry in worries.worries_of(place.role)}:
        raise NotPossible(_("Is anything on your mind: choose one of the answers, or none."))
    if policies.must_list_limits(place) and not place.off_limits:
        raise NotPossible(_("What stays out: tick what is off limits for you, or that nothing is."))
    kinds = set(TopicChoice.objects.filter(enrolment=place).values_list("kind", flat=True))
    if place.role == Enrolment.Role.MENTOR and TopicChoice.Kind.OFFER not in kinds:
        raise NotPossible(_("What you can share: choose at least one topic, so that we can find you a partner."))
    if place.role == Enrolment.Role.MENTEE and TopicChoice.Kind.WISH not in kinds:
        raise NotPossible(_("What you would like to learn: choose at least one topic, so that we can find you a partner."))


def _is_full(place: Enrolment) -> bool:
    """A place that becomes free belongs to those who wait, not to whoever registers next."""
    free = queries.free_places(place.cohort, place.role)
    if free is None:
        return False
    waiting = Enrolment.objects.filter(cohort_id=place.cohort_id, role=place.role, state=State.WAITING).count()
    return free <= waiting


def _registered(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    """Record it; the manager's one mail is due only where the mentor agreed and somebody can receive it."""
    if place.state == State.WAITING:
        events.record("enrolment.waitlisted", subject=place, by=by, at=now, cohort=place.cohort)
        return place
    manager = place.person.manager
    if place.manager_may_be_told and manager is not None and manager.email and manager.state == Person.State.PRESENT:
        Enrolment.objects.filter(pk=place.pk, manager_told_at__isnull=True).update(manager_told_at=now)
    events.record("enrolment.registered", subject=place, by=by, at=now, cohort=place.cohort)
    return place


@transaction.atomic
def offer_waiting_place(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    """Somebody on the waiting list gets a place."""
    require_organiser(place, by)
    if not Enrolment.objects.filter(pk=place.pk, state=State.WAITING).update(state=State.REGISTERED):
        raise NotPossible(_("%(name)s is not on the waiting list any more.") % {"name": place.person.name})
    place = _loaded(place)
    return _registered(place, by=by, now=now)


@transaction.atomic
def withdraw_place(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    """Leave before there is a partner; nobody asks why."""
    if not policies.is_own(by, place):
        require_organiser(place, by)
    guards.ask("enrolment.withdraw", place)
    leaving = Enrolment.objects.filter(pk=place.pk, state__in=Enrolment.TAKING_PART, places_taken=0)
    if not leaving.update(state=State.WITHDRAWN, left_at=now):
        raise NotPossible(
            _("There is a partner already: end the pair on its page, and this place is free to go.")
            if Enrolment.objects.filter(pk=place.pk, places_taken__gt=0).exists()
            else _("This place has been given up already.")
        )
    place = _loaded(place)
    events.record("enrolment.withdrawn", subject=place, by=by, at=now, cohort=place.cohort)
    return place


@transaction.atomic
def pause_place(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    """Not matched until resumed; what is there already goes on."""
    if not policies.is_own(by, place):
        require_organiser(place, by)
    if not Enrolment.objects.filter(pk=place.pk, state=State.REGISTERED).update(state=State.PAUSED):
        raise NotPossible(
            _("Only a registered person can be paused; %(name)s is not registered now.") % {"name": place.person.name}
        )
    place = _loaded(place)
    events.record("enrolment.paused", subject=place, by=by, at=now, cohort=place.cohort)
    return place


@transaction.atomic
def resume_place(place: Enrolment, *, by: Account, now: datetime) -> Enrolment:
    if not policies.is_own(by, place):
        require_organiser(place, by)
    if not Enrolment.objects.filter(pk=place.pk, state=State.PAUSED).update(state=State.REGISTERED):
        raise NotPossible(_("%(name)s is not paused.") % {"name": place.person.name})
    place = _loaded(place)
    events.record("enrolment.resumed", subject=place, by=by, at=now, cohort=place.cohort)
    return place


@transaction.atomic
def set_capacity(place: Enrolment, *, capacity: int, by: Account, now: datetime) -> Enrolment:
    """How many partners a mentor may have at once."""
    if not policies.is_own(by, place):
        require_organiser(place, by)
    cap = place.cohort.mentor_cap if place.role == Enrolment.Role.MENTOR else 1
    if not 1 <= capacity <= cap:
        raise NotPossible(_("Partners: choose a number from 1 to %(cap)s.") % {"cap": cap})
    if not Enrolment.objects.filter(pk=place.pk, places_taken__lte=capacity).update(capacity=capacity):
        raise NotPossible(_("Partners: %(name)s has more partners than that now.") % {"name": place.person.name})
    place = _loaded(place)
    events.record("capacity.changed", subject=place, by=by, at=now, cohort=place.cohort, capacity=capacity)
    return place


def end_places_of(person_id: int, *, now: datetime) -> None:
    """Who left the organisation keeps no place without a partner; pairs are ended by their own rule."""
    for place in Enrolment.objects.filter(person_id=person_id, state__in=Enrolment.TAKING_PART, places_taken=0).order_by("pk"):
        if Enrolment.objects.filter(pk=place.pk, state__in=Enrolment.TAKING_PART).update(state=State.WITHDRAWN, left_at=now):
            events.record("enrolment.withdrawn", subject=place, at=now, cohort=place.cohort)


def require_organiser(place: Enrolment, by: Account) -> None:
    scope = scope_of(by, place.cohort.programme_id)
    if scope is None or not scope.sees(place.person):
        raise NotAllowed(_("Only a coordinator of this person's business can do this. Ask them, or the programme lead."))


def _loaded(place: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("cohort__programme", "person__entity", "person__manager", "person__account").get(
        pk=place.pk
    )

"""Notices about places: invitations, reminders, what comes after registering, a private question, the manager's one mail."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import clock, events
from turnabout.core.models import Event
from turnabout.enrolments import preparing
from turnabout.enrolments.models import Draw, Enrolment, Nomination
from turnabout.enrolments.queries import needs_preparation_before_matching
from turnabout.notifications import notices, promises
from turnabout.notifications.about.preparation import before_session_1, prepare_button
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import ASKED_FOR, Button, Contact, Message, action_url, at_once, content, page_url
from turnabout.notifications.models import Notice
from turnabout.programmes.hours import Promise, promised
from turnabout.programmes.models import Cohort
from turnabout.programmes.queries import coordinator_for
from turnabout.programmes.words import words_for

INVITED = "enrolment.invited"
REMINDED = "enrolment.reminded"
REGISTERED = "enrolment.registered"
WAITLISTED = "enrolment.waitlisted"
MANAGER = "enrolment.manager_told"
ASKED = "nomination.asked"
SAMPLE = "enrolment.sample"
LEAST_DAYS = timedelta(days=3)
OPEN = (Enrolment.State.INVITED, Enrolment.State.STARTED)


@events.on("enrolments.invited")
def invite(event: Event) -> None:
    """One mail for each place of the list that was just invited."""
    fresh = _places().filter(
        cohort_id=event.subject_id, role=event.data["role"], invited_at=event.at, state=Enrolment.State.INVITED
    )
    _to_all(INVITED, fresh, event, cohort_id=event.subject_id, round_key="")


@events.on("enrolments.reminded")
def remind(event: Event) -> None:
    chosen = _places().filter(cohort_id=event.subject_id, reminded_at=event.at)
    _to_all(
        INVITED if event.data.get("kind") == "resend" else REMINDED,
        chosen,
        event,
        cohort_id=event.subject_id,
        round_key=f":{event.pk}",
    )


def _to_all(template: str, places: QuerySet[Enrolment], event: Event, *, cohort_id: int, round_key: str) -> None:
    cohort = Cohort.objects.get(pk=cohort_id)
    readers = [
        (place.person.account, place, f"{template}:{place.pk}{round_key}") for place in places if place.person.account is not None
    ]
    notices.write_all(template, readers, now=event.at, cohort=cohort)


@events.on("enrolment.joined")
def send_the_link(event: Event) -> None:
    """Who asks by the open link gets one mail an hour at most."""
    _write(INVITED, event, suffix=f":{event.at:%Y%m%d%H}", data=ASKED_FOR)


@events.on("enrolment.registered")
def confirm(event: Event) -> None:
    _write(REGISTERED, event)
    _tell_manager(_places().select_related("person__manager").get(pk=event.subject_id), event)


@events.on("places.drawn")
def confirm_drawn(event: Event) -> None:
    """Whoever the draw gave a place reads the same as somebody who got one by hand; for whoever still waits nothing changed."""
    draw = Draw.objects.get(pk=event.subject_id)
    drawn = _places().select_related("person__manager").filter(lots__draw=draw, lots__rank__lte=draw.places).order_by("pk")
    _to_all(REGISTERED, drawn, event, cohort_id=draw.cohort_id, round_key="")
    for place in drawn:
        _tell_manager(place, event)


def _tell_manager(place: Enrolment, event: Event) -> None:
    if place.manager_told_at == event.at and place.person.manager is not None:
        key = f"{MANAGER}:{place.cohort_id}:{place.person_id}"
        notices.write(MANAGER, person=place.person.manager, subject=place, dedupe_key=key, now=event.at, cohort=place.cohort)


@events.on("enrolment.waitlisted")
def tell_about_the_list(event: Event) -> None:
    _write(WAITLISTED, event)


def _write(template: str, event: Event, *, suffix: str = "", data: dict[str, bool] | None = None) -> None:
    place = _places().get(pk=event.subject_id)
    if place.person.account is not None:
        _to_one(template, place, event, key=f"{template}:{place.pk}{suffix}", data=data)


def _to_one(template: str, place: Enrolment, event: Event, *, key: str, data: dict[str, bool] | None) -> None:
    reader = place.person.account
    notices.write(template, account=reader, subject=place, dedupe_key=key, now=event.at, data=data, cohort=place.cohort)


@events.on("nomination.asked")
def ask_privately(event: Event) -> None:
    nomination = Nomination.objects.select_related("person__account", "mentee__cohort").get(pk=event.subject_id)
    if nomination.person.account is not None:
        notices.write(
            ASKED,
            account=nomination.person.account,
            subject=nomination,
            dedupe_key=f"{ASKED}:{nomination.pk}",
            now=event.at,
            cohort=nomination.mentee.cohort,
        )


@events.on("nomination.accepted")
def invite_who_said_yes(event: Event) -> None:
    nomination = Nomination.objects.select_related("mentee").get(pk=event.subject_id)
    place = (
        _places()
        .filter(cohort_id=nomination.mentee.cohort_id, person_id=nomination.person_id, role=Enrolment.Role.MENTOR, state__in=OPEN)
        .first()
    )
    if place is not None and place.person.account is not None:
        _to_one(INVITED, place, event, key=f"{INVITED}:{place.pk}:nominated", data=ASKED_FOR)


def _places() -> QuerySet[Enrolment]:
    return Enrolment.objects.select_related("cohort__programme", "cohort__charter", "person__account", "person__entity")


def _open_place(notice: Notice, states: tuple[str, ...] = OPEN) -> Enrolment | None:
    place = _places().filter(pk=notice.subject_id, state__in=states).first()
    return None if place is None or place.cohort.state == Cohort.State.CLOSED else place


def _contact(place: Enrolment) -> Contact | None:
    """Whom to turn to, at the end of every mail to somebody who shares."""
    return named_contact(place.cohort.programme_id) if place.role == Enrolment.Role.MENTOR else None


def _hours(place: Enrolment) -> Promise:
    return promised(place.cohort, place.role, partners=place.capacity)


def deadline(place: Enrolment, now: datetime) -> datetime:
    """Until the day that the invitation names, and never less than three days from now."""
    if place.answer_by is None:
        return now + timedelta(days=place.cohort.answer_days)
    return max(datetime.combine(place.answer_by, time.max, tzinfo=UTC), now + LEAST_DAYS)


@content(INVITED)
def invited(notice: Notice) -> Message | None:
    place = _open_place(notice)
    if place is None:
        return _back_to_place(notice)
    words, programme = words_for(place.cohort.programme), place.cohort.programme
    names = {"name": programme.name, "word": words.of(place.role), "date": date_format(deadline(place, clock.now()), "j F Y")}
    charter = place.cohort.charter
    is_mentor = place.role == Enrolment.Role.MENTOR
    return Message(
        subject=_("%(name)s: your place as %(word)s") % names,
        first_line=_("A place as %(word)s in %(name)s is waiting for you.") % names,
        paragraphs=(
            *((charter.purpose,) if charter else ()),
            _hours(place).in_words,
            *about_the_exception(place),
            _("The link is good until %(date)s. No is a perfectly good answer, and needs no reason.") % names,
        ),
        button=Button(
            label=_("Look, and take your place (five minutes)") if is_mentor else _("Look, and take your place (two minutes)"),
            url=action_url("place.register", place, deadline(place, clock.now())),
        ),
        links=(Button(label=_("What this programme is"), url=page_url("programme_page", key=place.cohort.open_link_key)),),
        note=_("Your coordinator sees whether you registered. What two partners write to each other is read by them alone."),
        contact=_contact(place),
    )


def about_the_exception(place: Enrolment) -> tuple[str, ...]:
    """A mentor learns beforehand that a head may be suggested at a distance in the same line: in the mail and on its page."""
    levels = place.cohort.distance_exception
    if levels is None or place.role != Enrolment.Role.MENTOR:
        return ()
    return (
        _(
            "One exception you should know: somebody who heads the organisation or one of its businesses and has nobody outside their line may be suggested to you from your own reporting line, at least %(levels)s levels apart, and never anybody who decides on your pay or promotion."
        )
        % {"levels": levels},
    )


def _back_to_place(notice: Notice) -> Message | None:
    """Somebody who asks for a link and is registered already is led to their place."""
    place = _open_place(notice, (Enrolment.State.REGISTERED, Enrolment.State.PAUSED, Enrolment.State.WAITING))
    if place is None or ":" not in notice.dedupe_key.removeprefix(f"{INVITED}:"):
        return None
    name = {"name": place.cohort.programme.name}
    return Message(
        subject=_("You have a place already: %(name)s") % name,
        first_line=_("You have a place in %(name)s already.") % name,
        button=Button(label=_("See your place"), url=page_url("place", place_id=place.pk)),
        contact=_contact(place),
    )


@content(REMINDED)
def reminded(notice: Notice) -> Message | None:
    """What is open now decides what is said."""
    place = _open_place(notice, (*OPEN, Enrolment.State.REGISTERED))
    if place is None or (place.state == Enrolment.State.REGISTERED and place.is_prepared):
        return None
    if place.state == Enrolment.State.REGISTERED:
        return _prepare_reminder(place)
    now = clock.now()
    names = {
        "name": place.cohort.programme.name,
        "word": words_for(place.cohort.programme).of(place.role),
        "date": date_format(deadline(place, now), "j F Y"),
    }
    return Message(
        subject=_("Your place in %(name)s is still waiting") % names,
        first_line=_("Your place as %(word)s in %(name)s is still waiting for you.") % names,
        paragraphs=(
            _(
                "It is good until %(date)s, and anything you have filled in is saved. If it is not for you, do nothing: nobody asks why."
            )
            % names,
        ),
        button=Button(label=_("Take your place"), url=action_url("place.register", place, deadline(place, now))),
        contact=_contact(place),
    )


def _prepare_reminder(place: Enrolment) -> Message:
    name = {"name": place.cohort.programme.name}
    return Message(
        subject=_("Still to do: your preparation for %(name)s") % name,
        first_line=_("Your preparation for %(name)s is still open.") % name,
        paragraphs=(_("Do it in any pieces you like; what you have done is kept."),),
        button=prepare_button(place),
        contact=_contact(place),
    )


@content(REGISTERED, urgent_from=at_once)
def registered(notice: Notice) -> Message | None:
    place = _open_place(notice, (Enrolment.State.REGISTERED, Enrolment.State.PAUSED))
    if place is None:
        return None
    programme = place.cohort.programme
    names = {"name": programme.name, "word": words_for(programme).of(place.role)}
    is_asked = not place.is_prepared and place.cohort.preparation != Cohort.Preparation.OFFERED
    ahead = _what_comes_first(place) if is_asked else promises.of_a_partner(notice.account)
    its_page = Button(label=_("See your place, or leave it"), url=page_url("place", place_id=place.pk))
    return Message(
        subject=_("You have a place in %(name)s") % names,
        first_line=_("You have a place as %(word)s in %(name)s.") % names,
        paragraphs=(_hours(place).in_words, ahead),
        button=prepare_button(place) if is_asked else its_page,
        links=(its_page,) if is_asked else (),
        contact=_contact(place),
    )


def _what_comes_first(place: Enrolment) -> str:
    if not needs_preparation_before_matching(place.role, place.cohort):
        return before_session_1(place)
    minutes = sum(module.minutes for module in preparing.required(place))
    return _(
        "The next thing is to prepare: about %(minutes)s minutes in all, in any pieces you like, before you are matched."
    ) % {"minutes": minutes}


@content(WAITLISTED, urgent_from=at_once)
def waitlisted(notice: Notice) -> Message | None:
    place = _open_place(notice, (Enrolment.State.WAITING,))
    if place is None:
        return None
    name = {"name": place.cohort.programme.name}
    return Message(
        subject=_("You are on the waiting list for %(name)s") % name,
        first_line=_("All places in %(name)s are taken just now, and you are on the waiting list.") % name,
        paragraphs=(promises.of_a_free_place(notice.account),),
        button=Button(label=_("See your place, or leave it"), url=page_url("place", place_id=place.pk)),
        contact=_contact(place),
    )


@content(MANAGER)
def manager_told(notice: Notice) -> Message | None:
    """Hours, and nothing else: no partner, no subject, no result. There is only ever this one."""
    place = _open_place(notice, (Enrolment.State.REGISTERED, Enrolment.State.PAUSED))
    if place is None or not place.manager_may_be_told:
        return None
    hours = _hours(place)
    names = {"person": place.person.name, "name": place.cohort.programme.name, "hours": round(hours.total)}
    coordinator = coordinator_for(place.cohort.programme_id, place.person.entity_id)
    address = coordinator.account.email if coordinator else ""
    timing = (
        (_("If a particular month is bad, answer this mail and tell the coordinator. Nothing else is asked of you."),)
        if address
        else ()
    )
    return Message(
        subject=_("%(person)s gives about %(hours)s hours to %(name)s") % names,
        first_line=_("%(person)s has volunteered for %(name)s and agreed that you are told the hours: about %(hours)s.") % names,
        paragraphs=(
            hours.in_words,
            _(
                "Please let the time count as work. What is said, who the partner is and how it goes will not come to you, and taking part plays no role in appraisal or pay."
            ),
            *timing,
        ),
        note=_("This is the only mail you get about it."),
        reply_to=address,
    )


@content(ASKED)
def asked(notice: Notice) -> Message | None:
    """It never says who asked; that is told after a yes."""
    found = Nomination.objects.select_related("mentee__cohort__programme").filter(
        pk=notice.subject_id, state=Nomination.State.ASKED
    )
    nomination = found.first()
    if nomination is None or clock.now() >= nomination.expires_at:
        return None
    programme = nomination.mentee.cohort.programme
    names = {
        "name": programme.name,
        "date": date_format(localtime(nomination.expires_at), "j F Y"),
    }
    return Message(
        subject=_("Somebody would value learning from you"),
        first_line=_("Somebody would value learning from you."),
        paragraphs=(
            _(
                "In %(name)s a more experienced colleague learns from a less experienced one, and you were named as somebody worth learning from."
            )
            % names,
            promised(nomination.mentee.cohort, Enrolment.Role.MENTOR).in_words,
            _("The question is open until %(date)s. Nobody learns that you were asked unless you say yes.") % names,
        ),
        button=Button(label=_("Answer privately"), url=action_url("nomination.answer", nomination, nomination.expires_at)),
        note=_("A no, or no answer, leaves no trace and is told to nobody."),
        contact=named_contact(programme),
    )


def send_sample(cohort: Cohort, *, to: Account, now: datetime) -> None:
    """The reminder as people would get it, to an organiser; its button leads to the programme page and does nothing."""
    key = f"{SAMPLE}:{cohort.pk}:{to.pk}:{now:%Y%m%d%H%M}"
    notices.write(SAMPLE, account=to, subject=cohort, dedupe_key=key, now=now, cohort=cohort)


@content(SAMPLE, urgent_from=at_once)
def sample(notice: Notice) -> Message | None:
    cohort = Cohort.objects.select_related("programme").filter(pk=notice.subject_id).first()
    if cohort is None:
        return None
    in_days = clock.now() + timedelta(days=cohort.answer_days)
    names = {"name": cohort.programme.name, "word": words_for(cohort.programme).mentor, "date": date_format(in_days, "j F Y")}
    return Message(
        subject=_("Your place in %(name)s is still waiting") % names,
        first_line=_("Your place as %(word)s in %(name)s is still waiting for you.") % names,
        paragraphs=(
            _(
                "It is good until %(date)s, and anything you have filled in is saved. If it is not for you, do nothing: nobody asks why."
            )
            % names,
        ),
        button=Button(label=_("Take your place"), url=page_url("programme_page", key=cohort.open_link_key)),
        note=_("You sent this sample to yourself. Nobody else got it."),
        contact=named_contact(cohort.programme_id),
    )

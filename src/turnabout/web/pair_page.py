"""What the pair page shows, put together before the template: the next thing asked, the timeline, the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from turnabout.blueprints.curricula import SessionGuide
from turnabout.enrolments import preparing
from turnabout.enrolments.models import Enrolment
from turnabout.enrolments.queries import door_is_open
from turnabout.notes.queries import PairWords
from turnabout.notifications.about.pairs import offer
from turnabout.notifications.about.preparation import before_session_1
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Contact
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Agreement, Pair
from turnabout.programmes.models import Programme
from turnabout.programmes.words import words_for
from turnabout.scheduling import queries, wording
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import zone_of
from turnabout.web.access import Request

FINDING_DATES = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One of the two, for one of the two: who they are, and whose diary zone counts."""

    pair: Pair
    side: Enrolment
    partner: Enrolment

    @property
    def zone(self) -> str:
        return self.side.person.zone

    @property
    def role(self) -> str:
        return self.side.role


def my_place(request: Request, pair_id: int) -> Place:
    """The pair as one of the two; 404 for everybody else, coordinators included."""
    pair = get_object_or_404(Pair.objects.with_people().of_person(request.person), pk=pair_id)
    return place_of(pair, pair.side_of(request.person))


def place_of(pair: Pair, side: Enrolment | None) -> Place:
    if side is None:
        raise Http404
    return Place(pair=pair, side=side, partner=pair.partner_of(side.person))


def contact_for(place: Place) -> Contact | None:
    """The named contact, on every page of a mentor."""
    return named_contact(place.pair.cohort.programme_id) if place.role == Enrolment.Role.MENTOR else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    name: str
    detail: str = ""
    url: str = ""


def named(enrolment: Enrolment) -> Named:
    entity = enrolment.person.entity.name if enrolment.person.entity else ""
    return Named(name=enrolment.person.name, detail=", ".join(filter(None, (enrolment.person.job_title, entity))))


def word_for(programme: Programme, role: str) -> str:
    return words_for(programme).titled(role)


@dataclass(frozen=True, kw_only=True, slots=True)
class NextThing:
    """The one thing asked now: a sentence, and a press or a page that does it."""

    text: str
    label: str = ""
    url: str = ""
    is_report: bool = False
    is_door: bool = False  # the preparation that comes before session 1
    session: Session | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Everything the next thing depends on, loaded once."""

    place: Place
    sessions: Sequence[Session]
    agreement: Agreement
    words: PairWords
    missing: Sequence[int]
    now: datetime
    needs_declaration: bool = False


def next_thing(situation: Situation) -> NextThing:
    """In the order in which it matters; there is always exactly one."""
    place, pair = situation.place, situation.place.pair
    if pair.state == Pair.State.ENDED:
        return NextThing(text=_("This pair has closed. It is nobody's fault.") + " " + offer(pair, place.side))
    if pair.state == Pair.State.CLOSED:
        return NextThing(
            text=_("You have met, learned and closed. Your certificate says what you did."),
            label=_("See your certificate"), url=reverse("certificate", kwargs={"pair_id": pair.pk}),
        )  # fmt: skip
    if pair.state == Pair.State.PAUSED:
        return NextThing(text=_("Your pair rests. Take it up again when it suits both of you."))
    return _asked_of_an_active_pair(situation)


def _asked_of_an_active_pair(situation: Situation) -> NextThing:
    place, pair = situation.place, situation.place.pair
    names = {"name": place.partner.person.first_name}
    for session in situation.sessions:
        if session.state in Session.AHEAD and queries.ends_at(session) <= situation.now:
            names |= {"number": str(session.number)}
            return NextThing(text=_("Did you and %(name)s meet for session %(number)s?") % names, is_report=True, session=session)
    met = [session for session in situation.sessions if session.state == Session.State.MET]
    keys = {"pair_id": pair.pk}
    if any(session.number == pair.cohort.sessions for session in met):
        return NextThing(
            text=_("Your closing session is behind you. Look back, and say how you go on."),
            label=_("Look back"),
            url=reverse("closing", kwargs=keys),
        )
    if situation.needs_declaration:
        return NextThing(
            text=_("We cannot check your reporting lines ourselves. Please declare that neither of you manages the other."),
            label=_("Declare it"), url=reverse("pair_declare", kwargs=keys),
        )  # fmt: skip
    if not met and (first := door(place)) is not None:
        return first
    if not met and situation.words.my_ground is None:
        return NextThing(
            text=_("Before you meet: three things you would like %(name)s to know, and why you look forward to this.") % names,
            label=_("Write them down"), url=reverse("common_ground", kwargs=keys),
        )  # fmt: skip
    if met and situation.agreement.signed_at(place.role) is None:
        return _sign(situation, keys, names)
    return _meet(situation, keys)


def door(place: Place) -> NextThing | None:
    """What comes before session 1, while it is not done. It is asked first; nobody is locked out of the session by it."""
    if door_is_open(place.side.prepared_at, place.pair.cohort):
        return None
    place.side.cohort = place.pair.cohort  # loaded with its programme
    text, brief = before_session_1(place.side), preparing.brief(place.side)
    if brief is None:
        return NextThing(text=text, label=_("Prepare"), url=reverse("prepare", args=[place.side.pk]), is_door=True)
    url = reverse("prepare_module", args=[place.side.pk, brief.key])
    return NextThing(text=text, label=_("Read the ten-minute brief"), url=url, is_door=True)


def _sign(situation: Situation, keys: dict[str, int], names: dict[str, str]) -> NextThing:
    if situation.agreement.drafted_at is None:
        text = _("Write down what you agreed with %(name)s; it takes two minutes.") % names
        return NextThing(text=text, label=_("Write the agreement"), url=reverse("agreement", kwargs=keys))
    text = _("Your agreement is ready. When both have signed, the dates held for you become invitations.")
    return NextThing(text=text, label=_("Read and sign"), url=reverse("agreement", kwargs=keys))


def _meet(situation: Situation, keys: dict[str, int]) -> NextThing:
    ahead = [session for session in situation.sessions if session.state in Session.AHEAD]
    first_missing = min(situation.missing, default=0)
    if first_missing and all(session.number > first_missing for session in ahead):
        text = _("Session %(number)s has no date yet. Shall we find one?") % {"number": first_missing}
        return NextThing(
            text=text, label=_("Choose a date"), url=reverse("session_new", kwargs={**keys, "number": first_missing})
        )
    if not ahead:
        return NextThing(text=_("There is nothing to do at the moment."))
    session = ahead[0]
    words = {"number": session.number, "when": wording.in_words(session.starts_at, situation.place.zone)}
    return NextThing(
        text=_("Session %(number)s is on %(when)s.") % words,
        label=_("Prepare in two minutes"), url=reverse("session", kwargs={**keys, "session_id": session.pk}), session=session,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the timeline component."""

    number: int
    title: str
    when: str
    state: str
    state_word: str = ""
    note: str = ""
    url: str = ""
    action_label: str = ""


STATES = {"met": "held", "invited": "planned", "reserved": "planned", "missed": "missed", "cancelled": "cancelled"}


def timeline(place: Place, sessions: Sequence[Session], missing: Sequence[int], *, now: datetime) -> list[Row]:
    """Every session of the plan in order: those with dates, and those still without one."""
    pair, themes = place.pair, pair_queries.themes_of(place.pair)
    upcoming = next((session for session in sessions if session.state in Session.AHEAD and queries.ends_at(session) > now), None)
    rows = []
    for session in sessions:
        guide = pair_queries.guide_for(pair, session.theme or themes[session.number - 1])
        is_unanswered = not pair.is_unfinished and session.state in Session.AHEAD
        word = _("nobody said whether you met") if is_unanswered else wording.state_word(session)[0]
        rows.append(
            Row(
                number=session.number,
                title=titled(session.number, guide),
                when=wording.in_words(session.starts_at, place.zone)
                if session.met_on is None
                else date_format(session.met_on, "l j F Y"),
                state="next" if session == upcoming else STATES[session.state],
                state_word=word,
                note=wording.warning(session, place.role) if session.state in Session.AHEAD else "",
                url=reverse("session", kwargs={"pair_id": pair.pk, "session_id": session.pk}),
            )
        )
    for number in missing if pair.state == Pair.State.ACTIVE else ():
        rows.append(
            Row(
                number=number,
                title=titled(number, pair_queries.guide_for(pair, themes[number - 1])),
                when=_("no date yet"),
                state="planned",
                url=reverse("session_new", kwargs={"pair_id": pair.pk, "number": number}),
                action_label=_("Choose a date") if number == min(missing) else "",
            )
        )
    return sorted(rows, key=lambda row: row.number)


def without_date(pair: Pair, sessions: Sequence[Session], *, now: datetime) -> Sequence[int]:
    """Numbers to be given a date by hand; none in the minutes in which the first dates are still being found."""
    if not sessions and now - pair.started_at < FINDING_DATES:
        return ()
    return queries.missing_numbers(pair)


def titled(number: int, guide: SessionGuide | None) -> str:
    if guide is None:
        return _("Session %(number)s: yours to fill") % {"number": number}
    return _("Session %(number)s: %(title)s") % {"number": number, "title": guide.title}


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """The next session as the session_card component shows it."""

    title: str
    weekday: str
    day: str
    month: str
    time: str
    place: str
    join_url: str
    state_word: str
    note: str


def card(place: Place, session: Session, *, title: str) -> Card:
    wall = session.starts_at.astimezone(zone_of(place.zone))
    is_address = session.place.startswith(("https://", "http://"))
    return Card(
        title=title,
        weekday=date_format(wall.date(), "l"),
        day=str(wall.day),
        month=date_format(wall.date(), "F"),
        time=_("%(time)s (%(zone)s), %(minutes)s minutes")
        % {"time": wall.strftime("%H:%M"), "zone": wording.zone_in_words(place.zone), "minutes": session.minutes},
        place="" if is_address else session.place,
        join_url=session.place if is_address else "",
        state_word=wording.state_word(session)[0],
        note=wording.warning(session, place.role),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    text: str
    when: str = ""


@dataclass(kw_only=True, slots=True)
class Ledger:
    """What each gave the other: themes held, next steps done, and what either noted as received.

    What a guide proposes in return is no gift until somebody says that it was given.
    """

    mentor_gave: list[Line] = field(default_factory=list)
    mentee_gave: list[Line] = field(default_factory=list)


def ledger(pair: Pair, sessions: Sequence[Session], words: PairWords) -> Ledger:
    lines = Ledger()
    for session in sessions:
        guide = pair_queries.guide_for(pair, session.theme) if session.state == Session.State.MET else None
        if guide is not None and session.met_on is not None:
            when = date_format(session.met_on, "j F")
            lines.mentor_gave.append(Line(text=guide.title, when=when))
    for step in words.steps:
        if step.done_at is not None:
            gave = lines.mentor_gave if step.holder_role == "mentor" else lines.mentee_gave
            gave.append(Line(text=step.text, when=date_format(step.done_at.date(), "j F")))
    for note in words.of_kind("received"):
        gave = lines.mentee_gave if note.author_role == "mentor" else lines.mentor_gave
        gave.append(Line(text=note.text, when=date_format(note.written_at.date(), "j F")))
    return lines

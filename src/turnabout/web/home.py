"""The first page after signing in: what does the product want from me now? One thing, then everything else, quieter."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from turnabout.core import clock
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Proposal
from turnabout.notes.queries import words_of
from turnabout.notifications.contacts import named_contact
from turnabout.notifications.content import Contact
from turnabout.notifications.queries import count_waiting_in_the_product
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Agreement, Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort
from turnabout.scheduling import queries
from turnabout.scheduling.models import Session
from turnabout.scheduling.planning import zone_of
from turnabout.web import pair_page
from turnabout.web.access import Request, allow
from turnabout.web.enrolments import what_next
from turnabout.web.pages import page
from turnabout.web.pairs import must_declare, report_choices

MOST_PAIRS = 3  # one as mentee and two as mentor
MOST_EARLIER = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One thing asked of this person: a sentence, and one button where something is to be done."""

    sentence: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OfPair:
    """One pair as its home section shows it."""

    pair: Pair
    partner: Person
    thing: pair_page.NextThing
    card: pair_page.Card | None
    session: Session | None
    rows: list[pair_page.Row]

    @property
    def heading_id(self) -> str:
        return f"pair-{self.pair.pk}"

    @property
    def card_id(self) -> str:
        return f"session-{self.pair.pk}"


@dataclass(frozen=True, kw_only=True, slots=True)
class OfEarlier:
    """One pair that is over, as a link."""

    pair_id: int
    name: str
    round: str


@allow("signed_in")
def home(request: Request) -> HttpResponse:
    """Participants get their own page; organisers, sponsors and assistants the one they work on."""
    if "participant" in request.roles and request.person is not None:
        return _of_participant(request, request.person)
    for role, name in (("coordinator", "morning"), ("owner", "morning"), ("assistant", "diary")):
        if role in request.roles:
            return redirect(name)
    if "sponsor" in request.roles:
        return _of_sponsor(request.duties.sponsors)
    if "administrator" in request.roles:
        return redirect("mail_problems")
    return page(request, "home/nothing.html", is_contact="contact" in request.roles)


def _of_sponsor(programme_ids: frozenset[int]) -> HttpResponse:
    """Does it work? The newest round that has begun says so; before there is one, the programme itself."""
    newest = Cohort.objects.filter(programme__in=programme_ids).exclude(state=Cohort.State.DRAFT).order_by("-pk").first()
    return redirect("programmes") if newest is None else redirect("overview", cohort_id=newest.pk)


def _of_participant(request: Request, person: Person) -> HttpResponse:
    shown = _pairs(person)
    pairs = sorted((_pair_for(pair, person) for pair in shown), key=_urgency)
    suggested = _questions(person) + _said_yes(person)
    places = _places(person)
    asked = suggested + _asked_by(places, has_news=bool(pairs or suggested))
    is_mentor = "mentor" in request.roles
    return page(
        request,
        "home/home.html",
        person=person,
        asked=asked,
        pairs=pairs,
        earlier=_earlier(person, besides=shown),
        places=places,
        report_choices=report_choices(),
        messages_waiting=count_waiting_in_the_product(request.account),
        contact=_contact(person) if is_mentor else None,
    )


def _pairs(person: Person) -> list[Pair]:
    """Pairs that go on, then the one that closed last."""
    mine = Pair.objects.with_people().of_person(person)
    return list(mine.unfinished().order_by("-started_at")[:MOST_PAIRS]) or list(mine.order_by("-ended_at")[:1])


def _earlier(person: Person, *, besides: list[Pair]) -> list[OfEarlier]:
    """Pairs that are over, for their certificates, and for their notes while those are kept."""
    over = Pair.objects.with_people().of_person(person).exclude(pk__in=[pair.pk for pair in besides])
    return [
        OfEarlier(pair_id=pair.pk, name=pair.partner_of(person).person.name, round=pair.cohort.name)
        for pair in over.exclude(state__in=Pair.UNFINISHED).order_by("-ended_at")[:MOST_EARLIER]
    ]


def _urgency(item: OfPair) -> tuple[bool, bool, float]:
    """What waits for an answer first, then the session that comes first."""
    starts = item.session.starts_at.timestamp() if item.session else 0.0
    return not item.thing.is_report, item.session is None, starts


def _pair_for(pair: Pair, person: Person) -> OfPair:
    place, now = pair_page.place_of(pair, pair.side_of(person)), clock.now()
    sessions = queries.timeline(pair)
    missing = pair_page.without_date(pair, sessions, now=now)
    situation = pair_page.Situation(
        place=place,
        sessions=sessions,
        agreement=Agreement.objects.defer("words").get(pair=pair),
        words=words_of(pair, person),
        missing=missing,
        now=now,
        needs_declaration=must_declare(place),
    )
    upcoming = next((one for one in sessions if one.state in Session.AHEAD and queries.ends_at(one) > now), None)
    card = None
    if upcoming is not None and pair.state == Pair.State.ACTIVE:
        guide = pair_queries.guide_for(pair, pair_queries.themes_of(pair)[upcoming.number - 1])
        card = pair_page.card(place, upcoming, title=pair_page.titled(upcoming.number, guide))
    return OfPair(
        pair=pair,
        partner=place.partner.person,
        thing=pair_page.next_thing(situation),
        card=card,
        session=upcoming,
        rows=pair_page.timeline(place, sessions, missing, now=now),
    )


def _questions(person: Person) -> list[Asked]:
    """Suggested partners that wait for this person's answer."""
    mine = Q(state=Proposal.State.ASKING_MENTOR, mentor__person=person) | Q(
        state=Proposal.State.ASKING_MENTEE, mentee__person=person
    )
    waiting = Proposal.objects.unanswered().with_people().filter(mine, expires_at__gt=clock.now()).order_by("expires_at")
    return [
        Asked(
            sentence=_("We suggest %(name)s to you.") % {"name": _partner(row).name},
            label=_("See why, and answer"),
            url=reverse("suggestion", kwargs={"proposal_id": row.pk}),
        )
        for row in waiting
    ]


def _said_yes(person: Person) -> list[Asked]:
    """What a mentor who said yes waits for, and until when; the same, whatever was answered meanwhile."""
    waiting = Proposal.objects.open().with_people().filter(state=Proposal.State.ASKING_MENTEE, mentor__person=person)
    sentence = _("You said yes to %(name)s, who is asked now. You hear from us on %(day)s at the latest.")
    zone = zone_of(person.zone)
    return [
        Asked(
            sentence=sentence % {"name": row.mentee.person.first_name, "day": date_format(localtime(row.expires_at, zone), "j F")}
        )
        for row in waiting.order_by("expires_at")
    ]


def _partner(proposal: Proposal) -> Person:
    return proposal.mentee.person if proposal.state == Proposal.State.ASKING_MENTOR else proposal.mentor.person


def _places(person: Person) -> list[Enrolment]:
    places = Enrolment.objects.filter(person=person).taking_part()
    return list(places.select_related("cohort__programme", "person__account").order_by("-pk"))


def _asked_by(places: list[Enrolment], *, has_news: bool) -> list[Asked]:
    """What each place asks for; one that asks nothing stays quiet beside a pair or a suggestion."""
    asked = []
    for place in places:
        step = what_next(place)
        if not has_news or "url" in step:
            asked.append(Asked(sentence=step["sentence"], label=step.get("label", ""), url=step.get("url", "")))
    return asked


def _contact(person: Person) -> Contact | None:
    place = Enrolment.objects.filter(person=person, role=Enrolment.Role.MENTOR).exclude(state=Enrolment.State.WITHDRAWN)
    newest = place.select_related("cohort").order_by("-pk").first()
    return None if newest is None else named_contact(newest.cohort.programme_id)


urls = [path("", home, name="home")]

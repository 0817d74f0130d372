"""One believable life of a round, told through the pages: people register, say yes and no, meet, write and close.

Whatever somebody can type holds a string of its own, named after its field.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from tests import factories
from tests.cast import NOON, Cast
from tests.mailbox import send_and_read
from turnabout.blueprints import catalogue
from turnabout.blueprints.agreement import FieldKind
from turnabout.enrolments.models import Enrolment
from turnabout.matching import boards, jobs
from turnabout.matching.models import Proposal, Run
from turnabout.notes.models import Note
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.scheduling import services as scheduling
from turnabout.scheduling.models import Session

MARK = "canary"
WHEN = {"days": ["0", "2"], "day_from": "10:00", "day_to": "16:00"}
HOW = {"formats": ["online"], "language_1": "en", "level_1": "3"}
WAYS = ("not_this_person", "not_now", "stop", "expiry", "taken_back")


def canary(name: str) -> str:
    return f"{MARK}-{name}-7f3a"


def prefixed(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{key}": value for key, value in values.items()}


@dataclass(kw_only=True)
class WholeLife:
    """What was made, for whoever looks for it."""

    pair: Pair
    avoided: Person  # whom Mia must not be paired with
    nominated: Person  # who was named by Sol and said no
    agreement_fields: list[str] = field(default_factory=list)
    decliners: dict[str, Enrolment] = field(default_factory=dict)


@dataclass(kw_only=True)
class Told:
    """Tells the story with the clients of the cast."""

    cast: Cast
    client_of: Callable[[Any], Client]
    clock_at: Callable[[Any], None]

    def whole_life(self) -> WholeLife:
        cast = self.cast
        cast.__dict__["programme"] = factories.programme(by=cast.olu, design="executives-find-their-mentor")
        assert cast.cleo
        assert cast.ash
        avoided = factories.person("Ivo", "Averted", entity=cast.lagos)
        nominated = factories.person("Nell", "Asked", entity=cast.lagos, grade=2)
        self.register(avoided)
        self.nominate(nominated)
        decliners = {way: self.decline(way) for way in WAYS}
        pair = self.say_yes()
        fields = self.write(pair)
        self.close(pair)
        return WholeLife(pair=pair, avoided=avoided, nominated=nominated, agreement_fields=fields, decliners=decliners)

    def post(self, who: Any, name: str, data: dict[str, Any], **kwargs: Any) -> None:
        answer = self.client_of(who).post(reverse(name, kwargs=kwargs), data)
        assert answer.status_code == 302, (name, answer.status_code, answer.content.decode()[-3000:])

    def register(self, avoided: Person) -> None:
        """Both take their places; what they keep to themselves is chosen, never written."""
        cast = self.cast
        mia = factories.enrolment(cast.cohort, cast.mia, "mentor", state="invited", is_prepared=False)
        sol = factories.enrolment(cast.cohort, cast.sol, "mentee", state="invited", is_prepared=False)
        design = catalogue.design(cast.programme.design)
        steps: tuple[tuple[str, dict[str, Any]], ...] = (
            ("share", {design.topics[0]: "3"}),
            ("learn", {"shelf_0": [design.give_back_topics[0]]}),
            ("limits", {"off_limits": ["experiences"], "conflicts": avoided.employee_number}),
            ("practical", WHEN | HOW | {"capacity": "1"}),
            ("last", {"hope": "yes", "apprehension": "consequences", "consent": "on"}),
        )
        for step, data in steps:
            self.post(cast.mia, "register_step", data, place_id=mia.pk, step=step)
        answers = {"learn-shelf_0": [design.topics[0]], "give-shelf_0": [design.give_back_topics[0]]} | prefixed("when", WHEN)
        self.post(cast.sol, "register_step", answers, place_id=sol.pk, step="questions")
        look = prefixed("how", HOW) | {
            "limits-conflicts": avoided.email,
            "hope": "yes",
            "apprehension": "looking_foolish",
            "consent": "on",
        }
        self.post(cast.sol, "register_step", look, place_id=sol.pk, step="confirm")
        Enrolment.objects.filter(pk__in=[mia.pk, sol.pk]).update(prepared_at=NOON)
        mia.refresh_from_db()
        sol.refresh_from_db()
        cast.__dict__.update(mia_place=mia, sol_place=sol)

    def nominate(self, nominated: Person) -> None:
        """Sol names two people: one says no, the other never answers."""
        cast = self.cast
        names = f"{nominated.email}\n{cast.kofi.email}"
        self.post(cast.sol, "place_nominate", {"people": names}, place_id=cast.sol_place.pk)
        link = next(mail.url for mail in send_and_read() if mail.to == nominated.email)
        assert self.client_of(None).post(link, {"answer": "no"}).status_code == 200

    def ask(self, mentor: Enrolment, mentee: Enrolment) -> Proposal:
        run = Run.objects.filter(cohort=mentor.cohort, state="draft").first() or factories.run(mentor.cohort)
        drafted = factories.proposal(run, mentor, mentee, reasons={"learns": ["ai-everyday"], "returns": ["career-path"]})
        boards.publish(run, [drafted], by=self.cast.olu, now=NOON)
        Run.objects.filter(pk=run.pk).update(state="draft")
        return drafted

    def decline(self, way: str) -> Enrolment:
        """Somebody is asked about Rosa and does not say yes, in one of the ways there are."""
        cast = self.cast
        mentee = Enrolment.objects.filter(person=cast.rosa).first() or factories.enrolment(cast.cohort, cast.rosa, "mentee")
        mentor = factories.enrolment(
            cast.cohort, factories.person(way.title(), "Unwilling", entity=cast.paris, grade=2), "mentor"
        )
        asked = self.ask(mentor, mentee)
        if way == "taken_back":
            self.post(cast.olu, "proposal_retract", {}, proposal_id=asked.pk)
        elif way != "expiry":
            self.post(mentor.person, "suggestion_answer", {"answer": way, "sure": "1"}, proposal_id=asked.pk)
        self.clock_at(NOON + timedelta(days=11))  # no way of not saying yes shows before
        jobs.expire_suggestions()
        self.clock_at(NOON)
        return mentor

    def say_yes(self) -> Pair:
        cast = self.cast
        asked = self.ask(cast.mia_place, cast.sol_place)
        for person in (cast.mia, cast.sol):
            self.post(person, "suggestion_answer", {"answer": "yes"}, proposal_id=asked.pk)
        pair = Pair.objects.with_people().get()
        scheduling.plan_sessions(pair, now=NOON)
        return pair

    def write(self, pair: Pair) -> list[str]:
        """Every field that the two can write into, and both their signatures."""
        mia, sol = self.cast.mia, self.cast.sol
        first = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)
        scheduling.change_place(first, canary("place"), by=mia.account, now=NOON)
        for person, who in ((mia, "mia"), (sol, "sol")):
            ground = {"body": canary(f"ground-{who}"), "looking_forward": canary(f"forward-{who}")}
            self.post(person, "common_ground", ground, pair_id=pair.pk)
            for kind in Note.Kind.values:
                note = {"kind": kind, "body": canary(f"{kind}-{who}"), "session": str(first.pk)}
                self.post(person, "note_add", note, pair_id=pair.pk)
            self.post(person, "note_add", {"kind": "private", "body": canary(f"alone-{who}")}, pair_id=pair.pk)
            self.post(person, "step_add", {"body": canary(f"step-{who}"), "holder": "mentee"}, pair_id=pair.pk)
        words, written = {}, []
        for each in pair_queries.agreement_fields(pair):
            if each.kind is FieldKind.CHOICE:
                words[each.key] = each.options[0]
            elif each.kind is FieldKind.NUMBER:
                words[each.key] = "30"
            else:
                words[each.key] = canary(f"agreement-{each.key}")
                written.append(f"agreement-{each.key}")
        self.post(mia, "agreement", words | {"version": "1"}, pair_id=pair.pk)
        for person in (mia, sol):
            self.post(person, "agreement", words | {"version": "2", "sign": "1"}, pair_id=pair.pk)
        return written

    def close(self, pair: Pair) -> None:
        """They meet six times, answer what they are asked, and look back."""
        mia, sol = self.cast.mia, self.cast.sol
        for session in Session.objects.filter(pair=pair).order_by("number"):
            keys = {"pair_id": pair.pk, "session_id": session.pk}
            self.post(sol, "session_report", {"answer": "met", "met_on": "2027-03-01"}, **keys)
            if session.number == 1:
                self.post(mia, "pulse", {"useful": "4", "could_say": "2", "energy": "1", "contact_me": "1"}, **keys)
        for person, who, may_share in ((mia, "mia", {"may_share": "on"}), (sol, "sol", {})):
            answers = {"changed": canary(f"answer-{who}"), "would_recommend": "yes", "choice": "close"}
            self.post(person, "closing", answers | {"story": canary(f"story-{who}")} | may_share, pair_id=pair.pk)

"""Each starting design, walked through the steps to an open round, matched, agreed and met: its own finished texts everywhere."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.cast import NOON, Cast
from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Blueprint, Gate
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.matching import answers, boards, queries, services
from turnabout.matching.answers import Choice
from turnabout.matching.models import Proposal
from turnabout.pairs import queries as pair_queries
from turnabout.pairs.models import Pair
from turnabout.programmes import ranges
from turnabout.programmes.models import Cohort, Programme
from turnabout.scheduling import services as scheduling
from turnabout.scheduling.models import Session

KEYS = [design.key for design in catalogue.designs()]
NAMES = {
    "name": "Turning tables",
    "words": "reverse",
    "mentor_word": "mentor",
    "mentee_word": "mentee",
    "entity_word": "business",
}
# What an unfinished text, an unknown key or a forgotten variable looks like.
UNFINISHED = re.compile(r"lorem|\bTODO\b|\bTBD\b|\bXXX\b|placeholder text|\{\{|\{%|%\(|\bundefined\b|\[insert", re.IGNORECASE)


def visible(page: str) -> str:
    """The words of a page as they are read, without its markup."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def read(client: Client, name: str, **kwargs: Any) -> str:
    answer = client.get(
        reverse(name, kwargs={key: value for key, value in kwargs.items() if key != "query"}) + kwargs.get("query", "")
    )
    assert answer.status_code == 200, (name, answer.status_code)
    page = answer.content.decode()
    words = visible(page)
    assert UNFINISHED.findall(words) + re.findall(r">\s*None\s*<", page) == [], name
    keys = {*KEYS, *(gate.value for gate in Gate), *(topic.key for topic in catalogue.topics() if "-" in topic.key)}
    assert {key for key in keys if "-" in key or "_" in key} & set(re.findall(r"[a-z]+(?:[-_][a-z]+)+", words)) <= USUAL_WORDS, (
        name
    )
    return words


USUAL_WORDS = {"know-how", "shop-floor"}  # keys that are English as well


class Walk:
    """A programme lead with one design."""

    def __init__(self, design: Blueprint, cast: Cast, client_of: Callable[[Any], Client]) -> None:
        self.design, self.cast, self.client_of = design, cast, client_of
        self.olu = client_of(cast.olu)

    def start(self) -> None:
        read(self.olu, "programme_design", key=self.design.key)
        self.post("programme_design", NAMES, key=self.design.key)
        self.programme = Programme.objects.get(design=self.design.key)
        self.cohort = Cohort.objects.get(programme=self.programme)

    def post(self, name: str, data: dict[str, Any], **kwargs: Any) -> None:
        answer = self.olu.post(reverse(name, kwargs=kwargs), data)
        assert answer.status_code == 302, (name, visible(answer.content.decode())[:2000])

    def shown_form(self, name: str, **kwargs: Any) -> dict[str, Any]:
        """What the page's form holds, to be sent back unchanged."""
        form = self.olu.get(reverse(name, kwargs=kwargs)).context["form"]
        values = {field.html_name: field.value() for field in form}
        return {key: "" if value is None else value for key, value in values.items()}

    def walk(self) -> None:
        """Every step as it comes, with what the design suggests."""
        self.start()
        number = self.programme.pk
        self.post(
            "programme_purpose",
            self.shown_form("programme_purpose", programme_id=number) | {"ends_on": "2028-06-30"},
            programme_id=number,
        )
        for person in (
            {"duty": "sponsor", "who": "sana@board.test", "name": "Sana Khan"},
            {"duty": "contact", "who": "nadia@elsewhere.test", "name": "Nadia Haddad", "phone": "+33 1 23 45"},
        ):
            self.post("programme_people", person, programme_id=number)
        self.answer_readiness("green")
        self.post("cohort_settings", self.shown_form("cohort_settings", cohort_id=self.cohort.pk), cohort_id=self.cohort.pk)
        self.post("programme_charter_sign", {"version": "1"}, programme_id=number)
        read(self.olu, "cohort_open", cohort_id=self.cohort.pk)
        self.post("cohort_open", {}, cohort_id=self.cohort.pk)
        self.cohort.refresh_from_db()
        assert self.cohort.state == "enrolling"

    def answer_readiness(self, answer: str) -> None:
        page = self.olu.get(reverse("programme_readiness", kwargs={"programme_id": self.programme.pk}))
        if page.status_code == 200:
            data = {field.html_name: answer for field in page.context["form"]}
            self.post("programme_readiness", data, programme_id=self.programme.pk)

    def people(self) -> tuple[Enrolment, Enrolment]:
        """One mentor and one mentee whom this design means, from two units of two lines."""
        top = factories.person("Greta", "Top", entity=self.cast.paris, grade=12, is_head=True, hired_on=date(2000, 1, 1))
        above = [factories.person(f"Boss{n}", "Line", manager=top, grade=9, entity=self.cast.paris) for n in (1, 2)]
        lower = factories.person("Team", "Leader", manager=above[0], grade=5, entity=self.cast.paris)
        mentor = factories.person(
            "Ana",
            "Sousa",
            manager=lower,
            grade=2,
            entity=self.cast.paris,
            hired_on=date(2026, 6, 1),
            in_profession_since=date(2025, 6, 1),
            function="People",
        )
        mentee = factories.person(
            "Bruno",
            "Keller",
            manager=above[1],
            grade=7,
            entity=self.cast.lagos,
            hired_on=date(2010, 1, 1),
            in_profession_since=date(2005, 1, 1),
            function="People",
        )
        if self.design.settings.seniority.basis == "tree_level":
            type(mentee).objects.filter(pk=mentee.pk).update(manager=top)
            mentee.refresh_from_db()
        places = factories.enrolment(self.cohort, mentor, "mentor"), factories.enrolment(self.cohort, mentee, "mentee")
        for place, kind, key in ((places[0], "offer", self.design.topics[0]), (places[1], "wish", self.design.topics[0])):
            TopicChoice.objects.create(enrolment=place, kind=kind, topic=key, level=2)
        return places


@pytest.fixture
def walk_of(cast: Cast, client_of: Callable[[Any], Client], clock_at: Callable[[Any], None]) -> Callable[[str], Walk]:
    return lambda key: Walk(catalogue.design(key), cast, client_of)


@pytest.mark.parametrize("key", KEYS)
def test_a_design_goes_through_the_steps_to_an_open_round_with_finished_pages_of_its_own(key, walk_of):
    walk = walk_of(key)
    walk.walk()
    design, programme = walk.design, {"programme_id": walk.programme.pk}
    page = read(walk.olu, "programme_design", key=key)
    assert [line.text for line in (*design.from_source, *design.our_design) if plain(line.text) not in page] == []
    assert [line.caveat for line in design.from_source if plain(line.caveat) not in page] == []
    assert page.count("our design") >= len({line.about for line in design.our_design})
    kit = read(walk.olu, "programme_announcement", **programme)
    told = (design.announcement.all_staff.subject, design.announcement.managers.subject, design.announcement.poster.headline)
    assert [text for text in told if plain(text) not in kit] == []
    groups = walk.olu.get(reverse("programme_texts", kwargs=programme)).context["tabs"]
    texts = [read(walk.olu, "programme_texts", **programme, query=f"?group={number}") for number in range(len(groups))]
    assert len(texts) >= 4
    assert plain(design.announcement.sponsor_script)[:60] in " ".join(texts)
    about = read(walk.client_of(None), "programme_page", key=walk.cohort.open_link_key)
    assert plain(design.hours.mentor.in_words) in about
    assert [entry.question for entry in design.announcement.faq if plain(entry.question) not in about] == []
    for name in ("programme", "programme_charter", "programme_purpose"):
        read(walk.olu, name, **programme)
    for name in ("cohort", "cohort_settings", "cohort_invite", "overview", "places"):
        read(walk.olu, name, cohort_id=walk.cohort.pk)


@pytest.mark.parametrize("key", KEYS)
def test_both_sides_of_a_design_prepare_are_matched_agree_and_meet_with_its_texts(key, walk_of, cast):
    walk = walk_of(key)
    walk.walk()
    mentor, mentee = walk.people()
    for place in (mentor, mentee):
        client = walk.client_of(place.person)
        read(client, "prepare", place_id=place.pk)
        for module in catalogue.preparation(place.role, key).modules:
            words = read(client, "prepare_module", place_id=place.pk, module=module.key)
            assert plain(module.title) in words
    run = services.solve_run(services.start_run(walk.cohort, by=cast.olu, now=NOON), now=NOON)
    proposal = Proposal.objects.with_people().get(run=run)
    assert (run.refusal, proposal.mentor, proposal.mentee) == ("", mentor, mentee)
    boards.publish(run, [proposal], by=cast.olu, now=NOON)
    for place in (mentor, mentee):
        read(walk.client_of(place.person), "suggestion", proposal_id=proposal.pk)
        answers.answer_proposal(proposal, by=place.person.account, choice=Choice.YES, now=NOON)
    pair = Pair.objects.with_people().get()
    scheduling.plan_sessions(pair, now=NOON)
    for place in (mentor, mentee):
        client = walk.client_of(place.person)
        agreement = read(client, "agreement", pair_id=pair.pk)
        additions = [line for section in catalogue.agreement(key).sections for line in section.additions]
        assert [line for line in additions if plain(line) not in agreement] == []
        read(client, "pair", pair_id=pair.pk)
        for session in Session.objects.filter(pair=pair):
            guide = pair_queries.guide_for(pair, pair_queries.themes_of(pair)[session.number - 1])
            words = read(client, "session", pair_id=pair.pk, session_id=session.pk)
            assert guide is None or (plain(guide.title) in words, plain(guide.aim) in words) == (True, True)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("global-digital", {"sessions": 6, "minutes": 60, "interval_weeks": 4, "mentor_cap": 2, "seniority": "grade", "seniority_gap": 2, "distance_exception": 3, "preparation": "mentors_first"}),
        ("shop-floor", {"sessions": 12, "minutes": 45, "seniority": "service", "seniority_gap": 0, "mentor_years_under": 1, "mentee_years_over": None, "distance_exception": 3}),
        ("new-to-the-profession", {"seniority": "profession", "seniority_gap": 0, "mentor_years_under": 3, "mentee_years_over": 15, "distance_exception": None}),
        ("diverse-voices", {"preparation": "both_first", "seniority": "grade", "distance_exception": None}),
        ("regular-formal-meetings", {"sessions": 12, "seniority": "tree_level", "seniority_gap": 2, "distance_exception": 3}),
        ("executives-find-their-mentor", {"seniority": "named_list", "distance_exception": 3, "answer_days": 10}),
        ("social-media-and-voice", {"interval_weeks": 3, "sessions": 6}),
        ("know-how-and-retention", {"mentor_cap": 1, "distance_exception": None}),
        ("next-generation", {"mentor_cap": 1, "seniority": "grade"}),
    ],
)  # fmt: skip
def test_the_round_gets_the_settings_of_its_design_and_keeps_them_when_the_step_is_saved(key, expected, walk_of):
    walk = walk_of(key)
    walk.walk()
    assert {name: getattr(walk.cohort, name) for name in expected} == expected
    assert walk.cohort.weights == ranges.whole(walk.design.settings.weights.by_criterion)


def matched(walk: Walk, *, now: datetime = NOON) -> set[str]:
    run = services.solve_run(services.start_run(walk.cohort, by=walk.cast.olu, now=now), now=now)
    return {row.mentor.person.family_name for row in Proposal.objects.with_people().filter(run=run)}


def test_on_the_shop_floor_only_newcomers_share_whatever_the_grades(walk_of):
    walk = walk_of("shop-floor")
    walk.walk()
    for name, hired_on, grade in (
        ("Month", date(2027, 1, 15), None),
        ("Almost", date(2026, 3, 2), 9),
        ("Year", date(2026, 2, 27), 1),
        ("Decade", date(2016, 1, 1), 1),
    ):
        factories.enrolment(
            walk.cohort,
            factories.person("Clerk", name, hired_on=hired_on, grade=grade, manager=factories.person(), has_mailbox=False),
            "mentor",
        )
    for year in (2024, 2025, 2026, 2011):
        factories.enrolment(
            walk.cohort,
            factories.person("Store", f"Manager{year}", hired_on=date(year, 1, 1), grade=None, manager=factories.person()),
            "mentee",
        )
    assert matched(walk) == {"Month", "Almost"}


def test_who_was_new_on_the_shop_floor_when_registering_is_new_for_the_whole_round(walk_of):
    walk = walk_of("shop-floor")
    walk.walk()
    for name, hired_on in (("Eleven", date(2026, 4, 1)), ("Year", date(2026, 2, 27))):
        clerk = factories.person("Clerk", name, hired_on=hired_on, manager=factories.person(), has_mailbox=False)
        factories.enrolment(walk.cohort, clerk, "mentor", registered_at=NOON)
    store = factories.person("Store", "Manager", hired_on=date(2011, 1, 1), manager=factories.person())
    factories.enrolment(walk.cohort, store, "mentee", registered_at=NOON)
    assert matched(walk, now=NOON + timedelta(days=60)) == {"Eleven"}


def test_without_limits_the_years_between_two_people_are_counted_on_one_day(cast):
    """Who registers later has not gained on the other meanwhile."""
    cohort = factories.cohort(cast.programme, seniority="service", seniority_gap=10)
    mentee = factories.enrolment(cohort, factories.person(hired_on=date(2009, 12, 25)), "mentee", registered_at=NOON)
    later = NOON + timedelta(days=90)
    mentor = factories.enrolment(cohort, factories.person(hired_on=date(2020, 1, 1)), "mentor", registered_at=later)
    problem = queries.pool(cohort, now=later, places=[mentor, mentee]).problem
    years = [one.years_of_service or 0 for one in (*problem.mentees, *problem.mentors)]
    assert years[0] - years[1] >= 10


def test_new_to_the_profession_is_years_in_it_and_the_same_function_but_not_the_same_team(walk_of):
    walk = walk_of("new-to-the-profession")
    walk.walk()

    def joins(name: str, since: date, role: str, unit: str) -> None:
        person = factories.person(
            "Person",
            name,
            in_profession_since=since,
            function="People",
            unit=unit,
            entity=walk.cast.paris,
            manager=factories.person(),
        )
        factories.enrolment(walk.cohort, person, role)

    joins("New", date(2025, 1, 1), "mentor", "Hiring")
    joins("Nearly", date(2024, 3, 10), "mentor", "Pay")
    joins("NotNew", date(2024, 2, 1), "mentor", "Learning")
    joins("Veteran", date(2005, 1, 1), "mentee", "Hiring")
    joins("Seasoned", date(2011, 1, 1), "mentee", "Advice")
    joins("Middle", date(2014, 1, 1), "mentee", "Law")
    assert matched(walk) == {"New", "Nearly"}
    pairs = {(row.mentor.person.family_name, row.mentee.person.family_name) for row in Proposal.objects.with_people()}
    assert pairs == {("New", "Seasoned"), ("Nearly", "Veteran")}


def test_diverse_voices_opens_only_when_every_answer_is_green_and_matches_only_the_prepared_of_both_sides(walk_of):
    walk = walk_of("diverse-voices")
    walk.start()
    walk.answer_readiness("red")
    look = walk.olu.get(reverse("cohort_open", kwargs={"cohort_id": walk.cohort.pk}))
    refused = [lack.sentence for lack in look.context["lacks"] if lack.sentence.startswith("Not ready")]
    assert len(refused) == len(walk.design.readiness) + 1  # and the circles
    assert walk.olu.post(reverse("cohort_open", kwargs={"cohort_id": walk.cohort.pk})).status_code == 409
    Programme.objects.all().delete() if not Cohort.objects.exists() else Cohort.objects.all().delete()
    Programme.objects.all().delete()
    walk.walk()
    mentor, mentee = walk.people()
    for unprepared in (mentor, mentee):
        Enrolment.objects.filter(pk=unprepared.pk).update(prepared_at=None)
        assert matched(walk) == set()
        Enrolment.objects.filter(pk=unprepared.pk).update(prepared_at=NOON)
    assert matched(walk) == {"Sousa"}

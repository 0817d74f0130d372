"""A no leaves no trace: the pages of everybody else are the same after each way of not saying yes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests import factories
from tests.cast import NOON, Cast
from tests.web.crawling import clients_of, crawl, without_secrets
from turnabout.core.models import Event
from turnabout.enrolments import jobs as enrolment_jobs
from turnabout.enrolments import nominations
from turnabout.enrolments.models import Enrolment
from turnabout.matching import jobs as matching_jobs
from turnabout.matching import services as matching
from turnabout.matching.models import Proposal, Unmatched
from turnabout.notifications.models import Notice
from turnabout.programmes.models import Cohort

# Everything that could show a suggestion, a place or a count of either.
PAGES = (
    "home", "morning", "matching", "run", "board", "board_alone", "board_proof", "publish", "pair_by_hand", "proposal",
    "suggestion", "overview", "overview_export", "cohort", "cohort_invite", "places", "places_export", "place_for_organisers",
    "place", "place_nominate", "person", "people", "messages", "message_sheet", "mail_problems", "programme", "programmes",
    "pair_facts", "diary",
)  # fmt: skip
LATER = NOON + timedelta(days=11)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


class Onlookers:
    """Everybody but the one who is asked: what they can read, and what is recorded for them."""

    def __init__(self, cast: Cast, client_of: Callable, *, partner: str) -> None:
        self.clients = clients_of(cast, client_of, (partner, "cleo", "olu", "sana", "nadia", "ada", "ash"))

    def see(self) -> dict[tuple[str, str], str]:
        pages = {(seen.member, seen.url): f"{seen.status}\n{without_secrets(seen.text)}" for seen in crawl(self.clients, PAGES)}
        return pages | {
            ("events", ""): str(sorted(Event.objects.values_list("name", "subject", "actor", "audience", "cohort_key"))),
            ("notices", ""): str(sorted(Notice.objects.values_list("template", "account_id", "subject"))),
            ("jobs", ""): str(queued()),
        }


def queued() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select task_name, args::text from procrastinate_jobs order by id")
        return list(cursor.fetchall())


def differences(one: dict[tuple[str, str], str], other: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


@pytest.fixture
def asked(cast: Cast, clock_at: Callable) -> Proposal:
    """Mia is asked about Sol, Kofi about Rosa, and somebody has no partner yet."""
    assert cast.cleo
    assert cast.ash
    run = factories.run(
        cast.cohort, figures={"people": 4, "pairs": 2, "floor": 600, "candidates": 5, "not_prepared": 0, "total": 1}
    )
    others = [factories.enrolment(cast.cohort, cast.kofi, "mentor"), factories.enrolment(cast.cohort, cast.rosa, "mentee")]
    factories.proposal(run, *others, state="asking_mentor", expires_at=LATER + timedelta(days=9))
    factories.proposal(run, factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentor"), others[1])
    alone = factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentee")
    Unmatched.objects.create(run=run, enrolment=alone, reason="language", blocked_by={"rules": {"language": 2}})
    return factories.proposal(run, cast.mia_place, cast.sol_place, state="asking_mentor")


def reach(stage: str, asked: Proposal) -> None:
    """With "asking_mentee", the mentor said yes within the hour."""
    if stage == Proposal.State.ASKING_MENTEE:
        Proposal.objects.filter(pk=asked.pk).update(state=stage, asked_at=NOON + timedelta(hours=1))


def do(way: str, proposal: Proposal, cast: Cast, client_of: Callable, clock_at: Callable) -> None:
    """One way in which a suggestion ends without a yes of whoever is asked now; told on the day after, seen later."""
    clock_at(NOON + timedelta(days=1))
    proposal.refresh_from_db()
    person = cast.mia if proposal.state == Proposal.State.ASKING_MENTOR else cast.sol
    if way == "taken_back":
        answer = client_of(cast.olu).post(reverse("proposal_retract", kwargs={"proposal_id": proposal.pk}))
    elif way != "expiry":
        answer = client_of(person).post(
            reverse("suggestion_answer", kwargs={"proposal_id": proposal.pk}), {"answer": way, "sure": "1"}
        )
    clock_at(LATER)
    matching_jobs.expire_suggestions()
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.CLOSED
    assert way == "expiry" or answer.status_code == 302


@pytest.mark.parametrize("stage", ["asking_mentor", "asking_mentee"])
def test_a_no_a_not_now_an_expiry_and_a_suggestion_taken_back_look_the_same(stage, asked, cast, client_of, clock_at):
    reach(stage, asked)
    onlookers = Onlookers(cast, client_of, partner="sol" if stage == "asking_mentor" else "mia")
    clock_at(LATER - timedelta(days=2))
    before = onlookers.see()
    seen = {}
    for way in ("expiry", "not_this_person", "not_now", "taken_back"):
        with undone():
            do(way, asked, cast, client_of, clock_at)
            seen[way] = onlookers.see()
    assert differences(before, seen["expiry"]) != []  # the pages do show an open suggestion
    assert {way: differences(seen["expiry"], pages) for way, pages in seen.items()} == {way: [] for way in seen}


@pytest.mark.parametrize("stage", ["asking_mentor", "asking_mentee"])
def test_whoever_looks_every_day_cannot_tell_a_no_from_no_answer(stage, asked, cast, client_of, clock_at):
    reach(stage, asked)
    onlookers = Onlookers(cast, client_of, partner="sol" if stage == "asking_mentor" else "mia")
    person = cast.mia if stage == "asking_mentor" else cast.sol
    clock_at(NOON + timedelta(days=2))
    unanswered = onlookers.see()
    for way in ("not_this_person", "not_now"):
        with undone():
            client_of(person).post(reverse("suggestion_answer", kwargs={"proposal_id": asked.pk}), {"answer": way, "sure": "1"})
            matching_jobs.expire_suggestions()
            assert differences(unanswered, onlookers.see()) == []
            run = matching.start_run(cast.cohort, by=cast.olu, now=NOON + timedelta(days=2))
            matching.solve_run(run, now=NOON + timedelta(days=2))
            matched = {place for row in Proposal.objects.filter(run=run) for place in (row.mentor_id, row.mentee_id)}
            left_over = set(Unmatched.objects.filter(run=run).values_list("enrolment_id", flat=True))
            assert {asked.mentor_id, asked.mentee_id} & (matched | left_over) == set()


def test_stopping_looks_like_leaving_the_round_without_an_answer_from_the_first_day(asked, cast, client_of, clock_at):
    onlookers = Onlookers(cast, client_of, partner="sol")
    clock_at(NOON + timedelta(days=2))
    with undone():
        client_of(cast.mia).post(reverse("suggestion_answer", kwargs={"proposal_id": asked.pk}), {"answer": "stop", "sure": "1"})
        stopped = onlookers.see()
    client_of(cast.mia).post(reverse("place_leave", kwargs={"place_id": cast.mia_place.pk}))
    assert differences(stopped, onlookers.see()) == []


def test_stopping_looks_like_leaving_the_round_after_no_answer_at_all(asked, cast, client_of, clock_at):
    onlookers = Onlookers(cast, client_of, partner="sol")
    with undone():
        do("stop", asked, cast, client_of, clock_at)
        stopped = onlookers.see()
    do("expiry", asked, cast, client_of, clock_at)
    client_of(cast.mia).post(reverse("place_leave", kwargs={"place_id": cast.mia_place.pk}))
    left = onlookers.see()
    assert differences(stopped, left) == []


def test_stopping_with_another_partner_keeps_that_pair_and_asks_about_nobody_else(asked, cast, client_of, clock_at):
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(capacity=2)
    cast.mia_place.refresh_from_db()
    pair = factories.pair(cast.mia_place, factories.enrolment(cast.cohort, factories.person(entity=cast.paris), "mentee"))
    onlookers = Onlookers(cast, client_of, partner="sol")
    with undone():
        do("expiry", asked, cast, client_of, clock_at)
        expired = onlookers.see()
    do("stop", asked, cast, client_of, clock_at)
    pair.refresh_from_db()
    assert (pair.state, differences(expired, onlookers.see())) == ("active", [])


def test_who_rests_after_not_now_stands_on_the_next_board_like_anybody_for_whom_nobody_is_available(
    asked, cast, client_of, clock_at
):
    Enrolment.objects.exclude(pk__in=[cast.mia_place.pk, cast.sol_place.pk]).update(state="withdrawn")
    Proposal.objects.exclude(pk=asked.pk).delete()
    onlookers = Onlookers(cast, client_of, partner="sol")
    boards = {}
    for way in ("expiry", "not_this_person", "not_now"):
        with undone():
            do(way, asked, cast, client_of, clock_at)
            run = matching.start_run(cast.cohort, by=cast.olu, now=LATER)
            matching.solve_run(run, now=LATER)
            number = str(run.pk)  # grows with every attempt, undone or not
            boards[way] = [
                page.replace(f"/matching/{number}/", "/matching/run/")
                for (member, url), page in onlookers.see().items()
                if member in {"olu", "cleo"} and f"/matching/{number}/alone/" in url
            ]
    assert len(boards["expiry"]) == 2
    assert boards["not_this_person"] == boards["expiry"]
    assert boards["not_now"] == boards["expiry"]


def test_a_no_to_being_named_looks_like_no_answer(cast, client_of, clock_at):
    cast.__dict__["programme"] = factories.programme(by=cast.olu, design="executives-find-their-mentor")
    assert cast.cleo
    assert cast.ash
    Cohort.objects.filter(pk=cast.cohort.pk).update(answer_days=10)
    named = factories.person("Nell", "Asked", entity=cast.paris, grade=2)
    (nomination,) = nominations.name_people(cast.sol_place, people=[named], by=cast.sol.account, now=NOON)
    onlookers = Onlookers(cast, client_of, partner="sol")
    clock_at(LATER)
    with undone():
        enrolment_jobs.close_expired_nominations()
        nomination.refresh_from_db()
        assert (nomination.state, nomination.expires_at) == ("closed", NOON + timedelta(days=10))
        lapsed = onlookers.see()
    waiting = onlookers.see()
    assert named.account is not None
    nominations.decline_nomination(nomination, by=named.account, now=NOON)
    assert differences(lapsed, onlookers.see()) == []
    assert differences(waiting, onlookers.see()) == []

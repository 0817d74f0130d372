"""What a board knows and must not say: a past no shows nowhere, and chains and losses reach organisers only."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.cast import NOON, Cast
from tests.matching.solving import solved
from tests.web.crawling import clients_of, crawl, text_of, without_secrets
from tests.web.test_traces import differences, undone
from turnabout.core.models import Event
from turnabout.enrolments.models import Conflict, Enrolment, TopicChoice
from turnabout.matching import answers, boards, forecasts, scenarios, services
from turnabout.matching.models import Forecast, NotAvailable, Proposal, Run, RunInput
from turnabout.notifications.content import compose
from turnabout.notifications.models import Notice

SHARED = ("ai-everyday", "project-tools", "finding-information")
# Every page and file that is made from a run, or could be.
PAGES = (
    "matching", "run", "board", "board_alone", "board_why_not", "board_person", "board_figures", "board_proof", "scenario_new",
    "scenario_compare", "pair_by_hand", "publish", "proposal", "proposal_swap", "forecasts", "forecast",
    "overview_export", "places_export",
)  # fmt: skip
IN_NUMBERS = re.compile(r"\b[0-9a-f]{64}\b|(?<=/)\d+(?=/)|(?<=run-folder )\d+|(?<=[?&]run=)\d+|(?<=amp;run=)\d+")
VALUES = re.compile(r'(?:id|value|name)="\d+"')
LOSSES = (
    "the round would lose",
    "Interchangeable",
    "Pairing them would cost",
    "Who else would change",
    "Costs nothing",
    "Costs 1",
)
REASONS = ("not_available", "A conflict was declared", "is not available for this")


@pytest.fixture
def places(cast: Cast, clock_at: Callable) -> list[Enrolment]:
    """Three mentors and four mentees, of whom the last of each work in Lagos."""
    made = [cast.mia_place, cast.sol_place]
    for number, where in ((1, cast.paris), (2, cast.lagos)):
        for role, grade in (("mentor", 2), ("mentee", 8)):
            person = factories.person(f"{role.title()}{number}", f"Qorvi{number}", entity=where, grade=grade, is_head=True)
            made.append(factories.enrolment(cast.cohort, person, role))
    alone = factories.person("Alone", "Qorvi3", entity=cast.paris, grade=8, is_head=True)
    made.append(factories.enrolment(cast.cohort, alone, "mentee"))
    for place in made:
        for topic in SHARED[: 1 + place.pk % 3]:
            TopicChoice.objects.create(enrolment=place, kind="offer" if place.role == "mentor" else "wish", topic=topic, level=2)
    assert cast.cleo
    return made


def everything(cast: Cast, client_of: Callable, board: Run) -> dict[tuple[str, str], str]:
    """Every page and file made from runs, for both kinds of organiser, with each pair asked about."""
    made = scenarios.start_scenario(
        board, by=cast.olu, now=NOON, name="Other", objective="best-total", is_breadth_first=False, seed=1, rules={}
    )
    services.solve_run(made, now=NOON)
    forecasts.make_forecast(Forecast.objects.create(cohort=cast.cohort, created_at=NOON), now=NOON)
    clients = clients_of(cast, client_of, ("olu", "cleo"))
    pages: dict[tuple[str, str], str] = defaultdict(str)  # a board and its scenario have one address, but for the number
    for seen in crawl(clients, PAGES):
        pages[seen.member, plain(seen.url)] += f"{seen.status}\n{plain(seen.text)}"
    for member, client in clients.items():
        for url in asked_about(board, made):
            answer = client.get(url)
            pages[member, plain(url)] += f"{answer.status_code}\n{plain(text_of(answer))}"
    return pages | {("events", ""): str(sorted(Event.objects.values_list("name", "actor", "data")))}


def asked_about(board: Run, scenario: Run) -> Iterator[str]:
    """Why not, for every two people of either plan, and the plans side by side."""
    of_role = {role: Enrolment.objects.filter(role=role, cohort=board.cohort) for role in ("mentor", "mentee")}
    for run in (board, scenario):
        where = reverse("board_why_not", kwargs={"run_id": run.pk})
        for mentor in of_role["mentor"]:
            for mentee in of_role["mentee"]:
                yield f"{where}?mentor_place={mentor.pk}&mentee_place={mentee.pk}"
    yield reverse("scenario_compare", kwargs={"cohort_id": board.cohort_id}) + f"?run={board.pk}&run={scenario.pk}"


def plain(text: str) -> str:
    """A page without what differs from one run to the next: its numbers and its fingerprints."""
    return VALUES.sub("", IN_NUMBERS.sub("N", without_secrets(text)))


def test_a_past_no_and_a_declared_conflict_cannot_be_told_apart_on_any_page_or_file(places, cast, client_of):
    seen = {}
    for way in ("no", "conflict"):
        with undone():
            if way == "no":
                NotAvailable.objects.create(cohort=cast.cohort, mentor=cast.mia_place, mentee=cast.sol_place)
            else:
                Conflict.objects.create(enrolment=cast.sol_place, other=cast.mia)
            seen[way] = everything(cast, client_of, solved(cast))
    assert {way: differences(seen["no"], pages) for way, pages in seen.items()} == {way: [] for way in seen}
    told = [(key, word) for key, page in seen["no"].items() for word in REASONS if word in page]
    assert told == []
    assert sum("They are not available for each other." in page for page in seen["no"].values()) == 2


def test_nobody_but_organisers_reads_a_loss_a_chain_or_a_stranger(places, cast, client_of):
    board = solved(cast)
    boards.publish(board, list(Proposal.objects.filter(run=board)), by=cast.olu, now=NOON)
    asked = Proposal.objects.get(run=board, mentor=cast.mia_place)
    answers.answer_proposal(asked, by=cast.mia.account, choice=answers.Choice.YES, now=NOON)
    partners = set(Proposal.objects.filter(run=board, mentor=cast.mia_place).values_list("mentee__person__given_name", flat=True))
    partners |= set(
        Proposal.objects.filter(run=board, mentee=cast.sol_place).values_list("mentor__person__given_name", flat=True)
    )
    strangers = {place.person.given_name for place in places} - partners - {"Mia", "Sol"}
    told = [
        (seen.member, seen.url, word)
        for seen in crawl(clients_of(cast, client_of, ("mia", "sol", "kofi", "sana", "nadia", "ada", "ash", "otto", "nobody")))
        for word in (*LOSSES, *strangers)
        if word in seen.text
    ]
    assert told == []
    notices = Notice.objects.select_related("account", "person__entity")
    mails = [mail for notice in notices if (mail := compose(notice)) is not None]
    assert len(mails) == 3
    assert [word for mail in mails for word in LOSSES if word in str(mail)] == []


def test_organisers_do_read_them(places, cast, client_of):
    board = solved(cast)
    pages = everything(cast, client_of, board)
    assert {word for page in pages.values() for word in LOSSES if word in page} >= {
        "the round would lose",
        "Pairing them would cost",
        "Who else would change",
    }


def test_files_for_download_hold_nothing_of_a_board(places, cast, client_of):
    solved(cast)
    for member, client in clients_of(cast, client_of, ("olu", "cleo")).items():
        for name, url, text in files(client):
            assert [word for word in (*LOSSES, *REASONS, "reduced", "price") if word in text] == [], (member, name, url)


def files(client: Client) -> Iterator[tuple[str, str, str]]:
    for name in ("places_export", "overview_export"):
        for cohort in Run.objects.values_list("cohort_id", flat=True):
            for kind in ("csv", "xlsx"):
                url = reverse(name, kwargs={"cohort_id": cohort, "kind": kind})
                answer = client.get(url)
                assert answer.status_code == 200
                yield name, url, text_of(answer)


def test_sealed_input_is_on_no_page_and_in_no_file(places, cast, client_of):
    NotAvailable.objects.create(cohort=cast.cohort, mentor=cast.mia_place, mentee=cast.sol_place)
    board = solved(cast)
    sealed = RunInput.objects.get(run=board).sealed
    pages = everything(cast, client_of, board)
    assert [key for key, page in pages.items() if sealed[:60] in page or "mentors.jsonl" in page] == []


def test_round_that_fails_for_private_reasons_alone_names_none_of_them(places, cast, client_of):
    for mentor in Enrolment.objects.filter(role="mentor"):
        for mentee in Enrolment.objects.filter(role="mentee"):
            NotAvailable.objects.create(cohort=cast.cohort, mentor=mentor, mentee=mentee)
    run = solved(cast)
    page = client_of(cast.olu).get(reverse("run", kwargs={"run_id": run.pk})).content.decode()
    assert "The rules leave nobody to be paired with anybody." in page
    assert [word for word in REASONS if word in page] == []


def test_kept_suggestion_that_a_private_reason_ends_meanwhile_is_not_explained(places, cast, client_of):
    board = solved(cast)
    kept = Proposal.objects.get(run=board, mentor=cast.mia_place)
    services.lock_proposal(kept, by=cast.olu, now=NOON)
    asked = services.start_run(cast.cohort, by=cast.olu, now=NOON)
    Conflict.objects.create(enrolment=cast.mia_place, other=kept.mentee.person)
    run = services.solve_run(asked, now=NOON)
    assert run.refusal == "A kept suggestion breaks a rule by now. Let it change on the board, then start again."

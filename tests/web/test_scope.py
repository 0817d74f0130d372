"""A coordinator of one business sees nobody of another: every page, every export, every number tried by address."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import NOON, Cast
from tests.web.crawling import clients_of, crawl, without_secrets
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Proposal, Unmatched
from turnabout.notifications import notices
from turnabout.notifications.models import Notice
from turnabout.pairs.models import Pair
from turnabout.people.models import Person
from turnabout.programmes.models import Office
from turnabout.scheduling.models import Session

STATES = ("invited", "started", "waiting", "registered", "paused", "withdrawn", "closed")
NOBODY = "Xyzzyqwrt"  # a name that no directory holds, as long as those searched for


@dataclass(kw_only=True)
class Elsewhere:
    """What belongs to Lagos alone."""

    people: list[Person]
    places: list[Enrolment]
    pair: Pair
    proposal: Proposal
    session: Session


def stranger(cast: Cast, number: int, **fields: Any) -> Person:
    made = factories.person(
        f"Qorvi{number:02}", f"Zandelu{number:02}", entity=cast.lagos, employee_number=f"LAG-77{number:02}",
        job_title=f"Keeper of harbour {number:02}", grade=number % 9 + 1, **fields,
    )  # fmt: skip
    if made.account:
        type(made.account).objects.filter(pk=made.account.pk).update(display_name=made.name)
    return made


@pytest.fixture
def elsewhere(cast: Cast, clock_at: object) -> Elsewhere:
    """Two businesses in every state there is, and pairs and suggestions between them."""
    assert cast.cleo
    other = factories.account("Lara Eze")
    factories.office(other, cast.programme, Office.Duty.COORDINATOR, entities=[cast.lagos])
    people = [stranger(cast, number) for number in range(1, 12)]
    people.append(stranger(cast, 12, has_mailbox=False))
    Person.objects.filter(pk=cast.mia.pk).update(manager=people[0])
    places = [
        factories.enrolment(cast.cohort, person, role, state=state)
        for role, start in (("mentor", 0), ("mentee", 4))
        for person, state in zip(people[start:], STATES, strict=False)
    ]
    ready = {
        role: [place for place in places if place.role == role and place.state == "registered"] for role in ("mentor", "mentee")
    }
    extra = [factories.enrolment(cast.cohort, person, "mentor") for person in people[8:11]]
    pupils = [factories.enrolment(cast.cohort, person, "mentee") for person in (people[0], people[1], people[11])]
    run = factories.run(cast.cohort)
    proposal = factories.proposal(run, extra[0], pupils[0])
    factories.proposal(run, extra[1], pupils[1], state="asking_mentor")
    factories.proposal(run, cast.mia_place, pupils[2], reasons={"flags": ["unknown_line"]})
    locals_ = [
        factories.enrolment(cast.cohort, factories.person(f"Paul{n}", "Petit", entity=cast.paris), role)
        for n, role in ((1, "mentor"), (2, "mentee"), (3, "mentee"))
    ]
    factories.proposal(run, locals_[0], locals_[1])
    factories.proposal(run, ready["mentor"][0], locals_[2], state="asking_mentee")
    for place in (*ready["mentee"], *extra):
        Unmatched.objects.create(run=run, enrolment=place, reason="language", blocked_by={"rules": {"language": 3}})
    pair = factories.pair(extra[2], ready["mentee"][0])
    session = factories.session(pair)
    across = factories.pair(factories.enrolment(cast.cohort, people[11], "mentor"), cast.sol_place)
    factories.session(across)
    factories.delegation(people[1], factories.account("Zandelu99 Reader"))
    factories.directory_import(by=cast.olu, content=b"EmployeeNumber,Name\nLAG-7701,Qorvi01 Zandelu01\n")
    for template, account, subject in (("pair.ended", people[11].account, pair), ("pair.ended", cast.sol.account, across)):
        assert account is not None
        notices.write(template, account=account, subject=subject, dedupe_key=f"{template}:{account.pk}", now=NOON)
    Notice.objects.filter(account=people[11].account).update(state="shown")
    return Elsewhere(people=people, places=places, pair=pair, proposal=proposal, session=session)


def test_no_page_and_no_export_names_anybody_of_another_business(elsewhere, cast, client_of):
    needles = [
        needle
        for person in elsewhere.people
        for needle in (person.given_name, person.family_name, person.employee_number, person.email, person.job_title)
        if needle
    ]
    needles.append("Zandelu99")  # an assistant is named beside whose diary it is
    pages = list(crawl(clients_of(cast, client_of, ["cleo"])))
    told = [(seen.url, needle) for seen in pages for needle in needles if needle in seen.text]
    assert told == []
    names = [seen.text for seen in pages if seen.status == 200]
    assert sum("Sol Lindqvist" in text for text in names) > 5
    assert sum("omebody in another business" in text for text in names) > 3
    assert {seen.url: seen.status for seen in pages if seen.status >= 500} == {}


def test_what_belongs_to_another_business_alone_is_not_there(elsewhere, cast, client_of):
    cleo = client_of(cast.cleo)
    person, place = elsewhere.people[2], elsewhere.places[0]
    addresses = [
        *(reverse(name, kwargs={"person_id": person.pk}) for name in ("person", "person_edit", "person_card")),
        reverse("place_for_organisers", kwargs={"cohort_id": cast.cohort.pk, "place_id": place.pk}),
        *(reverse(name, kwargs={"pair_id": elsewhere.pair.pk}) for name in ("pair_facts", "pair_end", "pair", "agreement")),
        *(reverse(name, kwargs={"proposal_id": elsewhere.proposal.pk}) for name in ("proposal", "proposal_swap")),
        reverse("session", kwargs={"pair_id": elsewhere.pair.pk, "session_id": elsewhere.session.pk}),
        reverse("entity_edit", kwargs={"entity_id": cast.lagos.pk}),
    ]
    assert {address: cleo.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
    verbs = [
        *(
            reverse(name, kwargs={"person_id": person.pk})
            for name in ("person_left", "person_return", "person_assistant", "person_card_end")
        ),
        *(
            reverse(name, kwargs={"proposal_id": elsewhere.proposal.pk})
            for name in ("proposal_keep", "proposal_remove", "proposal_retract")
        ),
        *(
            reverse(name, kwargs={"pair_id": elsewhere.pair.pk})
            for name in ("pair_end", "pair_pause", "pair_resume", "pair_close", "nudge")
        ),
        reverse("session_told", kwargs={"pair_id": elsewhere.pair.pk, "session_id": elsewhere.session.pk}),
        reverse("place_for_organisers", kwargs={"cohort_id": cast.cohort.pk, "place_id": place.pk}),
    ]
    assert {address: cleo.post(address, {"do": "pause"}).status_code for address in verbs} == dict.fromkeys(verbs, 404)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("morning", "show=all&q={}"),
        ("board", "q={}"),
        ("places", "q={}"),
        ("people", "state=all&q={}"),
        ("cohort_invite", "role=mentee&how=directory&q={}"),
    ],
)
def test_searching_for_somebody_elsewhere_reads_like_searching_for_nobody(name, query, elsewhere, cast, client_of):
    keys = {"board": {"run_id": elsewhere.proposal.run_id}, "morning": {}, "people": {}}.get(name, {"cohort_id": cast.cohort.pk})
    cleo, url, wanted = client_of(cast.cleo), reverse(name, kwargs=keys), elsewhere.people[11].family_name
    found, nobody = (without_secrets(cleo.get(f"{url}?{query.format(word)}").content.decode()) for word in (wanted, NOBODY))
    assert found.replace(wanted, NOBODY) == nobody


def test_a_pasted_list_gives_nothing_away_that_was_not_typed(elsewhere, cast, client_of):
    person = elsewhere.people[5]
    answer = client_of(cast.cleo).post(
        reverse("cohort_invite", kwargs={"cohort_id": cast.cohort.pk}), {"role": "mentor", "how": "list", "people": person.email}
    )
    text = answer.content.decode().replace(person.email, "")
    assert [word for word in (person.employee_number, person.family_name, person.job_title) if word in text] == []


def test_pairing_by_hand_finds_somebody_elsewhere_no_more_than_nobody(elsewhere, cast, client_of):
    url, cleo = reverse("pair_by_hand", kwargs={"run_id": elsewhere.proposal.run_id}), client_of(cast.cleo)
    texts = []
    for word in (elsewhere.places[3].person.employee_number, "LAG-0000"):
        page = cleo.post(url, {"mentor": word, "mentee": cast.sol.employee_number}).content.decode()
        texts.append(without_secrets(page).replace(word, ""))
    assert texts[0] == texts[1]

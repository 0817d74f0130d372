"""Canaries: a string of its own in every field that a pair or a declining person can write, looked for everywhere.

MAY_READ is the permission table: which member may read it, on which page. Everywhere else it must not be.
"""

import logging
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest
from django.db import connection
from django.http import HttpResponse

from tests.cast import NOON
from tests.web.crawling import clients_of, columns_that_hold, crawl, text_of
from tests.web.whole_life import MARK, Told, WholeLife, canary
from turnabout.core.database import binaries
from turnabout.core.models import Event
from turnabout.enrolments.models import Conflict, Enrolment, Nomination
from turnabout.matching.models import NotAvailable, Proposal, Rest
from turnabout.notifications import mail
from turnabout.notifications.content import compose
from turnabout.notifications.models import Notice
from turnabout.web.tables import csv_response, xlsx_response

MIA, SOL = frozenset({"mia"}), frozenset({"sol"})
BOTH = MIA | SOL
PAGES_OF_TWO = frozenset({"pair", "session", "common_ground"})
# What -> who may read it, on which pages. The two of the pair, or one of them; an assistant reads where a session takes place.
MAY_READ: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "place": (BOTH | {"ash"}, frozenset({"session", "session_move", "session_place", "diary"})),
    "ground-mia": (BOTH, PAGES_OF_TWO),
    "ground-sol": (BOTH, PAGES_OF_TWO),
    "forward-mia": (BOTH, PAGES_OF_TWO),
    "forward-sol": (BOTH, PAGES_OF_TWO),
    "agenda-mia": (BOTH, PAGES_OF_TWO),
    "agenda-sol": (BOTH, PAGES_OF_TWO),
    "shared-mia": (BOTH, PAGES_OF_TWO),
    "shared-sol": (BOTH, PAGES_OF_TWO),
    "received-mia": (BOTH, PAGES_OF_TWO),
    "received-sol": (BOTH, PAGES_OF_TWO),
    "step-mia": (BOTH, PAGES_OF_TWO),
    "step-sol": (BOTH, PAGES_OF_TWO),
    "private-mia": (MIA, PAGES_OF_TWO),
    "private-sol": (SOL, PAGES_OF_TWO),
    "alone-mia": (MIA, PAGES_OF_TWO),
    "alone-sol": (SOL, PAGES_OF_TWO),
    "story-mia": (BOTH, frozenset({"pair", "story"})),
    "story-sol": (SOL, frozenset({"pair", "story"})),  # not offered, so it stays with its teller
    "answer-sol": (frozenset(), frozenset()),  # what somebody answered is on no page, not even their own
}
AGREEMENT = (BOTH, frozenset({"agreement", "agreement_print"}))
UNREAD = {"feedback-mia", "feedback-sol"}  # shown at sessions 3 and 6 only; looked for like all the others
# Chosen, not written: the words by which a page would show the choice, and who may read them where. What is off limits
# a partner reads while the two are a pair (see test_canary_of_pairs); these two have closed.
CHOSEN = {
    "Bad experiences I have had": (MIA, frozenset({"place", "register_step"})),
    "plays no part in appraisal, pay or references. Neither": (MIA, frozenset({"place"})),
    "That is the point, and you are in good company": (SOL, frozenset({"place"})),
}


@pytest.fixture
def life(cast, client_of, clock_at, caplog) -> WholeLife:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # it repeats every statement, parameters included
    return Told(cast=cast, client_of=client_of, clock_at=clock_at).whole_life()


def words_in(text: str) -> set[str]:
    """The canaries of a text, whatever stands around them."""
    parts = text.split(f"{MARK}-")[1:]
    return {part.split("-7f3a")[0] for part in parts if "-7f3a" in part}


def allowed(life: WholeLife) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return MAY_READ | dict.fromkeys(life.agreement_fields, AGREEMENT) | dict.fromkeys(UNREAD, (BOTH, PAGES_OF_TWO))


def test_each_string_is_read_by_those_it_is_for_and_on_no_other_page_or_export(life, cast, client_of, caplog):
    table, avoided = allowed(life), f"{life.avoided.given_name} {life.avoided.family_name}"
    assert len(life.agreement_fields) >= 8
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for seen in crawl(clients_of(cast, client_of)):
        assert seen.status < 500, seen.url
        for word in words_in(seen.text) | {phrase for phrase in CHOSEN if phrase in seen.text}:
            found[word].add((seen.member, seen.name))
        if avoided in seen.text:
            found["avoided"].add((seen.member, seen.name))
    for word, places in found.items():
        if word != "avoided":
            who, where = (table | CHOSEN)[word]
            assert {place for place in places if place[0] not in who or place[1] not in where} == set(), word
    for word, (who, _where) in (table | CHOSEN).items():
        assert word in UNREAD or {member for member, _name in found[word]} == who, word
    # Whom somebody avoids is named in the directory like everybody else, and beside nobody's place.
    assert {name for _member, name in found["avoided"]} == {"people", "person", "person_edit", "person_card", "cohort_invite"}
    assert {member for member, _name in found["avoided"]} == {"olu"}
    assert [record.getMessage() for record in caplog.records if MARK in logged(record)] == []


def logged(record: logging.LogRecord) -> str:
    return logging.Formatter("%(message)s").format(record) + repr(record.__dict__)


def test_no_mail_event_job_or_table_holds_any_of_it_except_where_a_session_takes_place(life):
    held = {
        (notice.template, word)
        for notice in Notice.objects.select_related("account", "person__entity")
        for word in words_in(mail_of(notice))
    }
    assert held <= {(template, "place") for template in ("session.invited", "session.moved", "session.cancelled", "pair.started")}
    assert [event.name for event in Event.objects.all() if MARK in f"{event.subject}{event.actor}{event.data}"] == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*), count(*) filter (where args::text like %s) from procrastinate_jobs", [f"%{MARK}%"])
        jobs, holding = cursor.fetchone()
    assert (jobs > 0, holding) == (True, 0)
    assert columns_that_hold(MARK) == []
    assert "people_person.family_name" in columns_that_hold("Okafor")


def mail_of(notice: Notice) -> str:
    """The whole mail as it would go out, its parts decoded; nothing where its reason has passed."""
    message = compose(notice)
    if message is None:
        return ""
    source = mail.render(notice, message, now=NOON).message()
    parts = [part.get_payload(decode=True) for part in source.walk() if not part.is_multipart()]
    return str(source["Subject"]) + b"\n".join(part for part in parts if isinstance(part, bytes)).decode()


def test_what_is_chosen_and_not_written_leaves_only_these_rows(life, cast):
    mia = Enrolment.objects.get(person=cast.mia)
    assert (mia.off_limits, mia.apprehension) == (["experiences"], "consequences")
    assert [(row.enrolment.person, row.other) for row in Conflict.objects.order_by("pk")] == [
        (cast.mia, life.avoided),
        (cast.sol, life.avoided),
    ]
    assert dict(Nomination.objects.values_list("person__given_name", "state")) == {"Nell": "closed", "Kofi": "asked"}
    mine = {way: place.pk for way, place in life.decliners.items()}
    assert set(Proposal.objects.filter(mentor__in=mine.values()).values_list("state", flat=True)) == {"closed"}
    assert set(NotAvailable.objects.values_list("mentor_id", flat=True)) == set(mine.values())
    assert list(Rest.objects.values_list("enrolment_id", flat=True)) == [mine["not_now"]]


def test_nothing_that_is_recorded_tells_one_way_of_not_saying_yes_from_another(life):
    asked = {proposal.mentor_id: proposal.pk for proposal in Proposal.objects.filter(state="closed")}
    recorded = {
        way: sorted(
            Event.objects.filter(subject=f"proposal:{asked[place.pk]}").values_list("name", "audience", "actor", "data__role")
        )
        for way, place in life.decliners.items()
    }
    assert list(recorded.values()) == [[("proposal.closed", "private", "", None)]] * len(recorded)
    for name in ("nomination.asked", "proposal.closed"):
        assert set(Event.objects.filter(name=name).values_list("audience", flat=True)) == {"private"}
    notices = Notice.objects.filter(subject__in=[f"proposal:{number}" for number in asked.values()])
    assert set(notices.values_list("template", flat=True)) == {"proposal.asked"}


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_database_holds_none_of_it(cast, client_of, clock_at):
    Told(cast=cast, client_of=client_of, clock_at=clock_at).whole_life()
    place = connection.settings_dict
    command = [
        binaries.installed_binaries() / "bin" / "pg_dump",
        "--host",
        place["HOST"],
        "--username",
        place["USER"],
        "--no-password",
    ]
    if place["PORT"]:
        command += ["--port", str(place["PORT"])]
    environment = os.environ | ({"PGPASSWORD": place["PASSWORD"]} if place["PASSWORD"] else {})
    dump = subprocess.run([*command, place["NAME"]], check=True, capture_output=True, env=environment).stdout
    assert (b"Okafor" in dump, dump.count(b"PostgreSQL database dump complete")) == (True, 1)
    assert MARK.encode() not in dump
    assert MARK.encode().hex().encode() not in dump


def leaks(pages: Iterable[HttpResponse]) -> Iterator[str]:
    for answer in pages:
        yield from words_in(text_of(answer))


def test_the_search_finds_a_leak_in_a_page_in_a_spreadsheet_and_in_a_redirection():
    rows = [[canary("cell")]]
    pages = [
        HttpResponse(f"<p>{canary('page')}</p>"),
        xlsx_response("table", ["Name"], rows),
        csv_response("table", ["Name"], [[canary("line")]]),
        HttpResponse(status=302, headers={"Location": f"/?q={canary('address')}"}),
        HttpResponse("<p>nothing</p>"),
    ]
    assert sorted(leaks(pages)) == ["address", "cell", "line", "page"]

"""Canaries: a unique string in every field that a pair can write, looked for wherever it must not be.

It may be read by one of the two (and, for time and place, by the assistant); nowhere else, and in no table as plain text.
"""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.cast import NOON
from turnabout.enrolments.models import Enrolment
from turnabout.notes import services as note_services
from turnabout.notes.models import Note
from turnabout.pairs import services as pair_services
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session
from turnabout.stories import services as story_services
from turnabout.surveys import services as survey_services

OFF_LIMITS = "Bad experiences I have had at work"  # chosen by the mentor, read by the partner while they are a pair
KINDS = tuple(Note.Kind.values)
FIELDS = (
    "mentor_aim", "mentee_aim", "themes", "place", "place_details", "channel", "may_share", "mentor_off_limits", "mentee_off_limits",
)  # fmt: skip


def canary(name: str) -> str:
    return f"canary-{name}-7f3a"


@pytest.fixture
def written(cast, clock_at, caplog):
    """A pair that has written into everything it can write into."""
    caplog.set_level(logging.DEBUG)
    pair, mia, sol = cast.mia_and_sol, cast.mia.account, cast.sol.account
    assert cast.cleo
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(off_limits=["experiences"])
    scheduling_services.plan_sessions(pair, now=NOON)
    first, last = (Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=number) for number in (1, 6))
    scheduling_services.change_place(first, canary("session-place"), by=mia, now=NOON)
    first.refresh_from_db()
    note_services.write_common_ground(pair, body=canary("ground"), looking_forward=canary("forward"), by=mia, now=NOON)
    for kind in KINDS:
        note_services.write_note(pair, kind=kind, body=canary(f"note-{kind}"), by=mia, now=NOON, session=first)
    note_services.add_step(pair, body=canary("step"), holder="mentee", by=mia, now=NOON)
    pair_services.draft_agreement(pair, {field: canary(f"agreement-{field}") for field in FIELDS}, by=mia, version=1, now=NOON)
    scheduling_services.report_session(last, said="met", by=mia, now=NOON, met_on=NOON.date())
    last.refresh_from_db()
    survey_services.answer_closing(pair, {"changed": canary("answer"), "would_recommend": "yes"}, by=sol, now=NOON)
    story_services.tell_story(pair, canary("story"), may_share=True, by=mia, now=NOON)
    story_services.tell_story(pair, canary("story-kept"), may_share=False, by=sol, now=NOON)
    return pair


def text_columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('text', 'character varying', 'bytea', 'jsonb', 'json', 'ARRAY')"
        )
        return list(cursor.fetchall())


def tables_that_hold(needle: str) -> list[str]:
    """Every column in which the bytes or letters of the needle can be found."""
    found = []
    with connection.cursor() as cursor:
        for table, column in text_columns():
            cursor.execute(
                f'select count(*) from "{table}" where "{column}"::text like %s or "{column}"::text like %s',
                [f"%{needle}%", f"%{needle.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_the_search_finds_what_is_there(cast):
    assert cast.mia
    assert "people_person.family_name" in tables_that_hold("Okafor")


def test_nothing_that_a_pair_writes_is_plain_in_any_table(written):
    assert tables_that_hold("canary-") == []


def test_nothing_of_it_is_in_a_mail_except_the_place_of_a_session(written, sent, clock_at):
    clock_at(NOON + timedelta(minutes=30))
    mails = sent()
    assert len(mails) > 4
    held = {
        word for mail in mails for word in (mail.text + mail.html + (mail.calendar or b"").decode()).split() if "canary-" in word
    }
    assert {word.removeprefix("LOCATION:") for word in held} == {canary("session-place")}


def test_nothing_of_it_is_logged(written, client_of, cast, caplog):
    for person in (cast.mia, cast.sol, cast.cleo):
        client_of(person).get(f"/pairs/{written.pk}/")
    assert "canary-" not in caplog.text


@pytest.mark.parametrize("who", ["cleo", "olu", "sana", "nadia", "ada", "otto", "ash"])
def test_nobody_else_reads_it_on_any_page(written, cast, client_of, who):
    client = client_of(getattr(cast, who))
    sessions = list(Session.objects.filter(pair=written))
    pages = [
        reverse(name, kwargs={"pair_id": written.pk})
        for name in ("pair", "pair_facts", "common_ground", "agreement", "agreement_print", "closing", "certificate", "pair_end")
    ]
    pages += [reverse("session", kwargs={"pair_id": written.pk, "session_id": session.pk}) for session in sessions]
    pages += [reverse("morning")] if who == "ash" else ["/", reverse("morning")]  # an assistant's home is the diary, below
    read = {path: client.get(path, follow=True).content.decode() for path in pages}
    assert [path for path, text in read.items() if "canary-" in text or OFF_LIMITS in text] == []


def test_the_assistant_reads_the_place_and_nothing_more(written, cast, client_of):
    diary = client_of(cast.ash).get("/diary/").content.decode()
    assert {word for word in diary.replace("<", " ").replace(">", " ").split() if "canary-" in word} == {canary("session-place")}


def test_each_of_the_two_reads_what_is_theirs(written, cast, client_of):
    mia, sol = (client_of(person).get(f"/pairs/{written.pk}/").content.decode() for person in (cast.mia, cast.sol))
    assert (canary("note-private") in mia, canary("note-private") in sol) == (True, False)
    assert (canary("note-shared") in mia, canary("note-shared") in sol) == (True, True)
    mine, theirs = (
        client_of(person).get(f"/pairs/{written.pk}/common-ground/").content.decode() for person in (cast.mia, cast.sol)
    )
    assert (canary("ground") in mine, canary("ground") in theirs, canary("ground") in sol) == (True, False, False)
    assert (canary("story") in sol, canary("story-kept") in sol, canary("story-kept") in mia) == (True, True, False)
    assert (canary("answer") in mia, canary("answer") in sol) == (False, False)


def test_what_a_mentor_keeps_off_limits_is_read_by_the_partner_while_they_are_a_pair(cast, client_of, clock_at):
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(off_limits=["experiences"])
    asked = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, state="asking_mentee")
    sol = client_of(cast.sol)
    suggestion = sol.get(reverse("suggestion", args=[asked.pk]))
    assert (suggestion.status_code, OFF_LIMITS in suggestion.content.decode()) == (200, False)
    pair = cast.mia_and_sol
    pages = [reverse(name, args=[pair.pk]) for name in ("pair", "agreement", "agreement_print")]
    for person in (cast.mia, cast.sol):
        assert [OFF_LIMITS in client_of(person).get(page).content.decode() for page in pages] == [True, True, True]
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON)
    assert [OFF_LIMITS in sol.get(page).content.decode() for page in pages] == [False, False, False]


def test_nothing_being_off_limits_is_not_passed_on(cast, client_of):
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(off_limits=["nothing"])
    page = client_of(cast.sol).get(reverse("pair", args=[cast.mia_and_sol.pk])).content.decode()
    assert "off limits" not in page.casefold()

"""Sessions and agreements on their pages; the assistant's diary."""

from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from turnabout.notes import services as note_services
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Agreement
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session

DAY = timedelta(days=1)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def at(session, verb: str = "") -> str:
    return f"/pairs/{session.pair_id}/sessions/{session.pk}/{verb}"


def test_the_guide_speaks_to_each_side(first, cast, client_of):
    mentor, mentee = words(client_of(cast.mia).get(at(first))), words(client_of(cast.sol).get(at(first)))
    assert ("Think through yesterday" in mentor, "Do the same with your own day" in mentor) == (True, False)
    assert ("Think through yesterday" in mentee, "Do the same with your own day" in mentee) == (False, True)


def test_feedback_is_asked_at_sessions_three_and_six(pair, cast, client_of):
    asked = [
        "Feedback to each other" in words(client_of(cast.mia).get(at(session)))
        for session in Session.objects.filter(pair=pair).order_by("number")
    ]
    assert asked == [False, False, True, False, False, True]


def test_a_session_beyond_the_curriculum_is_the_pairs_own(pair, cast, client_of):
    cast.cohort.sessions = 12
    cast.cohort.save(update_fields=["sessions"])
    scheduling_services.plan_sessions(pair, now=NOON)
    free = Session.objects.get(pair=pair, number=11)
    page = words(client_of(cast.mia).get(at(free)))
    assert ("Session 11: yours to fill" in page, "An hour that works" in page) == (True, True)


def test_a_session_is_moved_from_its_page_and_refusals_name_the_remedy(first, cast, client_of):
    sol = client_of(cast.sol)
    assert "Times that suit both" in words(sol.get(at(first, "move/")))
    assert "Choose one of the times, or write another one." in words(sol.post(at(first, "move/"), {"time": "", "other": ""}))
    for wall, remedy in (
        ("2027-02-01T10:00", "Choose one that is still ahead."),
        ("2027-03-28T02:30", "Choose a time two hours later."),
    ):
        refused = sol.post(at(first, "move/"), {"time": "other", "other": wall})
        # The form comes back with the reason, so that another time is chosen at once.
        assert (refused.status_code, remedy in words(refused), "Times that suit both" in words(refused)) == (409, True, True)
    done = sol.post(
        at(first, "move/"), {"time": "other", "other": "2027-03-10T14:00", "place": "https://meet.example.test/1"}, follow=True
    )
    assert "Session 1 is on Wednesday 10 March 2027, 14:00 (Paris time) now. Both calendars follow." in words(done)
    assert 'href="https://meet.example.test/1"' in words(done)


def test_a_cancelled_session_gets_a_new_date(first, pair, cast, client_of):
    mia = client_of(cast.mia)
    assert "Move session 1 instead?" in words(mia.get(at(first, "cancel/")))
    mia.post(at(first, "cancel/"))
    assert "no date yet" in words(mia.get(f"/pairs/{pair.pk}/"))
    done = mia.post(
        f"/pairs/{pair.pk}/new-date/1/", {"time": "other", "other": "2027-03-12T09:00", "place": "Room 4"}, follow=True
    )
    assert "Session 1 is on Friday 12 March 2027, 09:00 (Paris time)." in words(done)
    assert Session.objects.get(pair=pair, number=1, state="invited").place == "Room 4"


def test_the_place_alone_is_said_and_changed_by_whoever_keeps_a_diary(first, cast, client_of):
    mia, ash = client_of(cast.mia), client_of(cast.ash)
    assert [f'href="{at(first, "place/")}"' in words(mia.get(at(first, verb))) for verb in ("", "move/")] == [True, True]
    assert "Add a place or link" in words(ash.get("/diary/"))
    done = words(mia.post(at(first, "place/"), {"place": "https://meet.example.test/x"}, follow=True))
    assert "The place of session 1 is kept. Both calendars follow." in done
    assert "https://meet.example.test/x" in words(ash.get(at(first, "place/")))
    done = ash.post(at(first, "place/"), {"place": "https://meet.example.test/x"}, follow=True)
    assert (done.redirect_chain[-1][0], "Nothing has changed" in words(done)) == ("/diary/", True)
    ash.post(at(first, "place/"), {"place": ""})
    kept = Session.objects.get(pk=first.pk)
    assert (kept.place, kept.sequence, kept.starts_at) == ("", 2, first.starts_at)


def test_a_place_that_cannot_be_changes_nothing(first, cast, client_of):
    mia = client_of(cast.mia)
    response = mia.post(at(first, "place/"), {"place": "x" * 301})
    assert (response.status_code, list(response.context["form"].errors)) == (200, ["place"])
    assert mia.post(at(first, "place/"), {"place": "Room\x00 4"}).status_code == 400
    assert Session.objects.get(pk=first.pk).place == ""


def test_a_place_is_said_of_a_date_ahead_and_by_nobody_else(first, pair, cast, client_of, clock_at):
    second = Session.objects.get(pair=pair, number=2)
    done = client_of(cast.sol).post(at(second, "place/"), {"place": "Room 4"}, follow=True)
    assert "It goes into both calendars with the invitation." in words(done)
    outsiders = (cast.cleo, cast.otto, cast.kofi, cast.olu)
    assert [client_of(who).post(at(first, "place/"), {"place": "here"}).status_code for who in outsiders] == 4 * [404]
    clock_at(NOON + 8 * DAY)
    for verb in ("get", "post"):
        assert getattr(client_of(cast.mia), verb)(at(first, "place/"), {"place": "here"}).status_code == 409
    assert at(first, "place/") not in words(client_of(cast.mia).get(at(first, "move/")))


def test_reporting_from_the_page(first, pair, cast, client_of, clock_at):
    clock_at(NOON + 7 * DAY)
    mia = client_of(cast.mia)
    assert mia.post(at(first, "report/"), {"answer": "moved"})["Location"] == at(first, "move/")
    assert mia.post(at(first, "report/"), {"answer": "perhaps"}).status_code == 409
    assert mia.post(at(first, "report/"), {"answer": "met", "met_on": "soon"}).status_code == 409
    assert mia.post(at(first, "report/"), {"answer": "missed"})["Location"] == f"/pairs/{pair.pk}/new-date/1/"


def test_a_wrong_tap_is_taken_back_on_the_page_of_the_session_by_either_of_the_two(first, cast, client_of, clock_at):
    clock_at(NOON + 7 * DAY)
    mia, sol = client_of(cast.mia), client_of(cast.sol)
    mia.post(at(first, "report/"), {"answer": "met"})
    pages = [words(each.get(at(first))) for each in (mia, sol)]
    assert [("Noted: you met on Monday 8 March 2027." in page, "That is not right" in page) for page in pages] == 2 * [
        (True, True)
    ]
    assert at(first) in words(mia.get(f"/pairs/{first.pair_id}/sessions/{first.pk}/questions/"))
    again = words(sol.post(at(first, "reopen/"), {"told": "met"}, follow=True))
    assert ("Taken back, for both of you. Say again whether you met" in again, "That is not right" in again) == (True, False)
    assert all("Did you and" in words(each.get(at(first))) for each in (mia, sol))
    assert sol.post(at(first, "reopen/"), {"told": "met"}).status_code == 409
    sol.post(at(first, "report/"), {"answer": "missed"})
    assert "Noted: this session did not take place." in words(mia.get(at(first)))
    mia.post(f"/pairs/{first.pair_id}/new-date/1/", {"time": "other", "other": "2027-03-12T09:00"})
    assert "That is not right" not in words(mia.get(at(first)))


def test_what_a_coordinator_noted_says_so_and_nobody_else_corrects_it(first, cast, client_of, clock_at):
    clock_at(NOON + 7 * DAY)
    scheduling_services.record_told(first, by=cast.cleo, met_on=NOON.date(), now=NOON + 7 * DAY)
    assert "Noted by your coordinator: you met on Monday 1 March 2027." in words(client_of(cast.mia).get(at(first)))
    outsiders = (cast.cleo, cast.ash, cast.otto, cast.kofi, cast.olu)
    assert [client_of(who).post(at(first, "reopen/"), {"told": "met"}).status_code for who in outsiders] == 5 * [404]
    assert Session.objects.get(pk=first.pk).state == "met"


def test_a_closed_pair_is_not_asked_whether_what_was_said_is_right(first, pair, cast, client_of, clock_at):
    clock_at(NOON + 7 * DAY)
    mia = client_of(cast.mia)
    mia.post(at(first, "report/"), {"answer": "met"})
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON + 7 * DAY)
    assert "That is not right" not in words(mia.get(at(first)))
    assert mia.post(at(first, "reopen/"), {"told": "met"}).status_code == 409


def test_a_date_ahead_stays_as_planned_when_a_report_is_taken_back(first, cast, client_of):
    mia = client_of(cast.mia)
    mia.post(at(first, "report/"), {"answer": "met", "met_on": "2027-03-01"})
    assert "The date stays as it was planned." in words(mia.post(at(first, "reopen/"), {"told": "met"}, follow=True))


def test_the_last_report_leads_to_looking_back(pair, cast, client_of):
    last = Session.objects.get(pair=pair, number=6)
    response = client_of(cast.mia).post(at(last, "report/"), {"answer": "met", "met_on": "2027-03-01"})
    assert response["Location"] == f"/pairs/{pair.pk}/closing/"


def test_an_assistant_sees_dates_moves_them_and_reads_nothing(first, pair, cast, client_of):
    note_services.write_note(pair, kind="agenda", body="SECRET-AGENDA", by=cast.mia.account, now=NOON, session=first)
    ash = client_of(cast.ash)
    diary = words(ash.get("/diary/"))
    assert ("Sol Lindqvist: session 1 with Mia" in diary, "SECRET" in diary, "Our digital day" in diary) == (True, False, False)
    assert "SECRET" not in words(ash.get(at(first, "move/")))
    other = f"/pairs/{pair.pk}/new-date/1/"
    both = [
        ("both of them" in page, "both of you" in page) for page in (words(ash.get(other)), words(client_of(cast.sol).get(other)))
    ]
    assert both == [(True, False), (False, True)]
    entry = ash.get(at(first, "invitation.ics")).content.decode()
    assert ("Sol Lindqvist: session 1 with Mia" in entry, "SECRET" in entry, 'ATTENDEE;CN="Ash Reed"' in entry) == (
        True,
        False,
        True,
    )
    done = ash.post(at(first, "move/"), {"time": "other", "other": "2027-03-10T14:00"}, follow=True)
    assert done.redirect_chain == [("/diary/", 302)]
    assert ash.get(at(first)).status_code == 404
    assert ash.post(at(first, "cancel/")).status_code == 302
    assert f'href="/pairs/{pair.pk}/new-date/1/"' in ash.get("/diary/").content.decode()
    assert ash.post(f"/pairs/{pair.pk}/new-date/1/", {"time": "other", "other": "2027-03-15T14:00"})["Location"] == "/diary/"


def test_the_agreement_is_written_signed_and_printed(pair, cast, client_of):
    mia, sol = client_of(cast.mia), client_of(cast.sol)
    path = f"/pairs/{pair.pk}/agreement/"
    assert "Keep this text" in words(mia.get(path))
    mia.post(path, {"version": "1", "mentor_aim": "see a budget", "reply_hours": "48", "place": "Online"})
    assert "see a budget" in words(sol.get(path))
    whole = {"mentor_aim": "see a budget", "reply_hours": "48", "place": "Online", "version": "2", "sign": "1"}
    assert sol.post(path, whole)["Location"] == f"/pairs/{pair.pk}/"
    mia.post(path, whole)
    assert Agreement.objects.get(pair=pair).is_signed
    paper = words(mia.get(f"{path}print/"))
    assert ("see a budget" in paper, "signed on 1 March 2027" in paper) == (True, True)


def test_signing_keeps_what_was_just_written_and_signs_that(pair, cast, client_of):
    """The partner's signature stood under other words, so it is asked for again."""
    mia, sol, path = client_of(cast.mia), client_of(cast.sol), f"/pairs/{pair.pk}/agreement/"
    mia.post(path, {"version": "1", "place": "Online"})
    sol.post(path, {"version": "2", "place": "Online", "sign": "1"})
    said = words(mia.post(path, {"version": "2", "place": "Online", "mentor_aim": "see a budget", "sign": "1"}, follow=True))
    assert "You have signed. When your partner has signed too" in said
    agreement = Agreement.objects.get(pair=pair)
    assert agreement.filled["mentor_aim"] == "see a budget"
    assert (agreement.mentor_signed_at is not None, agreement.mentee_signed_at) == (True, None)


def test_when_both_write_at_once_neither_text_is_lost(pair, cast, client_of):
    path = f"/pairs/{pair.pk}/agreement/"
    client_of(cast.mia).post(path, {"version": "1", "mentor_aim": "Mia's words"})
    clash = client_of(cast.sol).post(path, {"version": "1", "mentor_aim": "Sol's words"})
    page = words(clash)
    assert (clash.status_code, page.count("Mia&#x27;s words") > 0, page.count("Sol&#x27;s words") > 0) == (409, True, True)
    assert 'name="version" value="2"' in page
    client_of(cast.sol).post(path, {"version": "2", "mentor_aim": "Both"})
    assert Agreement.objects.get(pair=pair).filled["mentor_aim"] == "Both"


def test_a_field_that_is_wrong_is_named(pair, cast, client_of):
    response = client_of(cast.mia).post(f"/pairs/{pair.pk}/agreement/", {"version": "1", "reply_hours": "many"})
    assert (response.status_code, "Write a whole number in figures, such as 6." in words(response)) == (200, True)


def test_an_unsigned_agreement_never_hides_session_one(first, pair, cast, client_of):
    pair_services.draft_agreement(pair, {"place": "Online"}, by=cast.mia.account, version=1, now=NOON)
    assert client_of(cast.sol).get(at(first)).status_code == 200
    assert first.state == "invited"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_diary_costs_the_same_for_any_number_of_sessions(rows, cast, client_of, clock_at, django_assert_num_queries):
    for number in range(1, rows + 1):
        factories.session(cast.mia_and_sol, number)
    ash = client_of(cast.ash)
    ash.get("/diary/")
    with django_assert_num_queries(8):
        assert ash.get("/diary/").content.decode().count("<article") == rows

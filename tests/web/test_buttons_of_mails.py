"""The button of a mail leads to the thing itself, signed in or not; what a pair wrote is read after signing in alone."""

import re
from datetime import timedelta

import pytest
import vobject
from django.test import Client

from tests import factories
from tests.cast import NOON
from tests.web.readers import account_of
from turnabout.notes import services as note_services
from turnabout.notes.models import CommonGround
from turnabout.notifications.about import nudges
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Agreement, Pair
from turnabout.scheduling import questions
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session

DAY = timedelta(days=1)


@pytest.fixture
def pair(cast, clock_at):
    assert cast.cleo
    scheduling_services.plan_sessions(cast.mia_and_sol, now=NOON)
    return cast.mia_and_sol


@pytest.fixture
def first(pair):
    return Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=1)


@pytest.fixture
def mailed(sent):
    """The newest mail of this template to this person."""

    def mail(template: str, name: str):
        return [mail for mail in sent() if mail.template == template and mail.to.startswith(name)][-1]

    return mail


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def link_named(mail, label: str) -> str:
    """The address under a quieter link of the mail's text."""
    lines = mail.text.splitlines()
    return path_of(lines[lines.index(f"{label}:") + 1])


def words(response) -> str:
    return " ".join(response.content.decode().split())


def heading(response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


def opened(mail):
    """What a stranger to the product sees who presses the mail's button."""
    response = Client().get(path_of(mail.url))
    assert response.status_code == 200, (mail.template, mail.url, response.headers.get("Location"))
    return response


def all_dates_gone(pair) -> None:
    Session.objects.filter(pair=pair).delete()


def nudged(pair, cast, clock_at, now):
    clock_at(now)
    nudges.write(Pair.objects.with_people().get(pk=pair.pk), by=account_of(cast.cleo), now=now)


def test_the_first_mail_of_a_pair_leads_to_what_it_asks_for(pair, first, cast, mailed):
    mail = mailed("pair.started", "sol")
    asked = opened(mail)
    assert 'name="looking_forward"' in words(asked)
    done = Client().post(path_of(mail.url), {"body": "Boats.\nTea.\nChess.", "looking_forward": "To be asked. And to ask."})
    assert (done.status_code, "Your partner reads it once both of you have written." in words(done)) == (200, True)
    assert CommonGround.objects.get().body == "Boats.\nTea.\nChess."
    assert "Session 1: " in heading(Client().get(link_named(mail, "Prepare in two minutes")))
    assert heading(Client().get(link_named(mail, "Find another time"))) == "A time for session 1 with Mia"


def test_common_ground_from_a_mail_is_written_once_and_never_shown(pair, cast, mailed):
    mail = mailed("pair.started", "sol")
    for author in (cast.mia, cast.sol):
        note_services.write_common_ground(pair, body="canary", looking_forward="canary", by=author.account, now=NOON)
    for answer in (
        Client().get(path_of(mail.url)),
        Client().post(path_of(mail.url), {"body": "Other", "looking_forward": "Other"}),
    ):
        assert (answer.status_code, "canary" in words(answer)) == (409, False)
        assert "You have written yours already." in words(answer)
    assert {ground.body for ground in CommonGround.objects.all()} == {"canary"}


def test_an_empty_form_from_a_mail_leaves_the_link_as_it_was(pair, mailed):
    path = path_of(mailed("pair.started", "sol").url)
    assert Client().post(path, {"body": "", "looking_forward": "Yes."}).status_code == 422
    assert Client().get(path).status_code == 200


def test_a_pair_without_a_common_hour_chooses_its_first_date_from_the_mail(cast, clock_at, mailed):
    pair = cast.mia_and_sol
    type(cast.sol).objects.filter(pk=cast.sol.pk).update(weekly_hours={"5": ["09:00", "12:00"]})
    scheduling_services.plan_sessions(Pair.objects.with_people().get(pk=pair.pk), now=NOON)
    mail = mailed("pair.started", "sol")
    assert heading(opened(mail)) == "A time for session 1 with Mia"
    answer = Client().post(path_of(mail.url), {"time": "other", "other": "2027-03-13T10:00", "place": "Room 4"})
    assert (answer.status_code, "Session 1 is on Saturday 13 March 2027, 10:00 (Paris time)." in words(answer)) == (200, True)
    assert Session.objects.get(pair=pair).place == "Room 4"
    again = Client().get(path_of(mail.url))
    assert (again.status_code, "Send me a fresh mail" in words(again)) == (410, False)


@pytest.fixture
def reminded(first, clock_at):
    clock_at(NOON + 6 * DAY)
    questions.remind(now=NOON + 6 * DAY)


def test_prepare_in_two_minutes_needs_no_sign_in_and_shows_nothing_that_was_written(reminded, pair, first, cast, mailed):
    for kind in ("agenda", "shared", "private"):
        note_services.write_note(pair, kind=kind, body=f"canary-{kind}", by=cast.mia.account, now=NOON, session=first)
    mail = mailed("session.reminded", "sol")
    page = opened(mail)
    assert heading(page).startswith("Session 1: ")
    assert ("Brief me" in words(page), "10:30 (Paris time), 60 minutes" in words(page)) == (True, True)
    assert "canary" not in words(page)
    assert f'href="/pairs/{pair.pk}/sessions/{first.pk}/"' in words(page)
    assert Client().post(path_of(mail.url)).status_code == 200
    assert opened(mail).status_code == 200  # looked at as often as one likes, until the session is over


def test_prepare_is_closed_once_the_session_is_over_or_cancelled(reminded, pair, first, cast, mailed, clock_at):
    mail = mailed("session.reminded", "sol")
    clock_at(first.starts_at + timedelta(hours=2))
    over = Client().get(path_of(mail.url))
    assert (over.status_code, "Send me a fresh mail" in words(over)) == (410, False)
    clock_at(NOON + 6 * DAY)
    scheduling_services.cancel_session(first, by=cast.mia.account, now=NOON + 6 * DAY)
    assert Client().get(path_of(mail.url)).status_code == 409


def test_prepare_is_for_one_of_the_two_alone(reminded, pair, cast, mailed):
    mail = mailed("session.reminded", "sol")
    Pair.objects.filter(pk=pair.pk).update(mentee=factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    assert Client().get(path_of(mail.url)).status_code == 409


def test_a_cancelled_session_gets_its_new_date_from_the_mail_by_whoever_comes_first(pair, first, cast, mailed):
    scheduling_services.cancel_session(first, by=cast.mia.account, now=NOON)
    to_sol, to_mia = mailed("session.cancelled", "sol"), mailed("session.cancelled", "mia")
    assert heading(opened(to_sol)) == "A time for session 1 with Mia"
    assert heading(opened(to_mia)) == "A time for session 1 with Sol"
    assert Client().post(path_of(to_sol.url), {"time": "other", "other": "2027-03-13T10:00"}).status_code == 200
    late = Client().get(path_of(to_mia.url))
    assert (late.status_code, "This session has a date again: Saturday 13 March 2027, 10:00 (Paris time)." in words(late)) == (
        409,
        True,
    )
    assert "Send me a fresh mail" not in words(Client().get(path_of(to_sol.url)))


def test_a_cancellation_that_asks_for_nothing_has_no_button(pair, cast, mailed):
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON)
    mail = mailed("session.cancelled", "sol")
    assert (mail.url, "There is nothing you need to do." in mail.text) == ("", True)


def test_a_resting_pair_is_not_asked_for_times(pair, first, cast, mailed):
    scheduling_services.cancel_session(first, by=cast.mia.account, now=NOON)
    mail = mailed("session.cancelled", "sol")
    pair_services.pause_pair(pair, by=cast.mia.account, now=NOON)
    resting = Client().get(path_of(mail.url))
    assert (resting.status_code, "Take it up again first" in words(resting)) == (409, True)


def test_a_nudge_to_find_a_time_opens_the_times(pair, cast, clock_at, mailed):
    all_dates_gone(pair)
    nudged(pair, cast, clock_at, NOON)
    mail = mailed("pair.nudge", "sol")
    assert heading(opened(mail)) == "A time for session 1 with Mia"
    assert Client().post(path_of(mail.url), {"time": "other", "other": "2027-03-13T10:00"}).status_code == 200
    assert Session.objects.get(pair=pair).number == 1


def test_a_nudge_moves_the_next_session_where_every_one_has_a_date(pair, first, cast, clock_at, mailed):
    Session.objects.filter(pk=first.pk).update(starts_at=NOON + 60 * DAY)
    Session.objects.filter(pair=pair, number__gt=1).delete()
    nudged(pair, cast, clock_at, NOON + 22 * DAY)
    mail = mailed("pair.nudge", "sol")
    asked = opened(mail)
    assert (heading(asked), "It is on Friday 30 April 2027" in words(asked)) == ("A time for session 1 with Mia", True)
    assert Client().post(path_of(mail.url), {"time": "other", "other": "2027-04-03T10:00"}).status_code == 200
    assert Session.objects.get(pk=first.pk).local_start == "2027-04-03T10:00"


def test_a_nudge_to_say_how_it_went_opens_the_question(pair, first, cast, clock_at, mailed):
    nudged(pair, cast, clock_at, first.starts_at + 5 * DAY)
    mail = mailed("pair.nudge", "sol")
    assert heading(opened(mail)) == "Did you and Mia meet?"
    assert Client().post(path_of(mail.url), {"answer": "met"}).status_code == 200
    assert Session.objects.get(pk=first.pk).state == "met"


def met_first(pair, first, cast, now):
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=now, met_on=now.date())


def test_a_nudge_to_sign_opens_the_agreement_once_there_is_one(pair, first, cast, clock_at, mailed):
    met_first(pair, first, cast, NOON)
    second = Session.objects.get(pair=pair, number=2)
    before = second.starts_at - 5 * DAY
    nudged(pair, cast, clock_at, before)
    assert path_of(mailed("pair.nudge", "sol").url) == f"/pairs/{pair.pk}/agreement/"
    pair_services.draft_agreement(pair, {"mentor_aim": "see a budget"}, by=cast.mia.account, version=1, now=before)
    nudged(pair, cast, clock_at, before + DAY)
    mail = mailed("pair.nudge", "sol")
    assert "see a budget" in words(opened(mail))
    version = str(Agreement.objects.get(pair=pair).version)
    assert Client().post(path_of(mail.url), {"version": version}).status_code == 200


def test_a_nudge_to_review_opens_the_four_choices(pair, first, cast, clock_at, mailed):
    second = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=2)
    now = first.starts_at + DAY
    for session in (first, second):
        met_first(pair, session, cast, now)
    pair_services.draft_agreement(pair, {"place": "Online"}, by=cast.mia.account, version=1, now=now)
    for person in (cast.mia, cast.sol):
        pair_services.sign_agreement(pair, by=person.account, version=2, now=now)
    nudged(pair, cast, clock_at, now + 3 * DAY)
    mail = mailed("pair.nudge", "sol")
    assert heading(opened(mail)) == "How is it going with Mia?"


def test_a_nudge_after_the_last_session_opens_the_closing_form_for_whoever_has_not_filled_it_in(
    pair, cast, clock_at, mailed, sent
):
    last = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=6)
    Session.objects.filter(pair=pair, number__lt=6).update(state="met", met_on=NOON.date())
    met_first(pair, last, cast, NOON)
    Agreement.objects.filter(pair=pair).update(mentor_signed_at=NOON, mentee_signed_at=NOON)
    asked = path_of(mailed("closing.asked", "mia").url)
    assert Client().post(asked, {"would_recommend": "yes", "choice": "continue"}).status_code == 200
    nudged(pair, cast, clock_at, NOON + 3 * DAY)
    assert [mail.to.split(".")[0] for mail in sent() if mail.template == "pair.nudge"] == ["sol"]
    assert heading(opened(mailed("pair.nudge", "sol"))).startswith("Looking back")


def test_a_calendar_entry_leads_through_sign_in_to_that_very_session(first, pair, cast, mailed, sent):
    calendar = vobject.readOne(mailed("pair.started", "sol").calendar.decode())
    wanted = f"/pairs/{pair.pk}/sessions/{first.pk}/"
    assert path_of(calendar.vevent.url.value) == wanted
    browser = Client()
    sign_in = browser.get(wanted, follow=True)
    hidden = re.findall(r'name="next" value="([^"]*)"', words(sign_in))
    assert set(hidden) == {wanted}
    browser.post("/sign-in/", {"name": cast.sol.account.email, "next": hidden[0]})
    confirm = path_of(mailed("sign_in.requested", "sol").url)
    assert "_auth_user_id" not in browser.session
    assert browser.post(confirm).headers["Location"] == wanted
    assert heading(browser.get(wanted)).startswith("Session 1: ")

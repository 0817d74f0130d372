"""What a pair does from its mails: sign, tell, move, answer, look back, consent; once each, kindly refused after."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from django.test import Client

from tests import factories
from tests.cast import NOON
from turnabout.notifications.models import Notice
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Agreement, Pair
from turnabout.scheduling import questions
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session
from turnabout.stories import services as story_services
from turnabout.stories.models import Story
from turnabout.surveys import queries as survey_queries
from turnabout.surveys.models import Answer, Reply

DAY = timedelta(days=1)


@pytest.fixture
def mailed(sent):
    """The path of the button in the newest mail of this template to this person."""

    def path(template: str, name: str) -> str:
        mail = [mail for mail in sent() if mail.template == template and mail.to.startswith(name)][-1]
        return re.sub(r"^https?://[^/]+", "", mail.url)

    return path


def press(path: str, **data: str):
    return Client().post(path, data)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def drafted(pair, cast, clock_at) -> int:
    pair_services.draft_agreement(pair, {"mentor_aim": "see a budget"}, by=cast.mia.account, version=1, now=NOON)
    clock_at(NOON + timedelta(minutes=21))
    return Agreement.objects.get(pair=pair).version


def test_the_agreement_is_signed_from_the_mail_once(pair, cast, clock_at, mailed):
    version = drafted(pair, cast, clock_at)
    path = mailed("agreement.to_sign", "sol")
    asking = Client().get(path)
    assert (asking.status_code, "see a budget" in words(asking)) == (200, True)
    assert "You have signed." in words(press(path, version=str(version)))
    assert Agreement.objects.get(pair=pair).mentee_signed_at == NOON + timedelta(minutes=21)
    assert press(path, version=str(version)).status_code == 410


def test_signing_a_text_that_changed_is_refused_and_the_link_stays(pair, cast, clock_at, mailed):
    version = drafted(pair, cast, clock_at)
    path = mailed("agreement.to_sign", "sol")
    pair_services.draft_agreement(pair, {"mentor_aim": "other"}, by=cast.mia.account, version=version, now=NOON)
    refused = press(path, version=str(version))
    assert (refused.status_code, "Read the new version, then sign." in words(refused)) == (409, True)
    assert press(path, version="").status_code == 409
    assert press(path, version=str(version + 1)).status_code == 200


def test_signing_after_the_end_is_refused_kindly(pair, cast, clock_at, mailed):
    version = drafted(pair, cast, clock_at)
    path = mailed("agreement.to_sign", "sol")
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON)
    for response in (Client().get(path), press(path, version=str(version))):
        assert (response.status_code, "This pair has closed, so there is nothing to sign any more." in words(response)) == (
            409,
            True,
        )


def test_one_press_tells_that_they_met_and_the_three_questions_follow(first, pair, cast, clock_at, mailed):
    clock_at(NOON + 7 * DAY)
    questions.ask_whether_they_met(now=NOON + 7 * DAY)
    path = mailed("session.asked", "sol")
    assert "Session 1 was planned for Monday 8 March 2027, 10:30 (Paris time)." in words(Client().get(path))
    assert press(path, answer="").status_code == 409
    assert press(path, answer="met").status_code == 200
    assert Session.objects.get(pk=first.pk).state == "met"
    assert Client().get(path).status_code == 410
    pulse = mailed("pulse.asked", "sol")
    assert "Three quick questions" in words(Client().get(pulse))
    assert press(pulse, useful="9").status_code == 409
    assert "Thank you. That was it." in words(press(pulse, useful="5", could_say="4", energy="1"))
    assert sorted(Answer.objects.values_list("question", flat=True)) == ["could_say", "energy", "useful"]
    assert press(pulse, useful="5").status_code == 410


def test_the_other_side_is_told_that_somebody_has_spoken(first, pair, cast, clock_at, mailed):
    clock_at(NOON + 7 * DAY)
    questions.ask_whether_they_met(now=NOON + 7 * DAY)
    mia, sol = mailed("session.asked", "mia"), mailed("session.asked", "sol")
    press(mia, answer="missed")
    assert Session.objects.get(pk=first.pk).state == "missed"
    looked = Client().get(sol)
    assert (looked.status_code, "Somebody has told us about this session already." in words(looked)) == (409, True)


def test_one_press_moves_a_session(first, pair, cast, clock_at, mailed):
    clock_at(NOON + 7 * DAY)
    questions.ask_whether_they_met(now=NOON + 7 * DAY)
    path = mailed("session.asked", "mia")
    value = re.findall(r'value="(move:[^"]+)"', words(Client().get(path)))[0]
    assert "Both calendars follow." in words(press(path, answer=value))
    assert Session.objects.get(pk=first.pk).local_start == value.removeprefix("move:")


def test_a_session_is_moved_from_the_invitation(first, pair, cast, sent):
    mail = next(mail for mail in _invited(pair, cast, sent) if mail.to.startswith("sol"))
    path = re.search(r"Find another time:\nhttps?://[^/]+(/l/[^/]+/)", mail.text)
    assert path is not None
    session_id = Notice.objects.get(template="session.invited", message_id=mail.headers["Message-ID"]).subject_id
    assert "A time for session" in words(Client().get(path[1]))
    assert press(path[1], time="other", other="2027-03-28T02:30").status_code == 409
    assert press(path[1], time="other", other="").status_code == 409
    assert press(path[1], time="other", other="2027-04-20T09:00", place="Room 4").status_code == 200
    assert (Session.objects.get(pk=session_id).local_start, Session.objects.get(pk=session_id).place) == (
        "2027-04-20T09:00",
        "Room 4",
    )


def _invited(pair, cast, sent):
    pair_services.draft_agreement(pair, {"place": "Online"}, by=cast.mia.account, version=1, now=NOON)
    for person in (cast.mia, cast.sol):
        pair_services.sign_agreement(pair, by=person.account, version=2, now=NOON)
    scheduling_services.invite_reserved(pair, now=NOON)
    return [mail for mail in sent() if mail.template == "session.invited"]


def test_please_contact_me_reaches_the_named_contact_and_nobody_else(pair, cast, client_of, first, sent):
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    done = client_of(cast.mia).post(
        f"/pairs/{pair.pk}/sessions/{first.pk}/questions/", {"useful": "1", "contact_me": "yes"}, follow=True
    )
    assert "The named contact will get in touch with you." in words(done)
    asked = [(mail.to.split(".")[0], mail.subject) for mail in sent() if mail.template == "contact.asked"]
    assert asked == [("nadia", "Mia Okafor asks you to get in touch")]
    assert not Answer.objects.filter(question="contact_me").exists()
    again = client_of(cast.mia).get(f"/pairs/{pair.pk}/sessions/{first.pk}/questions/")
    assert (again.status_code, "You have already answered these questions." in words(again)) == (409, True)


@pytest.fixture
def closing(pair, cast, clock_at):
    last = Session.objects.select_related("pair__cohort__programme").get(pair=pair, number=6)
    scheduling_services.report_session(last, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    return pair


def test_looking_back_from_the_mail_keeps_form_story_and_choice(closing, cast, mailed):
    sol, mia = mailed("closing.asked", "sol"), mailed("closing.asked", "mia")
    assert "Would you recommend this programme to a colleague?" in words(Client().get(sol))
    without_choice = press(sol, would_recommend="yes", story="I ask first.")
    assert (
        without_choice.status_code,
        "Choose one of the four." in words(without_choice),
        "I ask first." in words(without_choice),
    ) == (200, True, True)
    assert press(sol, would_recommend="yes", choice="continue", story="I ask first.", may_share="on").status_code == 200
    assert press(sol, choice="close").status_code == 410
    assert press(mia, choice="swap").status_code == 200
    finished = Pair.objects.get(pk=closing.pk)
    assert (finished.state, finished.mentee_choice, finished.mentor_choice) == ("closed", "continue", "swap")
    assert Reply.objects.filter(survey="closing").count() == 2
    assert Story.objects.get().mentee_consented_at == NOON


def test_looking_back_twice_is_refused_kindly(closing, cast, client_of):
    sol = client_of(cast.sol)
    assert sol.get(f"/pairs/{closing.pk}/closing/").status_code == 200
    assert sol.post(f"/pairs/{closing.pk}/closing/", {"choice": "close"}).status_code == 302
    again = sol.get(f"/pairs/{closing.pk}/closing/")
    assert (again.status_code, "You have already looked back." in words(again)) == (409, True)


def test_long_after_the_round_its_forms_say_that_they_are_closed(closing, first, cast, client_of, clock_at):
    clock_at(datetime(2029, 1, 1, tzinfo=UTC))
    mia = client_of(cast.mia)
    for page in (f"/pairs/{closing.pk}/closing/", f"/pairs/{closing.pk}/sessions/{first.pk}/questions/"):
        closed = mia.get(page)
        assert (closed.status_code, "This round ended long ago, so its forms are closed." in words(closed)) == (409, True)


def test_a_mentor_of_two_looks_back_on_each_and_is_asked_about_the_programme_once(closing, cast, client_of):
    type(cast.mia_place).objects.filter(pk=cast.mia_place.pk).update(capacity=2)
    cast.mia_place.refresh_from_db()
    second = factories.pair(cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    factories.session(second, 6, state="met")
    mia = client_of(cast.mia)
    mia.post(f"/pairs/{closing.pk}/closing/", {"choice": "close", "would_recommend": "yes", "trust": "4"})
    page = words(mia.get(f"/pairs/{second.pk}/closing/"))
    assert ("Would you recommend" in page, "I had the time." in page, "I trust my partner." in page) == (False, False, True)
    mia.post(f"/pairs/{second.pk}/closing/", {"choice": "continue", "would_recommend": "no", "trust": "2"})
    assert Pair.objects.get(pk=second.pk).mentor_choice == "continue"
    assert survey_queries.has_answered(cast.mia_place, "closing", survey_queries.wave_of(cast.mia_place, second))
    answers = Answer.objects.filter(reply__survey="closing").order_by("reply", "question")
    assert list(answers.values_list("question", "number", "choice")) == [
        ("trust", 4, ""), ("would_recommend", None, "yes"), ("trust", 2, ""),
    ]  # fmt: skip
    assert mia.get(f"/pairs/{second.pk}/closing/").status_code == 409


def test_the_three_quick_questions_are_asked_after_the_last_session_too_on_the_page_that_looks_back(closing, cast, mailed):
    path = mailed("closing.asked", "sol")
    page = words(Client().get(path))
    assert [page.count(text) for text in ("Useful for me", "I could say what I think", "Please contact me")] == [1, 1, 1]
    again = words(press(path, useful="2", contact_me="yes"))  # without a choice: what was answered stays
    assert ("Choose one of the four." in again, 'value="yes" checked' in again) == (True, True)
    done = words(press(path, useful="2", energy="3", would_recommend="yes", choice="close", contact_me="yes"))
    assert "The named contact will get in touch with you. Nobody else was told." in done
    assert sorted(Reply.objects.values_list("survey", "wave")) == [("closing", 1), ("pulse", 6)]
    asked = Answer.objects.filter(reply__survey="pulse").order_by("question").values_list("question", "number", "choice")
    assert list(asked) == [("energy", None, "3"), ("useful", 2, "")]
    assert Notice.objects.filter(template="contact.asked").count() == 1
    assert Notice.objects.filter(template="pulse.asked").count() == 0


def test_whoever_has_answered_the_three_already_is_not_asked_them_again(closing, cast, client_of):
    sol, last = client_of(cast.sol), Session.objects.get(pair=closing, number=6)
    sol.post(f"/pairs/{closing.pk}/sessions/{last.pk}/questions/", {"useful": "5"})
    page = words(sol.get(f"/pairs/{closing.pk}/closing/"))
    assert ("Useful for me" in page, "Would you recommend" in page) == (False, True)
    sol.post(f"/pairs/{closing.pk}/closing/", {"choice": "close", "useful": "1"})
    assert list(Answer.objects.filter(question="useful").values_list("number", flat=True)) == [5]


def test_a_story_is_consented_to_from_the_mail(pair, cast, mailed):
    story_services.tell_story(pair, "We ask first now.", may_share=True, by=cast.mia.account, now=NOON)
    path = mailed("story.offered", "sol")
    assert "We ask first now." in words(Client().get(path))
    assert press(path, answer="").status_code == 409
    assert press(path, answer="yes").status_code == 200
    assert Story.objects.get().shared_until is not None


def test_a_story_taken_back_is_not_shown(pair, cast, mailed, client_of):
    story = story_services.tell_story(pair, "We ask first now.", may_share=True, by=cast.mia.account, now=NOON)
    path = mailed("story.offered", "sol")
    client_of(cast.mia).post(f"/pairs/{pair.pk}/stories/{story.pk}/withdraw/")
    gone = Client().get(path)
    assert (gone.status_code, "This story was taken back." in words(gone)) == (409, True)


def test_a_story_is_decided_on_its_page(pair, cast, client_of):
    story = story_services.tell_story(pair, "We ask first now.", may_share=True, by=cast.mia.account, now=NOON)
    client_of(cast.sol).post(f"/pairs/{pair.pk}/stories/{story.pk}/", {"answer": "no"})
    assert Story.objects.get().shared_until is None


def test_the_certificate_says_what_each_did(closing, cast, client_of):
    for person in (cast.mia, cast.sol):
        pair_services.choose_next(closing, "close", by=person.account, now=NOON)
    mentor, mentee = (words(client_of(person).get(f"/pairs/{closing.pk}/certificate/")) for person in (cast.mia, cast.sol))
    assert "shared what they know with Sol Lindqvist in 1 session" in mentor
    assert "learned from Mia Okafor in 1 session" in mentee
    assert "1 of 6" in mentor


def test_the_invitation_can_be_fetched_again(first, pair, cast, client_of):
    response = client_of(cast.sol).get(f"/pairs/{pair.pk}/sessions/{first.pk}/invitation.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert vobject.readOne(response.content.decode()).vevent.uid.value == first.uid


def test_a_link_of_another_pair_tells_nothing(pair, cast, clock_at, mailed):
    drafted(pair, cast, clock_at)
    path = mailed("agreement.to_sign", "sol")
    Pair.objects.filter(pk=pair.pk).update(mentee=factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    assert Client().get(path).status_code == 409

"""What a pair is written, from both yes to the certificate, with calendar files read back by a second library."""

from datetime import timedelta

import vobject

from tests import factories
from tests.cast import NOON
from turnabout.enrolments import services as enrolment_services
from turnabout.enrolments.models import Enrolment
from turnabout.matching import rechecks
from turnabout.notifications.models import Notice
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Agreement
from turnabout.scheduling import jobs as scheduling_jobs
from turnabout.scheduling import questions
from turnabout.scheduling import services as scheduling_services
from turnabout.scheduling.models import Session
from turnabout.stories import services as story_services
from turnabout.surveys import services as survey_services

DAY = timedelta(days=1)


def sign_both(pair, cast, now=NOON):
    version = Agreement.objects.get(pair=pair).version
    pair_services.draft_agreement(pair, {"place": f"Room {version}"}, by=cast.mia.account, version=version, now=now)
    for person in (cast.mia, cast.sol):
        pair_services.sign_agreement(pair, by=person.account, version=version + 1, now=now)
    scheduling_services.invite_reserved(pair, now=now)


def event_in(mail):
    calendar = vobject.readOne(mail.calendar.decode())
    part = next(part for part in mail.headers.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == calendar.method.value
    return calendar.method.value, calendar.vevent


def templates(mails):
    return sorted((mail.to.split(".")[0], mail.template) for mail in mails)


def test_both_learn_that_it_begins_and_get_session_one(first, cast, sent):
    mails = sent()
    assert templates(mails) == [("mia", "pair.started"), ("sol", "pair.started")]
    to_sol = next(mail for mail in mails if mail.to.startswith("sol"))
    assert to_sol.subject == "You and Mia Okafor have both said yes"
    method, event = event_in(to_sol)
    assert (method, event.summary.value, event.uid.value, event.sequence.value) == (
        "REQUEST",
        "Session 1 with Mia",
        first.uid,
        "0",
    )
    assert event.dtstart.value == first.starts_at
    to_mia = next(mail for mail in mails if mail.to.startswith("mia"))
    assert event_in(to_mia)[1].summary.value == "Session 1 with Sol"
    assert ("Nadia Haddad" in to_mia.text, "Nadia Haddad" in to_sol.text) == (True, False)


def test_a_pair_without_a_common_hour_is_asked_for_its_first_date(pair, cast, sent):
    type(cast.sol).objects.filter(pk=cast.sol.pk).update(weekly_hours={"5": ["09:00", "12:00"]})
    scheduling_services.plan_sessions(type(pair).objects.get(pk=pair.pk), now=NOON)
    mail = next(mail for mail in sent() if mail.to.startswith("sol"))
    assert mail.calendar is None
    assert "Your working hours share no time" in mail.text


def test_held_dates_send_nothing_until_both_have_signed(first, pair, cast, sent):
    before = len(sent())
    sign_both(pair, cast)
    after = sent()[before:]
    assert templates(after) == sorted([("mia", "session.invited"), ("sol", "session.invited")] * 5)
    assert {event_in(mail)[0] for mail in after} == {"REQUEST"}


def test_a_drafted_agreement_is_sent_to_both_for_signing_once_they_have_finished(first, pair, cast, sent, clock_at):
    before = len(sent())
    pair_services.draft_agreement(pair, {"place": "Online"}, by=cast.mia.account, version=1, now=NOON)
    pair_services.draft_agreement(pair, {"place": "Walking"}, by=cast.sol.account, version=2, now=NOON)
    assert len(sent()) == before
    clock_at(NOON + timedelta(minutes=21))
    assert templates(sent()[before:]) == [("mia", "agreement.to_sign"), ("sol", "agreement.to_sign")]


def test_whoever_has_signed_is_not_asked_again(first, pair, cast, sent, clock_at):
    before = len(sent())
    pair_services.draft_agreement(pair, {"place": "Online"}, by=cast.mia.account, version=1, now=NOON)
    pair_services.sign_agreement(pair, by=cast.mia.account, version=2, now=NOON)
    clock_at(NOON + timedelta(minutes=21))
    assert templates(sent()[before:]) == [("sol", "agreement.to_sign")]


def test_a_move_updates_the_same_entry_and_only_the_newest_change_is_sent(first, cast, sent):
    before = len(sent())
    moved = scheduling_services.move_session(
        first, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON
    )
    scheduling_services.move_session(
        moved, local_start="2027-03-11T14:00", zone="Europe/Paris", by=cast.sol.account, now=NOON, place="Room 4, first floor"
    )
    mails = sent()[before:]
    assert templates(mails) == [("mia", "session.moved"), ("sol", "session.moved")]
    method, event = event_in(mails[0])
    assert (method, event.uid.value, event.sequence.value, event.location.value) == (
        "REQUEST",
        first.uid,
        "2",
        "Room 4, first floor",
    )
    assert "Mia" not in "".join(mail.text for mail in mails if mail.to.startswith("mia")).replace("Mia Okafor", "")


def test_another_place_updates_the_same_entry_at_the_same_time_and_saying_it_again_sends_nothing(first, cast, sent):
    assert cast.ash
    before = len(sent())
    for _time in (1, 2):
        scheduling_services.change_place(first, "Room 4", by=cast.ash, now=NOON)
        mails = sent()[before:]
        assert templates(mails) == [("ash", "diary.dated"), ("mia", "session.moved"), ("sol", "session.moved")]
    for mail in mails:
        method, event = event_in(mail)
        assert (method, event.uid.value, event.sequence.value, event.location.value) == ("REQUEST", first.uid, "1", "Room 4")
        assert event.dtstart.value == first.starts_at
    to_mia = next(mail for mail in mails if mail.to.startswith("mia"))
    assert to_mia.subject == "Another place: Session 1 with Sol, Monday 8 March 2027, 10:30 (Paris time)"
    assert "Where it takes place has changed, and your calendar entry says it." in " ".join(to_mia.text.split())


def test_a_new_date_that_waits_is_told_as_one_when_its_place_changes_too(first, cast, sent):
    before = len(sent())
    moved = scheduling_services.move_session(
        first, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON
    )
    scheduling_services.change_place(moved, "Room 4", by=cast.sol.account, now=NOON)
    subjects = {mail.subject.partition(":")[0] for mail in sent()[before:]}
    assert subjects == {"New date"}
    for room in ("Room 5", "Room 6"):
        scheduling_services.change_place(moved, room, by=cast.sol.account, now=NOON)
    mails = sent()[before + 2 :]
    assert [mail.subject.partition(":")[0] for mail in mails] == 2 * ["Another place"]
    assert {event_in(mail)[1].location.value for mail in mails} == {"Room 6"}


def test_a_date_that_is_only_held_has_its_place_without_a_mail(first, cast, sent):
    before = len(sent())
    second = Session.objects.select_related("pair__cohort__programme").get(number=2)
    scheduling_services.change_place(second, "Room 4", by=cast.sol.account, now=NOON)
    assert sent()[before:] == []


def test_a_cancellation_takes_the_entry_back(first, cast, sent):
    before = len(sent())
    scheduling_services.cancel_session(first, by=cast.mia.account, now=NOON)
    mails = sent()[before:]
    assert templates(mails) == [("mia", "session.cancelled"), ("sol", "session.cancelled")]
    method, event = event_in(mails[1])
    assert (method, event.status.value, event.uid.value, event.sequence.value) == ("CANCEL", "CANCELLED", first.uid, "1")


def test_an_end_is_told_to_both_in_the_same_words_and_clears_calendars(first, pair, cast, sent):
    assert cast.cleo
    before = len(sent())
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON)
    mails = sent()[before:]
    assert templates(mails) == [
        ("mia", "pair.ended"),
        ("mia", "session.cancelled"),
        ("sol", "pair.ended"),
        ("sol", "session.cancelled"),
    ]
    ended = next(mail for mail in mails if mail.template == "pair.ended" and mail.to.startswith("sol"))
    assert "This pair has closed. It is nobody's fault." in ended.text
    assert "Cleo will offer you a new partner." in ended.text
    assert ("Mia" in ended.text, "Okafor" in ended.text) == (False, False)


def test_pairs_that_end_with_the_round_are_told_once_to_each_person(first, pair, cast, sent):
    Enrolment.objects.filter(pk=cast.mia_place.pk).update(capacity=2)
    factories.pair(cast.mia_place, factories.enrolment(cast.cohort, cast.rosa, "mentee"))
    before = len(sent())
    pair_services.end_pairs_of_round(cast.cohort, by=cast.olu, now=NOON)
    mails = {mail.to.split(".")[0]: mail for mail in sent()[before:] if mail.template == "pairs.ended"}
    assert {name: mail.subject for name, mail in mails.items()} == {
        "mia": "Your pairs have closed",
        "rosa": "Your pair has closed",
        "sol": "Your pair has closed",
    }
    assert "This round comes to its end, and your pair has closed with it. It is nobody's fault." in mails["sol"].text
    assert ("Mia" in mails["sol"].text, "new partner" in mails["sol"].text, "Nadia" in mails["mia"].text) == (False, False, True)
    for _time in (1, 2):
        scheduling_jobs.take_dates_back(cast.cohort.pk)
    assert not Session.objects.filter(state__in=Session.AHEAD).exists()
    cancelled = [mail.to.split(".")[0] for mail in sent()[before:] if mail.template == "session.cancelled"]
    assert sorted(cancelled) == ["mia", "sol"]


def test_reminder_question_and_three_questions_go_out_once(first, pair, cast, sent, clock_at):
    before = len(sent())
    clock_at(NOON + 6 * DAY)
    for _time in (1, 2):
        questions.remind(now=NOON + 6 * DAY)
    sent()
    clock_at(NOON + 7 * DAY)
    for _time in (1, 2):
        questions.ask_whether_they_met(now=NOON + 7 * DAY)
    mails = sent()[before:]
    assert templates(mails) == [
        ("mia", "session.asked"),
        ("mia", "session.reminded"),
        ("sol", "session.asked"),
        ("sol", "session.reminded"),
    ]
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=NOON + 7 * DAY)
    survey_services.answer_pulse(
        Session.objects.select_related("pair").get(pk=first.pk), {}, by=cast.mia.account, now=NOON + 7 * DAY
    )
    assert templates(sent()[before + 4 :]) == [("sol", "pulse.asked")]


def test_a_reminder_that_could_not_go_out_before_the_session_is_not_sent_after_it(first, cast, sent, clock_at):
    before = len(sent())
    questions.remind(now=NOON + 6 * DAY)
    clock_at(first.starts_at + timedelta(hours=1))
    assert sent()[before:] == []


def test_the_last_session_brings_the_closing_form_and_the_certificate(pair, cast, sent, clock_at):
    scheduling_services.plan_sessions(pair, now=NOON)
    before = len(sent())
    last = Session.objects.select_related("pair__cohort__programme").get(number=6)
    scheduling_services.report_session(last, said="met", by=cast.mia.account, now=NOON, met_on=NOON.date())
    assert templates(sent()[before:]) == [("mia", "closing.asked"), ("sol", "closing.asked")]
    before = len(sent())
    for person in (cast.mia, cast.sol):
        pair_services.choose_next(pair, "close", by=person.account, now=NOON)
    assert ("sol", "pair.closed") in templates(sent()[before:])


def test_a_story_is_decided_on_its_page_and_its_words_are_in_no_mail(first, pair, cast, sent):
    before = len(sent())
    story_services.tell_story(pair, "A very particular sentence.", may_share=True, by=cast.mia.account, now=NOON)
    mails = sent()[before:]
    assert templates(mails) == [("sol", "story.offered")]
    assert "particular" not in mails[0].text + mails[0].html


def test_resumed_pairs_are_told_their_new_dates(first, pair, cast, sent, clock_at):
    scheduling_services.report_session(first, said="met", by=cast.mia.account, now=NOON + 8 * DAY)
    paused = pair_services.pause_pair(pair, by=cast.mia.account, now=NOON + 8 * DAY)
    resumed = pair_services.resume_pair(paused, by=cast.mia.account, now=NOON + 20 * DAY)
    scheduling_services.plan_sessions(resumed, now=NOON + 20 * DAY)
    assert sorted(Notice.objects.filter(template="pair.resumed").values_list("account__display_name", flat=True)) == [
        "Mia Okafor",
        "Sol Lindqvist",
    ]
    clock_at(NOON + 21 * DAY)
    assert ("mia", "pair.resumed") in templates(sent())


def test_a_leaver_gets_no_mail_and_the_partner_gets_the_cancellation(first, pair, cast, sent):
    before = len(sent())
    type(cast.mia.account).objects.filter(pk=cast.mia.account_id).update(is_active=False)
    pair_services.end_pairs_of([cast.mia_place], now=NOON)
    assert templates(sent()[before:]) == [("sol", "pair.ended"), ("sol", "session.cancelled")]


def test_somebody_who_left_the_round_is_promised_no_new_partner(first, pair, cast, sent):
    before = len(sent())
    pair_services.end_pair(pair, by=cast.mia.account, now=NOON)
    enrolment_services.withdraw_place(cast.mia_place, by=cast.mia.account, now=NOON)
    ended = {mail.to.split(".")[0]: mail.text for mail in sent()[before:] if mail.template == "pair.ended"}
    assert {name: "new partner" in text for name, text in ended.items()} == {"mia": False, "sol": True}


def test_a_pause_is_told_to_both_and_a_reporting_line_is_named(first, pair, cast, sent):
    before = len(sent())
    paused = pair_services.pause_pair(pair, by=cast.mia.account, now=NOON)
    mails = [mail for mail in sent()[before:] if mail.template == "pair.paused"]
    assert templates(mails) == [("mia", "pair.paused"), ("sol", "pair.paused")]
    assert "Take it up again whenever it suits both of you." in mails[0].text
    pair_services.resume_pair(paused, by=cast.mia.account, now=NOON)
    before = len(sent())
    type(cast.max).objects.filter(pk=cast.max.pk).update(manager=cast.sol)
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 1
    told = [mail for mail in sent()[before:] if mail.template == "pair.paused"]
    assert "The directory shows a reporting line between you by now" in told[0].text


def test_a_pair_that_rests_because_it_is_in_one_team_by_now_is_told_so(first, pair, cast, sent):
    before = len(sent())
    type(cast.mia).objects.filter(pk=cast.mia.pk).update(manager=cast.head)
    assert rechecks.rest_pairs_kept_apart(now=NOON) == 1
    told = [mail for mail in sent()[before:] if mail.template == "pair.paused"]
    assert ["in one team or under one manager by now" in mail.text for mail in told] == [True, True]


def test_a_signed_pair_that_meets_again_is_invited_to_every_date(first, pair, cast, sent):
    sign_both(pair, cast)
    paused = pair_services.pause_pair(pair, by=cast.mia.account, now=NOON)
    resumed = pair_services.resume_pair(paused, by=cast.mia.account, now=NOON)
    before = len(sent())
    scheduling_services.plan_sessions(resumed, now=NOON)
    assert [mail.template for mail in sent()[before:]].count("session.invited") == 10


def to_ash(mails):
    return [(mail.template, *event_in(mail)) for mail in mails if mail.to.startswith("ash")]


def test_an_assistant_gets_the_dates_of_the_diary_as_calendar_entries(cast, pair, sent):
    assert cast.ash
    scheduling_services.plan_sessions(pair, now=NOON)
    first = Session.objects.select_related("pair__cohort__programme").get(number=1)
    ((template, method, event),) = to_ash(sent())
    assert (template, method, event.summary.value, event.uid.value, event.url.value.endswith("/diary/")) == (
        "diary.dated",
        "REQUEST",
        "Sol Lindqvist: session 1 with Mia",
        first.uid,
        True,
    )
    before = len(sent())
    moved = scheduling_services.move_session(
        first, local_start="2027-03-10T14:00", zone="Europe/Paris", by=cast.mia.account, now=NOON, place="Room 4"
    )
    scheduling_services.cancel_session(moved, by=cast.sol.account, now=NOON)
    ((template, method, event),) = to_ash(sent()[before:])  # the date that was moved to has had its time
    assert (template, method, event.uid.value, event.sequence.value) == ("diary.cancelled", "CANCEL", first.uid, "2")


def test_dates_that_become_invitations_reach_the_assistant_and_nothing_that_the_two_sign(cast, pair, sent, clock_at):
    assert cast.ash
    scheduling_services.plan_sessions(pair, now=NOON)
    sign_both(pair, cast)
    clock_at(NOON + timedelta(minutes=30))
    mails = [mail for mail in sent() if mail.to.startswith("ash")]
    assert [mail.template for mail in mails] == ["diary.dated"] * 6
    assert not any("agreement" in mail.text.casefold() or "Nadia" in mail.text for mail in mails)


def test_whoever_keeps_the_diary_no_longer_gets_no_dates(cast, pair, sent):
    cast.sol.delegations.filter(assistant=cast.ash).update(ended_at=NOON)
    scheduling_services.plan_sessions(pair, now=NOON)
    assert to_ash(sent()) == []


def test_nobody_is_promised_a_new_partner_when_the_round_is_over(pair, cast, sent, clock_at):
    assert cast.cleo
    clock_at(NOON + 214 * DAY)  # the day after the last one
    pair_services.end_pair(pair, by=cast.olu, now=NOON + 214 * DAY)
    ended = [mail for mail in sent() if mail.template == "pair.ended"]
    assert [mail.to for mail in ended] == [cast.mia.email, cast.sol.email]
    assert all("This round has come to its end. Thank you for taking part." in mail.text for mail in ended)
    assert not any("new partner" in mail.text for mail in ended)

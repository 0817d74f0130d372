"""Sending over a real SMTP server: what is refused, what waits, and that nothing is lost or sent under two names."""

import email
from datetime import timedelta
from email import policy

import pytest
from django.core.mail.backends import smtp

from tests import factories
from tests.cast import NOON
from turnabout.accounts.models import Link
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Mark
from turnabout.notifications import notices, services
from turnabout.notifications.content import CONTENT, Message, action_url, compose, content
from turnabout.notifications.mail import address
from turnabout.notifications.models import Notice, SentMail

State = Notice.State


def write(account, key="one", **fields):
    return notices.write("test.greeting", account=account, subject=account, dedupe_key=key, now=NOON, **fields)


def state_of(notice):
    return Notice.objects.get(pk=notice.pk).state


def read(source):
    return email.message_from_bytes(source, policy=policy.default)


def test_notice_is_sent_once_and_marked(cast, clock_at, greeting, server):
    notice = write(cast.mia.account)
    services.send_due()
    services.send_due()
    assert [(mail.to, mail.message_id) for mail in server.taken] == [([cast.mia.email], notice.message_id)]
    assert state_of(notice) == State.SENT


def test_same_dedupe_key_is_written_once(cast, greeting):
    assert write(cast.mia.account).pk == write(cast.mia.account).pk


def test_subject_cannot_add_a_header(cast, clock_at, greeting, server):
    write(cast.mia.account)
    services.send_due()
    mail = read(server.taken[0].content)
    assert (mail["Subject"], mail["Bcc"]) == ("Hello Bcc: everybody@example.test", None)


def test_text_and_html_say_the_same_and_the_html_is_escaped(cast, clock_at, greeting, server):
    write(cast.mia.account)
    services.send_due()
    mail = read(server.taken[0].content)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text.splitlines()[0] == "Hello <you> & me."
    assert "Hello &lt;you&gt; &amp; me.</h1>" in html
    assert "<img" not in html


def test_only_the_hash_of_the_mailed_token_is_kept(cast, clock_at, greeting, server):
    write(cast.mia.account)
    services.send_due()
    text = read(server.taken[0].content).get_body(("plain",)).get_content()
    token = next(line for line in text.splitlines() if "/l/" in line).rstrip("/").rpartition("/")[2]
    link = Link.objects.get()
    assert (link.verb, link.subject, link.account) == ("thing.answer", f"account:{cast.mia.account.pk}", cast.mia.account)
    assert len(token) == 32
    assert token not in str(Link.objects.values())


def test_calendar_travels_as_alternative_and_as_file_with_one_method(cast, clock_at, greeting, server):
    write(cast.mia.account, data={"has_calendar": True})
    services.send_due()
    mail = read(server.taken[0].content)
    parts = [part for part in mail.walk() if part.get_content_type() in {"text/calendar", "application/ics"}]
    assert [(part.get_content_type(), part.get_param("method")) for part in parts] == [
        ("text/calendar", "REQUEST"),
        ("application/ics", "REQUEST"),
    ]
    assert parts[1].get_filename() == "invite.ics"
    assert parts[1].get_payload(decode=True) == b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def test_notice_whose_reason_has_passed_is_dropped(cast, clock_at, greeting, server):
    notice = write(cast.mia.account, data={"is_over": True})
    services.send_due()
    assert (state_of(notice), server.taken) == (State.DROPPED, [])


def test_notice_to_a_closed_account_is_dropped(cast, clock_at, greeting, server):
    notice = write(cast.mia.account)
    type(cast.mia.account).objects.filter(pk=cast.mia.account.pk).update(is_active=False)
    services.send_due()
    assert (state_of(notice), server.taken) == (State.DROPPED, [])


def test_notice_to_somebody_without_a_mailbox_waits_in_the_product(greeting, clock_at, db):
    notice = write(factories.account("Number Seven", email=""))
    assert state_of(notice) == State.SHOWN


def test_notice_is_not_sent_before_its_time(cast, clock_at, greeting, server):
    write(cast.mia.account, send_after=NOON + timedelta(hours=1))
    services.send_due()
    assert server.taken == []
    clock_at(NOON + timedelta(hours=1))
    services.send_due()
    assert len(server.taken) == 1


def test_try_later_is_tried_later_and_then_sent_once(cast, clock_at, greeting, server):
    notice = write(cast.mia.account)
    server.answers = ["451 4.3.0 come back later"]
    services.send_due()
    waiting = Notice.objects.get(pk=notice.pk)
    assert (waiting.state, waiting.send_after, waiting.last_error) == (
        State.WAITING,
        NOON + timedelta(minutes=1),
        "451 4.3.0 come back later",
    )
    services.send_due()
    assert server.taken == []
    clock_at(NOON + timedelta(minutes=1))
    services.send_due()
    assert [mail.message_id for mail in server.taken] == [notice.message_id]


def test_delay_grows_with_each_try(cast, clock_at, greeting, server):
    notice, now, waits = write(cast.mia.account), NOON, []
    server.answers = ["451 later"] * 4
    for _ in range(4):
        clock_at(now)
        services.send_due()
        after = Notice.objects.get(pk=notice.pk).send_after
        waits.append((after - now).total_seconds() / 60)
        now = after
    assert waits == [1, 2, 5, 10]


def test_later_for_four_days_is_parked(cast, clock_at, greeting, server):
    notice = write(cast.mia.account)
    server.answers = ["451 later"]
    clock_at(NOON + timedelta(days=5))
    services.send_due()
    assert state_of(notice) == State.PARKED


def test_refused_recipient_is_parked_with_the_reason_and_the_others_are_sent(cast, clock_at, greeting, server):
    refused, taken = write(cast.mia.account, "one"), write(cast.sol.account, "two")
    server.answers = ["550 5.1.1 no such mailbox"]
    services.send_due()
    assert [state_of(refused), state_of(taken)] == [State.PARKED, State.SENT]
    assert Notice.objects.get(pk=refused.pk).last_error == "550 5.1.1 no such mailbox"


def test_administrator_sends_a_parked_notice_again_and_nobody_else_does(cast, clock_at, greeting, server):
    notice = write(cast.mia.account)
    server.answers = ["550 no such mailbox"]
    services.send_due()
    with pytest.raises(NotAllowed):
        services.retry_notice(notice, by=cast.olu)
    services.retry_notice(notice, by=cast.ada)
    with pytest.raises(NotPossible):
        services.retry_notice(notice, by=cast.ada)
    services.send_due()
    assert len(server.taken) == 1


def test_administrator_discards_a_parked_notice_once(cast, clock_at, greeting, server):
    notice = write(cast.mia.account)
    server.answers = ["550 no such mailbox"]
    services.send_due()
    with pytest.raises(NotAllowed):
        services.discard_notice(notice, by=cast.cleo)
    assert services.discard_notice(notice, by=cast.ada).state == State.DROPPED
    with pytest.raises(NotPossible):
        services.discard_notice(notice, by=cast.ada)


def test_server_down_then_up_sends_each_mail_once(cast, clock_at, greeting, settings, server):
    settings.EMAIL_PORT = 9  # nobody listens there
    first, second = write(cast.mia.account, "one"), write(cast.sol.account, "two")
    assert services.send_due() == {State.WAITING: 1}
    assert [state_of(first), state_of(second)] == [State.WAITING, State.WAITING]
    settings.EMAIL_PORT = server.port
    clock_at(NOON + timedelta(minutes=2))
    services.send_due()
    services.send_due()
    assert sorted(mail.message_id for mail in server.taken) == sorted([first.message_id, second.message_id])


def test_absent_server_is_waited_for_without_end(cast, clock_at, greeting, settings, server):
    settings.EMAIL_PORT = 9
    notice = write(cast.mia.account)
    clock_at(NOON + timedelta(days=30))
    services.send_due()
    assert state_of(notice) == State.WAITING


def test_hanging_server_is_given_up_on_in_time_and_the_mail_waits(cast, clock_at, greeting, settings, server):
    settings.EMAIL_TIMEOUT = 1
    notice = write(cast.mia.account)
    server.answers = ["hang"]
    services.send_due()
    assert state_of(notice) == State.WAITING


def test_server_without_starttls_gets_no_mail_when_it_is_asked_for(cast, clock_at, greeting, settings, server):
    settings.EMAIL_USE_TLS = True
    notice = write(cast.mia.account)
    services.send_due()
    assert (state_of(notice), server.taken) == (State.WAITING, [])


def test_server_that_hangs_up_between_two_mails_is_called_again(cast, clock_at, greeting, server):
    server.hangs_up_after = 1
    write(cast.mia.account, "one")
    write(cast.sol.account, "two")
    assert services.send_due() == {State.SENT: 2}


def test_killed_between_send_and_mark_sends_again_under_the_same_message_id(cast, clock_at, greeting, server, monkeypatch):
    """The kill is an exception that nothing catches, at the line after the server took the mail."""
    notice = write(cast.mia.account)

    class Killed(BaseException):
        pass

    def send_then_die(self, mails):
        send_messages(self, mails)
        raise Killed

    send_messages = smtp.EmailBackend.send_messages
    monkeypatch.setattr(smtp.EmailBackend, "send_messages", send_then_die)
    with pytest.raises(Killed):
        services.send_due()
    monkeypatch.undo()
    assert state_of(notice) == State.SENDING
    assert services.send_due() == {}  # still leased
    Notice.objects.filter(pk=notice.pk).update(lease_until=NOON - timedelta(days=3650))
    services.send_due()
    assert [mail.message_id for mail in server.taken] == [notice.message_id] * 2
    assert state_of(notice) == State.SENT


def test_notice_that_cannot_be_rendered_keeps_no_other_from_going_out(cast, clock_at, greeting, server):
    broken = notices.write("test.unknown", account=cast.mia.account, subject=cast.mia, dedupe_key="broken", now=NOON)
    sound = write(cast.sol.account)
    services.send_due()
    assert [state_of(broken), state_of(sound)] == [State.WAITING, State.SENT]


def test_without_a_mail_server_mails_wait(cast, clock_at, greeting):
    notice = write(cast.mia.account)
    assert (services.send_due(), state_of(notice)) == ({}, State.WAITING)


def test_without_a_mail_server_a_demo_keeps_the_mail_as_sent(cast, clock_at, greeting):
    Mark.objects.create(name="demo", value="running")
    notice = write(cast.mia.account)
    services.send_due()
    copy = SentMail.objects.get()
    assert (state_of(notice), copy.to, read(copy.source)["Message-ID"]) == (State.SENT, cast.mia.email, notice.message_id)


def test_no_copy_of_a_mail_is_kept_outside_a_demo(cast, clock_at, greeting, server):
    write(cast.mia.account)
    services.send_due()
    assert SentMail.objects.count() == 0


@pytest.mark.parametrize(
    ("answers", "answer", "state", "others"),
    [
        ("answers_to_content", "554 no such words here", State.PARKED, State.SENT),
        ("answers_to_content", "451 later", State.WAITING, State.SENT),
        ("answers_to_sender", "552 larger than we take", State.PARKED, State.SENT),
        ("answers_to_sender", "550 we do not know this sender", State.WAITING, State.WAITING),
    ],
)
def test_what_the_server_says_of_one_mail_touches_no_other_unless_it_takes_none(
    cast, clock_at, greeting, server, answers, answer, state, others
):
    first, second = write(cast.mia.account, "one"), write(cast.sol.account, "two")
    setattr(server, answers, [answer])
    services.send_due()
    assert [state_of(first), state_of(second)] == [state, others]
    assert Notice.objects.get(pk=first.pk).last_error == answer


def test_somebody_without_an_account_gets_mail_without_links(cast, clock_at, server):
    @content("test.hours")
    def hours(notice):
        return Message(subject="Hours", first_line="Fourteen hours over six months.")

    max_ = factories.person("Max", "Bauer", with_account=False, locale="en-gb", time_zone="Europe/Paris")
    left = factories.person("Lea", "Bauer", with_account=False, state="left", time_zone="Mars/Olympus")
    for person in (max_, left):
        notices.write("test.hours", person=person, subject=person, dedupe_key=f"hours:{person.pk}", now=NOON)
    assert services.send_due() == {State.SENT: 1, State.DROPPED: 1}
    assert server.taken[0].to == [max_.email]
    del CONTENT["test.hours"]


def test_unknown_time_zone_is_read_as_universal_time(cast, greeting):
    notice = write(cast.mia.account)
    notice.account.time_zone = "Mars/Olympus"
    message = compose(notice)
    assert message is not None
    assert message.first_line == "Hello <you> & me."


def test_action_link_needs_an_account(cast, greeting):
    notice = Notice(template="test.greeting", person=cast.mia, subject="person:1")
    with pytest.raises(ValueError, match="has no account"):
        address(notice, action_url("thing.answer", cast.mia, NOON), now=NOON)


def test_only_its_reader_puts_a_message_away_and_only_once(cast, clock_at, greeting):
    notice = write(factories.account("Number Seven", email=""))
    with pytest.raises(NotAllowed):
        services.put_away(notice, by=cast.mia.account)
    assert services.put_away(notice, by=notice.account).state == "sent"
    with pytest.raises(NotPossible):
        services.put_away(notice, by=notice.account)

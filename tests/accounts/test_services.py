"""Accounts: opened, closed, signed in, and given back to whoever has no mailbox."""

from datetime import timedelta

import pytest

from tests import factories
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_links import found
from tests.accounts.test_passkeys import register
from tests.cast import NOON
from turnabout.accounts import attempts, jobs, links, services
from turnabout.accounts.models import Account, Attempt, Link, SignInRequest
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event

WHERE = "192.0.2.7"
PIN = "481516"


def refused(error, call, *args, **kwargs):
    with pytest.raises(error) as caught:
        call(*args, **kwargs)
    return caught.value.sentence


@pytest.fixture
def clerk(db):
    """Somebody without a mailbox."""
    return factories.account("Ana Sousa", email="", locale="en-gb")


def events():
    return list(Event.objects.order_by("pk").values_list("name", "actor"))


# Opening and closing


def test_account_is_opened_once_for_one_name(db):
    made = [services.account_for(sign_in_name="N1", email="Mia@Example.test", display_name="Mia", now=NOON) for _ in range(2)]
    assert [(account.pk, account.sign_in_name, account.email) for account in made] == [
        (made[0].pk, "mia@example.test", "mia@example.test")
    ] * 2
    assert not made[0].has_usable_password()


def test_account_without_a_mailbox_is_named_by_the_employee_number(db):
    account = services.account_for(
        sign_in_name="N17 ", email="", display_name="Ana", now=NOON, locale="ar", time_zone="Africa/Cairo"
    )
    assert (account.sign_in_name, account.has_mailbox, account.locale, account.time_zone) == ("n17", False, "ar", "Africa/Cairo")


def test_owner_closes_an_account_with_its_links(cast):
    token = links.mint(cast.mia.account, kind=links.Kind.SIGN_IN, expires_at=NOON + timedelta(minutes=15), now=NOON)
    closed = services.deactivate_account(cast.mia.account, by=cast.olu, now=NOON)
    assert (closed.is_active, found(token, links.Kind.SIGN_IN).is_open(NOON)) == (False, False)
    assert events() == [("account.deactivated", f"account:{cast.olu.pk}")]


def test_closing_twice_is_one_event(cast):
    for _ in range(2):
        services.deactivate_account(cast.mia.account, by=cast.ada, now=NOON)
    assert len(events()) == 1


def test_nobody_else_closes_accounts_and_nobody_their_own(cast):
    refused(NotAllowed, services.deactivate_account, cast.mia.account, by=cast.cleo, now=NOON)
    refused(NotAllowed, services.deactivate_account, cast.olu, by=cast.olu, now=NOON)


def test_many_accounts_are_closed_at_once(cast):
    links.mint(cast.mia.account, kind=links.Kind.SIGN_IN, expires_at=NOON + timedelta(minutes=15), now=NOON)
    wanted = Account.objects.filter(pk__in=[cast.mia.account.pk, cast.sol.account.pk])
    assert [services.close_accounts(wanted, now=NOON), services.close_accounts(wanted, now=NOON)] == [2, 0]
    assert Link.objects.filter(revoked_at__isnull=True).count() == 0


def test_owner_names_another_one_and_nobody_else_does(cast):
    refused(NotAllowed, services.grant_owner, cast.mia.account, by=cast.ada, now=NOON)
    assert services.grant_owner(cast.mia.account, by=cast.olu, now=NOON).is_owner is True
    services.grant_owner(cast.mia.account, by=cast.olu, now=NOON)
    assert events() == [("owner.granted", f"account:{cast.olu.pk}")]


# Links by mail


def test_known_name_gets_a_link_by_mail(cast, clock_at, sent):
    services.request_link(f" {cast.mia.email.upper()} ", address=WHERE, next_path="/pairs/1/", now=NOON)
    (mail,) = sent()
    assert (mail.to, mail.template, mail.subject) == (cast.mia.email, "sign_in.requested", "Your link to sign in")
    token = mail.url.rstrip("/").rpartition("/")[2]
    assert services.consume_sign_in(token, now=NOON) == (cast.mia.account, "/pairs/1/")
    refused(NotPossible, services.consume_sign_in, token, now=NOON)


def test_unknown_closed_or_mailless_name_gets_nothing(cast, clerk, sent):
    services.deactivate_account(cast.sol.account, by=cast.olu, now=NOON)
    for name in ("who@example.test", cast.sol.email, clerk.sign_in_name, ""):
        services.request_link(name, address=WHERE, next_path="", now=NOON)
    assert sent() == []


def test_sign_in_link_ends_after_fifteen_minutes(cast, clock_at, sent):
    services.request_link(cast.mia.email, address=WHERE, next_path="", now=NOON)
    token = sent()[0].url.rstrip("/").rpartition("/")[2]
    refused(NotPossible, services.consume_sign_in, token, now=NOON + timedelta(minutes=15))


def test_mail_that_could_not_go_out_for_an_hour_is_not_sent_any_more(cast, clock_at, sent):
    services.request_link(cast.mia.email, address=WHERE, next_path="", now=NOON)
    clock_at(NOON + timedelta(hours=1, minutes=1))
    assert sent() == []


def test_asking_is_limited_alike_for_known_and_unknown_names(cast):
    for name in (cast.mia.email, "who@example.test"):
        for _ in range(attempts.PER_NAME):
            services.request_link(name, address=WHERE, next_path="", now=NOON)
        assert refused(NotPossible, services.request_link, name, address=WHERE, next_path="", now=NOON) == (
            "There were many tries within an hour. Please wait an hour, then try again."
        )
    services.request_link(cast.mia.email, address=WHERE, next_path="", now=NOON + timedelta(hours=1))


def test_one_address_cannot_try_name_after_name(db, monkeypatch):
    monkeypatch.setattr(attempts, "PER_ADDRESS", 3)
    for number in range(3):
        services.request_link(f"who{number}@example.test", address=WHERE, next_path="", now=NOON)
    refused(NotPossible, services.request_link, "next@example.test", address=WHERE, next_path="", now=NOON)
    services.request_link("next@example.test", address="192.0.2.8", next_path="", now=NOON)


def test_attempts_tell_neither_name_nor_address(cast):
    services.request_link(cast.mia.email, address=WHERE, next_path="", now=NOON)
    kept = str(Attempt.objects.values())
    assert [secret in kept for secret in (cast.mia.email, WHERE)] == [False, False]


# Password and PIN


def test_password_lets_in_and_a_wrong_one_does_not(cast):
    services.set_password(cast.mia.account, "four unusual words here")
    assert services.check_secret(cast.mia.email, "four unusual words here", address=WHERE, now=NOON) == cast.mia.account
    wrong = refused(NotPossible, services.check_secret, cast.mia.email, "four usual words here", address=WHERE, now=NOON)
    unknown = refused(NotPossible, services.check_secret, "who@example.test", "x", address=WHERE, now=NOON)
    unset = refused(NotPossible, services.check_secret, cast.sol.email, "x", address=WHERE, now=NOON)
    assert wrong == unknown == unset


def test_guessing_stops_and_success_starts_afresh(cast):
    services.set_password(cast.mia.account, "four unusual words here")
    for _ in range(attempts.PER_NAME - 1):
        refused(NotPossible, services.check_secret, cast.mia.email, "guess", address=WHERE, now=NOON)
    services.check_secret(cast.mia.email, "four unusual words here", address=WHERE, now=NOON)
    for _ in range(attempts.PER_NAME):
        refused(NotPossible, services.check_secret, cast.mia.email, "guess", address=WHERE, now=NOON)
    assert refused(
        NotPossible, services.check_secret, cast.mia.email, "four unusual words here", address=WHERE, now=NOON
    ).startswith("There were many tries")


@pytest.mark.parametrize("weak", ["short", "own address", "1q2w3e4r5t6y"])
def test_weak_password_is_refused(cast, weak):
    if weak == "own address":
        weak = cast.mia.email
    refused(NotPossible, services.set_password, cast.mia.account, weak)


@pytest.mark.parametrize("weak", ["48151", "123456", "654321", "111111", "121212", "483483", "48151x", "٤٨١٥١٦", "4815162342481"])
def test_weak_pin_is_refused(clerk, weak):
    refused(NotPossible, services.set_password, clerk, weak)


def test_own_number_is_no_pin(db):
    clerk = factories.account("Ana", email="")
    Account.objects.filter(pk=clerk.pk).update(sign_in_name="n481516")
    refused(NotPossible, services.set_password, Account.objects.get(pk=clerk.pk), "481516")


def test_password_is_removed_but_not_the_only_way_in(cast, clerk):
    services.set_password(cast.mia.account, "four unusual words here")
    assert not services.remove_password(cast.mia.account).has_usable_password()
    clerk = services.set_password(clerk, PIN)
    refused(NotPossible, services.remove_password, clerk)


def test_pin_goes_once_there_is_a_passkey_and_the_passkey_then_stays(clerk, settings):
    settings.SITE_URL = "http://localhost:8000"
    clerk = services.set_password(clerk, PIN)
    passkey = register(clerk, Authenticator())
    services.remove_password(clerk)
    passkey.refresh_from_db()
    refused(NotPossible, services.remove_passkey, passkey, by=Account.objects.get(pk=clerk.pk))


# Cards


def test_card_sets_a_pin_once(cast, clerk):
    card = services.print_card(clerk, by=cast.cleo, now=NOON)
    link = found(card.token, links.Kind.CARD)
    assert services.set_pin_by_card(link, PIN, now=NOON) == clerk
    assert services.check_secret(clerk.sign_in_name, PIN, address=WHERE, now=NOON) == clerk
    refused(NotPossible, services.set_pin_by_card, link, "918273", now=NOON)
    refused(NotPossible, services.find_card_by_code, clerk.sign_in_name, card.code, address=WHERE, now=NOON)
    assert events() == [("card.printed", f"account:{cast.cleo.pk}")]


def test_code_of_a_card_works_by_hand_and_only_with_its_number(cast, clerk):
    card = services.print_card(clerk, by=cast.cleo, now=NOON)
    refused(NotPossible, services.find_card_by_code, cast.mia.email, card.code, address=WHERE, now=NOON)
    typed = card.code.lower().replace("-", " ")
    assert services.find_card_by_code(clerk.sign_in_name.upper(), typed, address=WHERE, now=NOON).account == clerk


def test_weak_pin_does_not_use_the_card_up(cast, clerk):
    card = services.print_card(clerk, by=cast.cleo, now=NOON)
    link = found(card.token, links.Kind.CARD)
    refused(NotPossible, services.set_pin_by_card, link, "123456", now=NOON)
    services.set_pin_by_card(link, PIN, now=NOON)


def test_card_ends_after_fourteen_days_by_a_newer_card_and_by_hand(cast, clerk):
    first, second = (services.print_card(clerk, by=cast.cleo, now=NOON) for _ in range(2))
    cards = [found(card.token, links.Kind.CARD) for card in (first, second)]
    assert [link.is_open(NOON) for link in cards] == [False, True]
    assert cards[1].is_open(NOON + timedelta(days=14)) is False
    assert services.end_cards(clerk, now=NOON) == 2
    assert found(second.token, links.Kind.CARD).is_open(NOON) is False


def test_no_card_for_a_mailbox_or_for_power(cast, clerk):
    refused(NotAllowed, services.print_card, cast.mia.account, by=cast.olu, now=NOON)
    Account.objects.filter(pk=clerk.pk).update(is_owner=True)
    refused(NotAllowed, services.print_card, Account.objects.get(pk=clerk.pk), by=cast.olu, now=NOON)


def test_guessing_codes_stops(cast, clerk):
    card = services.print_card(clerk, by=cast.cleo, now=NOON)
    for _ in range(attempts.PER_NAME):
        refused(NotPossible, services.find_card_by_code, clerk.sign_in_name, "2222", address=WHERE, now=NOON)
    assert refused(NotPossible, services.find_card_by_code, clerk.sign_in_name, card.code, address=WHERE, now=NOON).startswith(
        "There were many tries"
    )


def test_secrets_of_a_card_are_stored_nowhere(cast, clerk):
    card = services.print_card(clerk, by=cast.cleo, now=NOON)
    stored = str(list(Link.objects.values())) + str(list(Event.objects.values()))
    assert [secret in stored for secret in (card.token, card.code, card.code.replace("-", ""))] == [False, False, False]


def test_language_and_time_zone_are_chosen(cast):
    chosen = services.choose_language(cast.mia.account, locale="ar", time_zone="Africa/Cairo")
    assert (chosen.locale, chosen.time_zone) == ("ar", "Africa/Cairo")


def test_tidying_forgets_what_has_no_use_any_more(cast, clock_at):
    services.request_link(cast.mia.email, address=WHERE, next_path="", now=NOON)
    links.mint(cast.mia.account, kind=links.Kind.SIGN_IN, expires_at=NOON, now=NOON)
    clock_at(NOON + timedelta(days=91))
    jobs.tidy()
    assert [model.objects.count() for model in (Attempt, SignInRequest, Link)] == [0, 0, 0]

"""A card for an account that is in use already: whoever prints it does not read a pair's notes unseen."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests import factories
from tests.cast import NOON
from turnabout.accounts import services
from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.notifications.models import Notice
from turnabout.notifications.quiet_hours import sending_time
from turnabout.notifications.services import put_away
from turnabout.pairs.models import Pair

OLD, NEW = "481516", "918273"
WHERE = "192.0.2.1"


@pytest.fixture
def clerk(cast):
    """Shares with Sol, has no mailbox, and signs in with a PIN."""
    person = factories.person("Ana", "Sousa", entity=cast.paris, has_mailbox=False, grade=2)
    factories.pair(factories.enrolment(cast.cohort, person, "mentor"), cast.sol_place)
    Account.objects.filter(pk=person.account_id).update(password=make_password(OLD))
    return person


def number_of(person):
    return person.account.sign_in_name


def use(person, code, pin=NEW):
    return Client().post("/card/", {"number": number_of(person), "code": code, "pin": pin})


def test_partner_and_contact_are_told_at_once_and_nobody_else(cast, clerk, client_of, clock_at, sent):
    assert cast.mia_place
    client_of(cast.cleo).post(f"/people/{clerk.pk}/card/")
    mails = [mail for mail in sent() if mail.template == "card.reset"]
    assert sorted(mail.to for mail in mails) == sorted([cast.sol.email, cast.nadia.email])
    assert mails[0].subject == "A new sign-in card was printed for Ana Sousa"
    assert "Cleo" not in mails[0].text
    assert Event.objects.get(name="card.printed").data == {"is_reset": True}


def test_the_card_waits_a_day_and_the_old_pin_works_meanwhile(cast, clerk, client_of, clock_at):
    printed = client_of(cast.cleo).post(f"/people/{clerk.pk}/card/")
    assert printed.context["expires"].startswith("The card works once, from 2 March 2027, 12:00 until")
    code = printed.context["code"]
    early = use(clerk, code)
    assert early.status_code == 422
    assert early.context["form"].errors["code"][0].startswith("This card works from 2 March 2027, 12:00.")
    assert services.check_secret(number_of(clerk), OLD, address=WHERE, now=NOON) == clerk.account
    clock_at(NOON + timedelta(days=1))
    assert use(clerk, code).status_code == 302
    assert services.check_secret(number_of(clerk), NEW, address=WHERE, now=NOON) == clerk.account


def test_the_square_on_the_card_says_when_it_opens(cast, clerk, clock_at):
    card = services.print_card(Account.objects.get(pk=clerk.account_id), by=cast.cleo, now=NOON)
    early = Client().get(f"/card/{card.token}/")
    assert early.status_code == 409
    assert "This card works from 2 March 2027, 12:00." in early.content.decode()
    with pytest.raises(NotPossible):
        services.set_pin_by_card(services.links.find(card.token, kind="card"), NEW, now=NOON)
    clock_at(NOON + timedelta(days=1))
    assert Client().get(f"/card/{card.token}/").status_code == 200


def test_the_holder_ends_it_without_asking_who_printed_it(cast, clerk, client_of, clock_at):
    code = client_of(cast.cleo).post(f"/people/{clerk.pk}/card/").context["code"]
    hers = client_of(Account.objects.get(pk=clerk.account_id))
    assert "A card was printed for you" in hers.get("/account/").content.decode()
    assert hers.post("/account/cards/end/").status_code == 302
    assert "A card was printed for you" not in hers.get("/account/").content.decode()
    clock_at(NOON + timedelta(days=1))
    assert use(clerk, code).status_code == 422


def test_nobody_puts_the_warning_away_for_the_holder(cast, clerk, client_of, clock_at):
    client_of(cast.cleo).post(f"/people/{clerk.pk}/card/")
    notice = Notice.objects.get(template="card.printed")
    whoever_is_in = client_of(Account.objects.get(pk=clerk.account_id))
    page = whoever_is_in.get("/messages/").content.decode()
    assert "From 2 March 2027, 13:00, whoever holds it can choose a new PIN" in page
    assert f"/messages/{notice.pk}/away/" not in page
    assert whoever_is_in.post(f"/messages/{notice.pk}/away/").status_code == 409
    clock_at(NOON + timedelta(days=14))
    assert put_away(notice, by=notice.account).state == "sent"


def test_a_first_card_works_at_once_and_tells_no_partner(cast, client_of, clock_at):
    person = factories.person("Bo", "Lin", entity=cast.paris, has_mailbox=False)
    code = client_of(cast.cleo).post(f"/people/{person.pk}/card/").context["code"]
    assert use(person, code).status_code == 302
    assert list(Notice.objects.values_list("template", flat=True)) == ["card.printed"]


def test_the_page_says_what_a_reset_does_before_it_is_printed(cast, clerk, client_of):
    page = client_of(cast.cleo).get(f"/people/{clerk.pk}/card/").content.decode()
    assert "Ana Sousa has a PIN or a passkey already. The new card takes its place and works from tomorrow" in page


@pytest.mark.parametrize(("days", "told"), [(29, ["Sol Lindqvist"]), (31, [])])
def test_a_partner_is_told_for_as_long_as_what_the_two_wrote_is_kept(cast, clerk, days, told):
    Pair.objects.update(state="ended", ended_at=NOON - timedelta(days=days))
    services.print_card(Account.objects.get(pk=clerk.account_id), by=cast.cleo, now=NOON)
    readers = Notice.objects.filter(template="card.reset").exclude(account=cast.nadia)
    assert list(readers.values_list("account__display_name", flat=True)) == told


@pytest.mark.parametrize("power", ["coordinator", "sponsor", "contact", "assistant"])
def test_no_card_opens_an_account_with_power(cast, client_of, clock_at, power):
    person = factories.person("Bo", "Lin", entity=cast.paris, has_mailbox=False)
    if power == "assistant":
        factories.delegation(cast.sol, person.account)
    else:
        factories.office(person.account, cast.programme, power)
    page = client_of(cast.cleo).get(f"/people/{person.pk}/card/").content.decode()
    assert "No card opens an account with a duty in the programme." in page
    assert client_of(cast.cleo).post(f"/people/{person.pk}/card/").status_code == 403
    with pytest.raises(NotAllowed):
        services.print_card(person.account, by=cast.olu, now=NOON)


def test_the_word_about_a_reset_does_not_wait_for_working_hours(cast, clerk, client_of, clock_at):
    """The card opens after a day: on a Friday evening, a mail on Monday would come after it."""
    friday_night = NOON + timedelta(days=4, hours=9)
    clock_at(friday_night)
    client_of(cast.cleo).post(f"/people/{clerk.pk}/card/")
    told = Notice.objects.filter(template="card.reset").select_related("account")
    assert {notice.account.email for notice in told} == {cast.sol.email, cast.nadia.email}
    assert {sending_time(notice, now=friday_night) for notice in told} == {friday_night}

"""Tokens, and that one of many who press at once wins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from tests.cast import NOON
from turnabout.accounts import links
from turnabout.accounts.models import Account, Link

SOON = NOON + timedelta(minutes=15)


def found(token, kind):
    link = links.find(token, kind=kind)
    assert link is not None
    return link


def mint(account, subject="thing:1", **fields):
    return links.mint(
        account, **({"kind": links.Kind.ACTION, "verb": "thing.do", "subject": subject, "expires_at": SOON, "now": NOON} | fields)
    )


def test_token_is_found_by_its_hash_and_stored_nowhere(cast):
    token = mint(cast.mia.account)
    link = found(token, links.Kind.ACTION)
    assert (link.account, link.subject_kind, link.subject_id) == (cast.mia.account, "thing", 1)
    assert token not in str(Link.objects.values())


def test_tokens_have_at_least_128_bits():
    assert links.TOKEN_BYTES * 8 >= 128


def test_link_is_used_once(cast):
    link = found(mint(cast.mia.account), links.Kind.ACTION)
    assert [links.consume(link, now=NOON), links.consume(link, now=NOON)] == [True, False]


def test_late_or_ended_link_is_not_used(cast):
    late, ended = mint(cast.mia.account), mint(cast.mia.account, "thing:2")
    assert links.consume(found(late, links.Kind.ACTION), now=SOON) is False
    assert links.revoke(account=cast.mia.account, verb="thing.do", now=NOON) == 2
    assert links.consume(found(ended, links.Kind.ACTION), now=NOON) is False


def test_using_one_mail_uses_up_the_same_question_of_the_other_mail(cast):
    first, second = mint(cast.mia.account), mint(cast.mia.account)
    assert links.consume(found(second, links.Kind.ACTION), now=NOON) is True
    assert links.consume(found(first, links.Kind.ACTION), now=NOON) is False


def test_links_to_other_things_and_of_other_people_stay_open(cast):
    mine, other_thing, other_person = mint(cast.mia.account), mint(cast.mia.account, "thing:2"), mint(cast.sol.account)
    links.consume(found(mine, links.Kind.ACTION), now=NOON)
    assert [found(token, links.Kind.ACTION).is_open(NOON) for token in (other_thing, other_person)] == [True, True]


def test_revoking_nothing_in_particular_is_a_mistake():
    with pytest.raises(ValueError, match="whose links"):
        links.revoke(now=NOON)


def test_code_opens_nothing_without_its_name(cast):
    assert links.secret_of_code("N1", "abcd-efgh-jkmn") == links.secret_of_code(" n1 ", "ABCDEFGH JKMN")
    assert links.secret_of_code("N1", "ABCD") != links.secret_of_code("N2", "ABCD")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("copies", [1, 2])
def test_many_press_at_once_and_exactly_one_wins(copies):
    """With one link pressed by eight, and with two mails about the same question pressed by four each."""
    account = Account.objects.create(sign_in_name="mia", display_name="Mia", created_at=NOON)
    tokens = [mint(account) for _ in range(copies)]
    start = Barrier(8)

    def press(number):
        link = found(tokens[number % copies], links.Kind.ACTION)
        start.wait()
        try:
            return links.consume(link, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(8))) == [False] * 7 + [True]

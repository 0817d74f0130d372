"""Whatever stands in an address or a form where a number or a day is expected, no page breaks."""

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_matrix import MATRIX, MEMBERS, Row
from tests.cast import NOON, Cast
from turnabout.accounts import links
from turnabout.scheduling.models import Session
from turnabout.web.checks import patterns
from turnabout.web.numbers import MOST, number_of

ODD = ("²", "-1", "1" + 30 * "0", str(MOST), "")
STRANGE_DAYS = ("0001-01-01T00:00", "9999-12-31T23:59", "0001-01-01", "9999-12-31")
READ = re.compile(r'request\.(GET|POST)(?:\.get|\.getlist)?[(\[]"(\w+)"')
TAKES_DAYS = {"other", "time", "met_on", "due_on"}
# What a form has to say besides, so that the odd part of it is read at all.
BESIDES: dict[str, tuple[dict[str, str], ...]] = {
    "session_move": ({"time": "other"},),
    "session_new": ({"time": "other"},),
    "session_report": ({"answer": "met"},),
    "session_reopen": ({"told": "met"},),
    "places_act": ({"do": "remind"}, {"do": "extend", "who": "all"}, {"do": "extend", "days": "3"}),
    "place_for_organisers": ({"do": "capacity"},),
    "cohort_invite": ({"how": "directory", "role": "mentee"}, {"how": "list", "do": "invite", "people": "1"}),
    "note_add": ({"kind": "shared", "body": "x"},),
    "step_add": ({"body": "x", "holder": "mentor"},),
    "prepare_module": ({"do": "check"},),
    "publish": ({"subject": "x", "body": "x"},),
}


def names_of(callback: Any, method: str) -> set[str]:
    """The parameters that a page's module reads, and the fields of its forms."""
    module = sys.modules[callback.__module__]
    read = {name for how, name in READ.findall(inspect.getsource(module)) if how == method}
    declared = {
        field
        for form in vars(module).values()
        if inspect.isclass(form) and issubclass(form, forms.BaseForm)
        for field in getattr(form, "base_fields", {})
    }
    by_role = {"mentor_place", "mentee_place", "mentor", "mentee"} if module.__name__.endswith("asking") else set()
    return read | by_role | (declared if method == "POST" or read else set())


def sent_by(row: Row, callback: Any, method: str) -> Iterator[dict[str, str]]:
    """All parameters odd at once, and each alone."""
    names = names_of(callback, method)
    for base in BESIDES.get(row.name, ({},)) if method == "POST" else ({},):
        for odd in ODD if names else ("",):
            yield {**dict.fromkeys(names, odd), **base}
        for name in sorted(names - set(base)):
            values = STRANGE_DAYS if name in TAKES_DAYS else ODD[:1]
            yield from ({**base, name: value} for value in values)


def what_breaks(cast: Cast, client_of: Any, method: str) -> list[str]:
    clients: dict[str, Client] = {member: client_of(None if member == "nobody" else getattr(cast, member)) for member in MEMBERS}
    assert cast.first_session
    assert cast.story
    callbacks = {pattern.name: pattern.callback for pattern in patterns()}
    broken = []
    for row in MATRIX:
        with transaction.atomic():
            url = reverse(row.name, kwargs=row.of(cast)) + row.query
            client = clients[min(row.opens, default="mia")]
            for data in sent_by(row, callbacks[row.name], method):
                if problem := _problem(client, method, url, data):
                    broken.append(f"{row.name} {method} {data}: {problem}")
            transaction.set_rollback(True)
    return broken


def _problem(client: Client, method: str, url: str, data: dict[str, str]) -> str:
    try:
        with transaction.atomic():  # nobody meets what another try left behind
            status = client.get(url, data).status_code if method == "GET" else client.post(url, data).status_code
            transaction.set_rollback(True)
    except Exception as error:
        return repr(error)
    return "" if status < 500 else str(status)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("007", 7),
        (str(MOST), MOST),
        (str(MOST + 1), None),
        *((odd, None) for odd in ("", " 1", "-1", "1.0", "²", "٣", "\0")),
    ],
)
def test_number_is_what_was_typed_in_plain_digits(text, number):
    assert number_of(text) == number


def test_no_address_breaks_a_page(cast, client_of, clock_at):
    assert what_breaks(cast, client_of, "GET") == []


def test_no_form_breaks_a_page(cast, client_of, clock_at):
    assert what_breaks(cast, client_of, "POST") == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/people/", {"q": "\0"}),
        lambda client: client.get("/people/", {"\0": "q"}),
        lambda client: client.get("/p/%00/"),
        lambda client: client.get("/morning/?q=a&q=%00"),
        lambda client: client.post("/account/language/", {"locale": "en-gb", "time_zone": "Europe/\0Paris"}),
        lambda client: client.get("/people/", headers={"cookie": 'sessionid="\\000abcdefgh"'}),
    ],
)
def test_nul_anywhere_is_answered_as_unreadable(ask, cast, client_of):
    answer = ask(client_of(cast.olu))
    assert answer.status_code == 400
    assert "The server could not read this request. Go back and try again." in answer.content.decode()


def test_day_that_no_clock_shows_is_refused_in_the_mailed_link_too(cast, client_of, clock_at):
    session = cast.first_session
    assert cast.mia.account
    token = links.mint(
        cast.mia.account, kind=links.Kind.ACTION, verb="session.move", subject=session, expires_at=session.starts_at, now=NOON
    )
    answer = client_of(None).post(f"/l/{token}/", {"time": "other", "other": "0001-01-01T00:00"})
    assert answer.status_code == 409
    assert "This date and time could not be read." in answer.content.decode()
    assert Session.objects.get(pk=session.pk).starts_at == session.starts_at

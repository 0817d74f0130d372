"""Every page x every role, from one table."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access_matrix import MATRIX, MEMBERS, Row
from turnabout.web.checks import patterns


def test_every_page_has_a_row_in_the_access_matrix():
    names = {pattern.name for pattern in patterns()}
    missing = sorted(str(name) for name in names - {row.name for row in MATRIX})
    assert missing == [], f"{missing} have no row in tests/access_matrix.py: say who may open them, and what everybody else gets."


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_page_opens_for_those_it_is_for_and_nobody_else(row: Row, cast, client_of, clock_at):
    people = {member: None if member == "nobody" else getattr(cast, member) for member in MEMBERS}
    assert cast.mia_and_sol
    url = reverse(row.name, kwargs=row.of(cast)) + row.query
    expected = {member: row.status if member in row.opens else row.otherwise for member in MEMBERS}
    if "nobody" not in row.opens:
        expected["nobody"] = row.nobody
    found = {}
    for member, who in people.items():
        with transaction.atomic():  # nobody meets what another's visit left behind
            found[member] = client_of(who).get(url).status_code
            transaction.set_rollback(True)
    assert found == expected

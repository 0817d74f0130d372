"""Who opens which page of the access matrix: the cast with their sessions, and each object of the matrix made once."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.access_matrix import MEMBERS, Row
from tests.cast import Cast
from tests.web.looking import Visit
from turnabout.accounts.models import Account
from turnabout.people.models import Person


def account_of(who: Account | Person) -> Account:
    account = who.account if isinstance(who, Person) else who
    assert account is not None
    return account


def session_of(who: Account | Person) -> str:
    """The cookie of somebody signed in."""
    client = Client()
    client.force_login(account_of(who))
    return client.cookies["sessionid"].value


def skeleton(html: str) -> str:
    """What stands on the page, without its words: readers whose skeleton is the same see the same page."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.findall(r"<(\w+(?:[^>]*?\sclass=\"[^\"]*\")?)", main))


@dataclass(kw_only=True)
class Readers:
    cast: Cast = field(default_factory=Cast)
    _sessions: dict[str, str] = field(default_factory=dict)
    _objects: dict[Callable[[Cast], dict[str, Any]], dict[str, Any]] = field(default_factory=dict)

    def session(self, member: str) -> str:
        if member == "nobody":
            return ""
        if member not in self._sessions:
            self._sessions[member] = session_of(getattr(self.cast, member))
        return self._sessions[member]

    def path(self, row: Row) -> str:
        if row.of not in self._objects:
            self._objects[row.of] = row.of(self.cast)
        return reverse(row.name, kwargs=self._objects[row.of]) + row.query

    def visits(self, rows: Iterable[Row]) -> list[Visit]:
        """Every row for every kind of reader whose page differs; files that are no pages left out."""
        assert self.cast.mia_and_sol
        return [visit for row in rows for visit in self._visits(row)]

    def _visits(self, row: Row) -> list[Visit]:
        seen: dict[str, Visit] = {}
        for member in sorted(row.opens, key=MEMBERS.index):
            session = self.session(member)
            client = Client()
            client.cookies["sessionid"] = session
            answer = client.get(self.path(row))
            if answer.headers["Content-Type"].startswith("text/html"):
                visit = Visit(
                    name=f"{row.name} for {member}",
                    path=self.path(row),
                    session=session,
                    status=row.status,
                    sends_empty=not seen,
                    is_close=not seen,
                )
                seen.setdefault(skeleton(answer.content.decode()), visit)
        return list(seen.values())

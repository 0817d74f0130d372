"""Opening every page of the product as everybody, with every number there is, and reading what comes back."""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.access_matrix import MATRIX, MEMBERS
from tests.cast import Cast
from turnabout.enrolments.models import Enrolment
from turnabout.matching.models import Forecast, Proposal, Run
from turnabout.pairs.models import Pair
from turnabout.people.models import DirectoryImport, Entity, Person
from turnabout.programmes.models import Cohort, Programme
from turnabout.scheduling.models import Session
from turnabout.stories.models import Story
from turnabout.web.checks import patterns

STEPS = ("share", "learn", "limits", "practical", "last", "questions", "confirm")
# What a page shows only when it is asked for.
QUERIES = {
    "board": ("?show=out", "?show=look"),
    "cohort_invite": ("?role=mentor&how=directory", "?role=mentee&how=directory"),
    "morning": ("?show=all", "?show=resting"),
    "overview": ("?by=country",),
    "people": ("?state=all",),
    "places": ("?state=withdrawn",),
}
# The matrix shows these with one person's own; everybody who takes part has theirs.
OF_ONES_OWN = {
    "suggestion",
    "place",
    "place_leave",
    "place_pause",
    "place_nominate",
    "register",
    "register_step",
    "prepare",
    "prepare_module",
}
TAKE_PART = {"mia", "sol"}
CHANGES_BY_ITSELF = re.compile(
    r'<dcterms:[a-z]+[^>]*>[^<]*|name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|hx-headers=\'[^\']*\'|data-token="[^"]*"'
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One page as one member got it."""

    member: str
    name: str
    url: str
    status: int
    text: str


def numbers() -> dict[str, list[Any]]:
    """Every value that can stand in an address, whoever it belongs to."""

    def ids(model: Any) -> list[Any]:
        return list(model.objects.order_by("pk").values_list("pk", flat=True))

    return {
        "programme_id": ids(Programme),
        "cohort_id": ids(Cohort),
        "run_id": ids(Run),
        "forecast_id": ids(Forecast),
        "proposal_id": ids(Proposal),
        "pair_id": ids(Pair),
        "session_id": ids(Session),
        "story_id": ids(Story),
        "place_id": ids(Enrolment),
        "person_id": ids(Person),
        "entity_id": ids(Entity),
        "import_id": ids(DirectoryImport),
        "kind": ["csv", "xlsx"],
        "step": list(STEPS),
        "module": ["boundaries"],
        "number": [2],
        "token": ["never-minted"],
        "key": ["global-digital", *Cohort.objects.values_list("open_link_key", flat=True)],
    }


def addresses(names: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
    """The name and address of every page that can be opened, once for each combination of numbers."""
    wanted = {row.name for row in MATRIX if row.status != 405} if names is None else set(names)
    values = numbers()
    for pattern in patterns():
        if pattern.name not in wanted:
            continue
        keys = list(pattern.pattern.converters)
        for chosen in itertools.product(*(values.get(key, [1]) for key in keys)):
            url = reverse(pattern.name, kwargs=dict(zip(keys, chosen, strict=True)))
            for query in ("", *QUERIES.get(pattern.name, ())):
                yield pattern.name, url + query


def clients_of(cast: Cast, client_of: Callable[[Any], Client], members: Iterable[str] = MEMBERS) -> dict[str, Client]:
    return {member: client_of(None if member == "nobody" else getattr(cast, member)) for member in members}


def crawl(clients: Mapping[str, Client], names: Iterable[str] | None = None) -> Iterator[Seen]:
    """Every page as each of these members, with every number there is; a page that is for others is tried once."""
    pages = list(addresses(names))
    first = dict(reversed(pages))
    open_to = {row.name: row.opens | (TAKE_PART if row.name in OF_ONES_OWN else set()) for row in MATRIX}
    for member, client in clients.items():
        for name, url in pages:
            if member not in open_to[name] and url != first[name]:
                continue
            answer = client.get(url)
            yield Seen(member=member, name=name, url=url, status=answer.status_code, text=text_of(answer))


def text_of(answer: Any) -> str:
    """Everything readable of an answer: a spreadsheet is unpacked, a redirection says where it leads."""
    content = answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(part) for part in book.namelist())
    return f"{answer.get('Location', '')} {answer.get('Content-Disposition', '')}\n{content.decode(errors='replace')}"


def without_secrets(text: str) -> str:
    """A page without what differs between two requests for the same thing."""
    return CHANGES_BY_ITSELF.sub("", text)


def holding(text: str, needles: Iterable[str]) -> set[str]:
    """The needles that can be read in a text, its HTML escapes and quoted addresses included."""
    return {needle for needle in needles if needle in text}


def columns_that_hold(needle: str) -> list[str]:
    """Every column of every table, the jobs' own included, in which the letters or bytes of the needle are found."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_schema not in ('pg_catalog', 'information_schema')"
            " and data_type in ('text', 'character varying', 'character', 'bytea', 'jsonb', 'json', 'ARRAY')"
            " and table_name in (select tablename from pg_tables)"
        )
        for schema, table, column in cursor.fetchall():
            cursor.execute(
                f'select exists (select 1 from "{schema}"."{table}" where "{column}"::text like %s or "{column}"::text like %s)',
                [f"%{needle}%", f"%{needle.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return sorted(found)

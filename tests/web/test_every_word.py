"""Every word of every page can be translated: in a language in which our sentences stand in brackets, nothing but data
stands outside them.
"""

from __future__ import annotations

import re
import tomllib
import zoneinfo
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.mofile import write_mo
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import dates
from django.utils.translation import trans_real

import turnabout.blueprints
from tests.access_matrix import MATRIX, Row
from turnabout.people.directory.text_file import ENCODINGS
from turnabout.people.models import Person
from turnabout.project import catalogues

PAGES = [row for row in MATRIX if row.opens and row.status not in {302, 405}]
SPOKEN_ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")
# The same in every language: the product's name, file formats, what a file of people holds, initials, addresses.
NAMES = re.compile(r"Turnabout|CSV|XLSX|EmployeeNumber|Name|Ada Byron|[A-Z]{2,3}|https?://\S+|\S+@\S+")
LONG = 8  # so long a piece may be part of a content's sentence


class Words(HTMLParser):
    """What a page says, text and spoken attributes; NUL between two pieces."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.attributes, self._silent = "", list[str](), 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        found = dict(attrs)
        self.attributes += [found.get(name) or "" for name in SPOKEN_ATTRIBUTES]
        if tag == "input" and found.get("type") in {"submit", "button"}:
            self.attributes.append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += f"\0{data}"

    def outside_brackets(self) -> Iterator[str]:
        """Pieces that no sentence of ours holds."""
        for whole in (self.text, *self.attributes):
            text, before = whole, ""
            while text != before:
                before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
            yield from (" ".join(piece.split()) for piece in text.split("\0"))


@cache
def content() -> frozenset[str]:
    """What designs, curricula and agreement texts say: content that is edited in the product."""
    folder = Path(turnabout.blueprints.__path__[0], "content")
    return frozenset(text for file in folder.rglob("*.toml") for text in _strings(tomllib.loads(file.read_text())))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield " ".join(value.split())


def stored() -> set[str]:
    """Every text in the database, and every person's whole name."""
    found = {f"{person.given_name} {person.family_name}" for person in Person.objects.all()}
    for model in apps.get_models():
        if model._meta.app_config and model.__module__.startswith("turnabout."):
            for row in model._default_manager.values():
                found |= {" ".join(part.split()) for value in row.values() for part in _strings(value)}
    return found


ENGLISH = Locale("en", "GB")
CALENDAR = {
    str(word).casefold()
    for words in (dates.MONTHS, dates.MONTHS_3, dates.WEEKDAYS, dates.WEEKDAYS_ABBR)
    for word in words.values()
}
FIXED = {*zoneinfo.available_timezones(), *ENCODINGS, *ENGLISH.territories.values(), *ENGLISH.languages.values()}


def is_data(piece: str, known: set[str]) -> bool:
    """Whether a piece is, or is put together of, what people or files hold."""
    bare = re.sub(r"^\[[\w-]+\] | \[[\w, -]+\]$", "", piece).strip(" ·:,.–-()")
    if {bare, piece} & (known | FIXED | content()) or NAMES.fullmatch(bare):
        return True
    if len(bare) >= LONG and any(bare in text for text in content()):
        return True
    words = re.findall(r"[^\W\d_]+", bare)
    if all(len(word) == 1 or word.casefold() in CALENDAR for word in words):
        return True
    parts = re.split(r" · |, |: |\. ", bare)
    return len(parts) > 1 and all(is_data(part, known) for part in parts)


@pytest.fixture(scope="module")
def brackets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    catalogue = catalogues.gathered("en_GB")
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = tuple(f"⟦{text}⟧" for text in ids)
            message.string = texts if message.pluralizable else texts[0]
    place = folder / "en_GB" / catalogues.PO.with_suffix(".mo")
    place.parent.mkdir(parents=True)
    with place.open("wb") as file:
        write_mo(file, catalogue)
    return folder


@pytest.fixture
def in_brackets(brackets: Path, settings: Any) -> Iterator[None]:
    settings.LOCALE_PATHS = [brackets]
    trans_real._translations.clear()
    trans_real._default = None
    yield
    trans_real._translations.clear()
    trans_real._default = None


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_every_word_of_a_page_can_be_translated(row: Row, cast, client_of, clock_at, in_brackets):
    people = {member: None if member == "nobody" else getattr(cast, member) for member in row.opens}
    assert cast.mia_and_sol
    url = reverse(row.name, kwargs=row.of(cast)) + row.query
    found = {}
    for member, who in people.items():
        with transaction.atomic():  # nobody meets what another's visit left behind
            answer = client_of(who).get(url)
            if answer.headers["Content-Type"].startswith("text/html"):
                words, known = Words(answer.content.decode()), stored()
                found[member] = [piece for piece in words.outside_brackets() if not is_data(piece, known)]
            transaction.set_rollback(True)
    assert {member: pieces for member, pieces in found.items() if pieces} == {}

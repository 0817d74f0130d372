"""One cell as one value of a person, or a BadValue that says what is wrong and what to do."""

import re
import zoneinfo
from functools import lru_cache

import babel
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from turnabout.core.text import folded

NAMED_IN = ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "pl")
SPOKEN_UNDER_THEIR_OWN_NAME = ("fi", "cs", "hu", "ro", "tr", "nb", "ja", "zh", "ar", "el")
LEVELS = {"a1": 1, "a2": 1, "b1": 2, "b2": 3, "c1": 3, "c2": 4, "native": 4, "1": 1, "2": 2, "3": 3, "4": 4}
WITHOUT_LEVEL = 3
_SPOKEN = re.compile(r"^\s*([^\d:(=]+?)\s*(?:[:(=]\s*([A-Za-z0-9]+)\s*\)?)?\s*$")
OTHER_COUNTRY_NAMES = {
    "uk": "GB",
    "usa": "US",
    "u.s.a.": "US",
    "u.k.": "GB",
    "uae": "AE",
    "holland": "NL",
    "england": "GB",
    "czech republic": "CZ",
    "turkey": "TR",
    "russia": "RU",
    "south korea": "KR",
}


class BadValue(Exception):
    """A cell that cannot be taken; reason and remedy are sentences."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Folded name or code -> ISO 3166 code."""
    found: dict[str, str] = {}
    for locale in NAMED_IN:
        for code, name in babel.Locale(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"}:
                found.setdefault(folded(name), code)
                found[code.casefold()] = code
    return found | OTHER_COUNTRY_NAMES


@lru_cache(maxsize=1)
def languages_by_name() -> dict[str, str]:
    """Folded name or code -> ISO 639 code."""
    found: dict[str, str] = {}
    for locale in NAMED_IN:
        names = babel.Locale(locale).languages
        for code, name in names.items():
            if code.isalpha() and len(code) in (2, 3):
                found.setdefault(folded(name), code)
                found[code.casefold()] = code
    for code in SPOKEN_UNDER_THEIR_OWN_NAME:
        found.setdefault(folded(babel.Locale(code).get_language_name(code) or code), code)
    return found


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    return frozenset(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")


def country(text: str) -> str:
    code = countries().get(folded(text))
    if code is None:
        raise BadValue(
            _("“%(text)s” is no country this file reader knows.") % {"text": text[:80]},
            _("Write its English name or its two-letter code, such as FR."),
        )
    return code


def time_zone(text: str) -> str:
    if text not in time_zones():
        raise BadValue(
            _("“%(text)s” is no time zone.") % {"text": text[:80]},
            _("Write it as a region and a city, such as Europe/Paris."),
        )
    return text


def email(text: str) -> str:
    address = text.casefold()
    try:
        validate_email(address)
    except ValidationError:
        raise BadValue(
            _("“%(text)s” is no mail address.") % {"text": text[:120]},
            _("Correct it, or leave the cell empty for somebody without a mailbox."),
        ) from None
    return address


def languages(text: str) -> dict[str, int]:
    """`en:3; fr` or `English (C1), French` as code -> level from 1 (basic) to 4 (mother tongue)."""
    found: dict[str, int] = {}
    for part in re.split(r"[;,|/\n]", text):
        if part.strip():
            code, level = _language(part)
            found[code] = max(level, found.get(code, 0))
    return found


def _language(part: str) -> tuple[str, int]:
    match = _SPOKEN.match(part)
    code = languages_by_name().get(folded(match.group(1))) if match else None
    level = LEVELS.get((match.group(2) or "").casefold(), 0 if match and match.group(2) else WITHOUT_LEVEL) if match else 0
    if code is None or not level:
        raise BadValue(
            _("“%(text)s” is no language with a level.") % {"text": part.strip()[:60]},
            _("Write languages as “en:3; fr”: a code or an English name, and a level from 1 (basic) to 4 (mother tongue)."),
        )
    return code, level


def locale(text: str) -> str:
    try:
        known = babel.Locale.parse(text.replace("_", "-"), sep="-")
    except (babel.UnknownLocaleError, ValueError):
        raise BadValue(
            _("“%(text)s” is no language of messages.") % {"text": text[:40]},
            _("Write it as en-gb, fr or de."),
        ) from None
    return "-".join(part for part in (known.language, (known.territory or "").casefold()) if part)


def grade(text: str, order: tuple[str, ...]) -> tuple[int, str]:
    """The grade as a number that grows with seniority, and its label where it has one."""
    if order:
        places = {folded(label): place for place, label in enumerate(order, start=1)}
        place = places.get(folded(text))
        if place is None:
            raise BadValue(
                _("The grade “%(text)s” is not in the order you gave.") % {"text": text[:60]},
                _("Add it to the order of grades, or correct the cell."),
            )
        return place, text[:60]
    if not re.fullmatch(r"-?\d{1,4}", text):
        raise BadValue(
            _("The grade “%(text)s” is no whole number.") % {"text": text[:60]},
            _("Put the grades in order on the page before, or correct the cell."),
        )
    return int(text), ""


def full_name(text: str, order: str) -> tuple[str, str]:
    """Given and family name; a comma stands between family and given, whatever the order."""
    if "," in text:
        family, _comma, given = text.partition(",")
        return given.strip(), family.strip()
    parts = text.split()
    if len(parts) < 2:
        return (text, "")
    return (" ".join(parts[1:]), parts[0]) if order == "family_first" else (" ".join(parts[:-1]), parts[-1])


def short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadValue(
            _("This is %(count)s characters long; %(most)s is the most.") % {"count": len(text), "most": longest},
            _("Shorten it."),
        )
    if any(ord(letter) < 32 for letter in text):
        raise BadValue(_("This holds a line break or a control character."), _("Write it in one line."))
    return text

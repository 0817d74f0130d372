"""Time zones to choose from, by the place that people know them by."""

from __future__ import annotations

import zoneinfo
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from turnabout.core.text import folded

NOWHERE = {"001", "ZZ"}  # the territories of zones that belong to no country


def zone_choices(kept: str = "") -> list[tuple[str, str]]:
    """Every place of the world once, by name; `kept` is among them under the name it was stored with."""
    canonical = get_global("zone_aliases").get(kept, kept)
    choices = [
        (kept if zone == canonical else zone, _("%(place)s (%(country)s)") % {"place": place, "country": country})
        for zone, place, country in _places(to_locale(get_language() or settings.LANGUAGE_CODE))
    ]
    choices.append(("UTC", "UTC"))
    return choices if not kept or kept in dict(choices) else [(kept, kept), *choices]


@cache
def _places(locale: str) -> list[tuple[str, str, str]]:
    """Zone, place and country in one language, sorted by place."""
    countries, known = Locale.parse(locale).territories, zoneinfo.available_timezones()
    places = [
        (zone, get_timezone_location(zone, locale=locale, return_city=True), countries[territory])
        for zone, territory in get_global("zone_territories").items()
        if territory not in NOWHERE and zone in known
    ]
    return sorted(places, key=lambda place: folded(place[1]))

"""Which business a row means: one that is known by code or name, or a new one."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import babel
from django.utils.translation import gettext as _

from turnabout.core.text import folded
from turnabout.people.directory.drafts import Draft

LONGEST_CODE = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownBusiness:
    id: int
    code: str
    name: str
    country: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBusiness:
    code: str
    name: str
    country: str
    time_zone: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Businesses:
    """Finds the business of each draft; `code_of` is empty where a row names none."""

    def __init__(self, known: Iterable[KnownBusiness], drafts: Iterable[Draft]) -> None:
        self.known = {business.code: business for business in known}
        self._codes: dict[str, str] = {}
        for business in self.known.values():
            self._codes.setdefault(folded(business.name), business.code)
        for business in self.known.values():
            self._codes[folded(business.code)] = business.code
        self.new: dict[str, NewBusiness] = {}
        self.countries: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._gather(drafts)

    def code_of(self, draft: Draft) -> str:
        return self._codes.get(folded(_name_in(draft)), "")

    def _gather(self, drafts: Iterable[Draft]) -> None:
        zones: defaultdict[str, Counter[str]] = defaultdict(Counter)
        names: dict[str, str] = {}
        for draft in drafts:
            key = folded(_name_in(draft))
            if not key:
                continue
            names.setdefault(key, _name_in(draft))
            zones[key][draft.values.get("time_zone") or ""] += 1
            if draft.values.get("country"):
                self.countries[key][draft.values["country"]] += 1
        for key, name in names.items():
            if key not in self._codes:
                self._codes[key] = self._add(key, name, zones[key])

    def _add(self, key: str, name: str, zones: Counter[str]) -> str:
        country = next((code for code, _times in self.countries[key].most_common(1)), "")
        code = self._free_code(name)
        zone = next(iter(zones)) if len(zones) == 1 else ""
        self.new[code] = NewBusiness(code=code, name=_title(name), country=country, time_zone=zone)
        return code

    def _free_code(self, name: str) -> str:
        """The name itself where it is short, else its letters; with a number where two would be alike."""
        wanted = name if len(name) <= 12 and " " not in name else "-".join(folded(name).upper().split())[:LONGEST_CODE]
        taken = {folded(code) for code in (*self.known, *self.new)}
        free, number = wanted, 2
        while folded(free) in taken:
            free, number = f"{wanted[: LONGEST_CODE - 6]}-{number}", number + 1
        return free

    def warnings(self) -> list[str]:
        """Where a file puts one business into several countries, or into another than the one kept here."""
        found = []
        for key, counted in sorted(self.countries.items()):
            business = self.known.get(self._codes[key]) or self.new[self._codes[key]]
            others = sorted(code for code in counted if code != business.country)
            if business.country and others:
                found.append(
                    _(
                        "%(business)s is in %(country)s here; the file also says %(others)s. The country was kept: change it on the page of the business if it is wrong."
                    )
                    % {"business": business.name, "country": business.country, "others": ", ".join(others)}
                )
        return found

    def countries_to_fill(self) -> dict[str, str]:
        """Known businesses without a country -> the one their rows agree on."""
        found = {}
        for key, counted in self.countries.items():
            business = self.known.get(self._codes[key])
            if business is not None and not business.country and len(counted) == 1:
                found[business.code] = next(iter(counted))
        return found


def _name_in(draft: Draft) -> str:
    """What the row calls the business; its country where there is no column for one."""
    if "entity" in draft.values:
        return draft.values["entity"] or ""
    return draft.values.get("country") or ""


def _title(name: str) -> str:
    """A country's name for its code, so that a business named after one reads well."""
    return babel.Locale("en").territories.get(name, name) if len(name) == 2 else name

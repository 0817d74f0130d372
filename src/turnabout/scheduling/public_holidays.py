"""National public holidays by country, from the `holidays` package; a country it does not know has none."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=512)
def _of_year(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def public_holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """Days off in the country (ISO 3166 code, two letters) in these years."""
    if not country:
        return frozenset()
    return frozenset().union(*(_of_year(country.upper(), year) for year in years))

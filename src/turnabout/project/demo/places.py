"""Where the demo's people work: 44 businesses in 26 countries, with languages and working weeks."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Country:
    code: str
    zone: str
    languages: tuple[str, ...]
    names: str  # key of the name lists
    cities: tuple[str, ...]
    days: str = "01234"  # 0 is Monday


COUNTRIES = (
    Country(
        code="FR", zone="Europe/Paris", languages=("fr",), names="fr", cities=("Paris", "Lyon", "Nantes", "Lille", "Toulouse")
    ),
    Country(code="GB", zone="Europe/London", languages=("en",), names="en", cities=("London", "Leeds", "Ipswich")),
    Country(code="DE", zone="Europe/Berlin", languages=("de",), names="de", cities=("Köln", "München", "Berlin")),
    Country(code="ES", zone="Europe/Madrid", languages=("es",), names="es", cities=("Madrid", "Barcelona", "Palma")),
    Country(code="IT", zone="Europe/Rome", languages=("it",), names="it", cities=("Milano", "Torino")),
    Country(code="BE", zone="Europe/Brussels", languages=("fr", "nl"), names="nl", cities=("Brussel", "Antwerpen")),
    Country(code="CH", zone="Europe/Zurich", languages=("de", "fr"), names="de", cities=("Winterthur", "Lausanne")),
    Country(code="PT", zone="Europe/Lisbon", languages=("pt",), names="pt", cities=("Porto",)),
    Country(code="NL", zone="Europe/Amsterdam", languages=("nl",), names="nl", cities=("Utrecht",)),
    Country(code="AT", zone="Europe/Vienna", languages=("de",), names="de", cities=("Wien",)),
    Country(code="IE", zone="Europe/Dublin", languages=("en",), names="en", cities=("Dublin",)),
    Country(code="PL", zone="Europe/Warsaw", languages=("pl",), names="pl", cities=("Warszawa", "Wrocław")),
    Country(code="CZ", zone="Europe/Prague", languages=("cs",), names="cs", cities=("Praha",)),
    Country(code="HU", zone="Europe/Budapest", languages=("hu",), names="hu", cities=("Budapest",)),
    Country(code="RO", zone="Europe/Bucharest", languages=("ro",), names="ro", cities=("București",)),
    Country(code="GR", zone="Europe/Athens", languages=("el",), names="el", cities=("Αθήνα",)),
    Country(code="SE", zone="Europe/Stockholm", languages=("sv",), names="sv", cities=("Göteborg",)),
    Country(code="TR", zone="Europe/Istanbul", languages=("tr",), names="tr", cities=("İstanbul",)),
    Country(code="MA", zone="Africa/Casablanca", languages=("ar", "fr"), names="ar", cities=("Casablanca",)),
    Country(code="NG", zone="Africa/Lagos", languages=("en",), names="ng", cities=("Lagos",)),
    Country(code="EG", zone="Africa/Cairo", languages=("ar",), names="ar", cities=("Cairo",), days="60123"),
    Country(code="IN", zone="Asia/Kolkata", languages=("hi", "en"), names="in", cities=("Pune", "Chennai")),
    Country(code="SG", zone="Asia/Singapore", languages=("en", "zh"), names="zh", cities=("Singapore",)),
    Country(code="JP", zone="Asia/Tokyo", languages=("ja",), names="ja", cities=("東京", "大阪")),
    Country(code="US", zone="America/New_York", languages=("en",), names="en", cities=("New York", "Charlotte")),
    Country(code="MX", zone="America/Mexico_City", languages=("es",), names="es", cities=("Monterrey", "Puebla")),
)

# Cleo looks after these six; they are small, so that about sixty pairs are hers.
CLEO_LOOKS_AFTER = ("FR-Nantes", "FR-Lille", "FR-Toulouse", "BE-Brussel", "BE-Antwerpen", "MA-Casablanca")
SMALL = frozenset(CLEO_LOOKS_AFTER)

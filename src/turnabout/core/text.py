"""Names sorted and searched the same on every server, whatever its collation; and figures as people read them."""

import unicodedata

from django.utils.formats import number_format


def folded(text: str) -> str:
    """Lower case without accents or double spaces: 'Zoë  Müller' -> 'zoe muller'."""
    plain = unicodedata.normalize(
        "NFKD",
        text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L"),
    )
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())


def grouped(number: int) -> str:
    """Every count and score that people read: 1234 -> '1,234', with the separator of the reader's language."""
    return number_format(number, force_grouping=True)

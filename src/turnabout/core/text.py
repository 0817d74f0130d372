"""Names sorted and searched the same on every server, whatever its collation."""

import unicodedata


def folded(text: str) -> str:
    """Lower case without accents or double spaces: 'Zoë  Müller' -> 'zoe muller'."""
    plain = unicodedata.normalize(
        "NFKD",
        text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L"),
    )
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())

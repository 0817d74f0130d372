"""Numbers that stand in an address or a form."""

from collections.abc import Iterable

MOST = 2**63 - 1  # what an id's column takes


def number_of(text: str) -> int | None:
    """The whole number that somebody typed in plain digits; None for anything else, however much it looks like one."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST)):
        return None
    number = int(text)
    return number if number <= MOST else None


def numbers_of(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are numbers."""
    return [number for text in texts if (number := number_of(text)) is not None]

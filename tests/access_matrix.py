"""Who may open which page, and what everybody else gets: one row per URL name, driven by tests/web/test_access.py.

Each row: URL name -> (kwargs builder from the cast, {cast member: status on GET}). Members not named get `otherwise`.
200 the page, 302 to the sign-in page or onwards, 403 refused, 404 nothing here for you, 405 POST only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import Cast

MEMBERS = ("nobody", "otto", "mia", "sol", "kofi", "cleo", "sana", "nadia", "ash", "olu", "ada")


@dataclass(frozen=True, kw_only=True)
class Row:
    """Statuses on GET by cast member; `nobody` is not signed in."""

    name: str
    of: Callable[[Cast], dict[str, Any]] = field(default=lambda cast: {})
    opens: frozenset[str] = frozenset()
    status: int = 200  # what those who may open it get
    otherwise: int = 404
    nobody: int = 302
    query: str = ""


def row(name: str, *opens: str, **rest: Any) -> Row:
    return Row(name=name, opens=frozenset(opens), **rest)


SIGNED_IN = tuple(member for member in MEMBERS if member != "nobody")

MATRIX = (
    # home
    row("home", *SIGNED_IN),
)

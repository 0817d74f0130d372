"""Questions that a lower layer asks of higher ones before it acts: each guard answers with a Refused or nothing."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from turnabout.core.errors import Refused

Guard = Callable[[Any], Refused | None]
_guards: dict[str, list[Guard]] = defaultdict(list)


def on(question: str, guard: Guard) -> None:
    if guard not in _guards[question]:
        _guards[question].append(guard)


def refusals(question: str, subject: Any) -> list[Refused]:
    """Everything that stands against it, for a page that says so before anybody presses."""
    answers = [guard(subject) for guard in _guards[question]]
    return [refusal for refusal in answers if refusal is not None]


def ask(question: str, subject: Any) -> None:
    """Raise the first refusal that a guard answers with."""
    for refusal in refusals(question, subject):
        raise refusal

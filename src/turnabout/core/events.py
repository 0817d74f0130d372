"""Domain facts. A verb records one; listeners of higher layers run inside its transaction."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from turnabout.core.models import Event
from turnabout.core.references import reference

Listener = Callable[[Event], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    name: str
    audience: str
    data: frozenset[str]
    help: str
    declared_by: str


DECLARED: dict[str, Declaration] = {}
LISTENERS: dict[str, list[Listener]] = defaultdict(list)


def declare(name: str, *, audience: str, data: Iterable[str] = (), help: str = "") -> None:
    """Make an event name known: who may learn of it, and which data keys it may carry."""
    if audience not in Event.Audience.values:
        raise ValueError(f"{name}: audience {audience!r} is none of {Event.Audience.values}.")
    package = sys._getframe(1).f_globals["__name__"].split(".")[1]
    DECLARED[name] = Declaration(name=name, audience=audience, data=frozenset(data), help=help, declared_by=package)


def on(*names: str) -> Callable[[Listener], Listener]:
    def register(listener: Listener) -> Listener:
        for name in names:
            if listener not in LISTENERS[name]:
                LISTENERS[name].append(listener)
        return listener

    return register


def record(
    name: str,
    *,
    subject: models.Model,
    at: datetime,
    by: models.Model | None = None,
    cohort: models.Model | None = None,
    **data: Any,
) -> Event:
    """Write one event row and run its listeners; a listener that raises rolls the verb back."""
    declaration = DECLARED[name]
    unknown = set(data) - declaration.data
    if unknown:
        raise ValueError(f"{name} may not carry {sorted(unknown)}: declare the keys, and never personal text.")
    with transaction.atomic():
        event = Event.objects.create(
            name=name,
            subject=reference(subject),
            actor=reference(by),
            at=at,
            cohort_key=None if cohort is None else cohort.pk,
            audience=declaration.audience,
            data=data,
        )
        for listener in LISTENERS[name]:
            listener(event)
    return event

"""A thing as text, `pair:12`: how events, notices, links and progress name what they are about."""

from django.db import models


def reference(thing: models.Model | None) -> str:
    """`pair:12` for a Pair with id 12; empty for nobody."""
    return "" if thing is None else f"{thing._meta.model_name}:{thing.pk}"


def kind_of(reference: str) -> str:
    """`pair` of `pair:12`."""
    return reference.partition(":")[0]


def id_of(reference: str) -> int:
    """12 of `pair:12`."""
    return int(reference.partition(":")[2])

"""A page without `@allow` does not start."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver


def patterns() -> Iterator[URLPattern]:
    """Every URL pattern of the product, depth first."""

    def walk(resolver: URLResolver) -> Iterator[URLPattern]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry)
            else:
                yield entry

    return walk(get_resolver())


def every_page_says_who_may_open_it(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{pattern.name or pattern.pattern} does not say who may open it.",
            hint="Put @allow(...) with its roles above the page function; see turnabout/web/access.py.",
            id="turnabout.E002",
        )
        for pattern in patterns()
        if not hasattr(pattern.callback, "allowed")
    ]

"""The look as two small files: stylesheets and scripts (htmx among them) lie apart in the source and meet here.

Forty stylesheets are pleasant to work in and slow to fetch. Each kind is joined once per process, compressed, and
sent under a name that changes with its content, so a browser asks once and keeps it. No build step, no session,
no database: an error page is dressed even when the database is away.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import django_htmx
from django.http import HttpRequest, HttpResponse

HTMX = Path(django_htmx.__file__).resolve().parent / "static" / "django_htmx" / "htmx-2.min.js"
STATIC = Path(__file__).resolve().parent / "static"
FOUNDATIONS = ("reset", "tokens", "base", "layout", "utilities", "print")
PREFIX = "/assets/"
A_YEAR = "public, max-age=31536000, immutable"

Handler = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """Some files as one, whole and compressed."""

    path: str
    content_type: str
    plain: bytes
    compressed: bytes


def stylesheets() -> tuple[str, ...]:
    """The foundations in their order, then every component's file; layers make the rest of the order harmless."""
    components = sorted(path.name for path in (STATIC / "css" / "components").glob("*.css"))
    return (*(f"css/{name}.css" for name in FOUNDATIONS), *(f"css/components/{name}" for name in components))


def scripts() -> tuple[str, ...]:
    """Every small script of ours; each only improves what already works without it."""
    return tuple(f"js/{path.name}" for path in sorted((STATIC / "js").glob("*.js")))


def bundle(text: str, extension: str, content_type: str) -> Bundle:
    """A text under a name taken from its content."""
    plain = text.encode("utf-8")
    digest = hashlib.sha256(plain).hexdigest()[:16]
    compressed = gzip.compress(plain, 9, mtime=0)
    return Bundle(path=f"{PREFIX}{digest}.{extension}", content_type=content_type, plain=plain, compressed=compressed)


@cache
def bundles() -> dict[str, Bundle]:
    """Both files; each of our scripts keeps its names to itself, as it does when it is a module of its own."""
    look = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in stylesheets())
    ours = [(STATIC / name).read_text(encoding="utf-8") for name in scripts()]
    behaviour = [HTMX.read_text(encoding="utf-8"), *(f'(() => {{\n"use strict";\n{text}}})();' for text in ours)]
    return {
        "css": bundle(look, "css", "text/css; charset=utf-8"),
        "js": bundle("\n".join(behaviour), "js", "text/javascript; charset=utf-8"),
    }


def response_to(request: HttpRequest) -> HttpResponse:
    """The file of that name; an older page that asks for an older name gets today's, and does not keep it."""
    asked = bundles().get(request.path.rpartition(".")[2])
    if asked is None:
        return HttpResponse(status=404)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(asked.compressed if takes_gzip else asked.plain, content_type=asked.content_type)
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = A_YEAR if request.path == asked.path else "no-cache"
    return response


def middleware(get_response: Handler) -> Handler:
    """Answers for the bundles before anything asks who is there."""

    def answer(request: HttpRequest) -> HttpResponse:
        return response_to(request) if request.path.startswith(PREFIX) else get_response(request)

    return answer

"""Catalogues of translated sentences: `make messages LOCALE=fr` begins one, `make messages` brings all up to date.

Everything marked in code and templates is gathered with Babel, so that no tool beside Python is needed. A catalogue is
compiled, and its language offered to people, once nearly all of it is translated; what is missing appears in English.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1]
FOLDER = Path(__file__).with_name("locale")
PO = Path("LC_MESSAGES/django.po")
NEARLY_ALL = 0.95
CONTEXT = (1, "c")
MARKS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (CONTEXT, 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (CONTEXT, 2, 3)),
}


def offered(folder: Path) -> list[tuple[str, str]]:
    """Languages with a compiled catalogue: how the settings write them, and what they call themselves."""
    found = sorted(catalogue.parts[-3] for catalogue in folder.glob(f"*/{PO.with_suffix('.mo')}"))
    return [(name.replace("_", "-").lower(), Locale.parse(name).get_display_name() or name) for name in found]


def gathered(locale: str | None = None) -> Catalog:
    """Every sentence that is marked for translation, untranslated."""
    catalogue = Catalog(locale=locale, project="Turnabout", charset="utf-8")
    for file, text in _marked_files():
        for line, message, comments, context in extract("python", io.BytesIO(text.encode()), MARKS, ["Translators:"]):
            place = (str(file.relative_to(SOURCE)), line)
            catalogue.add(message, locations=[place], auto_comments=comments, context=context)
    return catalogue


def _marked_files() -> Iterator[tuple[Path, str]]:
    # Not at the top: the settings read this module.
    from django.utils.translation import templatize

    for file in sorted(SOURCE.rglob("*.py")):
        yield file, file.read_text()
    for file in sorted(path for path in SOURCE.rglob("templates/**/*") if path.suffix in {".html", ".txt"}):
        # What is left of a template is no Python that could be indented.
        yield file, "\n".join(line.strip() for line in templatize(file.read_text(), origin=str(file)).split("\n"))


def brought_up_to_date(folder: Path, locale: str) -> tuple[int, int]:
    """Write a locale's catalogue, and compile it if it is nearly whole. Returns how many of how many are translated.

    Translations stay; those of a sentence that changed are kept as a comment for whoever translates it again.
    """
    place, fresh = folder / locale / PO, gathered(locale)
    catalogue = fresh
    if place.exists():
        with place.open("rb") as file:
            catalogue = read_po(file, locale=locale)
        catalogue.update(fresh, no_fuzzy_matching=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False)
    sentences = [message for message in catalogue if message.id]
    translated = sum(all(_texts(message.string)) for message in sentences)
    compiled = place.with_suffix(".mo")
    compiled.unlink(missing_ok=True)
    if translated >= NEARLY_ALL * len(sentences):
        with compiled.open("wb") as file:
            write_mo(file, catalogue)
    return translated, len(sentences)


def _texts(string: object) -> tuple[object, ...]:
    return tuple(string) if isinstance(string, tuple | list) else (string,)


def main(locales: list[str]) -> None:
    """Say for each locale how far it has come."""
    known = {place.parts[-3] for place in FOLDER.glob(f"*/{PO}")}
    for locale in sorted(known | set(locales)):
        translated, every = brought_up_to_date(FOLDER, locale)
        is_offered = (FOLDER / locale / PO.with_suffix(".mo")).exists()
        print(f"{locale}: {translated} of {every} sentences translated, {'' if is_offered else 'not yet '}offered to people")
    if not known and not locales:
        print("There is no catalogue yet. Begin one with, for example, make messages LOCALE=fr")


if __name__ == "__main__":
    main(sys.argv[1:])

"""CSV: which encoding, which separator, which rows."""

import csv
import io
from collections.abc import Iterator

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from turnabout.core.errors import NotPossible
from turnabout.people.directory.limits import MAX_CELL, MAX_ROWS

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "iso8859-15",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1256",
    "mac_roman",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
)
GUESSED = list(ENCODINGS[5:])
SEPARATORS = (",", ";", "\t", "|")
LATIN = frozenset({"iso8859_15", "iso8859-15", "cp1250", "cp1254", "mac_roman"})
WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿŒœŸ€–—‘’“”„…«»°ªº¡\u00a0")
SAMPLE = 200_000


def detect_encoding(content: bytes) -> str:
    """A byte-order mark, else UTF-8 when every byte fits it, else the likeliest of the older encodings."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return name
    head = content[:4_000]
    if head.count(0) > len(head) // 5:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _likeliest(content[:SAMPLE])
    return "utf-8"


def _likeliest(sample: bytes) -> str:
    best = from_bytes(sample, cp_isolation=GUESSED).best()
    if best is None or "cp1252" in best.could_be_from_charset:
        return "cp1252"
    return "cp1252" if best.encoding in LATIN and _reads_as_western(sample) else best.encoding


def _reads_as_western(sample: bytes) -> bool:
    """Short texts look alike in the Latin encodings; the commonest one is right when it gives only Western letters and marks."""
    text = sample.decode("cp1252", errors="replace")
    return all(letter.isascii() or letter in WESTERN for letter in text)


def decode(content: bytes, encoding: str) -> str:
    if encoding not in ENCODINGS:
        raise NotPossible(
            _("“%(encoding)s” is not an encoding this page knows. Choose one from the list.") % {"encoding": encoding}
        )
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotPossible(
            _(
                "This file is not written in %(encoding)s: byte %(at)s does not fit. Choose another encoding, or export the file as “CSV UTF-8”."
            )
            % {"encoding": encoding, "at": error.start + 1}
        ) from None
    if "\x00" in text:
        raise NotPossible(
            _("This file holds characters that no text has. Choose another encoding, or export the file as “CSV UTF-8”.")
        )
    return text.removeprefix("\ufeff")


def detect_separator(text: str) -> str:
    """The one that cuts the first rows into the same number of cells, and the most of them; Excel's `sep=` line decides."""
    first = text[:10].splitlines()[0] if text[:10].strip() else ""
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    return max(SEPARATORS, key=lambda separator: _evenness(text[:SAMPLE], separator))


def _evenness(sample: str, separator: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    widths: list[int] = []
    try:
        for cells in reader:
            if cells:
                widths.append(len(cells))
            if len(widths) == 30:
                break
    except csv.Error:
        pass  # a cell too long for the sample; the rows so far tell enough
    heading = widths[0] if widths else 0
    if heading < 2:
        return (0.0, 0)
    return (sum(width == heading for width in widths) / len(widths), heading)


def rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Every row with its number, counted as a spreadsheet counts rows."""
    csv.field_size_limit(MAX_CELL)
    found: list[tuple[int, list[str]]] = []
    for number, cells in _numbered(text, separator):
        if len(found) > MAX_ROWS:
            raise NotPossible(_("This file has more than %(most)s rows. Split it into several files.") % {"most": MAX_ROWS})
        found.append((number, cells))
    if found and separator.join(found[0][1]) == f"sep={separator}":
        del found[0]
    return found


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1):
            yield number, cells
    except csv.Error as error:
        raise NotPossible(_reason(str(error), number + 1)) from None


def _reason(error: str, row: int) -> str:
    if "field larger" in error:
        return _("Row %(row)s has a cell of more than %(most)s characters. A quotation mark is probably missing there.") % {
            "row": row,
            "most": MAX_CELL,
        }
    return _(
        'Row %(row)s cannot be read: a quotation mark opens there and does not close, or stands in the middle of a cell. Export the file again, or write “""” for a quotation mark inside a cell.'
    ) % {"row": row}

"""XLSX, taken as text: cached values instead of formulas, no macros, and no archive that unpacks to a mountain."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from turnabout.core.errors import NotPossible
from turnabout.people.directory.limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_EMPTY_ROWS,
    MAX_EXPANDED_BYTES,
    MAX_EXPANSION,
    MAX_PARTS,
    MAX_ROWS,
    MAX_SHARED_BYTES,
    MAX_SHARED_TEXTS,
)

CHUNK = 1 << 20
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    DefusedXmlException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    EOFError,
    OSError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)


def rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The first sheet's rows as text, with the numbers that the spreadsheet shows."""
    try:
        _refuse_dangers(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing styles and the like are of no interest here
            return list(_first_sheet(content))
    except BROKEN:
        raise NotPossible(
            _(
                "This workbook cannot be read. Open it, choose “Save as”, then “Excel workbook (.xlsx)” or “CSV UTF-8”, and upload that."
            )
        ) from None


def _refuse_dangers(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names:
            raise NotPossible(_("This is an archive, not an Excel workbook. Unpack it and upload the CSV or XLSX file inside."))
        if any(name.casefold().endswith(("vbaproject.bin", ".bin.exe")) or "macrosheets/" in name.casefold() for name in names):
            raise NotPossible(
                _("This workbook holds macros. Save it as “Excel workbook (.xlsx)” without macros and upload that.")
            )
        expanded = sum(part.file_size for part in parts)
        shared = [part for part in parts if part.filename.casefold().endswith("sharedstrings.xml")]
        if (
            sum(part.file_size for part in shared) > MAX_SHARED_BYTES
            or len(parts) > MAX_PARTS
            or expanded > MAX_EXPANDED_BYTES
            or expanded > max(len(content) * MAX_EXPANSION, 10_000_000)
        ):
            raise NotPossible(
                _("This workbook unpacks to far more than it seems to hold. Export your people as “CSV UTF-8” and upload that.")
            )
        if sum(_texts_in(archive, part) for part in shared) > MAX_SHARED_TEXTS:
            raise NotPossible(
                _("This workbook holds more texts than a directory has. Export your people as “CSV UTF-8” and upload that.")
            )


def _texts_in(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many texts a table of texts has: each may be a few letters of the file, and the reader makes an object of each."""
    with archive.open(part) as file:
        return sum(chunk.count(b"<si") for chunk in iter(lambda: file.read(CHUNK), b""))


def _first_sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        empty = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = [_text(cell) for cell in cells]
            empty = 0 if any(texts) else empty + 1
            if number > MAX_ROWS or empty > MAX_EMPTY_ROWS:
                if empty:
                    return
                raise NotPossible(_("This file has more than %(most)s rows. Split it into several files.") % {"most": MAX_ROWS})
            if len(texts) > MAX_COLUMNS and any(texts[MAX_COLUMNS:]):
                raise NotPossible(
                    _("This file has more than %(most)s columns. Export only the columns you need.") % {"most": MAX_COLUMNS}
                )
            yield number, texts[:MAX_COLUMNS]
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as people would have typed it: days as 2027-03-01, whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:MAX_CELL].replace("\x00", "")

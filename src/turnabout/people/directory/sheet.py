"""A file as columns and rows of text, whatever it was before."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from turnabout.core.errors import NotPossible
from turnabout.people.directory import text_file, workbook
from turnabout.people.directory.limits import MAX_COLUMNS, MAX_HEADING

XLSX_BEGINS = b"PK\x03\x04"
OLD_EXCEL_BEGINS = b"\xd0\xcf\x11\xe0"
NOT_A_TABLE = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"SQLi": "SQLite",
    b"7z\xbc\xaf": "7z",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The heading and every filled row with its number in the file, as a person counts them."""

    encoding: str  # empty for a workbook
    separator: str  # empty for a workbook
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def is_workbook(self) -> bool:
        return not self.encoding

    @property
    def columns_hash(self) -> str:
        return hash_of(self.columns)

    def values_of(self, column: str) -> list[str]:
        at = self.columns.index(column)
        return [cells[at] for _number, cells in self.rows]


def hash_of(columns: Iterable[str]) -> str:
    """The same for every file with these columns, in any order."""
    return hashlib.sha256("\x1f".join(sorted(columns)).encode()).hexdigest()


def read(content: bytes, *, encoding: str = "", separator: str = "") -> Sheet:
    """Read CSV or XLSX; encoding and separator are detected unless given. Raises NotPossible with the remedy."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NotPossible(_("This file is empty. Export your people again, with a heading row and one row per person."))
    _refuse_other_formats(content)
    if content.startswith(XLSX_BEGINS):
        return _shaped(workbook.rows(content), encoding="", separator="")
    encoding = encoding or text_file.detect_encoding(content)
    text = text_file.decode(content, encoding)
    separator = separator or text_file.detect_separator(text)
    return _shaped(text_file.rows(text, separator), encoding=encoding, separator=separator)


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(OLD_EXCEL_BEGINS):
        raise NotPossible(
            _(
                "This is an old Excel file (.xls) or one with a password. Open it, choose “Save as”, then “Excel workbook (.xlsx)” without a password, and upload that."
            )
        )
    for beginning, name in NOT_A_TABLE.items():
        if content.startswith(beginning):
            raise NotPossible(
                _("This is a %(format)s file, not a table. Export your people as CSV or XLSX and upload that.") % {"format": name}
            )
    if content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise NotPossible(_("This is a web page, not a table. Export your people as CSV or XLSX and upload that."))


def _shaped(raw: list[tuple[int, list[str]]], *, encoding: str, separator: str) -> Sheet:
    filled = [(number, [cell.strip() for cell in cells]) for number, cells in raw if any(cell.strip() for cell in cells)]
    if not filled:
        raise NotPossible(_("This file is empty. Export your people again, with a heading row and one row per person."))
    heading = _heading(filled[0][1], _widest([cells for _number, cells in filled[1:]]))
    if len(filled) == 1:
        raise NotPossible(
            _("This file has a heading row and nobody under it. Export your people again, with one row per person.")
        )
    width = len(heading)
    rows = tuple(
        (number, tuple((cells + [""] * width)[:width]))
        for number, cells in _of_one_width(filled[1:], width, is_text=bool(encoding))
    )
    return Sheet(encoding=encoding, separator=separator, columns=heading, rows=rows)


def _widest(rows: list[list[str]]) -> int:
    return max((len(_without_empty_end(cells)) for cells in rows), default=0)


def _without_empty_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _heading(cells: list[str], widest: int) -> tuple[str, ...]:
    named = _without_empty_end([" ".join(cell.split())[:MAX_HEADING] for cell in cells])
    if len(named) > MAX_COLUMNS:
        raise NotPossible(
            _("This file has %(count)s columns; %(most)s is the most that can be read. Export only the columns you need.")
            % {"count": len(named), "most": MAX_COLUMNS}
        )
    named = [name or _("Column %(number)s") % {"number": number} for number, name in enumerate(named, start=1)]
    twice = [name for name, times in Counter(named).items() if times > 1]
    if twice:
        raise NotPossible(
            _("Two columns are called “%(name)s”. Give each column a name of its own and upload the file again.")
            % {"name": twice[0]}
        )
    if len(named) == 1 and widest > 1:
        raise NotPossible(
            _(
                "The first row has one cell and the rows under it have more. The first row must hold the names of the columns: remove any title above it."
            )
        )
    return tuple(named)


def _of_one_width(rows: list[tuple[int, list[str]]], width: int, *, is_text: bool) -> list[tuple[int, list[str]]]:
    """Refuse rows with more cells than the heading and, in text files, with fewer: a separator or quotation mark went astray."""
    for number, cells in rows:
        count = len(_without_empty_end(cells)) if len(cells) > width else len(cells)
        if count > width or (is_text and count < width and width > 1):
            raise NotPossible(
                _(
                    "Row %(row)s has %(cells)s cells and the heading has %(columns)s. A cell that holds the separator or a line break must stand in quotation marks; or choose another separator."
                )
                % {"row": number, "cells": count, "columns": width}
            )
    return rows

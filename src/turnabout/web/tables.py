"""Tables as files: CSV and XLSX in which every cell is text or a number, and no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

Cell = str | int | float | None
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # some spreadsheets run the wide forms too
NOT_IN_A_SHEET = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def harmless(value: Cell) -> Cell:
    """Text that a spreadsheet would run is kept as text by an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_A_FORMULA) else value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """UTF-8 with a mark, so that every spreadsheet shows accents."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return _file("\ufeff" + text.getvalue(), f"{_plain(name)}.csv", "text/csv; charset=utf-8")


def xlsx_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Each text is stored as text, whatever it looks like."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Turnabout")
    for row in (header, *rows):
        sheet.append([_typed(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return _file(file.getvalue(), f"{_plain(name)}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _typed(sheet: object, value: Cell) -> object:
    cell = WriteOnlyCell(sheet, value=NOT_IN_A_SHEET.sub("", value) if isinstance(value, str) else value)  # type: ignore[arg-type] # the stubs know no write-only sheet
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _plain(name: str) -> str:
    return slugify(name) or "table"


def _file(content: str | bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

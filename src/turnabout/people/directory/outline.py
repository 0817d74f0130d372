"""What pages show of a file before it is checked: kept from its one reading, so that none of them reads it again."""

from dataclasses import dataclass
from typing import Any, Self

from turnabout.people.directory.left_out import reason_to_leave_out
from turnabout.people.directory.sheet import Sheet, hash_of

FIRST_ROWS = 3
LONGEST_SHOWN = 60  # characters of a cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """The columns, the first rows and how many rows there are; no cell of a column that is never taken."""

    columns: tuple[str, ...]
    first: tuple[tuple[int, tuple[str, ...]], ...]
    count: int

    @property
    def columns_hash(self) -> str:
        return hash_of(self.columns)

    @classmethod
    def of(cls, sheet: Sheet) -> Self:
        is_left_out = [reason_to_leave_out(column) is not None for column in sheet.columns]
        first = tuple(
            (number, tuple("" if out else cell[:LONGEST_SHOWN] for cell, out in zip(cells, is_left_out, strict=True)))
            for number, cells in sheet.rows[:FIRST_ROWS]
        )
        return cls(columns=sheet.columns, first=first, count=len(sheet.rows))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        first = tuple((number, tuple(cells)) for number, cells in kept["first"])
        return cls(columns=tuple(kept["columns"]), first=first, count=kept["count"])

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": list(self.columns),
            "first": [[number, list(cells)] for number, cells in self.first],
            "count": self.count,
        }

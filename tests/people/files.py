"""Files of people for the tests, and the short way from a file to the directory."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import NOON
from turnabout.people import services
from turnabout.people.directory.mapping import ColumnMapping
from turnabout.people.models import DirectoryImport

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def data(name: str) -> bytes:
    """One of the shared real files; the test is skipped where they are absent."""
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{file} is absent: the shared data are not part of the repository")
    return file.read_bytes()


def checked(
    content: bytes | str, mapping: ColumnMapping | None = None, *, is_full_export: bool = False, by: Any = None, **replaced: str
) -> DirectoryImport:
    """Upload, map (by the suggestion unless told) and check."""
    content = content.encode() if isinstance(content, str) else content
    begun = services.start_import(file_name="people.csv", content=content, by=by, now=NOON)
    if mapping is None:
        mapping, _is_saved = services.offered_mapping(services.sheet_of(begun))
    for key, value in replaced.items():
        mapping = mapping.with_pattern(key, value) if "{" in value else mapping.with_constant(key, value)
    asked = services.ask_check(begun, mapping, is_full_export=is_full_export, by=by, now=NOON, in_background=False)
    return services.run_check(asked, now=lambda: NOON)


def imported(
    content: bytes | str, mapping: ColumnMapping | None = None, *, leavers_confirmed: bool = False, by: Any = None, **rest: Any
) -> DirectoryImport:
    """Everything from the upload to the written directory."""
    done = checked(content, mapping, by=by, **rest)
    asked = services.ask_write(done, leavers_confirmed=leavers_confirmed, by=by, now=NOON, in_background=False)
    return services.run_write(asked, now=lambda: NOON)


def problems(done: DirectoryImport) -> list[tuple[int, str]]:
    return [(problem["row"], problem["field"]) for problem in done.report["problems"]]

"""A file of people on its way into the directory, in the browser of the programme lead."""

import csv
from pathlib import Path

import pytest

from tests.journeys.browser import Screen
from tests.people.files import DATA

IBM = DATA / "ibm_attrition" / "emp_attrition.csv"


def real_file() -> Path:
    if not IBM.exists():
        pytest.skip(f"{IBM} is absent: the shared data are not part of the repository")
    return IBM


def numbers(*, levels: range, count: int) -> list[str]:
    """The first employee numbers of the file at these job levels."""
    with real_file().open(encoding="utf-8-sig") as file:
        return [row["EmployeeNumber"] for row in csv.DictReader(file) if int(row["JobLevel"]) in levels][:count]


def bring_in(screen: Screen, file: Path, fills: dict[str, str]) -> None:
    """Upload, say what the columns mean, look at what would change, write."""
    screen.go("/people/import/").picture("import")
    screen.page.get_by_label("Your people file").set_input_files(file)
    screen.press("Upload and look").sees("Does this look right?").picture("import-reading")
    screen.press("Yes, go on to the columns")
    for field, text in fills.items():
        screen.write(f"fill-{field}", text)
    screen.picture("import-columns").press("Check every row").sees("What would change")

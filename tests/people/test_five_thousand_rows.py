"""An ordinary company's file at full length; the time is printed and judged by a person."""

import sys
import time

from tests.people.files import imported
from turnabout.people.models import Person

ROWS = 5_000


def company(rows: int = ROWS, *, moved: int = 0) -> str:
    """A tree in which everybody but the head reports to somebody earlier in the file."""
    lines = ["EmployeeNumber,GivenName,FamilyName,Email,JobTitle,Grade,Company,Team,HireDate,Manager,Languages,TimeZone"]
    for number in range(rows):
        manager = "" if number == 0 else f"P{(number - 1) // 7 + 1}"
        title = "Engineer" if number >= moved else "Architect"
        lines.append(
            f"P{number + 1},Given{number},Family{number},p{number}@example.test,{title},{1 + number % 9},Company {number % 44},"
            f"Team {number // 7},20{10 + number % 15}-0{1 + number % 9}-15,{manager},en:3; fr,Europe/Paris"
        )
    return "\n".join(lines)


def test_five_thousand_people_are_checked_and_written(db, capsys):
    begun = time.perf_counter()
    done = imported(company())
    first = time.perf_counter()
    again = imported(company(moved=2_500), is_full_export=True)
    second = time.perf_counter()
    with capsys.disabled():
        sys.stdout.write(f"\n5,000 new people: {first - begun:.1f} s; the same file with 2,500 changes: {second - first:.1f} s\n")
    assert done.report["counts"]["new"] == ROWS
    assert again.report["counts"] == {"new": 0, "changed": 2_500, "left": 0, "unchanged": 2_500, "returned": 0}
    assert Person.objects.filter(line=Person.Line.KNOWN).count() == ROWS - 1

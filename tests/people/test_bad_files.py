"""Files as they arrive in life: each is refused whole, with row, field, reason and remedy, and leaves nothing behind."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from tests.cast import NOON
from tests.people.files import checked, imported, problems
from turnabout.core.errors import NotPossible, Refused
from turnabout.people import services
from turnabout.people.directory import workbook
from turnabout.people.directory.limits import MAX_SHARED_BYTES
from turnabout.people.models import DirectoryImport, Entity, Person

HEAD = "EmployeeNumber,Email,Grade,HireDate,Manager,Languages,TimeZone,Country,Company\n"


def book(*rows, **parts):
    """A workbook with these rows, and further parts of its archive."""
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def archive_of(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_doctype():
    """A workbook whose sheet declares an entity that grows."""
    source = zipfile.ZipFile(io.BytesIO(book(["EmployeeNumber"], ["A1"])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = (
                    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]>' + content.partition(b"?>")[2]
                    if content.startswith(b"<?xml")
                    else b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + content
                )
            archive.writestr(name, content)
    return out.getvalue()


UNREADABLE = {
    "empty": (b"", "This file is empty."),
    "only blanks": (b"\n\n   \n", "This file is empty."),
    "only a byte-order mark": (b"\xef\xbb\xbf", "This file is empty."),
    "only commas": (b",,,\n,,,\n", "This file is empty."),
    "heading without people": (b"EmployeeNumber,Name\n", "heading row and nobody under it"),
    "PDF": (b"%PDF-1.7 ...", "This is a PDF file"),
    "picture": (b"\x89PNG\r\n\x1a\n", "This is a PNG file"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old Excel file"),
    "web page": (b"<!DOCTYPE html><table>", "This is a web page"),
    "gzip": (b"\x1f\x8b\x08\x00abc", "This is a GZIP file"),
    "two columns of one name": (b"EmployeeNumber,Name,Name\nA1,x,y\n", "Two columns are called “Name”"),
    "a row that is too long": (b"EmployeeNumber,Name\nA1,Byron,Ada\nA2,Bo\nA3,Cy\n", "Row 2 has 3 cells"),
    "a row that is too short": (b"EmployeeNumber,Name,Email\nA1,Ada\nA2,Bo,b@example.test\n", "Row 2 has 2 cells"),
    "a quotation mark that does not close": (b'EmployeeNumber,Name\nA1,"Ada\nA2,Bo\n', "quotation mark"),
    "a title above the heading": (b"People of 2027\nEmployeeNumber,Name\nA1,Ada\n", "remove any title above it"),
    "NUL in text": (b"EmployeeNumber,Name\nA1,A\x00da\n", "characters that no text has"),
    "a line of megabytes": (b"EmployeeNumber,Name\nA1," + b"x" * 100_000 + b"\n", "more than 20000 characters"),
    "too many columns": (",".join(f"C{number}" for number in range(400)).encode() + b"\n" + b"1," * 399 + b"1\n", "400 columns"),
    "half a workbook": (book(["EmployeeNumber"], ["A1"])[:900], "This workbook cannot be read"),
    "archive that is no workbook": (archive_of(a="hello"), "an archive, not an Excel workbook"),
    "workbook with macros": (book(["EmployeeNumber"], ["A1"], xl__vbaProject="x", **{"xl__vbaProject.bin": "x"}), "holds macros"),
    "zip bomb": (archive_of(**{"xl/workbook.xml": "0" * 50_000_000}), "unpacks to far more"),
    "workbook that declares entities": (with_doctype(), "This workbook cannot be read"),
    "empty workbook": (book(), "This file is empty."),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_is_refused_with_a_remedy_and_not_kept(name, db):
    content, sentence = UNREADABLE[name]
    with pytest.raises(NotPossible) as refusal:
        services.start_import(file_name="people.csv", content=content, by=None, now=NOON)
    assert sentence in refusal.value.sentence
    assert DirectoryImport.objects.count() == 0


WRONG = {
    "no employee number": ("A1,,,,,,,,\n,x@example.test,,,,,,,\n", [(3, "Employee number")]),
    "number twice": ("A1,,,,,,,,\nA1,,,,,,,,\n", [(3, "Employee number")]),
    "number too long": ("A" * 61 + ",,,,,,,,\n", [(2, "Employee number")]),
    "address twice": ("A1,a@example.test,,,,,,,\nA2,A@EXAMPLE.test,,,,,,,\n", [(3, "Work mail")]),
    "no address": ("A1,ada at example,,,,,,,\n", [(2, "Work mail")]),
    "a formula for an address": ("A1,=1+1,,,,,,,\n", [(2, "Work mail")]),
    "grade with a comma": ('A1,,"3,5",,,,,,\n', [(2, "Grade")]),
    "a day that does not exist": ("A1,,,2021-02-30,,,,,\n", [(2, "Hired on")]),
    "a day as a serial number": ("A1,,,44316,,,,,\n", [(2, "Hired on")]),
    "a year of two digits": ("A1,,,30/04/21,,,,,\n", [(2, "Hired on")]),
    "a year that cannot be": ("A1,,,1021-04-30,,,,,\n", [(2, "Hired on")]),
    "manager unknown": ("A1,,,,,,,,\nA2,,,,A9,,,,\n", [(3, "Manager’s employee number")]),
    "own manager": ("A1,,,,A1,,,,\n", [(2, "Manager’s employee number")]),
    "circle of two": ("A1,,,,A2,,,,\nA2,,,,A1,,,,\n", [(2, "Manager’s employee number"), (3, "Manager’s employee number")]),
    "circle of three under a head": ("A0,,,,,,,,\nA1,,,,A3,,,,\nA2,,,,A1,,,,\nA3,,,,A2,,,,\n", [(row, "Manager’s employee number") for row in (3, 4, 5)]),
    "language unknown": ("A1,,,,,en:3; elvish:2,,,\n", [(2, "Languages")]),
    "level unknown": ("A1,,,,,en:9,,,\n", [(2, "Languages")]),
    "time zone unknown": ("A1,,,,,,Paris,,\n", [(2, "Time zone")]),
    "country unknown": ("A1,,,,,,,Atlantis,\n", [(2, "Country of the business")]),
    "business too long": ("A1,,,,,,,," + "x" * 201 + "\n", [(2, "Business")]),
    "line break in a cell": ('A1,,,,,,,,"Par\nis"\n', [(2, "Business")]),
    "many things at once": ("A1,x,y z,,,,,,\n,,,,,,,,Paris\n", [(2, "Grade"), (2, "Work mail"), (3, "Employee number")]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_row_keeps_the_whole_file_out(name, db):
    rows, expected = WRONG[name]
    begun = services.start_import(file_name="people.csv", content=(HEAD + rows).encode(), by=None, now=NOON)
    mapping = replace(
        services.offered_mapping(services.sheet_of(begun))[0],
        grade_order=("y",) if " z" in rows else (),
        date_orders={"hired_on": "dmy"},
    )
    if "3,5" in rows:
        mapping = replace(mapping, grade_order=("3", "4"))
    done = checked(HEAD + rows, mapping)
    assert problems(done) == expected
    assert all(problem["reason"] and problem["remedy"] for problem in done.report["problems"])
    with pytest.raises(Refused):
        services.ask_write(done, leavers_confirmed=True, by=None, now=NOON, in_background=False)
    assert (Person.objects.count(), Entity.objects.count()) == (0, 0)


def test_a_corrected_file_gives_what_one_good_import_gives(db):
    good = HEAD + "A1,a@example.test,5,2015-02-01,,en:4,Europe/Paris,FR,Paris\nA2,b@example.test,3,2020-01-01,A1,fr,,FR,Paris\n"
    bad = good.replace("3,2020-01-01,A1", "3,2020-01-01,A9")
    checked(bad)
    imported(good)
    through_errors = snapshot()
    Person.objects.update(manager=None, line="unknown")
    Person.objects.all().delete()
    Entity.objects.all().delete()
    imported(good)
    assert snapshot() == through_errors


def snapshot():
    fields = (
        "employee_number",
        "email",
        "grade",
        "hired_on",
        "manager__employee_number",
        "line",
        "languages",
        "time_zone",
        "entity__code",
        "entity__country",
        "state",
    )
    return list(Person.objects.order_by("employee_number").values_list(*fields))


def test_an_address_of_somebody_outside_the_file_is_not_taken_over(db):
    imported("EmployeeNumber,Email\nA1,a@example.test\n")
    done = checked("EmployeeNumber,Email\nA2,a@example.test\n")
    assert problems(done) == [(2, "Work mail")]


def test_a_manager_who_leaves_with_the_same_file_is_reported(db):
    imported("EmployeeNumber,Manager\nA1,\nA2,A1\n")
    done = checked("EmployeeNumber,Manager\nA2,A1\n", is_full_export=True)
    assert problems(done) == [(2, "Manager’s employee number")]


def test_a_circle_through_somebody_outside_the_file_is_reported(db):
    imported("EmployeeNumber,Manager\nA1,\nA2,A1\n")
    done = checked("EmployeeNumber,Manager\nA1,A2\n")
    assert problems(done) == [(2, "Manager’s employee number")]


def test_workbook_with_a_huge_table_of_texts_is_refused_before_it_is_read():
    """Stored and not packed: neither its size as a whole nor how far it unpacks gives it away."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", "<si/>" * (MAX_SHARED_BYTES // 5 + 1))
    with pytest.raises(NotPossible, match="unpacks to far more"):
        workbook.rows(made.getvalue())


def test_workbook_with_more_texts_than_a_directory_has_is_refused_before_it_is_read(monkeypatch):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", "<si/>" * 1001)
    monkeypatch.setattr(workbook, "MAX_SHARED_TEXTS", 1000)
    with pytest.raises(NotPossible, match="more texts than a directory has"):
        workbook.rows(made.getvalue())

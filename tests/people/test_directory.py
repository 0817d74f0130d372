"""Reading files and cells: encodings, separators, names of columns, days, languages, hours."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from turnabout.core.errors import NotPossible
from turnabout.people.directory import dates, hours, lines, values
from turnabout.people.directory import mapping as mappings
from turnabout.people.directory.fields import words
from turnabout.people.directory.left_out import reason_to_leave_out
from turnabout.people.directory.mapping import ColumnMapping
from turnabout.people.directory.sheet import read
from turnabout.people.directory.values import BadValue

# Files

TEXT = "Matricule;Prénom;Fonction\nA1;Zoë;Ingénieure à Besançon\nA2;Jürgen;Größe geprüft\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_encoding_is_detected(encoding, found):
    sheet = read(TEXT.encode(encoding))
    assert (sheet.encoding, sheet.separator, sheet.columns) == (found, ";", ("Matricule", "Prénom", "Fonction"))
    assert sheet.rows[0] == (2, ("A1", "Zoë", "Ingénieure à Besançon"))


def test_cyrillic_of_an_older_encoding_is_told_from_western():
    text = "Number;Name\n" + "A1;Екатерина Иванова работает в отделе продаж\n" * 20
    sheet = read(text.encode("cp1251"))
    assert sheet.rows[0][1][1].startswith("Екатерина")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_detected(separator):
    content = f'Number{separator}Name\nA1{separator}"Byron, Ada; ok|"\nA2{separator}Bo\n'.replace('"Byron', '"Byron').encode()
    assert read(content).separator == separator


def test_the_separator_line_of_a_spreadsheet_is_obeyed_and_not_taken_for_a_heading():
    assert read(b"sep=;\nNumber;Name\nA1;x,y\n").columns == ("Number", "Name")


def test_rows_keep_the_numbers_that_a_spreadsheet_shows():
    sheet = read(b'Number,Name\n\nA1,"two\nlines"\n\nA2,x\n')
    assert [number for number, _cells in sheet.rows] == [3, 5]


def test_unnamed_columns_get_a_name():
    assert read(b"Number,,Name\nA1,2,x\n").columns == ("Number", "Column 2", "Name")


def test_a_single_column_is_a_table_too():
    assert read(b"Number\nA1\nA2\n").columns == ("Number",)


def test_an_unknown_encoding_is_refused():
    with pytest.raises(NotPossible):
        read(b"Number\nA1\n", encoding="klingon")


def test_columns_in_another_order_are_the_same_columns():
    assert read(b"A,B\n1,2\n").columns_hash == read(b"B,A\n2,1\n").columns_hash
    assert read(b"A,B\n1,2\n").columns_hash != read(b"A,C\n1,2\n").columns_hash


def test_a_workbook_gives_cached_values_days_and_whole_numbers():
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Number", "Hired", "At", "Grade", "Share", "Formula", None])
    sheet.append(
        [
            17.0,
            date(2020, 2, 29),
            datetime(2020, 2, 29, 9, 30),  # noqa: DTZ001 - a workbook's cells know no time zone
            3,
            0.5,
            "=1+1",
            None,
        ]
    )
    sheet.append([])
    sheet.append(["A2"])
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert found.is_workbook
    assert found.columns == ("Number", "Hired", "At", "Grade", "Share", "Formula")
    assert found.rows == ((2, ("17", "2020-02-29", "2020-02-29 09:30", "3", "0.5", "")), (4, ("A2", "", "", "", "", "")))


def test_a_workbook_that_claims_a_million_rows_is_read_to_its_last_person():
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Number"])
    sheet.append(["A1"])
    sheet.cell(row=1_000_000, column=1, value="far")
    out = io.BytesIO()
    book.save(out)
    assert [number for number, _cells in read(out.getvalue()).rows] == [2]


# Names of columns


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("JobLevel", ("job", "level")),
        ("job_level", ("job", "level")),
        ("Job level", ("job", "level")),
        ("Prénom", ("prenom",)),
        ("N+1", ("n", "1")),
        ("employeeID", ("employee", "id")),
    ],
)
def test_names_of_columns_are_read_as_words(column, expected):
    assert words(column) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("EmployeeNumber", "JobLevel", "Department", "JobRole"), {"employee_number": "EmployeeNumber", "grade": "JobLevel", "entity": "Department", "job_title": "JobRole"}),
        (("Matricule", "Nom", "Prénom", "Société", "Service", "Pays"), {"employee_number": "Matricule", "family_name": "Nom", "given_name": "Prénom", "entity": "Société", "unit": "Service", "country": "Pays"}),
        (("Personalnummer", "Vorname", "Nachname", "Abteilung", "Eintrittsdatum", "Vorgesetzter"), {"employee_number": "Personalnummer", "given_name": "Vorname", "family_name": "Nachname", "entity": "Abteilung", "hired_on": "Eintrittsdatum", "manager": "Vorgesetzter"}),
        (("employee_id", "first_name", "last_name", "hire_date", "job_id", "manager_id", "department_id"), {"employee_number": "employee_id", "given_name": "first_name", "family_name": "last_name", "hired_on": "hire_date", "job_title": "job_id", "manager": "manager_id", "entity": "department_id"}),
        (("Numero de empleado", "Nombre completo", "Correo electrónico", "Zona horaria"), {"employee_number": "Numero de empleado", "full_name": "Nombre completo", "email": "Correo electrónico", "time_zone": "Zona horaria"}),
        (("Emp No", "Full Name", "First Name", "Last Name"), {"employee_number": "Emp No", "given_name": "First Name", "family_name": "Last Name"}),
    ],
)  # fmt: skip
def test_a_mapping_is_suggested_in_several_languages(columns, expected):
    assert dict(mappings.suggest(columns).columns) == expected


@pytest.mark.parametrize(
    ("column", "is_left_out"),
    [
        ("Age", True), ("DateOfBirth", True), ("Geburtsdatum", True), ("Gender", True), ("Sexe", True), ("Anrede", True), ("MonthlyIncome", True),
        ("MONTHLYSALARY", True), ("Gehalt", True), ("SickDays", True), ("PerformanceRating", True), ("Marital status", True), ("Nationality", True),
        ("Manager", False), ("Language", False), ("JobLevel", False), ("Stage", False), ("Payroll number", False), ("Operating unit", False), ("Hire date", False),
    ],
)  # fmt: skip
def test_columns_nobody_needs_are_left_out(column, is_left_out):
    assert (reason_to_leave_out(column) is not None) == is_left_out


@pytest.mark.parametrize(
    "mapping",
    [
        ColumnMapping(columns={"given_name": "Name"}),
        ColumnMapping(columns={"employee_number": "Nowhere"}),
        ColumnMapping(columns={"employee_number": "Number", "grade": "Age"}),
        ColumnMapping(columns={"employee_number": "Number"}, patterns={"email": "{Age}@example.test"}),
        ColumnMapping(columns={"employee_number": "Number"}, patterns={"email": "{Number@example.test"}),
        ColumnMapping(columns={"employee_number": "Number"}, patterns={"email": "{Number}}@example.test"}),
        ColumnMapping(columns={"employee_number": "Number"}, constants={"manager": "A1"}),
        ColumnMapping(columns={"employee_number": "Number"}, name_order="backwards"),
        ColumnMapping(columns={"employee_number": "Number"}, date_orders={"hired_on": "ydm"}),
        ColumnMapping(columns={"employee_number": "Number"}, grade_order=("A", "A")),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping):
    with pytest.raises(NotPossible):
        mappings.check(mapping, ("Number", "Name", "Age"))


def test_a_mapping_survives_being_kept():
    mapping = ColumnMapping(
        columns={"employee_number": "N"},
        constants={"country": "FR"},
        patterns={"email": "{N}@x.test"},
        date_orders={"hired_on": "dmy"},
        grade_order=("A", "B"),
        name_order="family_first",
    )
    assert ColumnMapping.from_json(mapping.as_json()) == mapping


def test_a_field_has_one_source():
    mapping = (
        ColumnMapping(columns={"email": "Mail"})
        .with_pattern("email", "{N}@x.test")
        .with_constant("email", "a@x.test")
        .with_column("email", "Post")
    )
    assert (dict(mapping.columns), dict(mapping.constants), dict(mapping.patterns)) == ({"email": "Post"}, {}, {})


def test_a_pattern_with_an_empty_cell_stays_empty():
    assert (mappings.fill("{A}.{B}@x.test", {"A": "1", "B": ""}), mappings.fill("{A}@x.test", {"A": "1"})) == ("", "1@x.test")


# Cells


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["2021-04-30"], {"ymd"}),
        (["30/04/2021", "01/02/2021"], {"dmy"}),
        (["04/30/2021"], {"mdy"}),
        (["01.02.2021"], {"dmy"}),
        (["03/04/2021"], {"dmy", "mdy"}),
        (["30/04/2021", "04/30/2021"], set()),
    ],
)
def test_the_order_of_days_is_found_or_asked(texts, found):
    assert dates.orders(texts) == found


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2021-04-30", "dmy", date(2021, 4, 30)), ("20210430", "dmy", date(2021, 4, 30)), ("2021-04-30 00:00", "ymd", date(2021, 4, 30)),
        ("30/04/2021", "dmy", date(2021, 4, 30)), ("4/30/2021", "mdy", date(2021, 4, 30)), ("30. April 2021", "ymd", date(2021, 4, 30)),
        ("17-Jun-2013", "ymd", date(2013, 6, 17)), ("1 février 2020", "ymd", date(2020, 2, 1)), ("3. März 2020", "ymd", date(2020, 3, 3)),
    ],
)  # fmt: skip
def test_days_are_read_as_files_write_them(text, order, day):
    assert dates.parse(text, order) == day


@pytest.mark.parametrize("text", ["30/04/21", "soon", "2021-13-01", "44316", "99 Foo 2020", "31/04/2021"])
def test_days_that_are_none_are_refused(text):
    with pytest.raises(BadValue):
        dates.parse(text, "dmy")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("en:3; fr", {"en": 3, "fr": 3}), ("English (C2), français", {"en": 4, "fr": 3}), ("Deutsch=4|it:1", {"de": 4, "it": 1}),
        ("español; es:4", {"es": 4}), ("suomi", {"fi": 3}), ("EN:native", {"en": 4}), ("", {}),
    ],
)  # fmt: skip
def test_languages_are_read_with_their_levels(text, levels):
    assert values.languages(text) == levels


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FR", "FR"),
        ("france", "FR"),
        ("Deutschland", "DE"),
        ("España", "ES"),
        ("UK", "GB"),
        ("Côte d’Ivoire", "CI"),
        ("Türkei", "TR"),
    ],
)
def test_countries_are_known_by_code_and_name(text, code):
    assert values.country(text) == code


@pytest.mark.parametrize(
    ("text", "order", "names"),
    [
        ("Ada King Byron", "given_first", ("Ada King", "Byron")),
        ("Byron Ada", "family_first", ("Ada", "Byron")),
        ("Byron, Ada", "given_first", ("Ada", "Byron")),
        ("Ada", "given_first", ("Ada", "")),
    ],
)
def test_whole_names_are_split(text, order, names):
    assert values.full_name(text, order) == names


def test_locales_are_written_one_way():
    assert [values.locale(text) for text in ("en_GB", "fr", "DE-de")] == ["en-gb", "fr", "de-de"]
    with pytest.raises(BadValue):
        values.locale("klingon!")


def test_working_hours_are_read_and_written_alike():
    week = hours.parse("Mon-Thu 08:00-16:30; Fri 8:00-12:00")
    assert hours.as_text(week) == "Mon-Thu 08:00-16:30; Fri 08:00-12:00"
    assert hours.parse("09:00-17:00") == hours.parse("Monday - Friday 09:00 – 17:00")
    assert sorted(hours.parse("Sun-Thu 09:00-17:00")) == ["0", "1", "2", "3", "6"]
    assert hours.as_text({}) == ""


@pytest.mark.parametrize("text", ["late", "Mon 17:00-09:00", "Mon 09:75-10:00", "Foo 09:00-10:00", "Mon 09:00-25:00"])
def test_hours_that_are_none_are_refused(text):
    with pytest.raises(BadValue):
        hours.parse(text)


# Lines


def test_circles_are_found_once_each():
    assert sorted(map(sorted, lines.circles({"a": "b", "b": "a", "c": "a", "d": None, "e": "e", "f": "gone"}))) == [
        ["a", "b"],
        ["e"],
    ]


def test_ancestors_end_even_in_a_circle():
    assert lines.ancestors(1, {1: 2, 2: 3, 3: 2}) == (2, 3)

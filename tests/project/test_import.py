"""`turnabout import people FILE`, run in the test's own process and database."""

import importlib

import pytest

from tests.people.files import data
from turnabout.core.errors import CommandError
from turnabout.people.models import DirectoryImport, Person

command = importlib.import_module("turnabout.project.commands.import")


@pytest.fixture
def file(tmp_path):
    def write(content, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def run(*arguments):
    return command.main(["people", *arguments])


def test_the_ibm_file_is_imported_with_a_constant_and_a_pattern(db, file, capsys):
    path = file(data("ibm_attrition/emp_attrition.csv"))
    assert (
        run(
            path,
            "--constant",
            "country=FR",
            "--constant",
            "time_zone=Europe/Paris",
            "--pattern",
            "email={EmployeeNumber}@example.test",
        )
        == 0
    )
    assert Person.objects.filter(email__endswith="@example.test").count() == 1470
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "1470 new, 0 changed, 0 left, 0 unchanged.",
        "We cannot check reporting lines for 1470 people.",
        "Written.",
    ]


def test_a_dry_run_writes_nothing_and_keeps_no_file(db, file, capsys):
    assert run(file("EmployeeNumber\nA1\n"), "--dry-run") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing was written."
    assert (Person.objects.count(), bytes(DirectoryImport.objects.get().content)) == (0, b"")


def test_problems_end_with_one_and_write_nothing(db, file, capsys):
    assert run(file("EmployeeNumber,Manager\nA1,\nA2,A9\n")) == 1
    assert Person.objects.count() == 0
    assert "Row 3, Manager’s employee number" in capsys.readouterr().out


def test_a_mapping_is_saved_and_used_again(db, file, tmp_path, capsys):
    saved = str(tmp_path / "mapping.json")
    path = file("Id,Start\nA1,03/04/2021\n")
    assert (
        run(
            path,
            "--column",
            "employee_number=Id",
            "--column",
            "hired_on=Start",
            "--dates",
            "hired_on=mdy",
            "--save-mapping",
            saved,
        )
        == 0
    )
    assert run(path, "--mapping", saved) == 0
    assert capsys.readouterr().out.splitlines()[-3] == "0 new, 0 changed, 0 left, 1 unchanged."
    assert str(Person.objects.get().hired_on) == "2021-03-04"


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("EmployeeNumber,HireDate\nA1,03/04/2021\n", (), "Add --dates hired_on=dmy or hired_on=mdy."),
        ("EmployeeNumber,Grade\nA1,Senior\n", (), "Add --grades with all of them, lowest first: Senior."),
        ("EmployeeNumber,Age\nA1,30\n", ("--column", "grade=Age"), "The column “Age” is left out."),
        ("EmployeeNumber\nA1\n", ("--constant", "shoe_size=44"), "“shoe_size” is no field of a person."),
        ("EmployeeNumber\nA1\n", ("--constant", "country"), "--constant takes FIELD=VALUE"),
        ("EmployeeNumber\nA1\n", ("--mapping", "/nowhere.json"), "is no mapping"),
        ("", (), "This file is empty."),
    ],
)
def test_a_wrong_command_line_says_what_to_write(db, file, content, options, sentence):
    with pytest.raises(CommandError) as refusal:
        run(file(content), *options)
    assert sentence in str(refusal.value)
    assert Person.objects.count() == 0


def test_a_file_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError) as refusal:
        run(str(tmp_path / "none.csv"))
    assert "cannot be read: No such file or directory" in str(refusal.value)


def test_a_file_over_the_limit_is_not_read(db, file, settings):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(CommandError) as refusal:
        run(file("EmployeeNumber\n" + "1\n" * 100))
    assert "MB is the most" in str(refusal.value)


def test_missing_many_people_needs_confirmation(db, file, capsys):
    run(file("EmployeeNumber\n" + "\n".join(f"A{number}" for number in range(30)) + "\n"))
    smaller = file("EmployeeNumber\nA1\n", "smaller.csv")
    with pytest.raises(CommandError):
        run(smaller, "--full-export")
    assert Person.objects.filter(state="left").count() == 0
    assert run(smaller, "--full-export", "--confirm-leavers") == 0
    assert Person.objects.filter(state="left").count() == 29

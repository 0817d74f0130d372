"""A file is read once; pages show what was kept of it, and nothing is kept longer than the file."""

from datetime import timedelta

import pytest

from tests import factories
from tests.cast import NOON
from tests.people.files import imported
from turnabout.people import jobs, services
from turnabout.people.models import DirectoryImport

FILE = b"EmployeeNumber,Name,Salary\nA1,Ada Byron,90001\nA2,Bo Lind,90002\nA3,Cy Ray,90003\nA4,Di Woo,90004\n"


def begun(content: bytes = FILE) -> DirectoryImport:
    return services.start_import(file_name="a.csv", content=content, by=None, now=NOON)


def fresh(of: DirectoryImport) -> DirectoryImport:
    return DirectoryImport.objects.get(pk=of.pk)


def test_the_first_rows_are_kept_without_what_is_left_out(db):
    outline = services.outline_of(begun())
    assert (outline.columns, outline.count) == (("EmployeeNumber", "Name", "Salary"), 4)
    assert outline.first == ((2, ("A1", "Ada Byron", "")), (3, ("A2", "Bo Lind", "")), (4, ("A3", "Cy Ray", "")))
    assert "9000" not in str(DirectoryImport.objects.get().outline)


def test_another_reading_is_kept_in_place_of_the_first(cast):
    one = begun("Matricule;Prénom\nA1;Zoë\n".encode("cp1252"))
    services.choose_reading(one, encoding="mac_roman", separator=";", by=cast.olu)
    assert services.outline_of(fresh(one)).columns != services.outline_of(one).columns


def test_a_file_of_an_earlier_release_is_read_once_more_and_then_kept(cast):
    one = factories.directory_import(by=cast.olu)
    assert services.outline_of(one).columns == ("EmployeeNumber", "Name")
    DirectoryImport.objects.filter(pk=one.pk).update(content=b"")
    assert services.outline_of(fresh(one)).columns == ("EmployeeNumber", "Name")


def written() -> DirectoryImport:
    return imported("EmployeeNumber,Name\nA1,Ada Byron\n")


def put_aside(cast) -> DirectoryImport:
    return services.discard_import(begun(), by=cast.olu, now=NOON)


def kept_a_day() -> DirectoryImport:
    one = begun()
    services.clear_old_files(now=NOON + timedelta(days=1, seconds=1))
    return fresh(one)


def not_written_by_the_command() -> DirectoryImport:
    one = begun()
    services.forget_unfinished(one, now=NOON)
    return fresh(one)


def no_longer_readable() -> DirectoryImport:
    one = begun()
    mapping, _is_saved = services.offered_mapping(services.outline_of(one))
    services.ask_check(one, mapping, is_full_export=False, by=None, now=NOON)
    DirectoryImport.objects.filter(pk=one.pk).update(content=b"%PDF-1.7")
    jobs.check_import(import_id=one.pk)
    return fresh(one)


@pytest.mark.parametrize("end", [written, put_aside, kept_a_day, not_written_by_the_command, no_longer_readable])
def test_what_was_kept_of_a_file_goes_with_it(end, cast):
    done = end(cast) if end is put_aside else end()
    assert (bytes(done.content), done.outline, done.state in {"done", "failed"}) == (b"", {}, True)

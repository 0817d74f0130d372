"""A file of people in the browser, from the upload to the directory."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.cast import NOON
from tests.people.files import data
from turnabout.core import progress
from turnabout.people import jobs
from turnabout.people.models import DirectoryImport, Person

SMALL = b"EmployeeNumber,Name,Manager,Company\nA1,Ada Byron,,Paris\nA2,Bo Lind,A1,Paris\n"


def upload(client, content, name="people.csv"):
    return client.post("/people/import/", {"people": SimpleUploadedFile(name, content)})


def latest():
    return DirectoryImport.objects.latest("pk")


def sent_form(client, **changed):
    """The mapping form as a browser would send it back, with some answers changed."""
    form = client.get(f"/people/import/{latest().pk}/columns/").context["form"]
    told = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    return told | changed


def walked(client, content, **changed):
    """Upload, map and check; the worker's part is done in the test."""
    upload(client, content)
    client.post(f"/people/import/{latest().pk}/columns/", sent_form(client, **changed))
    jobs.check_import(import_id=latest().pk)
    return client.get(f"/people/import/{latest().pk}/")


def written(client, **ticked):
    client.post(f"/people/import/{latest().pk}/write/", ticked)
    jobs.write_import(import_id=latest().pk)
    return client.get(f"/people/import/{latest().pk}/")


@pytest.fixture
def lead(cast, client_of, clock_at):
    return client_of(cast.olu)


def test_all_1470_people_of_the_ibm_file_are_imported_in_the_browser(lead):
    response = walked(
        lead,
        data("ibm_attrition/emp_attrition.csv"),
        **{"fill-email": "{EmployeeNumber}@example.test", "fill-country": "France", "fill-time_zone": "Europe/Paris"},
    )
    assert [(fact.label, fact.value) for fact in response.context["counts"]] == [
        ("New", "1,470"),
        ("Changed", "0"),
        ("Marked as left", "0"),
        ("Unchanged", "0"),
    ]
    done = written(lead)
    assert done.context["counts_text"] == "1,470 new, 0 changed, 0 left, 0 unchanged"
    assert Person.objects.filter(email__endswith="@example.test").count() == 1470
    assert (
        lead.get("/people/").context["unknown_text"]
        == "We cannot check reporting lines for 1,470 people: their manager is not known here."
    )


def test_encoding_and_separator_are_shown_and_can_be_changed(lead):
    upload(lead, "Matricule;Prénom\nA1;Zoë\n".encode("cp1252"))
    page = lead.get(f"/people/import/{latest().pk}/")
    assert (page.context["done"].encoding, page.context["done"].separator) == ("cp1252", ";")
    shown = [(row.name, [cell.text for cell in row.cells]) for row in page.context["rows"]]
    assert shown == [("Matricule", ["A1"]), ("Prénom", ["Zoë"])]
    lead.post(f"/people/import/{latest().pk}/reading/", {"encoding": "mac_roman", "separator": ";"})
    assert latest().encoding == "mac_roman"


def test_an_encoding_that_does_not_fit_is_refused_with_the_page_kept(lead):
    upload(lead, "Matricule;Prénom\nA1;Zoë\n".encode("cp1252"))
    response = lead.post(f"/people/import/{latest().pk}/reading/", {"encoding": "utf-8", "separator": ";"})
    assert response.status_code == 422
    assert latest().encoding == "cp1252"


def test_the_mapping_is_offered_again_for_the_same_columns(lead):
    walked(lead, SMALL, **{"fill-country": "FR"})
    upload(lead, SMALL.replace(b"Bo Lind", b"Bo Lindt"))
    page = lead.get(f"/people/import/{latest().pk}/columns/")
    assert page.context["is_saved"]
    assert page.context["form"]["fill-country"].value() == "FR"


def test_days_that_can_be_read_two_ways_are_asked(lead):
    content = b"EmployeeNumber,HireDate\nA1,03/04/2021\nA2,05/06/2020\n"
    upload(lead, content)
    address = f"/people/import/{latest().pk}/columns/"
    asked = lead.post(address, sent_form(lead))
    assert asked.status_code == 422
    assert sorted(asked.context["form"].errors) == ["date_order-hired_on"]
    lead.post(address, sent_form(lead) | {"date_order-hired_on": "dmy"})
    jobs.check_import(import_id=latest().pk)
    written(lead)
    assert str(Person.objects.get(employee_number="A1").hired_on) == "2021-04-03"


def test_grades_in_words_are_asked_for_their_order(lead):
    upload(lead, b"EmployeeNumber,Grade\nA1,Senior\nA2,Junior\n")
    address = f"/people/import/{latest().pk}/columns/"
    asked = lead.post(address, sent_form(lead))
    assert asked.context["form"]["grade_order"].value() == "Junior\nSenior"
    lead.post(address, sent_form(lead) | {"grade_order": "Junior\nSenior"})
    jobs.check_import(import_id=latest().pk)
    written(lead)
    assert dict(Person.objects.values_list("employee_number", "grade")) == {"A1": 2, "A2": 1}


def test_a_missing_employee_number_column_is_named_with_the_remedy(lead):
    upload(lead, b"Vorname,Abteilung\nZoe,IT\n")
    response = lead.post(f"/people/import/{latest().pk}/columns/", sent_form(lead))
    assert response.context["form"].non_field_errors() == [
        "No column is chosen for the employee number, which tells people apart. Choose one of: Vorname, Abteilung."
    ]


def test_problems_are_shown_and_nothing_can_be_written(lead):
    page = walked(lead, b"EmployeeNumber,Email,Manager\nA1,not an address,\nA2,,A9\n")
    assert [(problem["row"], problem["field"]) for problem in page.context["problems"]] == [
        (2, "Work mail"),
        (3, "Manager’s employee number"),
    ]
    lead.post(f"/people/import/{latest().pk}/write/")
    assert latest().state == "checked"
    assert Person.objects.count() == 0


def test_the_error_file_runs_nothing_in_a_spreadsheet(lead):
    walked(lead, "EmployeeNumber,Email,Manager\nA1,=HYPERLINK(1),\n,-2+3,\nA3,＝1,@x\n".encode())
    text = lead.get(f"/people/import/{latest().pk}/problems.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[0] for row in rows] == ["Row", "2", "3", "4", "4"]
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "＝"))] == []


def test_many_leavers_need_a_tick_of_their_own(lead):
    factories_of_people = [factories.person(with_account=False) for _number in range(30)]
    walked(lead, SMALL, is_full_export="on")
    written(lead)
    assert Person.objects.filter(state="left").count() == 0
    done = written(lead, leavers_confirmed="on")
    assert done.context["counts_text"] == f"2 new, 0 changed, {len(factories_of_people)} left, 0 unchanged"
    assert Person.objects.filter(state="left").count() == 30


def test_a_file_that_is_too_large_is_refused_before_it_is_read(lead, settings):
    settings.IMPORT_MAX_BYTES = 1_000
    response = upload(lead, b"EmployeeNumber\n" + b"1\n" * 1_000_000)
    assert response.context["form"].errors["people"] == [
        "This file has 3 MB; 0 MB is the most. Export only the columns you need, or split the file by business."
    ]
    assert DirectoryImport.objects.count() == 0


def test_no_file_at_all_is_asked_for(lead):
    assert list(lead.post("/people/import/", {}).context["form"].errors) == ["people"]


def test_the_work_is_watched_and_stopped(lead):
    upload(lead, SMALL)
    address = f"/people/import/{latest().pk}/"
    lead.post(f"{address}columns/", sent_form(lead))
    assert lead.get(address).context["title"] == "Checking your file"
    fragment = lead.get(address, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in fragment, 'id="import"' in fragment) == (False, True)
    lead.post(f"{address}stop/")
    jobs.check_import(import_id=latest().pk)
    assert (latest().state, Person.objects.count()) == ("uploaded", 0)
    assert lead.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_file_put_aside_is_deleted(lead):
    upload(lead, SMALL)
    lead.post(f"/people/import/{latest().pk}/aside/")
    assert (latest().state, bytes(latest().content)) == ("failed", b"")
    assert lead.get(f"/people/import/{latest().pk}/").context["ending"] == "Put aside. Nothing was written."


def test_files_of_before_are_listed(lead):
    walked(lead, SMALL)
    written(lead)
    assert [line.outcome for line in lead.get("/people/import/").context["history"]] == ["2 new, 0 changed, 0 left, 0 unchanged"]
    assert bytes(latest().content) == b""


def test_files_that_wait_or_ended_say_so_in_the_list(lead, cast):
    upload(lead, SMALL)
    factories.directory_import(by=cast.olu, state="failed", report={"ended": "kept_a_day"}, content=b"")
    outcomes = [line.outcome for line in lead.get("/people/import/").context["history"]]
    assert outcomes == [
        "Nobody finished this within a day, so the file was deleted. Nothing was written.",
        "Waiting for you: nothing is written yet.",
    ]


def test_a_workbook_needs_no_encoding(lead):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["EmployeeNumber", "Salary"])
    book.worksheets[0].append(["A1", 9000])
    out = io.BytesIO()
    book.save(out)
    upload(lead, out.getvalue(), "people.xlsx")
    page = lead.get(f"/people/import/{latest().pk}/")
    assert page.context["form"] is None
    shown = [[(cell.label, cell.text) for cell in row.cells] for row in page.context["rows"]]
    assert shown == [[("Row 2", "A1")], [("Row 2", "left out")]]


def test_progress_is_told_in_numbers_once_there_are_some(lead):
    upload(lead, SMALL)
    lead.post(f"/people/import/{latest().pk}/columns/", sent_form(lead))
    address = f"/people/import/{latest().pk}/"
    assert lead.get(address).context["text"] == "Waiting for the worker"
    counting = progress.begin(latest(), total=2_000, now=NOON, message="Checking each row")
    progress.advance(counting, 1_500, "Checking each row")
    assert lead.get(address).context["text"] == "Checking each row: 1,500 of 2,000"
    assert lead.get(f"{address}columns/").headers["Location"] == address


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_costs_the_same_for_any_number_of_files(rows, lead, cast, django_assert_num_queries):
    for _number in range(rows):
        factories.directory_import(by=cast.olu)
    with django_assert_num_queries(HISTORY_QUERIES):
        assert len(lead.get("/people/import/").context["history"]) == rows


HISTORY_QUERIES = 9


@pytest.mark.parametrize("rows", [1, 3000])
def test_reading_pages_do_not_read_the_file_again(rows, lead, cast, django_assert_num_queries):
    upload(lead, b"EmployeeNumber,Name\n" + b"".join(b"N%d,Ada Byron\n" % number for number in range(rows)))
    DirectoryImport.objects.update(content=b"")  # nothing that could be read is left
    with django_assert_num_queries(7):
        page = lead.get(f"/people/import/{latest().pk}/")
    assert (page.context["count_text"], len(page.context["columns"])) == (
        "1 row" if rows == 1 else "3,000 rows",
        1 + min(rows, 3),
    )
    with django_assert_num_queries(8):
        form = lead.get(f"/people/import/{latest().pk}/columns/").context["form"]
    assert form["column-employee_number"].value() == "EmployeeNumber"

"""The verbs of a file: taken, mapped, checked, written whole or not at all."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from tests import factories
from tests.cast import NOON
from tests.people.files import checked, imported
from turnabout.accounts.models import Account
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event, Progress
from turnabout.people import jobs, services
from turnabout.people.models import DirectoryImport, Entity, Person, SavedMapping


def told():
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def test_only_the_programme_lead_imports(cast):
    with pytest.raises(NotAllowed):
        services.start_import(file_name="a.csv", content=b"EmployeeNumber\nA1\n", by=cast.cleo, now=NOON)


def test_a_second_file_changes_only_what_its_columns_hold(db):
    imported("EmployeeNumber,FirstName,LastName,Email,JobTitle\nA1,Ada,Byron,a@example.test,Clerk\n")
    done = imported("EmployeeNumber,JobTitle\nA1,Manager\n")
    person = Person.objects.get()
    assert (person.name, person.email, person.job_title) == ("Ada Byron", "a@example.test", "Manager")
    assert done.report["samples"]["changed"][0]["changes"] == [{"label": "Job title", "before": "Clerk", "after": "Manager"}]


def test_two_people_may_swap_their_addresses(db):
    imported("EmployeeNumber,Email\nA1,a@example.test\nA2,b@example.test\n")
    done = imported("EmployeeNumber,Email\nA1,b@example.test\nA2,a@example.test\n")
    assert done.state == "done"
    assert dict(Person.objects.values_list("employee_number", "email")) == {"A1": "b@example.test", "A2": "a@example.test"}


def test_whoever_is_missing_from_a_full_export_is_marked_as_left_and_comes_back(db):
    everybody = "EmployeeNumber,Name\nA1,Ada Byron\nA2,Bo Lind\n"
    imported(everybody)
    gone = imported("EmployeeNumber,Name\nA1,Ada Byron\n", is_full_export=True)
    assert [person["number"] for person in gone.report["samples"]["left"]] == ["A2"]
    assert list(Person.objects.filter(state="left").values_list("employee_number", "left_on")) == [("A2", NOON.date())]
    back = imported(everybody, is_full_export=True)
    assert back.report["counts"] == {"new": 0, "changed": 1, "left": 0, "unchanged": 1, "returned": 1}
    assert Person.objects.filter(state="present", left_on__isnull=True).count() == 2


def test_one_event_tells_of_the_file_and_one_of_each_leaver_and_each_new_line(db):
    imported("EmployeeNumber,Manager\nA1,\nA2,A1\nA3,A1\n")
    assert told() == ["people.imported"]
    imported("EmployeeNumber,Manager\nA1,\nA2,A1\n", is_full_export=True)
    imported("EmployeeNumber,Manager\nA1,A2\nA2,\n")
    assert told()[1:] == ["person.left", "people.imported", "line.changed", "line.changed", "people.imported"]
    assert Event.objects.filter(name="people.imported").latest("pk").data == {"new": 0, "changed": 2, "left": 0, "unchanged": 0}


def test_the_line_of_each_person_is_known_head_or_unknown(db):
    imported("EmployeeNumber,Manager\nA1,\nA2,A1\nA3,\n")
    assert dict(Person.objects.values_list("employee_number", "line")) == {"A1": "head", "A2": "known", "A3": "unknown"}
    imported("EmployeeNumber\nA1\nA9\n")
    assert dict(Person.objects.values_list("employee_number", "line")) == {
        "A1": "head",
        "A2": "known",
        "A3": "unknown",
        "A9": "unknown",
    }


def test_a_business_is_found_by_code_or_name_and_else_created(db):
    factories.entity(code="PAR", name="Paris")
    done = imported("EmployeeNumber,Company,Country\nA1,PAR,\nA2,paris,\nA3,Grand Café du Nord,France\nA4,,\n")
    assert dict(Person.objects.values_list("employee_number", "entity__code")) == {
        "A1": "PAR",
        "A2": "PAR",
        "A3": "GRAND-CAFE-DU-NORD",
        "A4": None,
    }
    assert [business["country"] for business in done.report["businesses"]] == ["FR"]


def test_without_a_business_people_are_placed_in_one_named_after_their_country(db):
    imported("EmployeeNumber,Pays\nA1,Deutschland\nA2,FR\n")
    assert dict(Person.objects.values_list("employee_number", "entity__name")) == {"A1": "Germany", "A2": "France"}


def test_a_business_in_two_countries_is_a_warning(db):
    factories.entity(code="PAR", name="Paris", country="FR")
    done = checked("EmployeeNumber,Company,Country\nA1,PAR,DE\n")
    assert done.report["warnings"] == [
        "Paris is in FR here; the file also says DE. The country was kept: change it on the page of the business if it is wrong."
    ]


def test_a_file_checked_before_somebody_else_changed_the_directory_goes_back_to_its_preview(db):
    done = checked("EmployeeNumber,Email\nA1,a@example.test\n")
    asked = services.ask_write(done, leavers_confirmed=False, by=None, now=NOON, in_background=False)
    factories.person(with_account=False, employee_number="A7").refresh_from_db()
    Person.objects.filter(employee_number="A7").update(email="a@example.test")
    after = services.run_write(asked, now=lambda: NOON)
    assert (after.state, after.report["problem_count"], Person.objects.count()) == ("checked", 1, 1)
    assert Progress.objects.get().state == "failed"


def test_jobs_that_run_twice_do_their_work_once(db):
    done = imported("EmployeeNumber\nA1\n")
    assert services.run_check(done, now=lambda: NOON) == done
    assert services.run_write(done, now=lambda: NOON) == done
    assert told() == ["people.imported"]


def test_a_check_is_not_asked_twice_at_once(db):
    begun = services.start_import(file_name="a.csv", content=b"EmployeeNumber\nA1\n", by=None, now=NOON)
    mapping, _is_saved = services.offered_mapping(services.sheet_of(begun))
    asked = services.ask_check(begun, mapping, is_full_export=False, by=None, now=NOON)
    with pytest.raises(NotPossible):
        services.ask_check(asked, mapping, is_full_export=False, by=None, now=NOON)
    with pytest.raises(NotPossible):
        services.choose_reading(asked, encoding="utf-8", separator=",", by=None)


def test_writing_cannot_be_stopped_halfway(db):
    done = checked("EmployeeNumber\nA1\n")
    services.ask_write(done, leavers_confirmed=False, by=None, now=NOON, in_background=False)
    with pytest.raises(NotPossible):
        services.stop_work(DirectoryImport.objects.get(pk=done.pk), by=None)


def test_a_file_nobody_finished_is_deleted_after_a_day(db):
    done = checked("EmployeeNumber,Salary\nA1,9000\n")
    assert services.clear_old_files(now=NOON + timedelta(hours=23)) == 0
    assert services.clear_old_files(now=NOON + timedelta(hours=25)) == 1
    assert bytes(DirectoryImport.objects.get(pk=done.pk).content) == b""


def test_columns_that_are_not_chosen_are_stored_nowhere(db):
    done = imported("EmployeeNumber,Salary,Hobby\nA1,SECRET-9000,SECRET-chess\n")
    assert (done.report["not_chosen"], [entry["column"] for entry in done.report["left_out"]]) == (["Hobby"], ["Salary"])
    stored = str(list(DirectoryImport.objects.values())) + str(list(Person.objects.values())) + str(list(Entity.objects.values()))
    assert "SECRET" not in stored


def test_a_business_gets_the_country_it_had_not_and_keeps_its_name(db):
    factories.entity(code="PAR", name="Paris", country="")
    imported("EmployeeNumber,Company,Country\nA1,PAR,FR\n")
    assert list(Entity.objects.values_list("code", "name", "country")) == [("PAR", "Paris", "FR")]


def test_two_new_businesses_of_like_names_get_codes_of_their_own(db):
    factories.entity(code="GRAND-CAFE-DU-NORD", name="Old café")
    imported("EmployeeNumber,Company\nA1,Grand Café du Nord\n")
    assert sorted(Entity.objects.values_list("code", flat=True)) == ["GRAND-CAFE-DU-NORD", "GRAND-CAFE-DU-NORD-2"]


def test_the_preview_shows_what_changes_in_words(db):
    imported("EmployeeNumber,Company,Languages,Hours,Manager\nA0,,,,\nA1,Paris,en:3,09:00-17:00,A0\n")
    done = checked("EmployeeNumber,Company,Languages,Hours,Manager\nA0,,,,\nA1,Lyon,en:3; fr:2,08:00-16:00,\n")
    shown = {change["label"]: (change["before"], change["after"]) for change in done.report["samples"]["changed"][-1]["changes"]}
    assert shown == {
        "Business": ("Paris", "Lyon"),
        "Languages": ("en:3", "en:3; fr:2"),
        "Weekly hours": ("Mon-Fri 09:00-17:00", "Mon-Fri 08:00-16:00"),
        "Manager’s employee number": ("A0", ""),
    }


def test_several_heads_are_a_warning(db):
    done = checked("EmployeeNumber,Manager\nA1,\nA2,A1\nB1,\nB2,B1\n")
    assert done.report["warnings"] == [
        "2 people have no manager and people reporting to them, so the file has that many heads: A1, B1."
    ]


def test_a_long_circle_is_told_in_short(db):
    rows = "".join(f"A{number},A{(number + 1) % 20}\n" for number in range(20))
    done = checked(f"EmployeeNumber,Manager\n{rows}")
    assert done.report["problem_count"] == 20
    assert "A7 → … → A0" in done.report["problems"][0]["reason"]


def test_a_file_that_can_no_longer_be_read_ends_with_its_reason(db):
    begun = services.start_import(file_name="a.csv", content=b"EmployeeNumber\nA1\n", by=None, now=NOON)
    mapping, _is_saved = services.offered_mapping(services.sheet_of(begun))
    services.ask_check(begun, mapping, is_full_export=False, by=None, now=NOON, in_background=False)
    DirectoryImport.objects.filter(pk=begun.pk).update(content=b"")
    done = services.run_check(DirectoryImport.objects.get(pk=begun.pk), now=lambda: NOON)
    assert (done.state, done.report["refusal"][:22]) == ("failed", "This file is empty. Ex")


def test_a_saved_mapping_is_offered_and_one_that_no_longer_fits_is_not(db):
    content = b"EmployeeNumber,Hobby\nA1,chess\n"
    begun = services.start_import(file_name="a.csv", content=content, by=None, now=NOON)
    sheet = services.sheet_of(begun)
    mapping = services.offered_mapping(sheet)[0].with_column("job_title", "Hobby")
    services.ask_check(begun, mapping, is_full_export=False, by=None, now=NOON, in_background=False)
    assert services.offered_mapping(sheet) == (mapping, True)
    SavedMapping.objects.update(mapping={"columns": {"employee_number": "Gone"}})
    assert services.offered_mapping(sheet)[1] is False


def test_days_are_asked_before_a_check_begins(db):
    begun = services.start_import(file_name="a.csv", content=b"EmployeeNumber,HireDate\nA1,03/04/2021\n", by=None, now=NOON)
    mapping, _is_saved = services.offered_mapping(services.sheet_of(begun))
    with pytest.raises(NotPossible):
        services.ask_check(begun, mapping, is_full_export=False, by=None, now=NOON)


def test_people_who_share_an_address_by_returning_are_not_written(db):
    """The database has the last word, and the whole file stays out."""
    imported("EmployeeNumber,Email\nA1,a@example.test\n")
    Person.objects.update(state="left")
    imported("EmployeeNumber,Email\nA2,a@example.test\n")
    done = checked("EmployeeNumber,JobTitle\nA1,Clerk\nA2,Clerk\n")
    asked = services.ask_write(done, leavers_confirmed=False, by=None, now=NOON, in_background=False)
    after = services.run_write(asked, now=lambda: NOON)
    assert (after.state, Person.objects.filter(job_title="Clerk").count()) == ("uploaded", 0)


def test_a_job_cancelled_midway_writes_nothing(db):
    content = "EmployeeNumber\n" + "".join(f"A{number}\n" for number in range(1200))
    begun = services.start_import(file_name="a.csv", content=content.encode(), by=None, now=NOON)
    mapping, _is_saved = services.offered_mapping(services.sheet_of(begun))
    asked = services.ask_check(begun, mapping, is_full_export=False, by=None, now=NOON, in_background=False)
    services.stop_work(asked, by=None)
    stopped = services.run_check(asked, now=lambda: NOON)
    assert (stopped.state, Progress.objects.get().state) == ("uploaded", "cancelled")


def test_the_hourly_job_forgets_what_nobody_finished(db, clock_at):
    clock_at(NOON + timedelta(days=2))
    done = checked("EmployeeNumber\nA1\n")
    jobs.clear_old_files()
    assert DirectoryImport.objects.get(pk=done.pk).state == "failed"


def test_one_day_for_everyone_and_days_by_a_pattern(db):
    imported("EmployeeNumber,Year\nA1,2019\n", hired_on="{Year}-01-01", in_profession_since="2010-05-01")
    person = Person.objects.get()
    assert (str(person.hired_on), str(person.in_profession_since)) == ("2019-01-01", "2010-05-01")


def test_a_corrected_file_reaches_an_account_nobody_used(cast):
    Account.objects.filter(pk=cast.mia.account_id).update(password=make_password(None))
    imported(f"EmployeeNumber,Email\n{cast.mia.employee_number},right@example.test\n")
    assert Account.objects.get(pk=cast.mia.account_id).email == "right@example.test"

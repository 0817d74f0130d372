"""Files that nobody here wrote go through whole."""

from tests.people.files import checked, data, imported
from turnabout.people import queries
from turnabout.people.directory.mapping import ColumnMapping
from turnabout.people.models import Entity, Person


def test_all_1470_employees_of_the_ibm_file_are_imported(db):
    done = imported(
        data("ibm_attrition/emp_attrition.csv"), email="{EmployeeNumber}@example.test", country="FR", time_zone="Europe/Paris"
    )
    assert done.report["counts"] == {"new": 1470, "changed": 0, "left": 0, "unchanged": 0, "returned": 0}
    assert Person.objects.count() == 1470
    person = Person.objects.get(employee_number="2068")
    assert (person.email, person.grade, person.job_title) == ("2068@example.test", 2, "Laboratory Technician")
    assert person.entity is not None
    assert (person.entity.name, person.entity.country, person.zone) == ("Research & Development", "FR", "Europe/Paris")
    assert done.report["unknown_lines"] == 1470
    assert queries.unknown_lines(None) == 1470


def test_columns_of_age_gender_pay_and_appraisal_are_named_as_left_out(db):
    done = checked(data("ibm_attrition/emp_attrition.csv"))
    assert [entry["column"] for entry in done.report["left_out"]] == [
        "Age",
        "DailyRate",
        "DistanceFromHome",
        "EnvironmentSatisfaction",
        "Gender",
        "HourlyRate",
        "JobInvolvement",
        "JobSatisfaction",
        "MaritalStatus",
        "MonthlyIncome",
        "MonthlyRate",
        "Over18",
        "OverTime",
        "PercentSalaryHike",
        "PerformanceRating",
        "RelationshipSatisfaction",
        "StockOptionLevel",
        "WorkLifeBalance",
        "YearsSinceLastPromotion",
    ]


def test_the_same_file_twice_changes_nothing(db):
    content = data("ibm_attrition/emp_attrition.csv")
    imported(content)
    again = imported(content)
    assert again.report["counts"] == {"new": 0, "changed": 0, "left": 0, "unchanged": 1470, "returned": 0}


def test_the_oracle_file_gives_a_tree_of_four_levels_with_one_head(db):
    done = imported(data("oracle_hr/employees.csv"))
    assert done.report["counts"]["new"] == 107
    lines = queries.ancestor_ids()
    assert sorted({len(above) for above in lines.values()}) == [0, 1, 2, 3]
    assert [person.name for person in Person.objects.filter(line=Person.Line.HEAD)] == ["Steven King"]
    assert Person.objects.filter(line=Person.Line.KNOWN).count() == 106
    assert Entity.objects.count() == 11
    assert queries.unknown_lines(None) == 0


def test_the_oracle_file_twice_changes_nothing(db):
    content = data("oracle_hr/employees.csv")
    imported(content)
    assert imported(content, is_full_export=True).report["counts"] == {
        "new": 0,
        "changed": 0,
        "left": 0,
        "unchanged": 107,
        "returned": 0,
    }


def test_grades_in_words_are_put_in_order_by_a_person(db):
    order = ("AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4")
    mapping = ColumnMapping(
        columns={"employee_number": "email address", "grade": "grade", "entity": "organisation", "function": "profession"},
        grade_order=order,
    )
    imported(data("civil_service_small/small_mentors.csv"), mapping)
    person = Person.objects.get(employee_number="mentor.00@gov.uk")
    assert (person.grade, person.grade_label) == (11, "SCS4")

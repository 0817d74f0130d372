"""Matching rounds over everybody of files that nobody here wrote."""

from collections.abc import Iterable

import pytest
from django.db import connection

from tests import factories
from tests.cast import NOON
from tests.people.files import data, imported
from turnabout.enrolments.models import Enrolment
from turnabout.matching import costs, services
from turnabout.matching.models import Proposal, Run, Unmatched
from turnabout.people import queries
from turnabout.people.models import Person
from turnabout.programmes.models import Cohort


def enrol(cohort: Cohort, people: Iterable[Person], role: str) -> None:
    """Everybody registered and prepared, in one insert."""
    Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort, person=person, role=role, state="registered",
            invited_at=NOON, registered_at=NOON, consented_at=NOON, prepared_at=NOON,
        )
        for person in people
    )  # fmt: skip
    # A server counts its rows by itself within a minute; here they all come in one transaction that it cannot see.
    connection.cursor().execute("analyze")


def solved(cohort: Cohort, by) -> Run:
    return services.solve_run(services.start_run(cohort, by=by, now=NOON), now=NOON)


def pairs_of(run: Run) -> list[Proposal]:
    return list(Proposal.objects.with_people().filter(run=run, state="draft"))


def test_everybody_of_the_ibm_file_is_matched(cast):
    imported(
        data("ibm_attrition/emp_attrition.csv"),
        email="{EmployeeNumber}@example.test", country="FR", time_zone="Europe/Paris", languages="en:3",
    )  # fmt: skip
    cohort = factories.cohort(factories.programme(), seniority_gap=2)
    people = Person.objects.exclude(email="").filter(email__endswith="@example.test", employee_number__regex=r"^\d+$")
    enrol(cohort, people.filter(grade__lte=2), "mentor")
    enrol(cohort, people.filter(grade__gte=3), "mentee")
    assert [Enrolment.objects.filter(cohort=cohort, role=role).count() for role in ("mentor", "mentee")] == [1077, 393]
    run = solved(cohort, cast.olu)
    pairs = pairs_of(run)
    gaps = [(pair.mentee.person.grade or 0) - (pair.mentor.person.grade or 0) for pair in pairs]
    assert len(pairs) == 393  # every leader: there are enough colleagues two grades below
    assert min(gaps) >= 2
    assert len({pair.mentor_id for pair in pairs}) == 393
    assert Unmatched.objects.filter(run=run).count() == 1077 - 393


@pytest.fixture
def oracle(cast):
    """The 107 employees of the file: those who lead somebody would learn from those who lead nobody."""
    imported(data("oracle_hr/employees.csv"), country="US", time_zone="America/Los_Angeles", languages="en:3")
    people = Person.objects.filter(job_title__contains="_")
    leads = people.filter(pk__in=Person.objects.filter(manager__isnull=False).values("manager"))
    made = {}
    for distance in (None, 3):
        cohort = factories.cohort(factories.programme(), seniority="tree_level", seniority_gap=1, distance_exception=distance)
        enrol(cohort, people.exclude(pk__in=leads), "mentor")
        enrol(cohort, leads, "mentee")
        made[distance] = cohort
    return made


def test_no_suggested_pair_of_the_oracle_tree_shares_a_line_or_a_manager(cast, oracle):
    run = solved(oracle[None], cast.olu)
    above = queries.ancestor_ids()
    pairs = [(pair.mentor.person, pair.mentee.person) for pair in pairs_of(run)]
    assert len(pairs) > 0
    assert [(a.pk, b.pk) for a, b in pairs if a.pk in above[b.pk] or b.pk in above[a.pk] or a.manager_id == b.manager_id] == []


def test_everybody_of_the_oracle_tree_without_a_partner_is_told_why(cast, oracle):
    run = solved(oracle[None], cast.olu)
    alone = list(Unmatched.objects.filter(run=run).select_related("enrolment__person"))
    assert len(alone) + 2 * len(pairs_of(run)) == 107
    assert [row.pk for row in alone if not costs.why_no_partner(row)] == []
    head = next(row for row in alone if row.enrolment.person.line == Person.Line.HEAD)
    assert head.reason == "line"
    assert costs.why_no_partner(head) == "The rules leave nobody. Possible partners ruled out: 89 by “Reporting line”."


def test_head_of_the_oracle_tree_gets_a_partner_where_distance_is_enough(cast, oracle):
    run = solved(oracle[3], cast.olu)
    partners = [pair.mentor.person for pair in pairs_of(run) if pair.mentee.person.line == Person.Line.HEAD]
    above = queries.ancestor_ids()
    assert [len(above[person.pk]) for person in partners] == [3]

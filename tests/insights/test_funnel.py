import pytest

from tests import factories
from tests.cast import NOON
from turnabout.insights import funnel
from turnabout.matching.models import Proposal
from turnabout.pairs.models import Agreement
from turnabout.programmes.queries import Scope
from turnabout.scheduling.models import Session


def counts(cast, scope=None) -> dict[str, dict[str, int]]:
    return {row.entity: row.counts for row in funnel.count(cast.cohort, scope)}


def stages(*values: int) -> dict[str, int]:
    return dict(zip(funnel.STAGES, values, strict=True))


def met(pair) -> Session:
    return Session.objects.create(
        pair=pair,
        number=1,
        state="met",
        starts_at=NOON,
        time_zone="UTC",
        local_start="2027-03-01T12:00",
        minutes=60,
        uid="one",
        met_on=NOON.date(),
    )


def test_each_stage_counts_the_people_who_reached_it(cast):
    pair = cast.mia_and_sol
    met(pair)
    Agreement.objects.filter(pair=pair).update(mentor_signed_at=NOON, mentee_signed_at=NOON)
    factories.enrolment(cast.cohort, cast.kofi, "mentor", state="invited", is_prepared=False)
    assert counts(cast) == {"Lagos": stages(1, 0, 0, 0, 0, 0, 0, 0), "Paris": stages(2, 2, 2, 2, 2, 2, 2, 0)}


def test_a_closed_pair_is_counted_and_one_who_left_stays_among_the_invited(cast):
    factories.pair(cast.mia_place, cast.sol_place, state="closed", ended_at=NOON)
    factories.enrolment(cast.cohort, cast.otto, "mentor", state="withdrawn", is_prepared=False)
    assert counts(cast)["Paris"] == stages(2, 2, 2, 2, 2, 0, 0, 2)
    assert counts(cast)["Lagos"]["invited"] == 1


def test_an_open_suggestion_counts_as_matched_and_a_closed_one_does_not(cast):
    run = factories.run(cast.cohort)
    proposal = factories.proposal(run, cast.mia_place, cast.sol_place, state="asking_mentor")
    assert counts(cast)["Paris"]["matched"] == 2
    Proposal.objects.filter(pk=proposal.pk).update(state="closed")
    assert counts(cast)["Paris"]["matched"] == 0


def test_a_coordinator_counts_their_own_entities(cast):
    assert [cast.mia_place, factories.enrolment(cast.cohort, cast.kofi, "mentor")]
    scope = Scope(programme_id=cast.programme.pk, entity_ids=frozenset({cast.paris.pk}))
    assert list(counts(cast, scope)) == ["Paris"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_count_costs_one_query_for_any_number_of_people(rows, cast, django_assert_num_queries):
    for _ in range(rows):
        factories.enrolment(cast.cohort, factories.person(entity=factories.entity()), "mentor")
    with django_assert_num_queries(1):
        assert len(funnel.count(cast.cohort)) == rows


def row(entity: str, country: str, value: int) -> funnel.Row:
    return funnel.Row(entity=entity, country=country, counts=dict.fromkeys(funnel.STAGES, value))


def texts(lines: tuple[funnel.Line, ...]) -> list[str]:
    return [line.cells[0].text for line in lines]


def test_organisers_see_every_figure():
    table = funnel.table([row("A", "FR", 3), row("B", "", 2000)], only_aggregates=False)
    assert (texts(table.entities), texts(table.countries), table.total.cells[0].value) == (["3", "2,000"], ["2,000", "3"], 2003)
    assert [line.label for line in table.countries] == ["not known", "FR"]


def test_a_sponsor_sees_no_small_count_and_cannot_find_it_by_subtraction():
    table = funnel.table([row("A", "FR", 3), row("B", "FR", 9), row("C", "NG", 20), row("D", "NG", 0)], only_aggregates=True)
    assert texts(table.entities) == ["not shown", "not shown", "20", "0"]
    assert texts(table.countries) == ["12", "20"]


def test_the_next_smallest_of_the_same_country_is_withheld_too():
    table = funnel.table([row("A", "FR", 3), row("B", "FR", 30), row("C", "NG", 6)], only_aggregates=True)
    assert texts(table.entities) == ["not shown", "not shown", "6"]


def test_a_small_total_is_not_shown_to_a_sponsor_either():
    table = funnel.table([row("A", "FR", 3)], only_aggregates=True)
    assert table.total.cells[0] == funnel.Cell(value=None, text="not shown")


def test_every_stage_has_a_label_and_a_definition():
    assert set(funnel.labels()) == set(funnel.definitions()) == set(funnel.STAGES)

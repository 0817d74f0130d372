"""Whoever reads every figure that is shown still cannot tell that a withheld one is small: checked by linear programming."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from turnabout.insights import funnel
from turnabout.insights.threshold import FEWEST_SHOWN, Withheld, withheld

SMALL = st.one_of(st.integers(0, FEWEST_SHOWN + 1), st.integers(0, 40))
TABLES = st.lists(st.tuples(st.sampled_from(["FR", "NG", "DE", ""]), SMALL), max_size=9)


def row(entity: str, country: str, value: int) -> funnel.Row:
    return funnel.Row(entity=entity, country=country, counts=dict.fromkeys(funnel.STAGES, value))


def shown(line: funnel.Line) -> int | None:
    return line.cells[0].value


def sums(table: funnel.Funnel) -> list[tuple[list[int], int | None]]:
    """Which entities each further figure is the sum of, and that figure where it is shown."""
    by_country = [
        ([at for at, entity in enumerate(table.entities) if entity.country == line.country], shown(line))
        for line in table.countries
    ]
    return [*by_country, (list(range(len(table.entities))), shown(table.total))]


def ranges(table: funnel.Funnel) -> list[tuple[float, float]]:
    """The least and the most that each withheld figure can be, for whoever knows all shown ones and that nought is shown."""
    found = [shown(line) for line in table.entities]
    bounds = [(1, None) if value is None else (value, value) for value in found]
    equal = [(parts, value) for parts, value in sums(table) if value is not None]
    hidden = [[at] for at, value in enumerate(found) if value is None] + [parts for parts, value in sums(table) if value is None]
    return [tuple(_extreme(parts, sign, bounds, equal) for sign in (1, -1)) for parts in hidden]


def _extreme(parts, sign, bounds, equal) -> float:
    size = len(bounds)
    result = linprog(
        [sign * (at in parts) for at in range(size)],
        A_eq=[[float(at in sum_of) for at in range(size)] for sum_of, _value in equal] or None,
        b_eq=[value for _parts, value in equal] or None,
        bounds=bounds,
    )
    assert result.status in (0, 3), result.message  # the true figures always fit; 3 is "as many as you like"
    return sign * result.fun if result.status == 0 else math.inf


def table_of(cells: list[tuple[str, int]]) -> funnel.Funnel:
    return funnel.table([row(f"E{at}", country, value) for at, (country, value) in enumerate(cells)], only_aggregates=True)


@settings(max_examples=300, deadline=None)
@given(TABLES)
def test_each_withheld_figure_may_be_five_numbers_and_more_than_a_small_one(cells):
    for least, most in ranges(table_of(cells)):
        assert (most - least >= FEWEST_SHOWN - 1 - 1e-6, most >= FEWEST_SHOWN - 1e-6) == (True, True)


@settings(max_examples=300, deadline=None)
@given(TABLES)
def test_small_figures_are_never_shown_and_nothing_is_withheld_without_need(cells):
    table = table_of(cells)
    values = [shown(line) for line in (*table.entities, *table.countries, table.total)]
    assert [value for value in values if value is not None and 0 < value < FEWEST_SHOWN] == []
    if all(value == 0 or value >= FEWEST_SHOWN for _country, value in cells):
        assert None not in values


@pytest.mark.parametrize(
    ("cells", "entities", "countries", "total"),
    [
        pytest.param(
            [("A", 3), ("B", 6), ("B", 6), ("C", 7)], [None, 6, 6, None], [None, 12, None], 22, id="one-small-in-both-tabs"
        ),
        pytest.param([("A", 1), ("A", 1), ("A", 20)], [None, None, None], [22], 22, id="two-hidden-that-can-only-be-one-each"),
        pytest.param([("A", 1), ("A", 1), ("B", 20)], [None, None, None], [None, None], 22, id="and-over-two-countries"),
        pytest.param([("A", 3), ("A", 2)], [None, None], [None], None, id="nothing-left-to-hide-but-the-sum"),
        pytest.param([("A", 4), ("A", 4)], [None, None], [8], 8, id="two-that-hide-each-other"),
        pytest.param([("A", 3)], [None], [None], None, id="a-single-small-one"),
        pytest.param([("A", 0), ("B", 9)], [0, 9], [0, 9], 9, id="nought-is-shown"),
    ],
)
def test_the_least_is_withheld_that_keeps_the_small_ones_unknown(cells, entities, countries, total):
    table = table_of(cells)
    assert [shown(line) for line in table.entities] == entities
    assert [shown(line) for line in table.countries] == countries
    assert shown(table.total) == total


def test_an_empty_table_withholds_nothing():
    assert withheld([], []) == Withheld()

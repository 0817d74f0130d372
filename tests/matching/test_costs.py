"""Why somebody has no partner and what would give them one, in sentences."""

import pytest

from turnabout.matching import costs


@pytest.mark.parametrize(
    ("eligible", "rules", "sentence"),
    [
        (1, {}, "The rules allow one partner, whose places all went to others: there are too few places."),
        (3, {"hours": 2}, "The rules allow 3 partners, but all their places went to others: there are too few places."),
        (0, {"language": 4}, "The rules leave nobody. Possible partners ruled out: 4 by “Language”."),
        (
            0,
            {"hours": 24, "language": 425, "line": 11},
            "The rules leave nobody. Possible partners ruled out: 425 by “Language”, 24 by “Working hours” and "
            "11 by “Reporting line”; some of them by several rules.",
        ),
        (0, {"not_available": 3, "conflict": 2}, "Nobody on the other side is available."),
    ],
)
def test_every_rule_is_named_with_its_number_and_nothing_private(eligible, rules, sentence):
    assert costs.why_alone(eligible=eligible, rules=rules) == sentence


def test_what_would_help_is_a_place_where_places_are_short_and_a_rule_where_rules_are():
    assert costs.what_would_help(eligible=2, opens={"language": 4}) == ["One more place with any of them would be enough."]
    assert costs.what_would_help(eligible=0, opens={"hours": 1, "language": 4, "conflict": 9}) == [
        "Without the rule “Language” 4 more people could be considered.",
        "Without the rule “Working hours” one more person could be considered.",
    ]
    assert costs.what_would_help(eligible=0, opens={}) == []

"""rules.toml: everything it can say, and a remedy for everything it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from turnabout.engine import (
    DEFAULT_WEIGHTS,
    Criterion,
    DistanceException,
    Nomination,
    Objective,
    Refusal,
    Rules,
    Seniority,
    Side,
    SideConstraint,
    Weight,
)
from turnabout.engine.rulesfile import Condition, Source, read_rules

EXAMPLES = Path(__file__).parents[2] / "docs/engine/examples"


def test_empty_file_means_the_defaults():
    settings = read_rules(b"")
    assert (settings.rules, settings.weights, settings.objective) == (Rules(), DEFAULT_WEIGHTS, None)
    assert (settings.seed, settings.breadth_first, settings.mentee_share) == (0, False, 0.5)


def test_everything_can_be_said():
    settings = read_rules(
        b"""
objective = "best-total"
breadth_first = true
exempt = 2
leximin_to = 650
seed = 7
mentee_share = 0.75
locks = [["m", "n"]]
forbidden = [["m", "o"]]
last_plan = [["m", "p"]]
nominations = [{ mentor = "m", mentee = "n" }]

[columns]
key = "Id"
capacity = 2
offers = { columns = ["A", "B"], level = 3, separator = "|" }
grade = { column = "G", order = ["low", "high"], default = "low" }
time_zone = { constant = "Europe/Paris" }
years_of_service = { column = "Hired", years_until = "2026-01-01" }

[mentors]
where = { column = "Level", at_most = 2 }

[mentees]
key = "Number"
where = [{ column = "Level", at_least = 3 }, { column = "Team", equals = "x" }, { column = "T", any_of = [1, 2] }]

[rules]
same_team = false
language_level = "b2"
overlap_minutes = 60
history = false
entity = "different"
function = "same"
formats = true

[rules.seniority]
basis = "grade"
minimum_gap = 2
mentor_at_most = 3
mentee_at_least = 5.5
senior = ["n"]

[rules.distance]
allowed_for = ["n"]
heads = true
levels = 4

[weights]
topics = 5
entity = { weight = 2, direction = "different" }
"""
    )
    assert settings.rules == Rules(
        same_team=False,
        distance=DistanceException(allowed_for=frozenset({"n"}), heads=True, levels=4),
        seniority=Seniority(basis="grade", minimum_gap=2, mentor_at_most=3, mentee_at_least=5.5, senior=frozenset({"n"})),
        language_level=4,
        overlap_minutes=60,
        history=False,
        entity="different",
        function="same",
        formats=True,
    )
    assert settings.weights == {Criterion.TOPICS: Weight(weight=5), Criterion.ENTITY: Weight(weight=2, direction="different")}
    assert (settings.objective, settings.breadth_first, settings.seed) == (Objective.BEST_TOTAL, True, 7)
    assert (settings.exempt, settings.leximin_to) == (2, 650)
    assert (settings.locks, settings.forbidden, settings.last_plan) == ((("m", "n"),), (("m", "o"),), (("m", "p"),))
    assert settings.nominations == (Nomination(mentor="m", mentee="n", rank=1),)
    assert settings.mentors.where == (Condition(column="Level", at_most=2),)
    assert settings.mentees.where == (
        Condition(column="Level", at_least=3),
        Condition(column="Team", any_of=("x",)),
        Condition(column="T", any_of=("1", "2")),
    )
    assert settings.mentors.sources["key"] == Source(columns=("Id",))
    assert settings.mentees.sources["key"] == Source(columns=("Number",))
    assert settings.mentors.sources["offers"] == Source(columns=("A", "B"), level=3, separator="|")
    assert settings.mentors.sources["capacity"] == Source(constant="2")
    assert settings.mentors.sources["grade"] == Source(columns=("G",), order=("low", "high"), default="low")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a = ", "rules.toml is not TOML: Invalid value"),
        ("wieghts = 1", "rules.toml: wieghts is not known: did you mean weights?"),
        ("xyzzy = 1", "rules.toml: xyzzy is not known: use objective,"),
        ("[columns]\ngarde = 'x'", "rules.toml: mentors.garde is not known: did you mean grade?"),
        ("[mentees]\nbirth_year = 'x'", "rules.toml: mentees.birth_year is not known: use key,"),
        ("[columns]\ngrade = true", "rules.toml: mentors.grade is True: write the name of a column"),
        ("[columns]\ngrade = { level = 2 }", "rules.toml: mentors.grade says neither column nor constant"),
        ("[columns]\ngrade = { column = 'x', order = 'low' }", "rules.toml: mentors.grade.order is 'low': write a list such as"),
        (
            "[columns]\nyears_of_service = { column = 'x', years_until = 'soon' }",
            "rules.toml: mentors.years_of_service.years_until is 'soon': write a date such as 2026-01-31.",
        ),
        ("[columns]\ngrade = { colum = 'x' }", "rules.toml: mentors.grade.colum is not known: did you mean column?"),
        ("[mentors]\nwhere = 'x'", "rules.toml: mentors.where is 'x': write { column = ..., at_most = ... }."),
        ("[mentors]\nwhere = { column = 'x', most = 2 }", "rules.toml: mentors.where.most is not known: did you mean"),
        ("mentors = 'x'", "rules.toml: mentors is 'x': write it as a table, [mentors]."),
        ("[rules]\nentity = 'near'", "rules.toml: rules.entity is 'near': use any, same, different."),
        ("[rules]\nsame_team = 1", "rules.toml: rules.same_team is 1: write true or false."),
        ("[rules]\noverlap_minutes = 1.5", "rules.toml: rules.overlap_minutes is 1.5: write a whole number."),
        ("[rules]\nlanguage_level = 'good'", "rules.toml: rules.language_level is 'good': write a whole number."),
        ("[rules]\ndistance = 3", "rules.toml: rules.distance is 3: write a table"),
        ("[rules.seniority]\nminimum_gap = 'two'", "rules.toml: rules.seniority.minimum_gap is 'two': write a number."),
        ("[rules.seniority]\nbasis = 'age'", "rules.toml: rules.seniority.basis is 'age': use none, grade,"),
        ("[weights]\nage = 1", "rules.toml: weights.age is not known"),
        ("[weights]\nentity = { direction = 'up' }", "rules.toml: weights.entity.direction is 'up': use similar, different."),
        ("objective = 'best'", "rules.toml: objective is 'best': use most-people, fairest, best-total."),
        ("locks = ['m']", "rules.toml: locks is ['m']: write pairs such as"),
        ("mentee_share = nan", "rules.toml: mentee_share is nan: write a number."),
        ("[rules.seniority]\nminimum_gap = inf", "rules.toml: rules.seniority.minimum_gap is inf: write a number."),
        ("[rules.seniority]\nsenior = 'mia'", "rules.toml: rules.seniority.senior is 'mia': write a list such as"),
        ("[rules.seniority]\nbirth_year = 1990", "rules.toml: rules.seniority.birth_year is not known: use basis,"),
        ("exempt = 'two'", "rules.toml: exempt is 'two': write a whole number."),
        ("leximin_to = 0.5", "rules.toml: leximin_to is 0.5: write a whole number."),
        ("nominations = 'm'", "rules.toml: nominations has 'm': write { mentor"),
        ("nominations = ['m']", "rules.toml: nominations has 'm': write { mentor"),
    ],
)
def test_what_it_cannot_say_gets_a_remedy(text, complaint):
    with pytest.raises(Refusal) as refused:
        read_rules(text.encode())
    assert str(refused.value).startswith(complaint)


def test_other_encodings_are_refused():
    with pytest.raises(Refusal, match="not UTF-8"):
        read_rules(b"\xff\xfe")


def test_every_example_in_the_documentation_can_be_read():
    names = sorted(path.name for path in EXAMPLES.glob("*.toml"))
    assert names == ["civil_service.toml", "ibm_attrition.toml", "oracle_hr.toml"]
    for name in names:
        read_rules((EXAMPLES / name).read_bytes(), name=name)


def test_constraints_can_be_said():
    settings = read_rules(
        b"""
[[constraints]]
name = "Paris"
mentee = { entity = "Paris", country = ["FR", "BE"] }
at_most = 40

[[constraints]]
name = "Own function"
same = "function"
at_most = 33
in_percent = true

[[constraints]]
name = "Job share"
together = ["a", "b"]
side = "mentor"
"""
    )
    assert settings.constraints == (
        SideConstraint(name="Paris", mentee={"entity": ("Paris",), "country": ("FR", "BE")}, at_most=40),
        SideConstraint(name="Own function", same="function", at_most=33, in_percent=True),
        SideConstraint(name="Job share", together=("a", "b"), side=Side.MENTOR),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("constraints = 3", "constraints is 3: write each as a table of its own, [[constraints]]."),
        ("[[constraints]]\nat_most = 1", "constraints[1] has no name: add name = ... in words that people will understand."),
        (
            '[[constraints]]\nname = "x"\n[[constraints]]\nname = "y"\natmost = 1',
            "constraints[2].atmost is not known: did you mean at_most?",
        ),
        ('[[constraints]]\nname = "x"\nat_most = 1.5', "constraints[1].at_most is 1.5: write a whole number."),
        ('[[constraints]]\nname = "x"\nside = "left"', "constraints[1].side is 'left': use mentor, mentee."),
        (
            '[[constraints]]\nname = "x"\ntogether = "a"',
            'constraints[1].together is \'a\': write keys such as ["key", "key"].',
        ),
        (
            '[[constraints]]\nname = "x"\nmentor = "a"',
            "constraints[1].mentor is 'a': write { entity = ... }, with one value or a list.",
        ),
        ('[[constraints]]\nname = "x"\nin_percent = 3', "constraints[1].in_percent is 3: write true or false."),
    ],
)
def test_constraint_that_cannot_be_read_is_refused_with_its_place(content, said):
    with pytest.raises(Refusal) as refusal:
        read_rules(content.encode())
    assert str(refusal.value) == f"rules.toml: {said}"

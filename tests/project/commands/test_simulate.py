"""`turnabout simulate`: design help before launch, from the same files as `turnabout match`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from turnabout.project.commands import match, simulate

MENTORS = "key,grade,offers,languages,capacity\nm1,1,AI:3,en:C1,2\nm2,2,web:2,fr:C1,1\n"
MENTEES = "key,grade,wishes,languages\nn1,3,AI:3,en:C1\nn2,2,web:3,it:C1\nn3,4,AI:1,it:C2\n"
RULES = 'objective = "fairest"\n[rules]\nlanguage_level = "B2"\n[rules.seniority]\nbasis = "grade"\nminimum_gap = 1\n'


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("a.csv", MENTORS), ("b.csv", MENTEES), ("rules.toml", RULES)):
        (tmp_path / name).write_text(text)
    return [f"--{name}={tmp_path / file}" for name, file in (("mentors", "a.csv"), ("mentees", "b.csv"), ("rules", "rules.toml"))]


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict:
    assert simulate.main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_figures_as_it_is_are_those_of_the_matching(files, capsys):
    found = told(files, capsys)
    assert match.main([*files, "--json"]) == 0
    matched = json.loads(capsys.readouterr().out)
    assert {name: found["as_it_is"][name] for name in ("people", "pairs", "total", "floor")} == {
        name: matched[name] for name in ("people", "pairs", "total", "floor")
    }
    assert (found["mentors"], found["mentees"], found["assumed"]) == (2, 3, [])


def test_what_is_short_and_what_each_rule_costs_stands_in_tables(files, capsys):
    assert simulate.main(files) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 mentors and 3 mentees so far.",
        "",
        "Rules                                   people  pairs  worst pair  total",
        "as it is                                     2      1         533    683",
        "without the rule about teams                 2      1         533    683",
        "without the rule about languages             5      3         150   1283",
        "without the rule about former partners       2      1         533    683",
        "without the rule about seniority             2      1         533    683",
        "",
        "What is short  places wanted  places offered  missing",
        "language it                2               0        2",
    ]


def test_assumed_pools_are_drawn_seed_by_seed_and_give_a_range(files, capsys):
    found = told([*files, "--assume", "20", "30", "--draws", "3", "--seed", "7"], capsys)
    assert [outcome["name"] for outcome in found["assumed"]] == ["seed 7", "seed 8", "seed 9"]
    assert told([*files, "--assume", "20", "30", "--draws", "3", "--seed", "7"], capsys) == found
    people = [outcome["people"] for outcome in found["assumed"]]
    assert simulate.main([*files, "--assume", "20", "30", "--draws", "3", "--seed", "7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith(("lowest", "highest"))] == [
        ["lowest", str(min(people))],
        ["highest", str(max(people))],
    ]


def test_pool_that_cannot_be_matched_says_why_and_what_would_do_it(files, tmp_path, capsys):
    (tmp_path / "b.csv").write_text("key,grade,wishes,languages\nn1,3,AI:3,it:C1\n")
    assert simulate.main(files) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("Nobody can be paired with anybody")
    assert "without the rule about languages" in lines[5]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--assume", "0", "5"], "--assume takes two numbers from 1 up: mentors, then mentees"),
        (["--draws", "0"], "--draws takes a number from 1 to 100"),
    ],
)
def test_wrong_call_is_explained(arguments, complaint, files, capsys):
    with pytest.raises(SystemExit) as stopped:
        simulate.main([*files, *arguments])
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_refused_input_and_missing_files_say_what_to_do(files, tmp_path, capsys):
    (tmp_path / "a.csv").write_text("key,grade\nm1,high\n")
    assert simulate.main(files) == 1
    assert capsys.readouterr().err.startswith("a.csv, row 2, grade: ")
    (tmp_path / "a.csv").unlink()
    assert simulate.main(files) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'a.csv'}: No such file or directory. Check the path and try again.\n"


def test_topics_and_languages_with_places_enough_are_not_listed(files, tmp_path, capsys):
    (tmp_path / "b.csv").write_text("key,grade,wishes,languages\nn1,3,AI:3,en:C1\n")
    assert simulate.main(files) == 0
    assert "Every topic and language that mentees ask for has places enough." in capsys.readouterr().out.splitlines()

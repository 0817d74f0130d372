"""A CSV of people becomes candidates; every cell that cannot be read is named with row, column and remedy."""

from __future__ import annotations

import pytest

from turnabout.engine import Candidate, Problem, Refusal
from turnabout.engine.peoplefile import read_people
from turnabout.engine.rulesfile import read_rules

ONE = "key\nn\n"


def read(mentors: str, mentees: str = ONE, rules: str = "") -> Problem:
    settings = read_rules(rules.encode())
    return read_people(("a.csv", mentors.encode()), ("b.csv", mentees.encode()), settings)


def refusal(mentors: str, mentees: str = ONE, rules: str = "") -> str:
    with pytest.raises(Refusal) as refused:
        read(mentors, mentees, rules)
    return str(refused.value)


def test_columns_called_like_attributes_need_no_mapping():
    head = (
        "key,capacity,offers,wishes,languages,time_zone,hours,grade,years_of_service,entity,formats,past_partners,"
        "is_opted_out,priority,interests"
    )
    row = "m,2,AI:3; web,strategy:1,English:B2; fr:6,Europe/Paris,Mon 09:00-10:00,4,1.5,HQ,remote; phone,n; o,no,3,jazz"
    assert read(f"{head}\n{row}\n").mentors == (
        Candidate(
            key="m",
            capacity=2,
            offers={"AI": 3, "web": 2},
            wishes={"strategy": 1},
            languages={"English": 4, "fr": 6},
            time_zone="Europe/Paris",
            hours=((480, 540),),
            grade=4,
            years_of_service=1.5,
            entity="HQ",
            formats=frozenset({"remote", "phone"}),
            past_partners=frozenset({"n", "o"}),
            priority=3,
            interests="jazz",
        ),
    )


def test_semicolons_tabs_and_byte_order_marks_are_understood():
    for separator in (";", "\t"):
        assert read(f"\ufeffkey{separator}grade\r\nm{separator}3\r\n\r\n").mentors == (Candidate(key="m", grade=3),)


def test_empty_cells_are_unknown_or_take_the_default():
    problem = read("key,grade,entity\nm,,\n", rules="[columns]\nkey='key'\n[mentors]\nentity={column='entity',default='HQ'}")
    assert problem.mentors == (Candidate(key="m", entity="HQ"),)


def test_grades_can_be_words_in_an_order_and_service_a_date():
    rules = (
        "[mentors]\ngrade={column='Band',order=['low','mid','top']}\nyears_of_service={column='Hired',years_until='2026-01-01'}"
    )
    mentor = read("key,Band,Hired\nm,mid,2024-01-01\n", rules=rules).mentors[0]
    assert (mentor.grade, mentor.years_of_service) == (2, 731 / 365.25)


def test_several_columns_make_one_attribute_and_constants_hold_for_everybody():
    rules = "[mentors]\noffers={columns=['A','B'],level=3}\nlanguages={constant='fr:5'}\nis_opted_out={constant='yes'}"
    mentor = read("key,A,B\nm,x,y\n", rules=rules).mentors[0]
    assert (mentor.offers, mentor.languages, mentor.is_opted_out) == ({"x": 3, "y": 3}, {"fr": 5}, True)


def test_conditions_choose_rows_of_one_file_for_both_sides():
    people = "key,level,site\na,1,x\nb,2,y\nc,3,x\nd,,x\n"
    rules = (
        "[mentors]\nwhere={column='level',at_most=2}\n[mentees]\nwhere=[{column='level',at_least=2},{column='site',any_of=['x']}]"
    )
    problem = read(people, people, rules)
    assert [one.key for one in problem.mentors] == ["a", "b"]
    assert [one.key for one in problem.mentees] == ["c"]


def test_reporting_lines_run_through_both_files_and_left_out_rows():
    people = "key,manager,level\nhead,,9\nboss,head,5\nm,boss,1\nk,outside,1\n"
    rules = "[mentors]\nwhere={column='level',at_most=1}\n[mentees]\nwhere={column='level',at_least=9}"
    problem = read(people, people, rules)
    assert problem.mentors == (
        Candidate(key="m", ancestors=("boss", "head"), tree_level=2),
        Candidate(key="k", ancestors=("outside",), line_is_partial=True),
    )
    assert problem.mentees == (Candidate(key="head", ancestors=(), tree_level=0),)
    assert read("key\nm\n", "key,manager\nn,\n").mentors == (Candidate(key="m"),)


@pytest.mark.parametrize(
    ("mentors", "rules", "complaint"),
    [
        ("", "", "a.csv is empty: it needs a first row"),
        ("key\n", "", "a.csv has no people: add one row per person"),
        ("name\nm\n", "", "a.csv has no column called key: name the right one in rules.toml, [columns] key."),
        ("key,key\nm,m\n", "", "a.csv has the column key twice"),
        ("key,a\nm\n", "", "a.csv, row 2: it has 1 cells and the first row 2."),
        ("key\nm\nm\n", "", "a.csv, row 3, key: m is in row 2 already."),
        ("key,grade\n,3\n", "", "a.csv, row 2, key: the key is empty."),
        ("key,grade\nm,high\n", "", "a.csv, row 2, grade: 'high' is not a number; write one, or leave it empty."),
        ("key,grade\nm,1.5\n", "", "a.csv, row 2, grade: '1.5' is not a whole number"),
        ("key,years_of_service\nm,inf\n", "", "a.csv, row 2, years_of_service: 'inf' is not a number"),
        ("key,is_opted_out\nm,maybe\n", "", "a.csv, row 2, is_opted_out: 'maybe' is neither yes nor no"),
        ("key,offers\nm,AI:good\n", "", "a.csv, row 2, offers: 'AI:good' has no level; write it like AI:3"),
        ("key,offers\nm,:3\n", "", "a.csv, row 2, offers: ':3' has no level"),
        ("key,hours\nm,nine to five\n", "", "a.csv, row 2, hours: the hours 'nine to five' cannot be read"),
        ("key,hours,time_zone\nm,Mon 09:00-10:00,Mars\n", "", "a.csv, row 2, time_zone: the time zone 'Mars' is not known"),
        ("key,hours\nm,Tue 10:00-09:00\n", "", "a.csv, row 2, hours: the hours 'Tue 10:00-09:00' end before they start"),
        ("key,capacity\nm,-1\n", "", "a.csv, row 2, capacity is -1: use a whole number from 0 to 1000."),
        ("key,capacity\nk,2\nm,99999\n", "", "a.csv, row 3, capacity is 99999: use a whole number from 0 to 1000."),
        ("key,capacity,minimum\nm,1,2\n", "", "a.csv, row 2, minimum is 2 and capacity 1: nobody must have more partners than"),
        ("key,minimum\nm,some\n", "", "a.csv, row 2, minimum: 'some' is not a number"),
        ("key,grade\nm,nan\n", "", "a.csv, row 2, grade: 'nan' is not a number"),
        ("key,priority\nm,10\n", "", "a.csv, row 2, priority is 10: use a whole number from 0 to 9."),
        ("key,offers\nm,AI:7\n", "", "a.csv, row 2, offers has level 7 for AI: use 1 to 3."),
        (
            "key,Band\nm,x\n",
            "[mentors]\ngrade={column='Band',order=['a','b']}",
            "a.csv, row 2, Band: 'x' is not in the order of rules.toml: a, b.",
        ),
        (
            "key,h\nm,soon\n",
            "[mentors]\nyears_of_service={column='h',years_until='2026-01-01'}",
            "a.csv, row 2, h: 'soon' is not a date",
        ),
        ("key\nm\n", "[mentors]\ngrade='Band'", "a.csv has no column 'Band', which rules.toml names for grade. It has: key."),
        ("key\nm\n", "[mentors]\nwhere={column='x',at_most=1}", "a.csv has no column 'x', which rules.toml names under where."),
        ("key,x\nm,5\n", "[mentors]\nwhere={column='x',at_most=1}", "a.csv: no row is left after the conditions of rules.toml"),
        ("key,x\nm,5\n", "[mentors]\nkey={constant=''}", "a.csv, row 2, key: the key is empty."),
        (
            "key,offers\nm,x\n",
            "[mentors]\nlanguages={constant='fr:x'}",
            "a.csv, row 2, rules.toml, constant: 'fr:x' has no level",
        ),
        ("key,manager\na,b\nb,a\n", "", "The reporting lines go round in a circle: a -> b -> a."),
        ('key,x\nm,"a\n' + "b" * 140_000 + '"\n', "", "a.csv, row 3: field larger than field limit"),
    ],
)
def test_what_cannot_be_read_is_named(mentors, rules, complaint):
    assert refusal(mentors, rules=rules).startswith(complaint)


def test_two_managers_for_one_person_are_named():
    assert refusal("key,manager\nn,a\n", "key,manager\nn,b\n") == (
        "b.csv, row 2, manager: n has another manager elsewhere; give the same one in both files."
    )


def test_other_encodings_and_huge_files_are_refused(monkeypatch):
    with pytest.raises(Refusal, match=r"a\.csv is not UTF-8 text"):
        read_people(("a.csv", b"\xff"), ("b.csv", ONE.encode()), read_rules(b""))
    monkeypatch.setattr("turnabout.engine.peoplefile.LARGEST_FILE", 3)
    assert refusal("key\nm\n") == "a.csv is larger than 200 MB: split it, or leave out columns that are not used."

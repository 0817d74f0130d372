"""Scores brought along: read exactly, or refused with the row."""

from __future__ import annotations

import numpy as np
import pytest

from turnabout.engine import Problem, Refusal, solve
from turnabout.engine.folder import on_own_scale
from turnabout.engine.scorefile import read_capacities, read_scores


def read(text: str, **more) -> Problem:
    return read_scores(text.encode(), name="pairs.csv", **more)


def rows(problem: Problem) -> list[tuple[str, str, int]]:
    scores = problem.scores
    assert scores is not None
    found = zip(scores.mentor.tolist(), scores.mentee.tolist(), scores.score.tolist(), strict=True)
    return [(problem.mentors[i].key, problem.mentees[j].key, score) for i, j, score in found]


def test_whole_numbers_are_used_unchanged():
    problem = read("mentor,mentee,score\nb,x,1000000\na,y,0\n")
    assert rows(problem) == [("b", "x", 1_000_000), ("a", "y", 0)]
    assert problem.scores is not None
    assert problem.scores.decimals == 0


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffmentor,mentee,score\r\na,x,5\r\nb,x,6",
        "score,mentor,mentee\n5,a,x\n6,b,x\n\n",
        '"mentor","mentee","score"\n"a","x","5"\n\nb,x,6\n',
    ],
)
def test_spreadsheets_may_write_it_their_way(text):
    assert rows(read(text)) == [("a", "x", 5), ("b", "x", 6)]


@pytest.mark.parametrize(
    ("texts", "whole", "decimals"),
    [
        (["0.5", "0.25"], [50, 25], 2),
        (["0.1234565", "1"], [123457, 1_000_000], 6),
        (["0.12345649", "0.9"], [123456, 900000], 6),
        (["12.5", "100"], [125, 1000], 1),
        (["99.123456", "1"], [991235, 10000], 4),
        (["999999.5", "1"], [1_000_000, 1], 0),
        (["1e3", "2.0"], [1000, 2], 0),
    ],
)
def test_decimals_are_scaled_by_one_power_of_ten_that_keeps_six_digits(texts, whole, decimals):
    problem = read("mentor,mentee,score\n" + "".join(f"m{k},n,{text}\n" for k, text in enumerate(texts)))
    assert problem.scores is not None
    assert (problem.scores.score.tolist(), problem.scores.decimals) == (whole, decimals)


def test_totals_are_shown_on_the_scale_of_the_input():
    plan = solve(read("mentor,mentee,score\na,x,0.25\nb,y,0.5\n"))
    assert (plan.total, plan.decimals, on_own_scale(plan.total, plan.decimals)) == (75, 2, "0.75")
    assert [on_own_scale(value, 2) for value in (0, 5, 100, 1234, -50)] == ["0", "0.05", "1", "12.34", "-0.5"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "has the columns '': it needs exactly mentor, mentee and score"),
        ("mentor,mentee\na,x\n", "has the columns 'mentor,mentee'"),
        ("mentor,mentee,score\n", "has no rows"),
        ("mentor,mentee,score\na,x,5\nb,x\n", "row 3: 'b,x' has not three cells"),
        ("mentor,mentee,score\na,x,5\n\nb,x,4\n", "row 3: '' has not three cells"),
        ("mentor,mentee,score\na,x\n5,b,y,6\n", "row 2: 'a,x' has not three cells"),
        ('mentor,mentee,score\n"a",x,5\n"b",x\n', "row 3: it has 2 cells"),
        ("mentor,mentee,score\na,x,high\n", "row 2, score: 'high' cannot be used; write a number"),
        ("mentor,mentee,score\na,x,1\na,y,\n", "row 3, score: '' cannot be used"),
        ("mentor,mentee,score\na,x,-1\n", "row 2, score: '-1' cannot be used; use a number from 0 to 1000000"),
        ("mentor,mentee,score\na,x,1000001\n", "row 2, score: '1000001' cannot be used"),
        ("mentor,mentee,score\na,x,nan\n", "row 2, score: 'nan' cannot be used"),
        ("mentor,mentee,score\na,x,1\na,y,inf\n", "row 3, score: 'inf' cannot be used"),
        ("mentor,mentee,score\na,x,1\n ,x,2\n", "row 3, mentor: it is empty"),
        ("mentor,mentee,score\na,,1\n", "row 2, mentee: it is empty"),
        ("mentor,mentee,score\na,x,1\nb,x,2\na,x,3\n", "row 4: a and x appear twice"),
    ],
)
def test_bad_rows_are_named(text, complaint):
    with pytest.raises(Refusal) as refused:
        read(text)
    assert str(refused.value).startswith(f"pairs.csv{',' if complaint.startswith('row') else ''} {complaint}")


def test_text_in_another_encoding_is_refused():
    with pytest.raises(Refusal, match=r"pairs\.csv is not UTF-8 text"):
        read_scores("mentor,mentee,score\né,x,1".encode("latin-1"), name="pairs.csv")


def test_capacities_name_people_who_have_no_pair_too():
    caps = read_capacities(b"side,key,capacity\nmentor,a,2\nmentee,z,0\n", name="caps.csv")
    problem = read("mentor,mentee,score\na,x,5\n", capacities=caps)
    assert [(one.key, one.capacity) for one in (*problem.mentors, *problem.mentees)] == [("a", 2), ("x", 1), ("z", 0)]
    plan = solve(problem)
    assert [(one.key, one.sentence) for one in plan.unmatched] == [("z", "They take no part in this matching.")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("key,side\na,mentor\n", "caps.csv has no column capacity"),
        ("key,side,capacity\na,boss,1\n", "caps.csv, row 2, side: 'boss' is not a side"),
        ("key,side,capacity\n,mentor,1\n", "caps.csv, row 2, key: it is empty"),
        ("key,side,capacity\na,mentor,-1\n", "caps.csv, row 2, capacity: '-1' cannot be used"),
        ("key,side,capacity\na,mentor,1001\n", "caps.csv, row 2, capacity: '1001' cannot be used"),
        ("key,side,capacity\na,mentor\n", "caps.csv, row 2, capacity: '' cannot be used"),
        ("key,side,capacity\na,mentor,1\na,mentee,1\na,mentor,2\n", "caps.csv, row 4, key: mentor a appears twice"),
    ],
)
def test_bad_capacities_are_named(text, complaint):
    with pytest.raises(Refusal) as refused:
        read_capacities(text.encode(), name="caps.csv")
    assert str(refused.value).startswith(complaint)


def test_large_files_are_read_in_parts(monkeypatch):
    monkeypatch.setattr("turnabout.engine.scorefile.CHUNK", 50)
    text = "mentor,mentee,score\n" + "".join(f"m{k % 7},n{k},{k}\n" for k in range(60))
    problem = read(text)
    assert problem.scores is not None
    assert np.array_equal(np.sort(problem.scores.score), np.arange(60))
    assert (len(problem.mentors), len(problem.mentees)) == (7, 60)
    with pytest.raises(Refusal, match="row 62: 'oops' has not three cells"):
        read(text + "oops\n")

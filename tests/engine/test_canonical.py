"""One form for every problem, and back again without loss."""

from __future__ import annotations

import json
import multiprocessing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.cases import believable, from_scores
from turnabout.engine import Candidate, Criterion, DistanceException, Nomination, Problem, Rules, Seniority, Weight, solve
from turnabout.engine.canonical import (
    as_text,
    candidate_as_json,
    candidate_from_json,
    canonical,
    digest,
    input_files,
    input_hash,
    problem_from_json,
    scores_file,
    settings_as_json,
)
from turnabout.engine.reading import read_sealed

KEYS = st.text(min_size=1, max_size=5)
SETS = st.frozensets(KEYS, max_size=3)
PEOPLE = st.builds(
    Candidate,
    key=KEYS,
    capacity=st.integers(0, 5),
    offers=st.dictionaries(KEYS, st.integers(1, 3), max_size=3),
    languages=st.dictionaries(KEYS, st.integers(1, 6), max_size=3),
    hours=st.just(((0, 60), (120, 180))),
    grade=st.none() | st.integers(-5, 20),
    years_of_service=st.none() | st.floats(0, 50),
    ancestors=st.none() | st.tuples() | st.tuples(KEYS, KEYS),
    line_is_partial=st.booleans(),
    decides_for=SETS,
    formats=SETS,
    not_available=SETS,
    interests=st.text(max_size=20),
)


@given(PEOPLE)
def test_a_person_survives_the_way_into_a_file_and_back(person):
    assert candidate_from_json(json.loads(as_text(candidate_as_json(person)))) == person


def test_a_problem_survives_the_way_into_a_file_and_back():
    problem = Problem(
        mentors=(Candidate(key="m"),),
        mentees=(Candidate(key="n"),),
        rules=Rules(
            distance=DistanceException(allowed_for=frozenset({"b", "a"})),
            seniority=Seniority(basis="list", senior=frozenset({"n"})),
        ),
        weights={Criterion.ENTITY: Weight(weight=2, direction="different")},
        locks=(("m", "n"),),
        nominations=(Nomination(mentor="m", mentee="n", rank=2),),
    )
    settings = json.loads(as_text(settings_as_json(problem)))
    assert problem_from_json(settings=settings, mentors=problem.mentors, mentees=problem.mentees) == problem


def test_sealed_input_is_the_problem_again():
    problem = canonical(believable(10, 10))
    assert read_sealed(input_files(problem)) == problem
    brought = canonical(from_scores({(0, 1): 3, (1, 0): 2_000}, [1, 1], [1, 1]))
    read = read_sealed(input_files(brought))
    assert input_files(read) == input_files(brought)


def test_what_a_caller_does_to_the_scores_afterwards_is_not_in_the_sealed_input():
    problem = from_scores({(0, 0): 7, (0, 1): 8, (1, 0): 9, (1, 1): 5}, [1, 1], [1, 1])
    expected = dict(solve(problem).sealed_input)
    plan = solve(problem)
    assert problem.scores is not None
    problem.scores.score[:] = 1
    assert dict(plan.sealed_input) == expected
    assert expected["input/scores.csv"].decode().splitlines()[1:] == ["m0,n0,7", "m0,n1,8", "m1,n0,9", "m1,n1,5"]


def test_a_plan_from_another_process_brings_its_files_along():
    plan = solve(believable(6, 6))
    there, here = multiprocessing.Pipe()
    there.send(plan)
    arrived = here.recv()
    assert arrived == plan
    assert type(arrived.sealed_input) is dict
    assert arrived.input_hash == plan.input_hash == input_hash(input_files(canonical(believable(6, 6))))


def test_scores_are_written_in_key_order_with_awkward_keys_quoted():
    problem = from_scores({(0, 0): 1, (0, 1): 20, (1, 0): 3}, [1, 1], [1, 1])
    people = {"m0": 'q"x', "m1": "a,b", "n0": "n0", "n1": "é"}
    renamed = Problem(
        mentors=tuple(Candidate(key=people[one.key]) for one in problem.mentors),
        mentees=tuple(Candidate(key=people[one.key]) for one in problem.mentees),
        weights={},
        scores=problem.scores,
    )
    assert scores_file(canonical(renamed)).decode() == 'mentor,mentee,score\n"a,b",n0,3\n"q""x",n0,1\n"q""x",é,20\n'
    assert scores_file(believable(1, 1)) == b""


def test_many_scores_and_few_are_written_alike():
    scores = {(i, j): i + j for i in range(20) for j in range(20)}
    lines = scores_file(canonical(from_scores(scores, [1] * 20, [1] * 20))).decode().splitlines()
    assert sorted(lines[1:]) == sorted(f"m{i},n{j},{score}" for (i, j), score in scores.items())


def test_hash_tells_where_one_part_ends():
    assert digest(b"ab", b"c") != digest(b"a", b"bc")


def test_sorting_moves_scores_with_their_people():
    problem = from_scores({(0, 0): 7, (1, 1): 9}, [1, 1], [1, 1])
    assert problem.scores is not None
    turned = Problem(mentors=problem.mentors[::-1], mentees=problem.mentees, weights={}, scores=problem.scores)
    scores = canonical(turned).scores
    assert scores is not None
    rows = (scores.mentor, scores.mentee, scores.score)
    assert [column.tolist() for column in rows] == [[0, 1], [1, 0], [9, 7]]
    assert scores.mentor.dtype == np.int32


def test_not_a_number_never_reaches_a_file():
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_text(float("nan"))

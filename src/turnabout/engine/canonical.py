"""Stage 0: one form of every problem, whatever the order of its rows, and the hash of that form."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from turnabout.engine.problem import (
    Candidate,
    Criterion,
    DistanceException,
    Nomination,
    Problem,
    Rules,
    ScoreList,
    Seniority,
    Side,
    SideConstraint,
    Weight,
)

# What a file holds: numbers, words, lists and objects.
Json = Any

ROWS_AT_ONCE = 1 << 16

_NOBODY = Candidate(key="")
_NAMES = tuple(item.name for item in dataclasses.fields(Candidate) if item.name != "key")
_VALUES = operator.attrgetter(*_NAMES)
_DEFAULTS = _VALUES(_NOBODY)


def _as_list_or_object(value: object) -> Json:
    """What JSON has no word for: a set as a sorted list, another mapping as an object."""
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_as_list_or_object
)


def canonical(problem: Problem) -> Problem:
    """The same problem with both sides, all pairs and all scores sorted by key. O(n log n)."""
    mentor_order = sorted(range(len(problem.mentors)), key=lambda place: problem.mentors[place].key)
    mentee_order = sorted(range(len(problem.mentees)), key=lambda place: problem.mentees[place].key)
    return dataclasses.replace(
        problem,
        mentors=tuple(problem.mentors[place] for place in mentor_order),
        mentees=tuple(problem.mentees[place] for place in mentee_order),
        locks=tuple(sorted(set(problem.locks))),
        forbidden=tuple(sorted(set(problem.forbidden))),
        last_plan=tuple(sorted(set(problem.last_plan))),
        nominations=tuple(sorted(problem.nominations, key=lambda one: (one.mentor, one.mentee, one.rank))),
        scores=_sorted_scores(problem.scores, mentor_order, mentee_order),
        constraints=tuple(sorted(map(_sorted_constraint, problem.constraints), key=lambda one: one.name)),
    )


def _sorted_constraint(one: SideConstraint) -> SideConstraint:
    return dataclasses.replace(
        one,
        mentor={name: tuple(sorted(set(values))) for name, values in sorted(one.mentor.items())},
        mentee={name: tuple(sorted(set(values))) for name, values in sorted(one.mentee.items())},
        together=tuple(sorted(one.together)),
    )


def _sorted_scores(scores: ScoreList | None, mentor_order: list[int], mentee_order: list[int]) -> ScoreList | None:
    if scores is None:
        return None
    mentor = _moved(mentor_order)[scores.mentor]
    mentee = _moved(mentee_order)[scores.mentee]
    place = mentor.astype(np.int64) * max(len(mentee_order), 1) + mentee
    if np.all(place[1:] > place[:-1]):
        # A copy, because it is sealed later: what a caller does with the column meanwhile must not show.
        return ScoreList(mentor=mentor, mentee=mentee, score=scores.score.copy(), decimals=scores.decimals)
    order = np.argsort(place, kind="stable")
    return ScoreList(mentor=mentor[order], mentee=mentee[order], score=scores.score[order], decimals=scores.decimals)


def _moved(order: list[int]) -> np.ndarray[Any, np.dtype[np.int32]]:
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def as_text(value: Json) -> str:
    """Canonical JSON: sorted keys, no spaces, no NaN."""
    return _ENCODER.encode(value)


def digest(*parts: bytes) -> str:
    """SHA-256 over all parts, each with its length, as hexadecimal text."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()


def candidate_as_json(one: Candidate) -> dict[str, Json]:
    """Only what is set, so that a file shows what is known and nothing else."""
    values = _VALUES(one)
    if values == _DEFAULTS:
        return {"key": one.key}
    told = zip(_NAMES, values, _DEFAULTS, strict=True)
    return {"key": one.key, **{name: value for name, value, default in told if value != default}}


def candidate_from_json(values: Mapping[str, Json]) -> Candidate:
    """The inverse of `candidate_as_json`."""
    read = dict(values)
    for name in ("decides_for", "formats", "past_partners", "conflicts", "not_available"):
        if name in read:
            read[name] = frozenset(read[name])
    if "hours" in read:
        read["hours"] = tuple((start, end) for start, end in read["hours"])
    if "ancestors" in read:
        read["ancestors"] = tuple(read["ancestors"])
    return Candidate(**read)


def settings_as_json(problem: Problem) -> dict[str, Json]:
    """Rules, weights, locks and everything else that is not a person or a score."""
    return {
        "rules": dataclasses.asdict(problem.rules),
        "weights": {str(name): dataclasses.asdict(weight) for name, weight in problem.weights.items()},
        "mentee_share": problem.mentee_share,
        "locks": [list(pair) for pair in problem.locks],
        "forbidden": [list(pair) for pair in problem.forbidden],
        "nominations": [dataclasses.asdict(one) for one in problem.nominations],
        "last_plan": [list(pair) for pair in problem.last_plan],
        "decimals": problem.scores.decimals if problem.scores else None,
        "constraints": [dataclasses.asdict(one) for one in problem.constraints],
    }


def problem_from_json(*, settings: Mapping[str, Json], mentors: Iterable[Candidate], mentees: Iterable[Candidate]) -> Problem:
    """The inverse of `settings_as_json`, without scores brought along."""
    rules = dict(settings["rules"])
    seniority = dict(rules.pop("seniority"))
    distance = rules.pop("distance")
    seniority["senior"] = frozenset(seniority["senior"])
    if distance is not None:
        distance = DistanceException(**{**distance, "allowed_for": frozenset(distance["allowed_for"])})
    return Problem(
        mentors=tuple(mentors),
        mentees=tuple(mentees),
        rules=Rules(**rules, seniority=Seniority(**seniority), distance=distance),
        weights={Criterion(name): Weight(**weight) for name, weight in settings["weights"].items()},
        mentee_share=settings["mentee_share"],
        locks=_pairs(settings["locks"]),
        forbidden=_pairs(settings["forbidden"]),
        nominations=tuple(Nomination(**one) for one in settings["nominations"]),
        last_plan=_pairs(settings["last_plan"]),
        # Plans made before there were constraints have no such entry.
        constraints=tuple(map(_constraint, settings.get("constraints", []))),
    )


def _constraint(values: Mapping[str, Json]) -> SideConstraint:
    pickers = {side: {name: tuple(some) for name, some in values[side].items()} for side in ("mentor", "mentee")}
    return SideConstraint(**{**values, **pickers, "together": tuple(values["together"]), "side": Side(values["side"])})


def people_file(side: Iterable[Candidate]) -> bytes:
    """One person per line, canonical JSON, in key order."""
    return b"".join((as_text(candidate_as_json(one)) + "\n").encode() for one in side)


def scores_file(problem: Problem) -> bytes:
    """The scores brought along as `mentor,mentee,score` in key order; keys quoted where they must be."""
    scores = problem.scores
    if scores is None:
        return b""
    left, right = ([f"{_cell(one.key)}," for one in side] for side in (problem.mentors, problem.mentees))
    mentors, mentees, numbers = np.array(left, dtype=object), np.array(right, dtype=object), _lines_ends(scores.score)
    parts = [b"mentor,mentee,score\n"]
    for start in range(0, len(scores.score), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        cells = np.empty((len(scores.score[rows]), 3), dtype=object)
        cells[:, 0], cells[:, 1] = mentors[scores.mentor[rows]], mentees[scores.mentee[rows]]
        cells[:, 2] = numbers(scores.score[rows])
        parts.append("".join(cells.ravel().tolist()).encode())
    return b"".join(parts)


def _lines_ends(scores: np.ndarray[Any, np.dtype[np.int64]]) -> Callable[[np.ndarray[Any, np.dtype[np.int64]]], Any]:
    """Turns scores into text, through a table where that is the smaller work."""
    highest = int(scores.max(initial=0))
    if highest >= len(scores):
        return lambda some: np.array([f"{score}\n" for score in some.tolist()], dtype=object)
    return np.array([f"{score}\n" for score in range(highest + 1)], dtype=object).__getitem__


def input_files(problem: Problem) -> dict[str, bytes]:
    """The sealed input of a canonical problem: file name -> bytes."""
    files = {
        "input/mentors.jsonl": people_file(problem.mentors),
        "input/mentees.jsonl": people_file(problem.mentees),
        "input/settings.json": (as_text(settings_as_json(problem)) + "\n").encode(),
    }
    if problem.scores is not None:
        files["input/scores.csv"] = scores_file(problem)
    return files


class SealedInput(Mapping[str, bytes]):
    """The files of a canonical problem, written when one is first read: most plans are compared with another and dropped."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    @functools.cached_property
    def _files(self) -> dict[str, bytes]:
        return input_files(self._problem)

    def __getitem__(self, name: str) -> bytes:
        return self._files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __reduce__(self) -> tuple[type[dict[str, bytes]], tuple[dict[str, bytes]]]:
        """Another process gets the files, not the people to write them from."""
        return dict, (self._files,)


def input_hash(files: Mapping[str, bytes]) -> str:
    """Fingerprint of those of a plan's files that are its input."""
    names = sorted(name for name in files if name.startswith("input/"))
    return digest(*(part for name in names for part in (name.encode(), files[name])))


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((mentor, mentee) for mentor, mentee in rows)

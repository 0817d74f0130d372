"""Scores brought along: a table `mentor,mentee,score`, read fast and turned into whole numbers once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turnabout.engine.problem import HIGHEST_BROUGHT, HIGHEST_CAPACITY, Candidate, Problem, Refusal, ScoreList

HEAD = ("mentor", "mentee", "score")
DIGITS_KEPT = 6
CHUNK = 1 << 22  # characters; small enough that the cells of one chunk stay in the cache

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Columns:
    """What the file says: numbers of keys in order of appearance, and scores as they were written."""

    mentor_keys: Sequence[str]
    mentee_keys: Sequence[str]
    mentor: Codes
    mentee: Codes
    score: Floats


class _Keys:
    """Numbers for the keys of one column, in order of appearance."""

    def __init__(self, column: str, name: str) -> None:
        self.column, self.name = column, name
        self.numbers: dict[str, int] = {}

    def of(self, keys: Sequence[str], row: int) -> Codes:
        try:
            return self._known(keys)
        except KeyError:
            for key in dict.fromkeys(keys):
                if not key.strip():
                    place = row + keys.index(key)
                    complaint = "it is empty; write the person's key."
                    raise Refusal(f"{self.name}, row {place}, {self.column}: {complaint}") from None
                self.numbers.setdefault(key, len(self.numbers))
            return self._known(keys)

    def _known(self, keys: Sequence[str]) -> Codes:
        return np.fromiter(map(self.numbers.__getitem__, keys), dtype=np.int32, count=len(keys))


def read_scores(raw: bytes, capacities: Mapping[tuple[str, str], int] | None = None, *, name: str) -> Problem:
    """A problem made of scores alone.

    raw          the file: columns mentor, mentee, score in any order; a missing pair is not eligible
    capacities   (side, key) -> places, 1 where nothing is said; people without any pair may appear here
    Whole numbers up to 10^6 are used unchanged. Decimals are scaled by one power of ten that keeps six
    digits of the range. Raises Refusal naming the row. O(rows).
    """
    columns = _read(raw, name)
    places = capacities or {}
    mentor_keys = sorted({*columns.mentor_keys, *(key for side, key in places if side == "mentor")})
    mentee_keys = sorted({*columns.mentee_keys, *(key for side, key in places if side == "mentee")})
    mentor = _numbers(columns.mentor_keys, mentor_keys)[columns.mentor]
    mentee = _numbers(columns.mentee_keys, mentee_keys)[columns.mentee]
    _refuse_repeats(mentor, mentee, (mentor_keys, mentee_keys), name)
    score, decimals = whole_scores(columns.score)
    return Problem(
        mentors=tuple(Candidate(key=key, capacity=places.get(("mentor", key), 1)) for key in mentor_keys),
        mentees=tuple(Candidate(key=key, capacity=places.get(("mentee", key), 1)) for key in mentee_keys),
        weights={},
        scores=ScoreList(mentor=mentor, mentee=mentee, score=score, decimals=decimals),
    )


def sealed_scores(raw: bytes, problem: Problem, decimals: int) -> ScoreList:
    """The canonical scores of an output folder. Raises KeyError or Refusal if they do not fit its people."""
    columns = _read(raw, "input/scores.csv")
    return ScoreList(
        mentor=_numbers(columns.mentor_keys, [one.key for one in problem.mentors])[columns.mentor],
        mentee=_numbers(columns.mentee_keys, [one.key for one in problem.mentees])[columns.mentee],
        score=columns.score.astype(np.int64),
        decimals=decimals,
    )


def read_capacities(raw: bytes, *, name: str) -> dict[tuple[str, str], int]:
    """`key,side,capacity` -> (side, key) -> places. Raises Refusal naming the row."""
    table = csv.DictReader(io.StringIO(_text(raw, name)))
    missing = {"key", "side", "capacity"} - set(table.fieldnames or ())
    if missing:
        raise Refusal(f"{name} has no column {', '.join(sorted(missing))}: it needs key, side and capacity.")
    found: dict[tuple[str, str], int] = {}
    for number, row in enumerate(table, start=2):
        key, side, text = ((row[column] or "").strip() for column in ("key", "side", "capacity"))
        if side not in ("mentor", "mentee"):
            raise Refusal(f"{name}, row {number}, side: {side!r} is not a side; write mentor or mentee.")
        if not key:
            raise Refusal(f"{name}, row {number}, key: it is empty; write the person's key.")
        if not (text.isascii() and text.isdigit()) or int(text) > HIGHEST_CAPACITY:
            raise Refusal(
                f"{name}, row {number}, capacity: {text!r} cannot be used; write a whole number from 0 to {HIGHEST_CAPACITY}."
            )
        if (side, key) in found:
            raise Refusal(f"{name}, row {number}, key: {side} {key} appears twice; keep one of the two rows.")
        found[side, key] = int(text)
    return found


def whole_scores(scores: Floats) -> tuple[NDArray[np.int64], int]:
    """Scores as whole numbers from 0 to 10^6, and how many decimals they were given.

    Whole numbers stay as they are. Decimals are multiplied by the smallest power of ten that makes all of
    them whole, at most the one that keeps six digits of the range, and rounded half up.
    """
    if np.all(scores == np.floor(scores)):
        return scores.astype(np.int64), 0
    decimals, highest = DIGITS_KEPT, float(scores.max())
    while decimals and highest * 10**decimals > HIGHEST_BROUGHT:
        decimals -= 1
    whole = np.floor(scores * 10**decimals + 0.5).astype(np.int64)
    while decimals and not np.any(whole % 10):
        whole, decimals = whole // 10, decimals - 1
    return whole, decimals


def _refuse_repeats(mentor: Codes, mentee: Codes, keys: tuple[list[str], list[str]], name: str) -> None:
    place = mentor.astype(np.int64) * len(keys[1]) + mentee
    if np.all(place[1:] > place[:-1]):
        return
    order = np.argsort(place, kind="stable")
    again = np.flatnonzero(place[order][1:] == place[order][:-1])
    if len(again):
        row = int(order[int(again[0]) + 1])
        pair = f"{keys[0][mentor[row]]} and {keys[1][mentee[row]]}"
        raise Refusal(f"{name}, row {row + 2}: {pair} appear twice; keep one of the two rows.")


def _numbers(keys: Sequence[str], known: Sequence[str]) -> Codes:
    place = {key: number for number, key in enumerate(known)}
    return np.array([place[key] for key in keys], dtype=np.int32)


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(f"{name} is not UTF-8 text: save it as CSV UTF-8.") from None


def _read(raw: bytes, name: str) -> _Columns:
    text = _text(raw, name)
    head, _, body = text.partition("\n")
    names = [column.strip().strip('"') for column in head.strip("\r").split(",")]
    if sorted(names) != sorted(HEAD):
        raise Refusal(f"{name} has the columns {head.strip()!r}: it needs exactly mentor, mentee and score.")
    place = {column: names.index(column) for column in HEAD}
    keys, found = (_Keys("mentor", name), _Keys("mentee", name)), list[tuple[Codes, Codes, Floats]]()
    row = 2
    for flat in _quoted(body, name) if '"' in body else _plain(body, name):
        mentors, mentees, scores = (flat[place[column] :: 3] for column in HEAD)
        found.append((keys[0].of(mentors, row), keys[1].of(mentees, row), _as_numbers(scores, row, name)))
        row += len(scores)
    if not found:
        raise Refusal(f"{name} has no rows: write one row per pair that may be matched.")
    mentor, mentee, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _Columns(
        mentor_keys=list(keys[0].numbers),
        mentee_keys=list(keys[1].numbers),
        mentor=mentor.astype(np.int32),
        mentee=mentee.astype(np.int32),
        score=score.astype(np.float64),
    )


def _as_numbers(texts: Sequence[str], row: int, name: str) -> Floats:
    try:
        numbers = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
    except ValueError:
        place = next(number for number, text in enumerate(texts) if not _is_number(text))
        remedy = "write a number such as 812 or 0.75"
        raise Refusal(f"{name}, row {row + place}, score: {texts[place]!r} cannot be used; {remedy}.") from None
    outside = np.flatnonzero(~((numbers >= 0) & (numbers <= HIGHEST_BROUGHT)))
    if len(outside):
        place = int(outside[0])
        remedy = f"use a number from 0 to {HIGHEST_BROUGHT}"
        raise Refusal(f"{name}, row {row + place}, score: {texts[place]!r} cannot be used; {remedy}.")
    return numbers


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _plain(body: str, name: str) -> Iterator[list[str]]:
    """Cells one after the other, a few megabytes at a time; fast, because no row is an object of its own."""
    lines = (body.replace("\r\n", "\n") if "\r" in body else body).rstrip("\n")
    start, row = 0, 2
    while start < len(lines):
        stop = lines.find("\n", start + CHUNK)
        part = lines[start:] if stop < 0 else lines[start:stop]
        count = part.count("\n") + 1
        # A cell of its own for every line's end shows a row with too few or too many cells.
        flat = part.replace("\n", ",\n,").split(",")
        if len(flat) != 4 * count - 1 or flat[3::4].count("\n") != count - 1:
            raise _odd_row(part, row, name)
        del flat[3::4]
        yield flat
        start += len(part) + 1
        row += count


def _odd_row(part: str, row: int, name: str) -> Refusal:
    lines = part.split("\n")
    odd = next(number for number, line in enumerate(lines) if line.count(",") != len(HEAD) - 1)
    return Refusal(f"{name}, row {row + odd}: {lines[odd][:60]!r} has not three cells; write mentor,mentee,score.")


def _quoted(body: str, name: str) -> Iterator[list[str]]:
    """The same for a file with quotation marks, row by row."""
    for number, row in enumerate(csv.reader(io.StringIO(body)), start=2):
        if row and len(row) != len(HEAD):
            raise Refusal(f"{name}, row {number}: it has {len(row)} cells; write mentor,mentee,score.")
        yield row

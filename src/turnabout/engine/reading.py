"""Sealed files of an output folder, read back."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from turnabout.engine.canonical import candidate_from_json, canonical, problem_from_json
from turnabout.engine.covering import uncovered
from turnabout.engine.folder import PAIR_HEAD, certificate_from_json, from_cell
from turnabout.engine.outcome import assemble
from turnabout.engine.plan import Plan
from turnabout.engine.pool import gather
from turnabout.engine.problem import Candidate, Problem, Refusal
from turnabout.engine.scorefile import sealed_scores


def read_sealed(files: Mapping[str, bytes]) -> Problem:
    """The canonical problem of an output folder. Raises KeyError, TypeError or ValueError if it is unreadable."""
    settings = json.loads(files["input/settings.json"])
    problem = problem_from_json(
        settings=settings,
        mentors=_people(files["input/mentors.jsonl"]),
        mentees=_people(files["input/mentees.jsonl"]),
    )
    if settings["decimals"] is not None:
        scores = sealed_scores(files["input/scores.csv"], problem, int(settings["decimals"]))
        problem = dataclasses.replace(problem, scores=scores)
    return canonical(problem)


def read_pairs(content: bytes) -> list[tuple[str, str]]:
    """(mentor, mentee) of each row of pairs.csv."""
    rows = csv.reader(io.StringIO(content.decode()))
    head = next(rows, [])
    if tuple(head[: len(PAIR_HEAD)]) != PAIR_HEAD:
        raise ValueError("pairs.csv has other columns than expected")
    return [(from_cell(row[0]), from_cell(row[1])) for row in rows]


def _people(content: bytes) -> list[Candidate]:
    return [candidate_from_json(json.loads(line)) for line in content.decode().split("\n") if line]


def read_plan(folder: Path | str) -> tuple[Problem, Plan]:
    """The problem and the plan of an output folder. Raises Refusal if it cannot be read.

    It is not checked here: call `verify_folder` first.
    """
    where = Path(folder)
    try:
        content = json.loads((where / "certificate.json").read_bytes())
        certificate = certificate_from_json(content)
        files = {name: (where / name).read_bytes() for name in content["files"]}
        problem = read_sealed(files)
        named = tuple(read_pairs(files["pairs.csv"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise Refusal(f"{folder} is not a folder that turnabout match wrote: {error}. Make it again.") from None
    pool = gather(
        problem,
        objective=certificate.objective,
        breadth_first=certificate.breadth_first,
        wanted=None if problem.constraints else uncovered(certificate, named),
    )
    left, right = pool.left.keys, pool.right.keys
    wanted = set(named)
    pairs = zip(pool.mentor.tolist(), pool.mentee.tolist(), strict=True)
    chosen = np.array([(left[row], right[col]) in wanted for row, col in pairs], dtype=bool)
    return problem, assemble(pool, chosen, certificate, {name: files[name] for name in files if "input/" in name})

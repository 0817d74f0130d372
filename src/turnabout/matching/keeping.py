"""What a run solved, kept whole: the engine's sealed output folder, compressed, encrypted, in one row.

Nobody downloads this folder from a page, the programme lead included. It names who is not available for whom, and a
past no shows nowhere; and if it could be downloaded only while it held no such entry, the missing button would say
that there is one. Whoever runs the server, and holds the keys anyway, writes it out with `turnabout run-folder`.
"""

import base64
import json
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from turnabout.core.errors import NotPossible
from turnabout.engine import Plan, Problem, Verdict, verify_folder
from turnabout.engine.folder import certificate_file, certificate_from_json, plan_files
from turnabout.engine.outcome import assemble
from turnabout.engine.pool import gather
from turnabout.engine.reading import read_pairs, read_sealed
from turnabout.matching.models import Run, RunInput

CERTIFICATE = "certificate.json"
# About 150 bytes each in a web process; larger rounds are asked about with `turnabout why-not`.
MOST_POSSIBLE_PAIRS = 4_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Solved:
    """A problem as it was solved, with its plan."""

    problem: Problem
    plan: Plan


def keep(run: Run, plan: Plan) -> None:
    RunInput.objects.update_or_create(run=run, defaults={"sealed": packed(plan)})


def packed(plan: Plan) -> str:
    files = plan_files(plan)
    files[CERTIFICATE] = certificate_file(plan.certificate, files)
    return bundled(files)


def bundled(files: Mapping[str, bytes]) -> str:
    text = json.dumps({name: content.decode() for name, content in files.items()}, ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode())).decode()


def unpacked(sealed: str) -> dict[str, bytes]:
    files = json.loads(zlib.decompress(base64.b64decode(sealed)))
    return {name: text.encode() for name, text in files.items()}


def files_of(run: Run) -> dict[str, bytes]:
    """The output folder of a run. Raises NotPossible when none was kept."""
    row = RunInput.objects.filter(run=run).first()
    if row is None:
        raise NotPossible(_("This round has no plan whose arithmetic could be asked about. Open the newest board."))
    return unpacked(row.sealed)


def has_input(run: Run) -> bool:
    return RunInput.objects.filter(run=run).exists()


def pairs_of(run: Run) -> list[tuple[str, str]]:
    """(mentor, mentee) as they were solved, whatever was changed on the board since."""
    return read_pairs(files_of(run)["pairs.csv"])


def problem_of(run: Run) -> Problem:
    """The problem of a run, exactly as it was solved."""
    return read_sealed(files_of(run))


def is_too_large(problem: Problem) -> bool:
    """More possible pairs than are looked at one by one for people who wait."""
    return len(problem.mentors) * len(problem.mentees) > MOST_POSSIBLE_PAIRS


def solved(run: Run) -> Solved:
    """The problem and the plan of a run, exactly as they were. Raises NotPossible for what is too large to ask."""
    files = files_of(run)
    certificate = certificate_from_json(json.loads(files[CERTIFICATE]))
    problem = read_sealed(files)
    if is_too_large(problem):
        raise NotPossible(
            _("This round is too large for single questions on a page. Whoever runs the server can ask with “turnabout why-not”.")
        )
    pool = gather(problem, objective=certificate.objective, breadth_first=certificate.breadth_first)
    places = pool.mentor.astype(np.int64) * len(pool.right.keys) + pool.mentee
    at_left = {key: place for place, key in enumerate(pool.left.keys)}
    at_right = {key: place for place, key in enumerate(pool.right.keys)}
    named = [at_left[mentor] * len(at_right) + at_right[mentee] for mentor, mentee in read_pairs(files["pairs.csv"])]
    chosen = np.isin(places, np.array(named, dtype=np.int64))
    sealed = {name: content for name, content in files.items() if name.startswith("input/")}
    return Solved(problem=problem, plan=assemble(pool, chosen, certificate, sealed))


def write_out(run: Run, folder: Path) -> Path:
    """The output folder as files, for `turnabout verify`. Raises OSError if it cannot be written."""
    for name, content in files_of(run).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def check(run: Run) -> Verdict:
    """The separate verifier over the kept folder, in a place only this process may read, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="turnabout-check-") as folder:
        return verify_folder(write_out(run, Path(folder)))

"""The output folder: sealed input, plan and certificate, written and read back. NumPy-free on the way out.

    input/mentors.jsonl  input/mentees.jsonl  input/settings.json  [input/scores.csv]
    pairs.csv  unmatched.csv  certificate.json

Every file's SHA-256 stands in certificate.json, and certificate.json carries the SHA-256 of its own content.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from turnabout.engine.canonical import Json, as_text, input_hash
from turnabout.engine.plan import Certificate, Pairing, Plan, StageProof, Unmatched
from turnabout.engine.problem import Criterion, Objective
from turnabout.engine.reasons import ReasonCode

FORMAT = "turnabout-plan-1"
STAGES = ("people", "floor", "total", "stay", "spread", "tie_break")
PAIR_HEAD = ("mentor", "mentee", "score", "for_mentor", "for_mentee", "is_locked", "flags")
# A spreadsheet would run a key that starts so; an apostrophe before it keeps it text.
RISKY = tuple("=+-@\t\r'\uff1d\uff0b\uff0d\uff20")
UNMATCHED_HEAD = ("side", "key", "eligible", "blocked", "opens", "why")


def write_folder(plan: Plan, folder: Path | str) -> Path:
    """Write a plan with its sealed input, each file whole or not at all, the certificate last.

    Raises OSError if the folder cannot be written.
    """
    target = Path(folder)
    (target / "input").mkdir(parents=True, exist_ok=True)
    certificate = target / "certificate.json"
    certificate.unlink(missing_ok=True)
    files = plan_files(plan)
    if "input/scores.csv" not in files:
        (target / "input" / "scores.csv").unlink(missing_ok=True)
    for name, content in files.items():
        _write(target / name, content)
    _write(certificate, certificate_file(plan.certificate, files))
    return target


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Every sealed file of a plan but the certificate: name -> bytes, the same for the same plan."""
    return {
        **plan.sealed_input,
        "pairs.csv": pairs_file(plan.pairs, plan.decimals),
        "unmatched.csv": unmatched_file(plan.unmatched),
    }


def pairs_file(pairs: Iterable[Pairing], decimals: int) -> bytes:
    """One row per pair in key order; the score's lines by criterion and side follow in columns of their own."""
    rows = list(pairs)
    used = {line.criterion for pair in rows for line in pair.criteria}
    criteria = [criterion for criterion in Criterion if criterion in used]
    head = [*PAIR_HEAD, *(f"{name}_for_{side}" for name in criteria for side in ("mentor", "mentee"))]
    return _table(head, (_pair_row(pair, criteria, decimals) for pair in rows))


def _pair_row(pair: Pairing, criteria: Sequence[Criterion], decimals: int) -> list[str]:
    lines = {line.criterion: line for line in pair.criteria}
    row = [as_cell(pair.mentor), as_cell(pair.mentee)]
    row += [on_own_scale(value, decimals) for value in (pair.score, pair.for_mentor, pair.for_mentee)]
    row += ["yes" if pair.is_locked else "no", " ".join(pair.flags)]
    for name in criteria:
        row += [str(lines[name].for_mentor), str(lines[name].for_mentee)]
    return row


def unmatched_file(people: Iterable[Unmatched]) -> bytes:
    """One row per person without a partner, and why."""
    rows = (
        [one.side.value, as_cell(one.key), str(one.eligible), _counts(one.blocked), _counts(one.opens), one.sentence]
        for one in people
    )
    return _table(UNMATCHED_HEAD, rows)


def certificate_file(certificate: Certificate, files: Mapping[str, bytes]) -> bytes:
    """certificate.json with the seals of all files and of itself."""
    content: dict[str, Json] = dataclasses.asdict(certificate)
    content["format"] = FORMAT
    content["input_hash"] = input_hash(files)
    content["files"] = {name: seal(files[name]) for name in sorted(files)}
    content["seal"] = seal(as_text(content).encode())
    return (as_text(content) + "\n").encode()


def certificate_from_json(content: Mapping[str, Json]) -> Certificate:
    """The inverse of `certificate_file`; KeyError, TypeError or ValueError if something is missing."""
    # A certificate from before an option existed says nothing about it.
    asked = [item for item in dataclasses.fields(Certificate) if item.name in content or item.default is dataclasses.MISSING]
    known = {item.name: content[item.name] for item in asked}
    for name in STAGES:
        known[name] = None if known[name] is None else _stage_proof(known[name])
    known["evenness"] = tuple(map(_stage_proof, known.get("evenness", ())))
    known["aims"] = tuple(map(_stage_proof, known.get("aims", ())))
    known["not_ruled_out"] = tuple(known.get("not_ruled_out", ()))
    known["objective"] = Objective(known["objective"])
    return Certificate(**known)


def _stage_proof(proof: Mapping[str, Json]) -> StageProof:
    return StageProof(
        mentor_prices=tuple(map(int, proof["mentor_prices"])),
        mentee_prices=tuple(map(int, proof["mentee_prices"])),
        bound=int(proof["bound"]),
        multipliers=tuple(map(int, proof.get("multipliers", ()))),
        denominator=int(proof.get("denominator", 1)),
    )


def as_cell(key: str) -> str:
    """A key as it stands in a table that people open."""
    return f"'{key}" if key.startswith(RISKY) else key


def from_cell(cell: str) -> str:
    """The inverse of `as_cell`."""
    return cell[1:] if cell.startswith("'") else cell


def seal(content: bytes) -> str:
    """SHA-256 as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def on_own_scale(value: int, decimals: int) -> str:
    """A whole-number score on the scale it was brought along in, exactly."""
    if not decimals:
        return str(value)
    text = str(abs(value)).rjust(decimals + 1, "0")
    shown = f"{text[:-decimals]}.{text[-decimals:]}".rstrip("0").rstrip(".")
    return f"-{shown}" if value < 0 else shown


def _counts(found: Mapping[ReasonCode, int]) -> str:
    return "; ".join(f"{code}: {count}" for code, count in found.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return made.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that a stopped process never leaves half of one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(name, 0o644)
    os.replace(name, path)

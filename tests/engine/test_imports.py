"""The engine and its commands run where Django, its database driver and the network are not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import turnabout.engine
from tests.engine.cases import from_scores
from turnabout.engine import solve, write_folder

SOURCE = Path(__file__).parents[2] / "src"
BLOCK = "import sys\nfor name in {blocked!r}:\n    sys.modules[name] = None\n"
NEVER = ("django", "psycopg", "procrastinate", "scipy")


def run(code: str, *arguments: str, blocked: tuple[str, ...] = NEVER) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK.format(blocked=blocked) + code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def test_every_engine_module_loads_without_django():
    names = sorted(path.stem for path in (SOURCE / "turnabout/engine").glob("*.py") if path.stem != "__init__")
    code = "import importlib\n" + "".join(f"importlib.import_module('turnabout.engine.{name}')\n" for name in names)
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_public_name_exists():
    for name in turnabout.engine.__all__:
        assert getattr(turnabout.engine, name) is not None
    with pytest.raises(AttributeError):
        turnabout.engine.nonsense  # noqa: B018 - asking for it is the test


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("match", ["--scores", "{folder}/input/scores.csv", "--json"]),
        ("verify", ["{folder}"]),
        ("why_not", ["{folder}", "m0", "n1"]),
        ("alternatives", ["{folder}", "m0"]),
        ("compare", ["{folder}", "{folder}"]),
        (
            "simulate",
            ["--mentors", "{folder}/people.csv", "--mentees", "{folder}/people.csv", "--assume", "3", "4", "--draws", "1"],
        ),
    ],
)
def test_commands_never_import_django(command, arguments, tmp_path):
    write_folder(solve(from_scores({(0, 0): 5, (1, 1): 4, (0, 1): 2}, [1, 1], [1, 1])), tmp_path)
    (tmp_path / "people.csv").write_text("key,offers,wishes\na,AI:3,web:1\nb,web:3,AI:1\n")
    code = f"from turnabout.project.commands.{command} import main\nsys.exit(main(sys.argv[1:]))\n"
    done = run(code, *(argument.format(folder=tmp_path) for argument in arguments))
    assert (done.returncode, done.stderr) == (0, "")


def test_asking_about_a_plan_needs_no_solver(tmp_path):
    scores = {(0, 0): 5, (1, 1): 4, (0, 1): 4, (1, 0): 4}
    write_folder(solve(from_scores(scores, [1, 1], [1, 1])), tmp_path)
    code = "from turnabout.project.commands.why_not import main\nsys.exit(main(sys.argv[1:]))\n"
    assert run(code, str(tmp_path), "m0", "n1", blocked=(*NEVER, "ortools")).returncode == 0

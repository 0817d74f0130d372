"""The one command: what it says of each, and when its reader has left."""

import subprocess
import sys
from pathlib import Path

import pytest

from turnabout.project import cli

TURNABOUT = str(Path(sys.executable).with_name("turnabout"))


@pytest.mark.parametrize("arguments", [["--help"], ["database", "--help"], ["database", "status"]])
def test_a_reader_who_leaves_early_ends_the_command_quietly(arguments, tmp_path):
    command = subprocess.Popen(
        [TURNABOUT, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"TURNABOUT_VAR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert command.stdout
    command.stdout.close()
    assert command.stderr
    assert (command.stderr.read(), command.wait()) == (b"", 141)
    command.stderr.close()


def test_every_command_is_listed_with_what_it_promises(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["turnabout"])
    assert cli.main() == 0
    listed = capsys.readouterr().out
    assert "  why-not       the rule that excludes a pair, or the exact price of forcing it.\n" in listed
    wordless = [name for name in cli.names() if not cli.promise(name)]
    assert wordless == [], "Begin the docstring of each module in project/commands with `turnabout NAME`: and what it does."

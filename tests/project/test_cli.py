"""The one command: what it says when its reader has left."""

import subprocess
import sys
from pathlib import Path

import pytest

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

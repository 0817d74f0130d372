"""Secrets that the product makes for itself: made once, whole, and closed to others."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path

import pytest

from tests.ordinary_user import SOURCE
from turnabout.project import env

ASK = "import sys, secrets; from pathlib import Path; from turnabout.project import env;"
ASK += "print(env.kept_secret('TURNABOUT_NO_SUCH', Path(sys.argv[1]), secrets.token_hex(20), help=''))"


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """What these tests ask for is no setting of the product."""
    monkeypatch.setattr(env, "REGISTRY", {})


def kept(path: Path, make: str = "fresh") -> str:
    return env.kept_secret("TURNABOUT_NO_SUCH", path, make, help="")


def test_secret_is_made_once_and_closed_to_others(tmp_path):
    path = tmp_path / "keys" / "secret"
    assert (kept(path, "first"), kept(path, "second")) == ("first", "first")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("value", "hours"),
    [("08:30-17:00", (time(8, 30), time(17))), (" 07:00 - 19:00 ", (time(7), time(19))), ("", None)],
)
def test_hours_of_a_day_are_read(monkeypatch, value, hours):
    monkeypatch.setenv("TURNABOUT_HOURS", value)
    assert env.hours("TURNABOUT_HOURS", "07:00-19:00", help="") == hours


@pytest.mark.parametrize("value", ["7 to 19", "07:00", "19:00-07:00", "07:00-25:00", "1-2-3"])
def test_hours_that_cannot_be_are_refused_with_what_to_write(monkeypatch, value):
    monkeypatch.setenv("TURNABOUT_HOURS", value)
    with pytest.raises(env.BadSetting, match=r"^TURNABOUT_HOURS is "):
        env.hours("TURNABOUT_HOURS", "07:00-19:00", help="")


def test_processes_that_start_at_once_share_one_secret(tmp_path):
    command = [sys.executable, "-c", ASK, str(tmp_path / "keys" / "secret")]
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    with ThreadPoolExecutor() as pool:
        asked = [
            pool.submit(subprocess.run, command, env=environment, capture_output=True, text=True, check=True) for _ in range(4)
        ]
        answers = {one.result().stdout.strip() for one in asked}
    assert (len(answers), {len(answer) for answer in answers}) == (1, {40})


def test_what_a_killed_first_start_left_behind_is_in_nobodys_way(tmp_path):
    path = tmp_path / "secret"
    path.with_name(f"secret.{os.getpid()}").write_text("half")
    assert kept(path, "whole") == "whole"
    assert path.read_text(encoding="utf-8") == "whole\n"


def test_secret_file_is_read_up_to_the_end_of_its_first_line(tmp_path, monkeypatch):
    path = tmp_path / "secret"
    path.write_text("  the secret \n# made in spring, ask Olu\n", encoding="utf-8")
    monkeypatch.setenv("TURNABOUT_NO_SUCH_FILE", str(path))
    assert (env.secret("TURNABOUT_NO_SUCH", help=""), kept(path)) == ("the secret", "the secret")
    path.write_text("", encoding="utf-8")
    assert env.secret("TURNABOUT_NO_SUCH", help="") == ""

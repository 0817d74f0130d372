"""What the documentation shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from turnabout.engine.problem import Criterion, Seniority
from turnabout.engine.rulesfile import ATTRIBUTES, read_rules

DOCS = Path(__file__).parents[2] / "docs/engine"


def test_examples_of_the_python_page_run_and_print_what_they_say(capsys):
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "python-api.md").read_text(), re.DOTALL)
    assert len(blocks) == 5
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "python-api.md", "exec"), names)  # noqa: S102 - our own page is what is tested
        said = [line[2:] for line in block.splitlines() if line.startswith("# ")]
        assert capsys.readouterr().out.splitlines() == said


def test_rules_shown_in_the_file_formats_can_be_read():
    page = (DOCS / "file-formats.md").read_text()
    shown = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings = read_rules("\n".join(shown).encode())
    assert len(settings.constraints) == 1
    assert settings.rules.seniority == Seniority(basis="grade", minimum_gap=2)
    for name in (*ATTRIBUTES, *Criterion):
        assert f"`{name}`" in page or name in page

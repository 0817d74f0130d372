"""Small files, small functions: past the limit, split by noun, never by layer."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES_A_FILE = 400
LINES_A_FUNCTION = 50


def sources(*suffixes: str) -> list[Path]:
    found = [path for folder in ("src", "tests", "bench") for suffix in suffixes for path in (ROOT / folder).rglob(f"*{suffix}")]
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


def test_no_file_is_longer_than_its_limit():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(".py", ".html", ".css", ".js")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_A_FILE
    }
    assert long == {}, f"Split by noun what is longer than {LINES_A_FILE} lines: {long}"


def test_no_function_is_longer_than_its_limit():
    long = {}
    for path in sources(".py"):
        if path.is_relative_to(ROOT / "tests"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > LINES_A_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = lines
    assert long == {}, f"Give these parts of their own names; the limit is {LINES_A_FUNCTION} lines: {long}"


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "mixins"])
def test_no_module_has_a_name_that_says_nothing(name):
    found = [str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob(f"{name}*") if path.stem == name]
    assert found == [], f"Name these after the noun they are about: {found}"

"""What every feature keeps to: documented, without signals, private where it must be."""

import ast
import re
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import models

from turnabout.core import events

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "turnabout"
PACKAGES = sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())


def texts(folder: Path, pattern: str = "*.py") -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob(pattern))
        if "__pycache__" not in path.parts
    }


def test_every_package_has_a_readme():
    without = [name for name in PACKAGES if not (SOURCE / name / "README.md").exists()]
    assert without == [], f"Ten lines are enough: purpose, nouns, verbs, events. Write README.md in {without}."


def test_models_and_migrations_agree(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_migration_has_an_automatic_name():
    found = [path for path in texts(SOURCE) if "/migrations/" in path and "_auto_" in path]
    assert found == [], f"Name these migrations after what they change: {found}"


def test_our_apps_send_each_other_no_signals():
    found = [
        path
        for path, text in texts(SOURCE).items()
        if re.search(r"post_save|pre_save|post_delete|pre_delete|m2m_changed|Signal\(", text)
    ]
    assert found == [], f"Use core.events instead of signals in {found}."


def test_nobody_asks_the_machine_for_the_time():
    found = [
        path
        for path, text in texts(SOURCE).items()
        if re.search(r"datetime\.now\(|timezone\.now\(|date\.today\(", text)
        and not path.endswith(("core/clock.py", "project/doctor.py"))  # the clock itself, and the check of the machine's
    ]
    assert found == [], f"Use core.clock, or take the moment as an argument, in {found}."


def test_what_a_pair_writes_has_no_way_back():
    related = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("notes").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and not field.remote_field.hidden
    ]
    assert related == [], f'Give these relations related_name="+": {related}'


def test_no_other_package_names_the_tables_of_notes():
    outside = {path: text for path, text in texts(SOURCE).items() if "/notes/" not in path}
    found = [
        path
        for path, text in outside.items()
        if re.search(
            r"""["']notes_(note|nextstep|commonground)|get_model\(["']notes|notes\.(Note|NextStep|CommonGround)["']""", text
        )
    ]
    assert found == [], f"Notes are read through turnabout.notes alone, not by name, in {found}."


def test_every_recorded_event_is_declared():
    recorded: set[str] = set()
    for text in texts(SOURCE).values():
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("events.record")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                recorded.add(str(node.args[0].value))
    undeclared = sorted(recorded - set(events.DECLARED))
    assert undeclared == [], f"Declare these in their app's ready(), with an audience: {undeclared}"


def test_every_declared_event_has_a_help_text():
    silent = sorted(name for name, declaration in events.DECLARED.items() if not declaration.help)
    assert silent == [], f"Say in one sentence what these events mean (help=...): {silent}"


def test_no_registry_host_and_no_machine_path_is_written_down():
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "debian" + ".org/debian")
    names = [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and path.suffix in {".py", ".txt", ".in", ".toml", ".md", ".html", ".sh", ".yml"}
    ]
    ours = [
        path
        for path in names
        if not {".venv", "var", ".git", ".mypy_cache", "node_modules", ".hypothesis"} & set(path.relative_to(ROOT).parts)
    ]
    found = [
        str(path.relative_to(ROOT))
        for path in ours
        if any(host in path.read_text(encoding="utf-8", errors="replace") for host in hosts)
    ]
    assert found == [], f"Take the registry's host out of {found}."

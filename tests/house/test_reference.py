"""The generated documentation says what the code says, and events flow upwards only."""

from pathlib import Path

import pytest

from turnabout.core import events
from turnabout.project import reference

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
LAYERS = (
    "core", "accounts", "people", "blueprints", "programmes", "enrolments", "pairs", "matching", "scheduling",
    "notes", "surveys", "stories", "insights", "notifications", "web", "project",
)  # fmt: skip


@pytest.mark.parametrize("name", list(reference.PAGES))
def test_reference_page_is_up_to_date(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == reference.PAGES[name](), (
        "Run `turnabout docs` and commit what it writes."
    )


def test_events_are_heard_by_higher_layers_only():
    downwards = [
        f"{name} -> {listener}"
        for name in events.DECLARED
        for listener in reference.listeners(name)
        if LAYERS.index(listener.split(".")[0]) < LAYERS.index(reference.package_of(name))
    ]
    assert downwards == [], f"A lower layer must not listen to a higher one; call it from the verb instead: {downwards}"

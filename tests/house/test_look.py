"""Every template and every class of the look is used, and nothing is styled or scripted inside a page."""

import re
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "src" / "turnabout" / "web"
TEMPLATES = WEB / "templates"


def templates() -> dict[str, str]:
    return {str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html"))}


def python_sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (WEB.parent).rglob("*.py"))


def test_every_template_is_used():
    pages = templates()
    everything = "\n".join(pages.values()) + python_sources()
    unused = [
        name
        for name in pages
        if f'"{name}"' not in everything
        and f"'{name}'" not in everything
        and f'component "{Path(name).stem}"' not in everything
        and f",{name}" not in everything
        and f':"{name}' not in everything
    ]
    assert unused == [], f"Delete these templates, or use them: {unused}"


def test_no_page_has_inline_style_or_script():
    found = [
        name
        for name, text in templates().items()
        if re.search(r"\sstyle=|<script(?![^>]*\bsrc=)|\son(click|load|change|submit|input)=", text)
    ]
    assert found == [], f"The Content-Security-Policy refuses inline style and script; move them to static/: {found}"


def test_every_component_has_a_stylesheet_or_draws_with_others():
    sheets = {path.stem for path in (WEB / "static" / "css" / "components").glob("*.css")}
    used = "\n".join(templates().values())
    unused = sorted(sheet for sheet in sheets if sheet not in used)
    assert unused == [], f"No template uses these stylesheets: {unused}"


def test_every_page_extends_a_base():
    pages = {
        name: text
        for name, text in templates().items()
        if not Path(name).name.startswith(("_", "base")) and not name.startswith("components/")
    }
    bare = [name for name, text in pages.items() if "{% extends" not in text]
    assert bare == [], f"Begin these pages with an extends, or name the fragment with an underscore: {bare}"

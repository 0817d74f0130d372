"""What a check found, as plain data that is kept with the import until it is done."""

from collections.abc import Sequence
from typing import Any

from turnabout.people.directory.comparison import Change, Comparison, KnownPerson
from turnabout.people.directory.drafts import Problem
from turnabout.people.directory.fields import label_of
from turnabout.people.directory.hours import as_text
from turnabout.people.directory.left_out import reason_to_leave_out
from turnabout.people.directory.mapping import PLACE, ColumnMapping
from turnabout.people.directory.sheet import Sheet

SHOWN = 25
LEAVERS_SHOWN = 500
PROBLEMS_KEPT = 20_000


def of_columns(sheet: Sheet, mapping: ColumnMapping) -> dict[str, Any]:
    """Which columns are left out with a reason, and which simply were not chosen; neither is stored."""
    used = set(mapping.columns.values()) | {name for pattern in mapping.patterns.values() for name in PLACE.findall(pattern)}
    reasons = {column: reason_to_leave_out(column) for column in sheet.columns}
    return {
        "left_out": [{"column": column, "reason": str(reason)} for column, reason in reasons.items() if reason is not None],
        "not_chosen": [column for column, reason in reasons.items() if reason is None and column not in used],
    }


def of_problems(problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "problems": [problem.as_json() for problem in problems[:PROBLEMS_KEPT]],
        "problem_count": len(problems),
    }


def of_comparison(comparison: Comparison, known: dict[int, KnownPerson]) -> dict[str, Any]:
    return {
        "counts": counts(comparison),
        "warnings": comparison.warnings,
        "unknown_lines": comparison.unknown_lines,
        "businesses": [business.as_json() for business in comparison.businesses.new.values()],
        "needs_confirmation": comparison.needs_confirmation,
        "present_before": comparison.present_before,
        "samples": {
            "new": [_shown(change.row, change.employee_number, change.values) for change in comparison.new[:SHOWN]],
            "changed": [_differences(change, known) for change in comparison.changed[:SHOWN]],
            "left": [_shown(0, person.employee_number, person.values) for person in comparison.left[:LEAVERS_SHOWN]],
        },
    }


def counts(comparison: Comparison) -> dict[str, int]:
    return {
        "new": len(comparison.new),
        "changed": len(comparison.changed),
        "left": len(comparison.left),
        "unchanged": comparison.unchanged,
        "returned": sum(change.is_return for change in comparison.changed),
    }


def _shown(row: int, number: str, values: Any) -> dict[str, Any]:
    name = f"{values.get('given_name') or ''} {values.get('family_name') or ''}".strip()
    return {"row": row, "number": number, "name": name or number}


def _differences(change: Change, known: dict[int, KnownPerson]) -> dict[str, Any]:
    person = known[change.person_id or 0]
    changes = [
        {"label": label_of(key), "before": _text(key, person.values[key]), "after": _text(key, value)}
        for key, value in change.values.items()
        if key != "grade_label"
    ]
    if change.entity_code is not None:
        changes.append({"label": label_of("entity"), "before": person.entity_code, "after": change.entity_code})
    if change.line is not None:
        changes.append({"label": label_of("manager"), "before": person.manager or "", "after": change.manager or ""})
    return {
        **_shown(change.row, change.employee_number, person.values),
        "is_return": change.is_return,
        "changes": changes,
    }


def _text(key: str, value: Any) -> str:
    if key == "languages":
        return "; ".join(f"{code}:{level}" for code, level in sorted((value or {}).items()))
    if key == "weekly_hours":
        return as_text(value or {})
    return "" if value is None else str(value)

"""`turnabout import people FILE`: a file of people into the directory, whole or not at all."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from turnabout.core.errors import CommandError
from turnabout.project import django_setup

if TYPE_CHECKING:
    from turnabout.people.directory.mapping import ColumnMapping
    from turnabout.people.directory.sheet import Sheet
    from turnabout.people.models import DirectoryImport

PROBLEMS_PRINTED = 20


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    django_setup.set_up()
    from turnabout.core.errors import Refused

    try:
        return _import_people(options)
    except Refused as refused:
        raise CommandError(refused.sentence) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="turnabout import", description="Import people from CSV or XLSX. Nothing is written while one row has a problem."
    )
    parser.add_argument("kind", choices=["people"], metavar="people", help="what the file holds: one row per person")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--mapping", type=Path, metavar="JSON", help="what the columns mean, as --save-mapping wrote it")
    parser.add_argument("--save-mapping", type=Path, metavar="JSON", help="keep what the columns meant this time")
    parser.add_argument(
        "--column", action="append", default=[], metavar="FIELD=COLUMN", help="take a field from a column, such as hired_on=Start"
    )
    parser.add_argument(
        "--constant", action="append", default=[], metavar="FIELD=VALUE", help="the same for everyone, such as country=FR"
    )
    parser.add_argument(
        "--pattern", action="append", default=[], metavar="FIELD=PATTERN", help="such as email='{EmployeeNumber}@example.test'"
    )
    parser.add_argument("--grades", metavar="LIST", help="grades in words, lowest first, with commas between them")
    parser.add_argument("--dates", action="append", default=[], metavar="FIELD=ORDER", help="such as hired_on=dmy (or mdy, ymd)")
    parser.add_argument("--encoding", default="", help="instead of the one that is detected")
    parser.add_argument("--separator", default="", help="instead of the one that is detected; tab for a tabulator")
    parser.add_argument(
        "--full-export", action="store_true", help="the file holds everybody: whoever is missing is marked as left"
    )
    parser.add_argument(
        "--confirm-leavers", action="store_true", help="also when more than a tenth and more than 20 people are missing"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    return parser


def _import_people(options: argparse.Namespace) -> int:
    from turnabout.core import clock
    from turnabout.people import services

    separator = "\t" if options.separator == "tab" else options.separator
    begun = services.start_import(
        file_name=options.file.name,
        content=_content(options.file),
        encoding=options.encoding,
        separator=separator,
        by=None,
        now=clock.now(),
    )
    try:
        return _carry_on(options, begun)
    finally:
        services.forget_unfinished(begun, now=clock.now())


def _carry_on(options: argparse.Namespace, begun: "DirectoryImport") -> int:
    from turnabout.core import clock
    from turnabout.people import services

    sheet = services.sheet_of(begun)
    mapping = _mapping(options, sheet)
    _require_answers(sheet, mapping)
    _tell_reading(sheet, mapping)
    asked = services.ask_check(begun, mapping, is_full_export=options.full_export, by=None, now=clock.now(), in_background=False)
    checked = services.run_check(asked, now=clock.now)
    if options.save_mapping:
        options.save_mapping.write_text(json.dumps(mapping.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _tell(checked.report)
    if checked.report["problem_count"] or options.dry_run:
        print("Nothing was written.")
        return 1 if checked.report["problem_count"] else 0
    return _write(checked, confirmed=options.confirm_leavers)


def _write(checked: "DirectoryImport", *, confirmed: bool) -> int:
    from turnabout.core import clock
    from turnabout.people import services

    if checked.report["needs_confirmation"] and not confirmed:
        count = checked.report["counts"]["left"]
        raise CommandError(
            f"{count} people would be marked as left. Add --confirm-leavers if that is right, or give the whole directory. Nothing was written."
        )
    asked = services.ask_write(checked, leavers_confirmed=confirmed, by=None, now=clock.now(), in_background=False)
    done = services.run_write(asked, now=clock.now)
    if done.state != done.State.DONE:
        raise CommandError(
            "The directory changed while the file was being written, so nothing was written. Run the command again."
        )
    print("Written.")
    return 0


def _content(file: Path) -> bytes:
    """The size is asked before a byte is read."""
    from turnabout.people import services

    try:
        services.refuse_size(file.stat().st_size)
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}. Check the path and its permissions.") from None


def _mapping(options: argparse.Namespace, sheet: "Sheet") -> "ColumnMapping":
    from dataclasses import replace

    from turnabout.people import services
    from turnabout.people.directory.mapping import ColumnMapping

    mapping = ColumnMapping.from_json(_stored(options.mapping)) if options.mapping else services.offered_mapping(sheet)[0]
    for key, value in _pairs(options.column, "--column"):
        mapping = mapping.with_column(key, value)
    for key, value in _pairs(options.constant, "--constant"):
        mapping = mapping.with_constant(key, value)
    for key, value in _pairs(options.pattern, "--pattern"):
        mapping = mapping.with_pattern(key, value)
    if options.grades:
        mapping = replace(mapping, grade_order=tuple(label.strip() for label in options.grades.split(",") if label.strip()))
    return replace(mapping, date_orders={**mapping.date_orders, **dict(_pairs(options.dates, "--dates"))})


def _stored(file: Path) -> dict[str, Any]:
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} is no mapping: {error}. Make one with --save-mapping.") from None
    if not isinstance(stored, dict):
        raise CommandError(f"{file} is no mapping. Make one with --save-mapping.")
    return stored


def _pairs(texts: list[str], option: str) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in texts]
    for key, equals, value in pairs:
        if not (key and equals and value):
            raise CommandError(f"{option} takes FIELD=VALUE, such as {option} country=FR.")
    return [(key, value) for key, _equals, value in pairs]


def _require_answers(sheet: "Sheet", mapping: "ColumnMapping") -> None:
    from turnabout.people.directory import mapping as mappings
    from turnabout.people.directory.drafts import questions

    mappings.check(mapping, sheet.columns)
    for question in questions(sheet, mapping):
        if question.kind == "date_order":
            raise CommandError(
                f"The days of {question.field} can be read in more than one way ({', '.join(question.examples)}). Add --dates {question.field}=dmy or {question.field}=mdy."
            )
        raise CommandError(
            f"Grades are words in this file. Add --grades with all of them, lowest first: {', '.join(question.examples)}."
        )


def _tell_reading(sheet: "Sheet", mapping: "ColumnMapping") -> None:
    separator = {"\t": "tab", ",": "comma", ";": "semicolon"}.get(sheet.separator, sheet.separator)
    print("Read as a workbook." if sheet.is_workbook else f"Read as {sheet.encoding}, separated by {separator}.")
    for key, column in mapping.columns.items():
        print(f"  {key} from the column {column}")
    for key, value in (*mapping.constants.items(), *mapping.patterns.items()):
        print(f"  {key} as {value}")


def _tell(report: dict[str, Any]) -> None:
    for entry in report["left_out"]:
        print(f"Left out: {entry['column']}. {entry['reason']}")
    if report["not_chosen"]:
        print(f"Not chosen, so not stored: {', '.join(report['not_chosen'])}")
    for business in report["businesses"]:
        print(f"New business: {business['name']} ({business['code']})")
    for warning in report["warnings"]:
        print(f"Note: {warning}")
    for problem in report["problems"][:PROBLEMS_PRINTED]:
        print(f"Row {problem['row']}, {problem['field']}: {problem['reason']} {problem['remedy']}")
    if report["problem_count"] > PROBLEMS_PRINTED:
        print(f"... and {report['problem_count'] - PROBLEMS_PRINTED} more problems.")
    for person in report["samples"]["left"]:
        print(f"Left: {person['name']} ({person['number']})")
    counts = report["counts"]
    print(f"{counts['new']} new, {counts['changed']} changed, {counts['left']} left, {counts['unchanged']} unchanged.")
    if report["unknown_lines"]:
        print(f"We cannot check reporting lines for {report['unknown_lines']} people.")

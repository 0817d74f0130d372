"""A file of people on its way into the directory: taken, read, mapped, checked, written whole or not at all."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from turnabout.accounts.models import Account
from turnabout.core import events, jobs, progress
from turnabout.core.errors import NotAllowed, NotPossible, Refused
from turnabout.core.references import reference
from turnabout.people import policies, queries
from turnabout.people.directory import mapping as mappings
from turnabout.people.directory import report
from turnabout.people.directory.comparison import Comparison, KnownPerson, compare
from turnabout.people.directory.drafts import Draft, Problem, doubles, questions, read_rows
from turnabout.people.directory.mapping import ColumnMapping
from turnabout.people.directory.outline import Outline
from turnabout.people.directory.sheet import Sheet, read
from turnabout.people.models import DirectoryImport, SavedMapping
from turnabout.people.services import writing
from turnabout.people.services.persons import hold_directory

State = DirectoryImport.State
KEPT_FOR = timedelta(days=1)  # a file that nobody finished also holds the columns that are not taken
ROWS_BETWEEN_COUNTS = 500
FORGOTTEN: dict[str, Any] = {"content": b"", "outline": {}}  # nothing of a file outlives the file


def _require_owner(by: Account | None) -> None:
    if not policies.can_keep_directory(by):
        raise NotAllowed(_("Only the programme lead imports people. Ask them to upload the file."))


def refuse_size(size: int) -> None:
    """Called with the size alone, before anything is read."""
    if size > settings.IMPORT_MAX_BYTES:
        raise NotPossible(
            _(
                "This file has %(size)s MB; %(most)s MB is the most. Export only the columns you need, or split the file by business."
            )
            % {"size": -(-size // 1_000_000), "most": settings.IMPORT_MAX_BYTES // 1_000_000}
        )


@transaction.atomic
def start_import(
    *, file_name: str, content: bytes, by: Account | None, now: datetime, encoding: str = "", separator: str = ""
) -> DirectoryImport:
    """Take a file whose columns can be read; anything else is refused here and not kept."""
    _require_owner(by)
    refuse_size(len(content))
    sheet = read(content, encoding=encoding, separator=separator)
    return DirectoryImport.objects.create(
        file_name=file_name[-200:],
        content=content,
        outline=Outline.of(sheet).as_json(),
        encoding=sheet.encoding,
        separator=sheet.separator,
        by=by,
        created_at=now,
    )


def sheet_of(directory_import: DirectoryImport) -> Sheet:
    return read(
        bytes(directory_import.content),
        encoding=directory_import.encoding,
        separator=directory_import.separator,
    )


def outline_of(directory_import: DirectoryImport) -> Outline:
    """What pages show of the file, as its one reading left it; read once more for a file of an earlier release."""
    if not directory_import.outline:
        outline = Outline.of(sheet_of(directory_import))
        # A file that was forgotten meanwhile stays forgotten.
        waiting = DirectoryImport.objects.filter(pk=directory_import.pk, state__in=(State.UPLOADED, State.CHECKED))
        waiting.update(outline=outline.as_json())
        return outline
    return Outline.from_json(directory_import.outline)


@transaction.atomic
def choose_reading(directory_import: DirectoryImport, *, encoding: str, separator: str, by: Account | None) -> DirectoryImport:
    """Read the file with another encoding or separator; refused when it cannot be read so."""
    _require_owner(by)
    sheet = read(bytes(directory_import.content), encoding=encoding, separator=separator)
    _move(
        directory_import,
        (State.UPLOADED, State.CHECKED),
        State.UPLOADED,
        encoding=encoding,
        separator=separator,
        outline=Outline.of(sheet).as_json(),
        report={},
    )
    return DirectoryImport.objects.get(pk=directory_import.pk)


def offered_mapping(sheet: Sheet | Outline) -> tuple[ColumnMapping, bool]:
    """The mapping last used for these columns and True, else one guessed from their names and False."""
    saved = SavedMapping.objects.filter(columns_hash=sheet.columns_hash).first()
    if saved is not None:
        kept = ColumnMapping.from_json(saved.mapping)
        with suppress(Refused):
            mappings.check(kept, sheet.columns)
            return kept, True
    return mappings.suggest(sheet.columns), False


@transaction.atomic
def ask_check(
    directory_import: DirectoryImport,
    mapping: ColumnMapping,
    *,
    is_full_export: bool,
    by: Account | None,
    now: datetime,
    in_background: bool = True,
    sheet: Sheet | None = None,
) -> DirectoryImport:
    """Keep the mapping, offer it next time, and have the rows checked. `sheet` is the file, where it has been read just now."""
    _require_owner(by)
    sheet = sheet or sheet_of(directory_import)
    mappings.check(mapping, sheet.columns)
    open_questions = questions(sheet, mapping)
    if open_questions:
        raise NotPossible(
            _("Some columns can be read in two ways: answer the questions about them on the page, then check again.")
        )
    _move(
        directory_import,
        (State.UPLOADED, State.CHECKED),
        State.CHECKING,
        mapping=mapping.as_json(),
        is_full_export=is_full_export,
        report={},
    )
    SavedMapping.objects.update_or_create(
        columns_hash=sheet.columns_hash, defaults={"mapping": mapping.as_json(), "used_at": now}
    )
    progress.begin(directory_import, total=0, now=now)
    if in_background:
        jobs.enqueue("people.jobs.check_import", lock=f"import:{directory_import.pk}", import_id=directory_import.pk)
    return DirectoryImport.objects.get(pk=directory_import.pk)


def run_check(directory_import: DirectoryImport, *, now: Callable[[], datetime]) -> DirectoryImport:
    """Read and compare every row; nothing but the report is written. Safe to run again."""
    if directory_import.state != State.CHECKING:
        return directory_import
    with translation.override(_language_of(directory_import)):
        return _checked(directory_import, now=now)


def _checked(directory_import: DirectoryImport, *, now: Callable[[], datetime]) -> DirectoryImport:
    asked = progress.of(directory_import)
    counting = asked or progress.begin(directory_import, total=0, now=now())
    try:
        progress.advance(counting, 0, _("Reading the file"))  # somebody may have asked to stop while the job waited
        found, _comparison = _look(directory_import, counting_from=now)
    except progress.Cancelled:
        _move(directory_import, (State.CHECKING,), State.UPLOADED)
        progress.end(counting, now=now(), state=progress.State.CANCELLED, message=_("Stopped. Nothing was written."))
    except Refused as refused:
        _move(
            directory_import,
            (State.CHECKING,),
            State.FAILED,
            report={"refusal": refused.sentence},
            **FORGOTTEN,
        )
        progress.end(counting, now=now(), state=progress.State.FAILED, message=refused.sentence[:300])
    else:
        _move(directory_import, (State.CHECKING,), State.CHECKED, report=found)
        progress.end(counting, now=now(), message=_("Checked. Nothing is written yet."))
    return DirectoryImport.objects.get(pk=directory_import.pk)


def _look(
    directory_import: DirectoryImport, *, counting_from: Callable[[], datetime] | None
) -> tuple[dict[str, Any], Comparison]:
    """Read the whole file and set it against the directory."""
    sheet = sheet_of(directory_import)
    mapping = ColumnMapping.from_json(directory_import.mapping)
    counting = None
    if counting_from is not None:
        counting = progress.begin(directory_import, total=len(sheet.rows), now=counting_from(), message=_("Checking each row"))
    drafts, problems = _drafts(sheet, mapping, counting)
    problems += doubles(drafts)
    known = queries.known_people()
    comparison = compare(drafts, known, queries.known_businesses(), is_full_export=directory_import.is_full_export)
    problems = sorted([*problems, *comparison.problems], key=lambda problem: (problem.row, problem.field))
    by_id: dict[int, KnownPerson] = {person.id: person for person in known}
    found = {
        "rows": len(sheet.rows),
        **report.of_columns(sheet, mapping),
        **report.of_problems(problems),
        **report.of_comparison(comparison, by_id),
    }
    return found, comparison


def _drafts(sheet: Sheet, mapping: ColumnMapping, counting: progress.Progress | None) -> tuple[list[Draft], list[Problem]]:
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for count, (draft, wrong) in enumerate(read_rows(sheet, mapping), start=1):
        problems.extend(wrong)
        if draft is not None:
            drafts.append(draft)
        if counting is not None and count % ROWS_BETWEEN_COUNTS == 0:
            progress.advance(counting, count, _("Checking each row"))
    return drafts, problems


@transaction.atomic
def ask_write(
    directory_import: DirectoryImport,
    *,
    leavers_confirmed: bool,
    by: Account | None,
    now: datetime,
    in_background: bool = True,
) -> DirectoryImport:
    """Have a file without problems written."""
    _require_owner(by)
    found = directory_import.report
    if found.get("problem_count"):
        raise NotPossible(_("Nothing is written while rows have problems. Correct them in the file and upload it again."))
    if found.get("needs_confirmation") and not leavers_confirmed:
        raise NotPossible(
            _("%(count)s people would be marked as left. Tick the box to say that this is right, or upload the whole directory.")
            % {"count": found["counts"]["left"]}
        )
    _move(
        directory_import,
        (State.CHECKED,),
        State.WRITING,
        report={**found, "leavers_confirmed": leavers_confirmed},
    )
    progress.begin(directory_import, total=0, now=now)
    if in_background:
        jobs.enqueue("people.jobs.write_import", lock=f"import:{directory_import.pk}", import_id=directory_import.pk)
    return DirectoryImport.objects.get(pk=directory_import.pk)


def run_write(directory_import: DirectoryImport, *, now: Callable[[], datetime]) -> DirectoryImport:
    """Compare once more, then write everything in one transaction; what changed meanwhile sends it back to the preview."""
    if directory_import.state != State.WRITING:
        return directory_import
    with translation.override(_language_of(directory_import)):
        counting = progress.begin(directory_import, total=0, now=now(), message=_("Writing to the directory"))
        try:
            with transaction.atomic():
                message = _written(directory_import, now=now())
        except IntegrityError:
            message = _("The directory changed while the file was being written, so nothing was written. Check the file again.")
            _move(directory_import, (State.WRITING,), State.UPLOADED, report={})
        written = DirectoryImport.objects.get(pk=directory_import.pk)
        is_done = written.state == State.DONE
        progress.end(
            counting,
            now=now(),
            state=progress.State.DONE if is_done else progress.State.FAILED,
            message=message,
        )
    return written


def _written(directory_import: DirectoryImport, *, now: datetime) -> str:
    hold_directory()
    confirmed = bool(directory_import.report.get("leavers_confirmed"))
    found, comparison = _look(directory_import, counting_from=None)
    if found["problem_count"] or (found["needs_confirmation"] and not confirmed):
        _move(directory_import, (State.WRITING,), State.CHECKED, report=found)
        return _("The directory changed since the file was checked, so nothing was written. Look at the preview again.")
    writing.write(comparison, by=directory_import.by, now=now)
    _move(directory_import, (State.WRITING,), State.DONE, report=found, done_at=now, **FORGOTTEN)
    counts = found["counts"]
    events.record(
        "people.imported",
        subject=directory_import,
        by=directory_import.by,
        at=now,
        new=counts["new"],
        changed=counts["changed"],
        left=counts["left"],
        unchanged=counts["unchanged"],
    )
    return _("Written.")


@transaction.atomic
def stop_work(directory_import: DirectoryImport, *, by: Account | None) -> None:
    """Ask a check to stop; writing is one transaction and is not cut in two."""
    _require_owner(by)
    if directory_import.state != State.CHECKING:
        raise NotPossible(_("Only a check can be stopped. Look at the page again to see how far the file is."))
    progress.Progress.objects.filter(subject=reference(directory_import)).update(is_cancel_asked=True)


@transaction.atomic
def discard_import(directory_import: DirectoryImport, *, by: Account | None, now: datetime) -> DirectoryImport:
    """Forget the file; what it would have changed stays as it is."""
    _require_owner(by)
    _move(
        directory_import,
        (State.UPLOADED, State.CHECKED),
        State.FAILED,
        done_at=now,
        report={"ended": "put_aside"},
        **FORGOTTEN,
    )
    return DirectoryImport.objects.get(pk=directory_import.pk)


def forget_unfinished(directory_import: DirectoryImport, *, now: datetime) -> None:
    """The command line keeps no file that it did not write."""
    waiting = DirectoryImport.objects.filter(pk=directory_import.pk, state__in=(State.UPLOADED, State.CHECKED))
    waiting.update(state=State.FAILED, done_at=now, report={"ended": "put_aside"}, **FORGOTTEN)


def clear_old_files(*, now: datetime) -> int:
    """Forget files that nobody finished within a day."""
    waiting = DirectoryImport.objects.filter(created_at__lt=now - KEPT_FOR, state__in=(State.UPLOADED, State.CHECKED))
    return waiting.update(state=State.FAILED, done_at=now, report={"ended": "kept_a_day"}, **FORGOTTEN)


def _move(directory_import: DirectoryImport, before: tuple[str, ...], after: str, **values: Any) -> None:
    if not DirectoryImport.objects.filter(pk=directory_import.pk, state__in=before).update(state=after, **values):
        raise NotPossible(_("This file is already a step further. Reload the page to see where it is."))


def _language_of(directory_import: DirectoryImport) -> str:
    return directory_import.by.locale if directory_import.by else settings.LANGUAGE_CODE

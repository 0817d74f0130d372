"""A file of people in the browser: upload, look, say what the columns mean, see what would change, write."""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from turnabout.core import clock, progress
from turnabout.core.errors import Refused
from turnabout.people import services
from turnabout.people.directory import mapping as mappings
from turnabout.people.directory.drafts import questions
from turnabout.people.directory.left_out import reason_to_leave_out
from turnabout.people.directory.outline import Outline
from turnabout.people.directory.sheet import Sheet
from turnabout.people.models import DirectoryImport
from turnabout.web import tables
from turnabout.web.access import Request, allow
from turnabout.web.numbers import number_of
from turnabout.web.pages import page, redirect_with_message
from turnabout.web.people_import_forms import FileForm, MappingForm, ReadingForm, initial_of

State = DirectoryImport.State
PROBLEMS_SHOWN = 50
HISTORY = 20
SHORT_LIST = 12
WORKING = (State.CHECKING, State.WRITING)


def _without_content(import_id: int) -> DirectoryImport:
    return get_object_or_404(DirectoryImport.objects.defer("content").select_related("by"), pk=import_id)


@allow("owner")
def index(request: Request) -> HttpResponse:
    """Upload a file; below, the files of before."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST":
        begun = _begun(request, form)
        if begun is not None:
            return redirect("people_import_file", import_id=begun.pk)
    history = DirectoryImport.objects.defer("content", "mapping").select_related("by").order_by("-pk")[:HISTORY]
    context: dict[str, Any] = {
        "form": form,
        "history": [_line(done) for done in history],
        "columns": [SimpleNamespace(label=label) for label in (_("File"), _("When"), _("By"), _("What happened"))],
        "limit": _("CSV or XLSX, up to %(most)s MB.") % {"most": settings.IMPORT_MAX_BYTES // 1_000_000},
        "status": 422 if form.is_bound else 200,
    }
    return page(request, "people/import.html", **context)


def _begun(request: Request, form: FileForm) -> DirectoryImport | None:
    """The import of an uploaded file; a refusal becomes the error of the field."""
    try:
        if "people" not in request.FILES:
            services.refuse_size(number_of(request.META.get("CONTENT_LENGTH", "")) or 0)
        if not form.is_valid():
            return None
        file = form.cleaned_data["people"]
        services.refuse_size(file.size)
        reading = {name: form.cleaned_data[name] for name in ("encoding", "separator")}
        return services.start_import(file_name=file.name, content=file.read(), **reading, by=request.account, now=clock.now())
    except Refused as refused:
        form.errors.pop("people", None)
        form.add_error("people", refused.sentence)
        return None


def _line(done: DirectoryImport) -> SimpleNamespace:
    return SimpleNamespace(
        name=done.file_name,
        url=reverse("people_import_file", kwargs={"import_id": done.pk}),
        at=done.created_at,
        by=done.by.display_name if done.by else _("the command line"),
        outcome=_outcome(done),
    )


def _outcome(done: DirectoryImport) -> str:
    if done.state == State.DONE:
        return _counts_text(done.report["counts"])
    if done.state == State.FAILED:
        return _ending(done)
    return _("Waiting for you: nothing is written yet.")


def _counts_text(counts: dict[str, int]) -> str:
    return _("%(new)s new, %(changed)s changed, %(left)s left, %(unchanged)s unchanged") % {
        key: f"{value:,}" for key, value in counts.items()
    }


def _ending(done: DirectoryImport) -> str:
    words = {
        "put_aside": _("Put aside. Nothing was written."),
        "kept_a_day": _("Nobody finished this within a day, so the file was deleted. Nothing was written."),
    }
    return words.get(str(done.report.get("ended")), str(done.report.get("refusal", "")))


@allow("owner")
def detail(request: Request, import_id: int) -> HttpResponse:
    """Where the file is: to be read, at work, checked, written, or at an end."""
    done = _without_content(import_id)
    if done.state in WORKING:
        return _at_work(request, done)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if done.state == State.UPLOADED:
        return _reading(request, done)
    if done.state == State.CHECKED:
        return _preview(request, done)
    counts = done.report.get("counts")
    context: dict[str, Any] = {
        "done": done,
        "counts": counts,
        "ending": _ending(done),
        "counts_text": _counts_text(counts) if counts else "",
        "unknown_text": _unknown(done),
    }
    return page(request, "people/import_done.html", is_written=done.state == State.DONE, **context)


def _at_work(request: Request, done: DirectoryImport) -> HttpResponse:
    counting = progress.of(done)
    is_checking = done.state == State.CHECKING
    address = {"import_id": done.pk}
    context: dict[str, Any] = {
        "done": done,
        "title": _("Checking your file") if is_checking else _("Writing to the directory"),
        "counting": counting,
        "text": _progress_text(counting),
        "poll_url": reverse("people_import_file", kwargs=address),
        "stop_url": reverse("people_import_stop", kwargs=address) if is_checking else "",
    }
    return page(request, "people/_import_progress.html" if request.htmx else "people/import_progress.html", **context)


def _progress_text(counting: progress.Progress | None) -> str:
    if counting is None or not counting.message:
        return _("Waiting for the worker")
    if not counting.total:
        return counting.message
    return _("%(message)s: %(done)s of %(total)s") % {
        "message": counting.message,
        "done": f"{counting.done:,}",
        "total": f"{counting.total:,}",
    }


def _reading(request: Request, done: DirectoryImport, form: ReadingForm | None = None) -> HttpResponse:
    outline = services.outline_of(done)
    is_workbook = not done.encoding
    context: dict[str, Any] = {
        "done": done,
        "form": form or (None if is_workbook else ReadingForm(initial={"encoding": done.encoding, "separator": done.separator})),
        "columns": [SimpleNamespace(label=label) for label in (_("Column"), *_row_labels(outline))],
        "rows": [_column_row(outline, at) for at in range(len(outline.columns))],
        "count_text": ngettext("%(count)s row", "%(count)s rows", outline.count) % {"count": f"{outline.count:,}"},
        "status": 422 if form is not None else 200,
    }
    return page(request, "people/import_reading.html", **context)


def _row_labels(outline: Outline) -> list[str]:
    return [_("Row %(number)s") % {"number": number} for number, _cells in outline.first]


def _column_row(outline: Outline, at: int) -> SimpleNamespace:
    """One column of the file as a row of the page, with its first cells; what is left out is not shown."""
    reason = reason_to_leave_out(outline.columns[at])
    texts = [_("left out") if reason else cells[at] for _number, cells in outline.first]
    cells = [SimpleNamespace(label=label, text=text) for label, text in zip(_row_labels(outline), texts, strict=True)]
    return SimpleNamespace(name=outline.columns[at], cells=cells)


def _grouped(left_out: Iterable[tuple[str, str]]) -> list[SimpleNamespace]:
    """Columns with the same reason in one line."""
    reasons: dict[str, list[str]] = {}
    for column, reason in left_out:
        reasons.setdefault(reason, []).append(column)
    return [SimpleNamespace(label=", ".join(names), value=reason) for reason, names in reasons.items()]


@allow("owner")
@require_POST
def reading(request: Request, import_id: int) -> HttpResponse:
    """Read the same file with another encoding or separator."""
    done = get_object_or_404(DirectoryImport, pk=import_id)
    form = ReadingForm(request.POST)
    if form.is_valid():
        try:
            services.choose_reading(done, **form.cleaned_data, by=request.account)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect_with_message(request, "people_import_file", _("This is how the file reads now."), import_id=import_id)
    return _reading(request, done, form)


@allow("owner")
def columns(request: Request, import_id: int) -> HttpResponse:
    """What the columns mean: offered, changed, then checked in the background."""
    done = _without_content(import_id)
    if done.state not in (State.UPLOADED, State.CHECKED):
        return redirect("people_import_file", import_id=import_id)
    if request.method == "POST":
        return _columns_chosen(request, done, services.sheet_of(done))
    outline = services.outline_of(done)
    offered, is_saved = (
        (mappings.ColumnMapping.from_json(done.mapping), False) if done.mapping else services.offered_mapping(outline)
    )
    form = MappingForm(None, outline.columns, initial={**initial_of(offered), "is_full_export": done.is_full_export})
    return _columns_page(request, done, outline.columns, form, is_saved=is_saved)


def _columns_chosen(request: Request, done: DirectoryImport, sheet: Sheet) -> HttpResponse:
    form = MappingForm(request.POST, sheet.columns)
    if form.is_valid():
        mapping = form.mapping()
        try:
            mappings.check(mapping, sheet.columns)
            asked = questions(sheet, mapping)
            if not asked:
                services.ask_check(
                    done,
                    mapping,
                    is_full_export=form.cleaned_data["is_full_export"],
                    by=request.account,
                    now=clock.now(),
                    sheet=sheet,
                )
                return redirect("people_import_file", import_id=done.pk)
            form = MappingForm(_with_labels(request, asked), sheet.columns, asked=asked)
            form.is_valid()
            form.ask(asked)
        except Refused as refused:
            form.add_error(None, refused.sentence)
    return _columns_page(request, done, sheet.columns, form, is_saved=False)


def _with_labels(request: Request, asked: Any) -> Any:
    """The file's own grades stand in the box, ready to be put in order."""
    data = request.POST.copy()
    for question in asked:
        if question.kind == "grade_order":
            data["grade_order"] = "\n".join(question.examples)
    return data


def _columns_page(
    request: Request, done: DirectoryImport, columns: Sequence[str], form: MappingForm, *, is_saved: bool
) -> HttpResponse:
    reasons = {column: reason_to_leave_out(column) for column in columns}
    usable = [column for column, reason in reasons.items() if reason is None] or list(columns)
    context: dict[str, Any] = {
        "done": done,
        "form": form,
        "is_saved": is_saved,
        "left_out": _grouped((column, str(reason)) for column, reason in reasons.items() if reason is not None),
        "example": f"{{{mappings.suggest(columns).columns.get('employee_number', usable[0])}}}@example.test",
        "status": 422 if form.is_bound and form.errors else 200,
    }
    return page(request, "people/import_columns.html", **context)


def _preview(request: Request, done: DirectoryImport) -> HttpResponse:
    report = done.report
    counts = report["counts"]
    problem_count = report["problem_count"]
    changes = counts["new"] + counts["changed"] + counts["left"]
    context: dict[str, Any] = {
        "done": done,
        "report": report,
        "counts": _count_facts(counts),
        "problem_count": problem_count,
        "problems": report["problems"][:PROBLEMS_SHOWN],
        "problem_columns": [
            SimpleNamespace(label=label) for label in (_("Row"), _("Field"), _("What is wrong"), _("What to do"))
        ],
        "left_out": _grouped((entry["column"], entry["reason"]) for entry in report["left_out"]),
        "left": report["samples"]["left"],
        "is_left_short": len(report["samples"]["left"]) <= SHORT_LIST,
        "unknown_text": _unknown(done),
        "changes": changes,
        "counts_text": _counts_text(counts),
        "write_label": ngettext("Write %(count)s change", "Write %(count)s changes", changes) % {"count": f"{changes:,}"},
    }
    return page(request, "people/import_preview.html", **context)


def _count_facts(counts: dict[str, int]) -> list[SimpleNamespace]:
    words = ((_("New"), "new"), (_("Changed"), "changed"), (_("Marked as left"), "left"), (_("Unchanged"), "unchanged"))
    return [SimpleNamespace(label=label, value=f"{counts[key]:,}") for label, key in words]


def _unknown(done: DirectoryImport) -> str:
    count = done.report.get("unknown_lines", 0)
    if not count:
        return ""
    sentence = ngettext(
        "We cannot check reporting lines for %(count)s person.", "We cannot check reporting lines for %(count)s people.", count
    )
    return sentence % {"count": f"{count:,}"}


@allow("owner")
@require_POST
def write(request: Request, import_id: int) -> HttpResponse:
    services.ask_write(
        _without_content(import_id), leavers_confirmed="leavers_confirmed" in request.POST, by=request.account, now=clock.now()
    )
    return redirect("people_import_file", import_id=import_id)


@allow("owner")
@require_POST
def stop(request: Request, import_id: int) -> HttpResponse:
    services.stop_work(_without_content(import_id), by=request.account)
    return redirect_with_message(
        request, "people_import_file", _("The check stops at the next row it counts. Nothing was written."), import_id=import_id
    )


@allow("owner")
@require_POST
def discard(request: Request, import_id: int) -> HttpResponse:
    services.discard_import(_without_content(import_id), by=request.account, now=clock.now())
    return redirect_with_message(request, "people_import", _("The file is put aside and deleted. Nothing was written."))


@allow("owner")
def problems_file(request: Request, import_id: int) -> HttpResponse:
    """What is wrong with which row, for a spreadsheet."""
    done = _without_content(import_id)
    rows = [(entry["row"], entry["field"], entry["reason"], entry["remedy"]) for entry in done.report.get("problems", [])]
    return tables.csv_response(f"problems-{done.pk}", (_("Row"), _("Field"), _("What is wrong"), _("What to do")), rows)


urls = [
    path("people/import/", index, name="people_import"),
    path("people/import/<int:import_id>/", detail, name="people_import_file"),
    path("people/import/<int:import_id>/reading/", reading, name="people_import_reading"),
    path("people/import/<int:import_id>/columns/", columns, name="people_import_columns"),
    path("people/import/<int:import_id>/write/", write, name="people_import_write"),
    path("people/import/<int:import_id>/stop/", stop, name="people_import_stop"),
    path("people/import/<int:import_id>/aside/", discard, name="people_import_discard"),
    path("people/import/<int:import_id>/problems.csv", problems_file, name="people_import_problems"),
]

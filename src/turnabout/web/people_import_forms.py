"""Forms of an import: the file, how it is read, what its columns mean, and the last word before writing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from turnabout.people.directory.drafts import Question
from turnabout.people.directory.fields import FIELDS, label_of
from turnabout.people.directory.left_out import reason_to_leave_out
from turnabout.people.directory.mapping import DATE_ORDERS, ColumnMapping
from turnabout.people.directory.text_file import ENCODINGS

SEPARATORS = [(",", _("Comma ,")), (";", _("Semicolon ;")), ("\t", _("Tab")), ("|", _("Vertical bar |"))]
ENCODING_NAMES = {
    "utf-8": _("UTF-8"),
    "utf-8-sig": _("UTF-8 with a byte-order mark"),
    "utf-16": _("UTF-16"),
    "cp1252": _("Windows, Western Europe (cp1252)"),
}
DATE_ORDER_NAMES = {"dmy": _("Day, month, year"), "mdy": _("Month, day, year"), "ymd": _("Year, month, day")}
NAME_ORDER_NAMES = [("given_first", _("Given name first")), ("family_first", _("Family name first"))]


ENCODING_CHOICES = [(name, ENCODING_NAMES.get(name, name)) for name in ENCODINGS]
DETECT = ("", _("Find out"))


class FileForm(forms.Form):
    people = forms.FileField(
        label=_("Your people file"),
        help_text=_(
            "One row per person under a heading row; only an employee number is required. You see what will change before anything is written."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=[DETECT, *ENCODING_CHOICES], required=False)
    separator = forms.ChoiceField(label=_("Between cells"), choices=[DETECT, *SEPARATORS], required=False)


class ReadingForm(forms.Form):
    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=ENCODING_CHOICES, help_text=_("Change it if letters such as é look wrong.")
    )
    separator = forms.ChoiceField(
        label=_("Between cells"), choices=SEPARATORS, help_text=_("Change it if everything stands in one column.")
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The two ways to fill one field, as the page draws them side by side."""

    column: forms.BoundField
    otherwise: forms.BoundField


class MappingForm(forms.Form):
    """Per field a column, or one value for everyone, or a pattern with columns in braces."""

    def __init__(
        self, data: Any, columns: Iterable[str], *, initial: dict[str, Any] | None = None, asked: Iterable[Question] = ()
    ) -> None:
        super().__init__(data, initial=initial)
        usable = [(column, column) for column in columns if reason_to_leave_out(column) is None]
        for field in FIELDS:
            self.fields[f"column-{field.key}"] = forms.ChoiceField(
                label=field.label, choices=[("", _("Not from a column")), *usable], required=False, help_text=field.hint
            )
            self.fields[f"fill-{field.key}"] = forms.CharField(
                label=_("or for everyone"),
                widget=forms.TextInput(attrs={"aria-label": _("%(field)s, or for everyone") % {"field": field.label}}),
                required=False,
                max_length=300,
            )
        self.fields["name_order"] = forms.ChoiceField(
            label=_("In a full name"),
            choices=NAME_ORDER_NAMES,
            required=False,
            help_text=_("Matters only where the whole name stands in one column."),
        )
        self.fields["grade_order"] = forms.CharField(
            label=_("Grades, lowest first"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("One in a line. Needed where grades are words, or where a higher number does not mean more senior."),
        )  # fmt: skip
        self.fields["is_full_export"] = forms.BooleanField(
            label=_("This file holds everybody: whoever is missing has left"), required=False
        )
        self._add_date_questions(data, asked)

    def _add_date_questions(self, data: Any, asked: Iterable[Question]) -> None:
        answered = [name.removeprefix("date_order-") for name in (data or self.initial) if name.startswith("date_order-")]
        examples = {question.field: ", ".join(question.examples) for question in asked if question.kind == "date_order"}
        for key in dict.fromkeys([*answered, *examples]):
            self.fields[f"date_order-{key}"] = forms.ChoiceField(
                label=_("How the days of “%(field)s” are written") % {"field": label_of(key)},
                choices=list(DATE_ORDER_NAMES.items()), widget=forms.RadioSelect, required=False,
                help_text=_("The file says: %(examples)s") % {"examples": examples[key]} if key in examples else "",
            )  # fmt: skip

    def ask(self, questions: Iterable[Question]) -> None:
        """Put what only a person can decide as errors of the fields that answer it."""
        for question in questions:
            if question.kind == "date_order":
                self.add_error(
                    f"date_order-{question.field}", _("These days can be read in more than one way. Choose how they are written.")
                )
            else:
                self.add_error("grade_order", _("Grades are words in this file. Put them in order, the lowest first."))

    @property
    def sources(self) -> list[Source]:
        return [Source(column=self[f"column-{field.key}"], otherwise=self[f"fill-{field.key}"]) for field in FIELDS]

    @property
    def others(self) -> list[forms.BoundField]:
        dates = [self[name] for name in self.fields if name.startswith("date_order-")]
        return [*dates, self["name_order"], self["grade_order"]]

    def mapping(self) -> ColumnMapping:
        told = self.cleaned_data
        columns = {field.key: told[f"column-{field.key}"] for field in FIELDS if told[f"column-{field.key}"]}
        fills = {
            field.key: told[f"fill-{field.key}"].strip()
            for field in FIELDS
            if told[f"fill-{field.key}"].strip() and field.key not in columns
        }
        orders = {
            name.removeprefix("date_order-"): value
            for name, value in told.items()
            if name.startswith("date_order-") and value in DATE_ORDERS
        }
        return ColumnMapping(
            columns=columns,
            constants={key: text for key, text in fills.items() if "{" not in text},
            patterns={key: text for key, text in fills.items() if "{" in text},
            date_orders=orders,
            grade_order=tuple(line.strip() for line in told["grade_order"].splitlines() if line.strip()),
            name_order=told["name_order"] or "given_first",
        )


def initial_of(mapping: ColumnMapping) -> dict[str, Any]:
    """A mapping as the form's first values."""
    return (
        {f"column-{key}": column for key, column in mapping.columns.items()}
        | {f"fill-{key}": text for key, text in (*mapping.constants.items(), *mapping.patterns.items())}
        | {f"date_order-{key}": order for key, order in mapping.date_orders.items()}
        | {"name_order": mapping.name_order, "grade_order": "\n".join(mapping.grade_order)}
    )

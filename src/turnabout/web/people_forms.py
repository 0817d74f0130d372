"""Forms of the directory: one person, one business, an assistant, the filter of the list."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from turnabout.people.directory import hours, values
from turnabout.people.directory.fields import BY_KEY
from turnabout.people.directory.values import BadValue
from turnabout.people.models import Entity, Person
from turnabout.people.services import BusinessDetails, PersonDetails
from turnabout.web.day_input import DayInput

NOT_DETAILS = ("manager", "is_head", "entity", "is_somebody_else")
STATES = [("", _("Here now")), ("left", _("Left")), ("all", _("Everybody"))]


def _read(reader: Callable[[str], Any], text: str) -> Any:
    """The value of a line of text, its reason and remedy as the field's error."""
    try:
        return reader(text)
    except BadValue as bad:
        raise forms.ValidationError([bad.reason, bad.remedy]) from None


class FilterForm(forms.Form):
    q = forms.CharField(label=_("Name, number, address or job"), required=False, max_length=100)
    entity = forms.ChoiceField(label=_("Business"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)

    def __init__(self, data: Any, entities: Iterable[Entity]) -> None:
        super().__init__(data)
        choices = [("", _("All")), *((str(entity.pk), entity.name) for entity in entities)]
        self.fields["entity"] = forms.ChoiceField(label=_("Business"), choices=choices, required=False)


class PersonForm(forms.Form):
    """One person; of somebody known, each field carries what it was shown with, and only what was changed here is kept."""

    employee_number = forms.CharField(label=_("Employee number"), max_length=60)
    given_name = forms.CharField(label=_("Given name"), max_length=120, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=120, required=False)
    email = forms.CharField(
        label=_("Work mail"),
        max_length=254,
        required=False,
        help_text=_("Leave it empty for somebody without a mailbox."),
        widget=forms.EmailInput,
    )
    job_title = forms.CharField(label=_("Job title"), max_length=160, required=False)
    entity = forms.ChoiceField(label=_("Business"), required=False)
    unit = forms.CharField(
        label=_("Team"), max_length=160, required=False, help_text=_("Two people of one team are never paired.")
    )
    function = forms.CharField(label=_("Function or profession"), max_length=160, required=False)
    grade = forms.IntegerField(
        label=_("Grade"), required=False, min_value=-999, max_value=9999, help_text=_("A number that grows with seniority.")
    )
    grade_label = forms.CharField(label=_("What the grade is called"), max_length=60, required=False)
    hired_on = forms.DateField(label=_("Hired on"), required=False, widget=DayInput)
    in_profession_since = forms.DateField(label=_("In the profession since"), required=False, widget=DayInput)
    manager = forms.CharField(
        label=_("Manager’s employee number"),
        max_length=60,
        required=False,
        help_text=_("People in one reporting line are never paired. Empty means that the line is not known."),
    )
    is_head = forms.BooleanField(label=_("At the head: nobody is above this person"), required=False)
    languages = forms.CharField(label=_("Languages"), max_length=400, required=False, help_text=BY_KEY["languages"].hint)
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("Such as Europe/Paris. Empty means that of the business."),
    )
    weekly_hours = forms.CharField(label=_("Weekly hours"), max_length=200, required=False, help_text=BY_KEY["weekly_hours"].hint)
    locale = forms.CharField(label=_("Language of messages"), max_length=12, required=False, help_text=BY_KEY["locale"].hint)
    is_somebody_else = forms.BooleanField(
        label=_("This is somebody else, who has the work mail of a person who has left"), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, data: Any, entities: Iterable[Entity], *, can_choose_none: bool, knows_person: bool = False, **rest: Any
    ) -> None:
        super().__init__(data, **rest)
        choices = [("", _("None"))] * can_choose_none + [(str(entity.pk), entity.name) for entity in entities]
        self.fields["entity"] = forms.ChoiceField(label=_("Business"), choices=choices, required=not can_choose_none)
        self.has_conflict = False
        if knows_person:
            del self.fields["is_somebody_else"]  # asked of somebody new alone
        for field in self.fields.values():
            field.show_hidden_initial = knows_person

    def clean_email(self) -> str:
        text = self.cleaned_data["email"]
        return str(_read(values.email, text)) if text else ""

    def clean_languages(self) -> dict[str, int]:
        return dict(_read(values.languages, self.cleaned_data["languages"]))

    def clean_time_zone(self) -> str:
        text = self.cleaned_data["time_zone"]
        return str(_read(values.time_zone, text)) if text else ""

    def clean_weekly_hours(self) -> dict[str, list[str]]:
        return dict(_read(hours.parse, self.cleaned_data["weekly_hours"]))

    def clean_locale(self) -> str:
        text = self.cleaned_data["locale"]
        return str(_read(values.locale, text)) if text else ""

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("manager") and self.cleaned_data.get("is_head"):
            self.add_error("is_head", _("Somebody at the head has no manager: take out one of the two."))
        for name in self.changed_data:
            self._refuse_what_is_out_of_date(name)
        return self.cleaned_data

    def _refuse_what_is_out_of_date(self, name: str) -> None:
        """Whoever saved this field since the page was opened is not overwritten unseen; a second press does it knowingly."""
        field, shown_as = self.fields[name], self.add_initial_prefix(name)
        if not field.show_hidden_initial or shown_as not in self.data or name in self.errors:
            return
        is_now = forms.HiddenInput().format_value(self.initial.get(name)) or ""
        shown, now, typed = (field.to_python(value) for value in (self.data[shown_as], is_now, self[name].data))
        if now in (shown, typed):
            return
        self.has_conflict = True
        self.data = self.data.copy()  # type: ignore[attr-defined] # a QueryDict, which a request's own does not let be changed
        self.data[shown_as] = is_now  # type: ignore[index] # what the next press has seen
        self.add_error(name, _out_of_date(dict(getattr(field, "choices", ())).get(is_now, is_now)))

    def ask_whether_somebody_else(self) -> None:
        """Show the box that says so, once there is a reason to ask."""
        self.fields["is_somebody_else"].widget = forms.CheckboxInput()

    def details(self, before: Person | None = None) -> PersonDetails:
        """What is kept from now on: of somebody known, what was not changed here stays as it is."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in NOT_DETAILS}
        told["entity_id"] = int(self.cleaned_data["entity"]) if self.cleaned_data["entity"] else None
        if before is not None:
            changed = {"entity_id" if name == "entity" else name for name in self.changed_data}
            told |= {name: getattr(before, name) for name in told if name not in changed}
        return PersonDetails(**told)


def _out_of_date(now: str) -> str:
    if not now:
        return gettext("Somebody emptied this while the page was open. Save again to put yours in its place, or empty it too.")
    return gettext(
        "Somebody changed this to “%(now)s” while the page was open. Save again to put yours in its place, or type theirs."
    ) % {"now": now}


def initial_of(person: Person, manager_number: str) -> dict[str, Any]:
    """What the form of somebody known begins with."""
    same = (
        "employee_number",
        "given_name",
        "family_name",
        "email",
        "job_title",
        "unit",
        "function",
        "grade",
        "grade_label",
        "hired_on",
        "in_profession_since",
        "time_zone",
        "locale",
    )
    return {name: getattr(person, name) for name in same} | {
        "entity": str(person.entity_id or ""),
        "manager": manager_number,
        "is_head": person.line == Person.Line.HEAD,
        "languages": languages_as_text(person.languages),
        "weekly_hours": hours.as_text(person.weekly_hours),
    }


def languages_as_text(levels: dict[str, int]) -> str:
    return "; ".join(f"{code}:{level}" for code, level in levels.items())


class AssistantForm(forms.Form):
    name = forms.CharField(label=_("Assistant’s name"), max_length=200)
    email = forms.EmailField(label=_("Assistant’s work mail"))


class EntityForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=60, help_text=_("Short and lasting, as your files write it."))
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(
        label=_("Country"),
        max_length=80,
        required=False,
        help_text=_("A name or a two-letter code such as FR. Public holidays follow from it."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("Such as Europe/Paris, for everybody here without one of their own."),
    )

    def clean_country(self) -> str:
        text = self.cleaned_data["country"]
        return str(_read(values.country, text)) if text else ""

    def clean_time_zone(self) -> str:
        text = self.cleaned_data["time_zone"]
        return str(_read(values.time_zone, text)) if text else ""

    def details(self) -> BusinessDetails:
        return BusinessDetails(**self.cleaned_data)

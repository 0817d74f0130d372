"""Forms of a programme: its name, the purpose questions, people in charge, the round, its texts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from turnabout.programmes import ranges
from turnabout.programmes.models import Charter, Cohort, Office, Programme
from turnabout.programmes.opening import Check
from turnabout.programmes.services import CharterAnswers, Measure, Naming
from turnabout.programmes.texts import EditableText
from turnabout.web.day_input import DayInput

LONG = forms.Textarea(attrs={"rows": 4})
MEASURES = (1, 2, 3)


class NamingForm(forms.Form):
    name = forms.CharField(label=_("Name of the programme"), max_length=160, help_text=_("As people will read it in a mail."))
    words = forms.ChoiceField(
        label=_("What you call it"),
        choices=[
            ("reverse", _("Reverse mentoring")),
            ("mutual", _("Mutual mentoring")),
            ("reciprocal", _("Reciprocal mentoring")),
            ("peer", _("Peer mentoring")),
            ("upward", _("Upward mentoring")),
        ],
    )
    mentor_word = forms.CharField(
        label=_("Word for those who share"),
        max_length=40,
        initial="mentor",
        help_text=_("“mentor”, or your own with its plural: “guide | guides”."),
    )
    mentee_word = forms.CharField(label=_("Word for those who learn"), max_length=40, initial="mentee")
    entity_word = forms.CharField(
        label=_("Word for a place of work"),
        max_length=40,
        initial="business",
        help_text=_("business, site, country, store, or your own."),
    )

    def naming(self) -> Naming:
        return Naming(**self.cleaned_data)

    @classmethod
    def values_of(cls, programme: Programme) -> dict[str, str]:
        return {name: getattr(programme, name) for name in cls.base_fields}


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What is this programme for?"),
        widget=LONG,
        required=False,
        help_text=_("One or two sentences; the first thing every invited person reads."),
    )
    problem = forms.CharField(label=_("What problem does it answer?"), widget=LONG, required=False)
    not_alone = forms.CharField(label=_("What could leaders not learn on their own?"), widget=LONG, required=False)
    for_whom = forms.CharField(label=_("For whom is it?"), widget=LONG, required=False)
    juniors_get = forms.CharField(label=_("What do those who share get?"), widget=LONG, required=False)
    ends_on = forms.DateField(
        label=_("When does it end, or when is it reviewed?"),
        widget=DayInput,
        required=False,
        help_text=_("A programme without an end is never judged."),
    )
    sponsor_words = forms.CharField(
        label=_("The sponsor's words"),
        widget=forms.Textarea(attrs={"rows": 7}),
        required=False,
        help_text=_("Shown on the programme page. Let the sponsor make them their own."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in MEASURES:
            self.fields[f"measure_{number}"] = forms.CharField(
                label=_("How will we know? Measure %(number)s") % {"number": number}, max_length=160, required=False
            )
            self.fields[f"today_{number}"] = forms.CharField(
                label=_("Its value today"), max_length=160, required=False, help_text=_("Leave empty if it is not known yet.")
            )
        self.order_fields(
            ["purpose", "problem", "not_alone", "for_whom", "juniors_get", *self.measure_fields(), "ends_on", "sponsor_words"]
        )

    @staticmethod
    def measure_fields() -> list[str]:
        return [f"{kind}_{number}" for number in MEASURES for kind in ("measure", "today")]

    def answers(self) -> CharterAnswers:
        given = self.cleaned_data
        measures = tuple(
            Measure(name=given[f"measure_{number}"], today=given[f"today_{number}"])
            for number in MEASURES
            if given[f"measure_{number}"].strip()
        )
        plain = {
            name: given[name]
            for name in ("purpose", "problem", "not_alone", "for_whom", "juniors_get", "ends_on", "sponsor_words")
        }
        return CharterAnswers(measures=measures, **plain)

    @staticmethod
    def values_of(charter: Charter | None) -> dict[str, Any]:
        if charter is None:
            return {}
        names = ("purpose", "problem", "not_alone", "for_whom", "juniors_get", "ends_on", "sponsor_words")
        values: dict[str, Any] = {name: getattr(charter, name) for name in names}
        for number, measure in enumerate(charter.measures, start=1):
            values |= {f"measure_{number}": measure["name"], f"today_{number}": measure["today"]}
        return values


class ReadinessForm(forms.Form):
    """One question each, answered with what the organiser sees."""

    def __init__(self, *args: Any, checks: Iterable[Check], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for check in checks:
            self.fields[check.key] = forms.ChoiceField(
                label=check.question,
                choices=[("green", check.green), ("amber", _("Partly; we are working on it.")), ("red", check.red)],
                widget=forms.RadioSelect,
                required=False,
                initial=check.answer or None,
                help_text=_("The round does not open while the answer is no.") if check.is_blocking else "",
            )

    def answers(self) -> dict[str, str]:
        return {key: answer for key, answer in self.cleaned_data.items() if answer}


class OfficeForm(forms.Form):
    duty = forms.ChoiceField(
        label=_("Duty"),
        choices=[
            (Office.Duty.SPONSOR, _("Sponsor: stands up for it, and takes part")),
            (Office.Duty.CONTACT, _("Named contact: somebody outside the reporting line and the programme")),
            (Office.Duty.COORDINATOR, _("Coordinator: recruits and keeps pairs alive")),
        ],
        widget=forms.RadioSelect,
    )
    who = forms.CharField(label=_("Work address or employee number"), max_length=254)
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("Only for somebody who is not in the directory.")
    )
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, help_text=_("For the named contact: shown to those who share.")
    )
    entities = forms.MultipleChoiceField(
        label=_("Looks after"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For coordinators. None chosen means all of them."),
    )

    def __init__(self, *args: Any, entities: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["entities"]
        assert isinstance(choices, forms.MultipleChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
        choices.choices = [(str(pk), name) for pk, name in entities]


SENIORITY = [
    (Cohort.Seniority.GRADE, _("Grade: so many grades apart")),
    (Cohort.Seniority.SERVICE, _("Years of service")),
    (Cohort.Seniority.PROFESSION, _("Years in the profession")),
    (Cohort.Seniority.TREE_LEVEL, _("Level in the organisation")),
    (Cohort.Seniority.NAMED_LIST, _("Named people: whoever is invited to a side takes it")),
]
PREPARATION = [
    (Cohort.Preparation.MENTORS_FIRST, _("Those who share before matching, those who learn before session 1")),
    (Cohort.Preparation.BOTH_FIRST, _("Both sides fully before matching")),
    (Cohort.Preparation.OFFERED, _("Offered to both, required of nobody")),
]
ENTITIES = [("any", _("Anywhere")), ("same", _("The same place of work")), ("different", _("Different places of work"))]
LANGUAGE_LEVELS = [(1, _("Basic")), (2, _("Working")), (3, _("Fluent")), (4, _("Mother tongue"))]
CRITERIA = {
    "topics": _("Topics: shared and wished for, both ways"),
    "language": _("A common language, the better the more"),
    "hours": _("Common working hours"),
    "format": _("Online or in person, as both like it"),
    "function": _("Function"),
    "unit": _("Unit"),
    "entity": _("Place of work"),
    "country": _("Country"),
}
RULES = (
    "seniority",
    "seniority_gap",
    "mentor_years_under",
    "mentee_years_over",
    "distance_exception",
    "entity_rule",
    "common_language_level",
    "weekly_overlap_hours",
)
PACE = ("sessions", "minutes", "interval_weeks", "mentor_cap", "preparation", "mentor_places", "mentee_places")
CARE = ("answer_days", "review_after_session", "notes_kept_days", "answers_needed")


class RoundForm(forms.Form):
    """Everything a round sets, in the groups in which people think of it."""

    name = forms.CharField(label=ranges.LABELS["name"], max_length=120, help_text=_("Such as “spring 2027”."))
    starts_on = forms.DateField(label=ranges.LABELS["starts_on"], widget=DayInput, required=False)
    ends_on = forms.DateField(
        label=ranges.LABELS["ends_on"], widget=DayInput, required=False, help_text=_("Three to twelve months later.")
    )
    preparation = forms.ChoiceField(label=ranges.LABELS["preparation"], choices=PREPARATION, widget=forms.RadioSelect)
    seniority = forms.ChoiceField(
        label=ranges.LABELS["seniority"],
        choices=SENIORITY,
        widget=forms.RadioSelect,
        help_text=_("Never age, birth year or generation."),
    )
    entity_rule = forms.ChoiceField(label=ranges.LABELS["entity_rule"], choices=ENTITIES)
    common_language_level = forms.TypedChoiceField(
        label=ranges.LABELS["common_language_level"], choices=LANGUAGE_LEVELS, coerce=int
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (low, high) in ranges.RANGES.items():
            if name in self.fields:
                continue
            self.fields[name] = forms.IntegerField(
                label=ranges.LABELS[name],
                required=name not in ranges.MAY_BE_EMPTY,
                widget=forms.NumberInput(attrs={"min": low, "max": high}),
                help_text=_("%(low)s to %(high)s") % {"low": low, "high": high},
            )
        for name, label in CRITERIA.items():
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=label, required=False, widget=forms.NumberInput(attrs={"min": 0, "max": 100})
            )

    def settings(self) -> ranges.RoundSettings:
        given = dict(self.cleaned_data)
        weights = {name: given.pop(f"weight_{name}") or 0 for name in CRITERIA}
        return ranges.RoundSettings(**given, weights=weights)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        for name, sentence in ranges.problems(self.settings()).items():
            self.add_error("weight_topics" if name == "weights" else name, sentence)
        return given

    @staticmethod
    def values_of(settings: ranges.RoundSettings) -> dict[str, Any]:
        values = {name: getattr(settings, name) for name in settings.__slots__ if name != "weights"}
        return values | {f"weight_{name}": settings.weights.get(name, 0) for name in CRITERIA}

    def group(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def dates(self) -> list[forms.BoundField]:
        return self.group(("name", "starts_on", "ends_on"))

    @property
    def pace(self) -> list[forms.BoundField]:
        return self.group(PACE)

    @property
    def rules(self) -> list[forms.BoundField]:
        return self.group(RULES)

    @property
    def weights(self) -> list[forms.BoundField]:
        return self.group(f"weight_{name}" for name in CRITERIA)

    @property
    def care(self) -> list[forms.BoundField]:
        return self.group(CARE)


class TextsForm(forms.Form):
    """One field per text of a group, in reading order."""

    def __init__(self, *args: Any, texts: Iterable[EditableText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for text in texts:
            rows = min(14, max(3, text.text.count("\n") + len(text.text) // 90 + 1))
            self.fields[text.key] = forms.CharField(
                label=text.label,
                initial=text.text,
                required=False,
                widget=forms.Textarea(attrs={"rows": rows}) if text.is_long else forms.TextInput(),
                help_text=_("Your own words; the starting design's are kept below them.") if text.is_edited else "",
            )

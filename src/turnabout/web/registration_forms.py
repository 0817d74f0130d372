"""Forms of the registration. Nothing personal is typed: people choose, and what they choose is shown in their words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from turnabout.blueprints import catalogue
from turnabout.blueprints.designs import Blueprint
from turnabout.blueprints.topics import LEVEL_WORDS, Topic
from turnabout.enrolments import limits, queries, worries
from turnabout.enrolments.models import Enrolment, TopicChoice
from turnabout.enrolments.services import MOST_TOPICS, Practical
from turnabout.people.models import Person

DAYS = (
    ("0", gettext_lazy("Monday")),
    ("1", gettext_lazy("Tuesday")),
    ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")),
    ("4", gettext_lazy("Friday")),
    ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
)
TIMES = [(f"{hour:02}:{minute}", f"{hour:02}:{minute}") for hour in range(6, 23) for minute in ("00", "30")]
LEVELS = (
    (1, gettext_lazy("basic")),
    (2, gettext_lazy("working")),
    (3, gettext_lazy("fluent")),
    (4, gettext_lazy("mother tongue")),
)
LANGUAGE_ROWS = 4
TAUGHT_WELL = 3  # "can show others", for those who tick without naming a level
WANTED = 2


def languages() -> list[tuple[str, str]]:
    """Two-letter languages by their names in the reader's own."""
    known = [(code, _(str(info["name"]))) for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info]
    return [("", _("none")), *sorted(known, key=lambda row: row[1])]


def shelves(design: Blueprint, first: Iterable[str]) -> list[tuple[str, list[Topic]]]:
    """Topics in shelves: those of the programme's design first, then the rest by area."""
    catalogued = catalogue.topic_catalogue()
    by_key = {topic.key: topic for topic in catalogued.all}
    mine = [by_key[key] for key in first if key in by_key]
    rest = [topic for topic in catalogued.all if topic not in mine]
    areas = [(area.name, [topic for topic in rest if topic.area == area.key]) for area in catalogued.areas]
    return [(_("Closest to this programme"), mine), *((name, topics) for name, topics in areas if topics)]


class TopicLevelsForm(forms.Form):
    """One choice of level for each topic; nothing chosen leaves the topic out."""

    def __init__(self, *args: Any, place: Enrolment, chosen: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        design = catalogue.design(place.cohort.programme.design)
        self.shelves = shelves(design, design.topics)
        words = [("", "–"), *((number, _(word)) for number, word in enumerate(LEVEL_WORDS, start=1))]
        for _name, topics in self.shelves:
            for topic in topics:
                self.fields[topic.key] = forms.TypedChoiceField(
                    label=topic.name,
                    choices=words,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=chosen.get(topic.key),
                    help_text=topic.description,
                )

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(name, [self[topic.key] for topic in topics]) for name, topics in self.shelves]

    def levels(self) -> dict[str, int]:
        return {key: level for key, level in self.cleaned_data.items() if level}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        chosen = [key for key, level in given.items() if level]
        if not chosen:
            raise forms.ValidationError(_("Choose at least one topic that you can share; one is enough."))
        _refuse_too_many(len(chosen))
        return given


class TopicTicksForm(forms.Form):
    """Topics to tick, in shelves."""

    def __init__(
        self, *args: Any, place: Enrolment, chosen: Iterable[str], first: Iterable[str], is_needed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        design = catalogue.design(place.cohort.programme.design)
        self.is_needed = is_needed
        picked = set(chosen)
        self.shelf_names: list[tuple[str, str]] = []
        for number, (name, topics) in enumerate(shelves(design, first)):
            key = f"shelf_{number}"
            self.shelf_names.append((key, name))
            self.fields[key] = forms.MultipleChoiceField(
                label=name,
                choices=[(topic.key, topic.name) for topic in topics],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=[topic.key for topic in topics if topic.key in picked],
            )

    @property
    def nearest(self) -> forms.BoundField:
        return self[self.shelf_names[0][0]]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[key] for key, _name in self.shelf_names[1:]]

    def picked(self) -> list[str]:
        return [key for shelf, _name in self.shelf_names for key in self.cleaned_data.get(shelf, [])]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        picked = self.picked()
        if self.is_needed and not picked:
            raise forms.ValidationError(_("Tick at least one thing that you would like to learn; one is enough."))
        _refuse_too_many(len(picked))
        return given


def _refuse_too_many(count: int) -> None:
    if count > MOST_TOPICS:
        raise forms.ValidationError(
            ngettext("Keep the %(most)s topic that matters most.", "Keep the %(most)s topics that matter most.", MOST_TOPICS)
            % {"most": MOST_TOPICS}
        )


class LimitsForm(forms.Form):
    off_limits = forms.MultipleChoiceField(
        label=gettext_lazy("What is off limits for you?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No reason needed. You can add to it at any time, and pass on anything else in the moment."),
    )
    conflicts = forms.CharField(
        label=gettext_lazy("Is there anybody you should not be paired with?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "For example close family, somebody with whom a grievance is open, or somebody who decides on your pay or promotion or sits on a selection, disciplinary or grievance panel about you, or you about them. Names, work addresses or employee numbers, one per line. Your own line and team are left out already."
        ),
        max_length=2000,
    )

    def __init__(self, *args: Any, person: Person, with_limits: bool = True, is_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.is_needed = is_needed
        self.others: list[Person] = []
        chooser = self.fields["off_limits"]
        assert isinstance(chooser, forms.MultipleChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
        chooser.choices = list(limits.limits().items())
        if not with_limits:
            del self.fields["off_limits"]

    def clean_off_limits(self) -> list[str]:
        chosen = list(self.cleaned_data["off_limits"])
        if self.is_needed and not chosen:
            raise forms.ValidationError(_("Tick what is off limits for you, or that nothing is."))
        if limits.NOTHING in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("Tick either what is off limits for you, or that nothing is."))
        return chosen

    def clean_conflicts(self) -> str:
        text = str(self.cleaned_data["conflicts"])
        self.others, missing = read_names(text, self.person)
        if missing:
            raise forms.ValidationError(
                _("Not found, or not just one person: %(names)s. Use the work address or the employee number.")
                % {"names": ", ".join(missing)}
            )
        return text


def read_names(text: str, person: Person) -> tuple[list[Person], list[str]]:
    """The people that these lines mean, and the lines that mean nobody or several."""
    found, missing = [], []
    for line in [line.strip() for line in text.splitlines() if line.strip()][:20]:
        colleague = queries.find_colleague(line, excluding=person)
        if colleague is None:
            missing.append(line)
        else:
            found.append(colleague)
    return found, missing


class WhenForm(forms.Form):
    """Days and hours, filled in from the directory."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("On which days can you meet?"),
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day on which you can meet.")},
    )
    day_from = forms.ChoiceField(label=gettext_lazy("From"), choices=TIMES)
    day_to = forms.ChoiceField(label=gettext_lazy("Until"), choices=TIMES)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("day_from") and given.get("day_to") and given["day_from"] >= given["day_to"]:
            self.add_error("day_to", _("Until: choose a time later than the beginning of the day."))
        return given

    @staticmethod
    def values_of(person: Person) -> dict[str, Any]:
        hours = person.weekly_hours or {}
        starts = [times[0] for times in hours.values()] or ["09:00"]
        ends = [times[1] for times in hours.values()] or ["17:00"]
        return {"days": sorted(hours), "day_from": _near(min(starts)), "day_to": _near(max(ends))}

    def weekly_hours(self, person: Person) -> dict[str, list[str]]:
        """What was chosen; hours that differ by day stay as they are while nothing here was changed."""
        given = self.cleaned_data
        before = self.values_of(person)
        if all(given[name] == before[name] for name in before):
            return dict(person.weekly_hours)
        return {day: [given["day_from"], given["day_to"]] for day in given["days"]}


def _near(time: str) -> str:
    """The offered time at or before this one."""
    return max((offered for offered, _label in TIMES if offered <= time), default=TIMES[0][0])


class HowForm(forms.Form):
    """Languages and formats, filled in from what is known."""

    formats = forms.MultipleChoiceField(
        label=gettext_lazy("How can you meet?"),
        choices=[("online", gettext_lazy("Online")), ("in_person", gettext_lazy("In person"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose online, in person, or both.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = languages()
        for number in range(1, LANGUAGE_ROWS + 1):
            self.fields[f"language_{number}"] = forms.ChoiceField(
                label=_("Language %(number)s") % {"number": number},
                choices=offered,
                required=number == 1,
                error_messages={"required": _("Name at least one language in which you can hold a conversation.")},
            )
            self.fields[f"level_{number}"] = forms.TypedChoiceField(
                label=_("How well"),
                choices=LEVELS,
                coerce=int,
                initial=3,
                required=False,
            )

    @property
    def language_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"language_{number}"], self[f"level_{number}"]) for number in range(1, LANGUAGE_ROWS + 1)]

    @staticmethod
    def values_of(place: Enrolment) -> dict[str, Any]:
        values: dict[str, Any] = {"formats": place.formats or ["online", "in_person"]}
        best = sorted(place.person.languages.items(), key=lambda row: -row[1])[:LANGUAGE_ROWS]
        for number, (code, level) in enumerate(best, start=1):
            values |= {f"language_{number}": code, f"level_{number}": level}
        return values

    def languages(self) -> dict[str, int]:
        given = self.cleaned_data
        rows = ((given.get(f"language_{number}"), given.get(f"level_{number}")) for number in range(1, LANGUAGE_ROWS + 1))
        return {code: level or 3 for code, level in rows if code}


class CapacityForm(forms.Form):
    capacity = forms.TypedChoiceField(
        label=gettext_lazy("How many partners would you like?"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, cap: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["capacity"]
        assert isinstance(chooser, forms.TypedChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
        chooser.choices = [
            (number, ngettext("%(count)s partner", "%(count)s partners", number) % {"count": number})
            for number in range(1, cap + 1)
        ]


class EndForm(forms.Form):
    """The last questions of either side."""

    hope = forms.ChoiceField(
        label=gettext_lazy("Is this what you hoped for?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("not_sure", gettext_lazy("I am not sure yet")),
            ("no", gettext_lazy("No, I expected something else")),
        ],
        error_messages={"required": gettext_lazy("Choose one of the three answers.")},
    )
    apprehension = forms.ChoiceField(label=gettext_lazy("Is anything on your mind?"), widget=forms.RadioSelect, required=False)
    manager_may_be_told = forms.BooleanField(
        label=gettext_lazy("My manager may get one mail about the hours"),
        required=False,
        help_text=gettext_lazy(
            "The mail says how many hours it takes. It names no partner and no subject, and there is only one."
        ),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Use my answers to find me a partner"),
        help_text=gettext_lazy("You can leave at any time with two clicks; then your answers are no longer used."),
        error_messages={"required": gettext_lazy("Tick this box so that we may use your answers to find you a partner.")},
    )

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["apprehension"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - declared above; the type checker has not seen it
        chooser.choices = [("", _("Nothing just now")), *((worry.key, worry.text) for worry in worries.worries_of(role))]
        if role != Enrolment.Role.MENTOR:
            del self.fields["manager_may_be_told"]


def practical(place: Enrolment, *, when: WhenForm, how: HowForm, capacity: int) -> Practical:
    return Practical(
        capacity=capacity,
        formats=tuple(how.cleaned_data["formats"]),
        languages=how.languages(),
        weekly_hours=when.weekly_hours(place.person),
    )


def chosen_topics(place: Enrolment) -> tuple[dict[str, int], dict[str, int]]:
    """Offers and wishes saved so far: topic -> level."""
    rows = list(TopicChoice.objects.filter(enrolment=place).values_list("kind", "topic", "level"))
    offers = {topic: level for kind, topic, level in rows if kind == TopicChoice.Kind.OFFER}
    return offers, {topic: level for kind, topic, level in rows if kind == TopicChoice.Kind.WISH}

"""Every component in every state, for whoever draws pages: /dev/gallery/ of a demo.

The specimens are invented people and sentences, data rather than interface, so they are not translated;
`?theme=dark` and `?dir=rtl` turn the whole page, headings and all.
"""

from types import SimpleNamespace as Specimen
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import path
from django.utils.safestring import mark_safe

from turnabout.web import gallery_specimens as specimens
from turnabout.web.access import Request, allow
from turnabout.web.day_input import DayInput
from turnabout.web.pages import page


class SpecimenForm(forms.Form):
    """One field of each kind that pages use."""

    name = forms.CharField(label="What should Sol call you?", help_text="The name you use at work.")
    email = forms.EmailField(label="Work mail", required=False)
    share = forms.CharField(label="What would you like to share?", widget=forms.Textarea, required=False)
    language = forms.ChoiceField(
        label="Language you would meet in", choices=[("en", "English"), ("fr", "Français"), ("ar", "العربية")]
    )
    day = forms.DateField(label="First day you have time", widget=DayInput)
    hour = forms.TimeField(label="Best time of day", widget=forms.TimeInput(attrs={"type": "time"}), required=False)
    mentees = forms.IntegerField(label="How many people would you like to meet?", min_value=1, max_value=2)
    room = forms.ChoiceField(
        label="How would you like to meet?",
        help_text="You can change this with Sol at any time.",
        widget=forms.RadioSelect,
        choices=[("call", "On a call"), ("room", "In the same room"), ("both", "Either is fine")],
    )
    topics = forms.MultipleChoiceField(
        label="What would you like to learn?",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("plan", "How a business plan is made"),
            ("goal", "Setting a goal"),
            ("path", "Finding a career path"),
        ],
        required=False,
    )
    agreed = forms.BooleanField(label="I have read what is private and what is not")


class SpecimenScale(forms.Form):
    useful = forms.ChoiceField(
        label="Useful for me",
        help_text="1: not useful. 5: very useful.",
        widget=forms.RadioSelect,
        required=False,
        choices=[*((str(step), str(step)) for step in range(1, 6)), ("unsaid", "I prefer not to say")],
    )


class SpecimenFile(forms.Form):
    people = forms.FileField(label="Your people file", help_text="One row per person; only an employee number is required.")


class SpecimenFilter(forms.Form):
    name = forms.CharField(label="Name", required=False)
    entity = forms.ChoiceField(label="Business", choices=[("", "All six"), ("se", "Nordics"), ("es", "Iberia")], required=False)
    state = forms.ChoiceField(label="State", choices=[("", "Any"), ("kept", "Kept"), ("look", "Needs a look")], required=False)


SHEETS = {
    "components": ("Components", "dev/components.html"),
    "mentee": ("Home of a mentee", "dev/mentee.html"),
    "pair": ("Pair", "dev/pair.html"),
    "board": ("Draft board", "dev/board.html"),
    "paper": ("Paper", "dev/paper.html"),
}


def _addresses(sheet: str, theme: str, direction: str) -> dict[str, list[Specimen]]:
    """Links to the same sheet in the other theme and direction, and to the other sheets."""
    look = f"?theme={theme}&dir={direction}"
    return {
        "sheets": [
            Specimen(label=label, url=f"/dev/gallery/{name}/{look}", is_current=name == sheet)
            for name, (label, _template) in SHEETS.items()
        ],
        "themes": [
            Specimen(label=label, url=f"?theme={value}&dir={direction}", is_current=value == theme)
            for value, label in (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
        ],
        "directions": [
            Specimen(label=label, url=f"?theme={theme}&dir={value}", is_current=value == direction)
            for value, label in (("ltr", "Left to right"), ("rtl", "Right to left"))
        ],
    }


def _forms() -> dict[str, object]:
    return {
        "form": SpecimenForm(initial={"name": "Mia", "room": "call", "mentees": 1, "topics": ["goal"]}),
        "wrong_form": SpecimenForm(
            {
                "name": "",
                "email": "mia at example",
                "language": "en",
                "day": "",
                "mentees": "7",
                "topics": ["goal"],
            },
            auto_id="wrong_%s",
        ),
        "file_form": SpecimenFile(),
        "scale_form": SpecimenScale(),
        "drop_form": SpecimenFile(auto_id="drop_%s"),
        "filter_form": SpecimenFilter({"entity": "se"}, auto_id="filter_%s"),
    }


def _specimens() -> dict[str, object]:
    """Everything that gallery_specimens shows, by name, and what has to be made anew."""
    named = {name: getattr(specimens, name) for name in specimens.__all__}
    return {
        **named,
        **_forms(),
        "short_timeline": specimens.sessions[1:4],
        "long_page": Paginator(range(938), 20).page(3),
        "drawing": mark_safe(specimens.CODE_DRAWING),  # noqa: S308 -- a constant of ours
    }


@allow("anyone")
def gallery(request: Request, sheet: str = "components") -> HttpResponse:
    theme = request.GET.get("theme", "system")
    direction = request.GET.get("dir", "ltr")
    known = sheet if sheet in SHEETS else "components"
    context: dict[str, Any] = {
        "theme": theme if theme in ("light", "dark") else "system",
        "direction": "rtl" if direction == "rtl" else "ltr",
        "contact": specimens.contact,
        **_addresses(known, theme, direction),
        **_specimens(),
    }
    return page(request, SHEETS[known][1], **context)


urls = [
    path("dev/gallery/", gallery, name="dev_gallery"),
    path("dev/gallery/<slug:sheet>/", gallery, name="dev_gallery_sheet"),
]

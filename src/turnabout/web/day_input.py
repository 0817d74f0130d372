"""A calendar day in a form."""

from django import forms


class DayInput(forms.DateInput):
    """The browser shows a day in the reader's own way, and takes it from a page in one form only, in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

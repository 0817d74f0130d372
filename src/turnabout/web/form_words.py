"""What a form says when something is missing or cannot be read: a kind sentence that names the remedy, set once.

Django asks each field's class for its words when the field is made, so they are put there before any form is.
"""

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_stubs_ext import StrOrPromise

SENTENCES: dict[type[forms.Field], dict[str, StrOrPromise]] = {
    forms.Field: {"required": _("This is still empty. We need it before we can go on.")},
    forms.CharField: {"required": _("This is still empty. Fill it in, and we can go on.")},
    forms.EmailField: {"required": _("We need a mail address here, such as mia@example.com.")},
    forms.IntegerField: {
        "required": _("We need a number here, such as 6."),
        "invalid": _("Write a whole number in figures, such as 6."),
    },
    forms.DateField: {
        "required": _("We need a date here: choose one from the calendar."),
        "invalid": _("We could not read this date. Choose one from the calendar, or write it as 2027-03-08."),
    },
    forms.TimeField: {
        "required": _("We need a time here, such as 10:30."),
        "invalid": _("We could not read this time. Write it as 10:30."),
    },
    forms.DateTimeField: {
        "required": _("We need a day and a time here."),
        "invalid": _("We could not read this day and time. Choose them from the calendar."),
    },
    forms.BooleanField: {"required": _("Tick this box if you agree; we cannot go on without it.")},
    forms.ChoiceField: {
        "required": _("Choose one of these."),
        "invalid_choice": _("This choice is no longer on offer. Choose one of those shown."),
    },
    forms.MultipleChoiceField: {
        "required": _("Choose at least one of these."),
        "invalid_choice": _("One of these choices is no longer on offer. Choose from those shown."),
    },
    forms.ModelChoiceField: {
        "required": _("Choose one of these."),
        "invalid_choice": _("This choice is no longer on offer. Choose one of those shown."),
    },
    forms.ModelMultipleChoiceField: {"required": _("Choose at least one of these.")},
    forms.FileField: {
        "required": _("Choose a file first."),
        "empty": _("This file is empty. Choose another one."),
    },
}


def install() -> None:
    """Django's own sentences give way to ours."""
    for field, sentences in SENTENCES.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **sentences}
    validators.EmailValidator.message = _("This does not look like a mail address. Write it as mia@example.com.")
    validators.URLValidator.message = _("This does not look like a web address. Write it with https:// in front.")
    validators.MinValueValidator.message = _("This is %(limit_value)s at least.")
    validators.MaxValueValidator.message = _("This is %(limit_value)s at most.")
    validators.MaxLengthValidator.message = ngettext_lazy(
        "There is room for %(limit_value)d character; you wrote %(show_value)d. Shorten it a little.",
        "There is room for %(limit_value)d characters; you wrote %(show_value)d. Shorten it a little.",
        "limit_value",
    )
    validators.MinLengthValidator.message = ngettext_lazy(
        "This needs %(limit_value)d character at least; you wrote %(show_value)d.",
        "This needs %(limit_value)d characters at least; you wrote %(show_value)d.",
        "limit_value",
    )

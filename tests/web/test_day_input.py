"""A day in a form reaches the browser in the one form that it takes, whatever the reader's language writes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.urls import get_resolver
from django.utils import translation

DAY = date(2026, 8, 24)


def every_form(kind: Any = forms.BaseForm) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from every_form(one)


def test_every_day_of_every_form_can_be_read_by_a_browser():
    assert get_resolver().url_patterns  # every page is loaded, and with it every form
    fields = {
        (form.__name__, name): field
        for form in every_form()
        if form.__module__.startswith("turnabout.")
        for name, field in form.base_fields.items()
        if isinstance(field, forms.DateField)
    }
    assert ("ToldForm", "met_on") in fields
    with translation.override("en-gb"):
        assert str(forms.DateInput().format_value(DAY)) == "24/08/2026"  # what the others would be written like
        assert {name: field.widget.format_value(DAY) for name, field in fields.items()} == dict.fromkeys(fields, "2026-08-24")
        assert {field.widget.input_type for field in fields.values()} == {"date"}
        assert {field.to_python("2026-08-24") for field in fields.values()} == {DAY}

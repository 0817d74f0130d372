"""What a form says when something is missing: a kind sentence with the remedy, the same everywhere."""

import pytest
from django import forms

from turnabout.web.form_words import SENTENCES


class EveryKind(forms.Form):
    words = forms.CharField(max_length=3)
    mail = forms.EmailField()
    number = forms.IntegerField(min_value=4, max_value=12)
    day = forms.DateField()
    one = forms.ChoiceField(choices=[("a", "A")])
    some = forms.MultipleChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()
    file = forms.FileField()


def said(data):
    return {name: errors[0] for name, errors in EveryKind(data, {}).errors.items()}


def test_empty_form_names_the_remedy_for_each_field():
    assert said({}) == {
        "words": "This is still empty. Fill it in, and we can go on.",
        "mail": "We need a mail address here, such as mia@example.com.",
        "number": "We need a number here, such as 6.",
        "day": "We need a date here: choose one from the calendar.",
        "one": "Choose one of these.",
        "some": "Choose at least one of these.",
        "agreed": "Tick this box if you agree; we cannot go on without it.",
        "file": "Choose a file first.",
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("words", "seven", "There is room for 3 characters; you wrote 5. Shorten it a little."),
        ("mail", "mia", "This does not look like a mail address. Write it as mia@example.com."),
        ("number", "six", "Write a whole number in figures, such as 6."),
        ("number", "3", "This is 4 at least."),
        ("number", "13", "This is 12 at most."),
        ("day", "8 o'clock", "We could not read this date. Choose one from the calendar, or write it as 2027-03-08."),
        ("one", "z", "This choice is no longer on offer. Choose one of those shown."),
        ("some", ["z"], "One of these choices is no longer on offer. Choose from those shown."),
    ],
)
def test_value_that_cannot_be_taken_names_the_remedy(field, value, sentence):
    assert said({field: value})[field] == sentence


def test_sentences_do_not_scold():
    words = " ".join(str(sentence) for sentences in SENTENCES.values() for sentence in sentences.values())
    assert [scolding for scolding in ("required", "invalid", "must", "error", "Please") if scolding in words] == []

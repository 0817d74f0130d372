from __future__ import annotations

from dataclasses import replace

import pytest

from turnabout.blueprints import catalogue, repetition
from turnabout.blueprints.reading import ContentProblem

LONG = "This is a sentence of more than sixty characters that ought to stand only once."


def test_sentences_are_compared_without_regard_to_case_and_line_breaks():
    assert list(repetition.sentences("One here.\n\nTwo  THERE? “Three.” Four!")) == [
        "one here.",
        "two there?",
        "“three.",
        "four!",
    ]


def test_a_long_sentence_in_two_designs_is_refused_with_both_places():
    first, second, *_ = catalogue.designs()
    copied = (replace(first, sponsor_words=LONG), replace(second, choose_it_when=f"Short. {LONG.upper()}"))
    with pytest.raises(ContentProblem) as caught:
        repetition.refuse_repeats(copied, ())
    assert (caught.value.file, caught.value.key) == (f"designs/{second.key}.toml", "choose_it_when")
    assert f"designs/{first.key}.toml, sponsor_words" in caught.value.what


def test_a_long_sentence_in_two_session_guides_is_refused():
    curriculum = catalogue.curriculum("inclusion")
    first, second, *others = curriculum.sessions
    copied = replace(curriculum, sessions=(replace(first, after=LONG), replace(second, caution=LONG), *others))
    with pytest.raises(ContentProblem) as caught:
        repetition.refuse_repeats((), (copied,))
    assert caught.value.key == f"{second.key}.caution"


def test_no_long_sentence_stands_twice_and_a_theme_taken_over_on_purpose_is_no_repetition():
    repetition.refuse_repeats(catalogue.designs(), catalogue.curricula())

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from turnabout.blueprints.reading import ContentProblem, Place, no_twins, read, tables, tidy, values_of


class Colour(StrEnum):
    CORAL = "coral"
    TEAL = "teal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    name: str
    colour: Colour
    height: int
    weight: float
    is_tall: bool
    leaves: tuple[Leaf, ...] = ()
    owner: str | None = None


SOUND = {"name": "Oak", "colour": "teal", "height": 3, "weight": 2, "is_tall": True}
PLACE = Place(file="trees.toml")


def complaint(values: dict[str, object]) -> str:
    with pytest.raises(ContentProblem) as caught:
        read(Tree, {**SOUND, **values}, PLACE)
    return str(caught.value)


def test_a_sound_table_becomes_its_dataclass():
    tree = read(Tree, {**SOUND, "leaves": [{"name": " first\nleaf "}], "owner": "Mia"}, PLACE)
    assert tree == Tree(
        name="Oak",
        colour=Colour.TEAL,
        height=3,
        weight=2.0,
        is_tall=True,
        leaves=(Leaf(name="first leaf"),),
        owner="Mia",
    )


def test_an_unknown_key_is_named_with_the_keys_that_would_do():
    assert complaint({"hight": 3}) == (
        "trees.toml, hight: This key means nothing here. "
        "Remove it or use one of: name, colour, height, weight, is_tall, leaves, owner."
    )


def test_a_missing_key_is_named():
    with pytest.raises(ContentProblem) as caught:
        read(Leaf, {}, PLACE.at("leaves").at(1))
    assert str(caught.value) == 'trees.toml, leaves[2].name: This key is missing. Add "name" with its text or value.'


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "  "}, "trees.toml, name: Some text is expected. Write it between quotation marks."),
        ({"name": 4}, "trees.toml, name: Some text is expected. Write it between quotation marks."),
        ({"colour": "red"}, "trees.toml, colour: 'red' is not known here. Use one of: coral, teal."),
        (
            {"height": True},
            "trees.toml, height: A whole number is expected. Write it without quotation marks.",
        ),
        ({"weight": "2"}, "trees.toml, weight: A number is expected. Write it without quotation marks."),
        ({"is_tall": 1}, "trees.toml, is_tall: True or false is expected. Write it without quotation marks."),
        (
            {"leaves": "one"},
            "trees.toml, leaves: A list is expected. Put the entries between square brackets.",
        ),
        (
            {"leaves": ["one"]},
            "trees.toml, leaves[1]: A table is expected. Write its keys below a [leaves[1]] line.",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_words(values, words):
    assert complaint(values) == words


def test_a_file_that_does_not_exist_is_named():
    with pytest.raises(ContentProblem) as caught:
        values_of("designs/nothing.toml")
    assert caught.value.what == "designs/nothing.toml, the whole file: There is no such file."


def test_a_file_that_is_no_toml_is_named(tmp_path, monkeypatch):
    (tmp_path / "broken.toml").write_text("name = ", encoding="utf-8")
    monkeypatch.setattr("turnabout.blueprints.reading.CONTENT", tmp_path)
    with pytest.raises(ContentProblem) as caught:
        values_of("broken.toml")
    assert (caught.value.file, caught.value.remedy) == ("broken.toml", "Correct the line named.")


def test_a_list_of_tables_is_asked_for_where_something_else_stands():
    with pytest.raises(ContentProblem) as caught:
        tables({"sessions": "six"}, "sessions", PLACE)
    assert caught.value.remedy == "Write each entry below a [[sessions]] line."


def test_two_entries_with_one_key_are_refused():
    with pytest.raises(ContentProblem) as caught:
        no_twins(["oak", "ash", "oak"], PLACE)
    assert str(caught.value) == "trees.toml, oak: Two entries share this key. Give one of them another key."


def test_wrapped_lines_become_paragraphs():
    assert tidy("\nOne line\nof two.\n\nAnother.\n") == "One line of two.\n\nAnother."

"""Attributes: text, numbers and yes/no under names, typed by a person or said by a file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.attributes import (
    Attribute,
    names_of,
    value_from,
    value_of,
    with_value,
    without,
    words_of,
)
from annotator.domain.source import attributes_of, group_of, note_of

TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
VALUE = st.one_of(
    TEXT.map(str.strip),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
)
ATTRIBUTES = st.dictionaries(TEXT.filter(bool), VALUE, max_size=4).map(
    lambda said: tuple(Attribute(name, value) for name, value in said.items())
)


@given(VALUE)
def test_what_is_shown_reads_back_as_the_same(value: Any) -> None:
    again = value_from(words_of(value), value)
    assert Attribute("a", again) == Attribute("a", value)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("red", "red"), (" red ", "red"), ("", ""), ("12", 12), ("-3.5", -3.5), ("1e3", 1000.0),
        ("yes", True), ("No", False), ("true", True), ("007", "007"), ("NaN", "NaN"),
        ("1e999", "1e999"), ("[1]", "[1]"), ("9" * 400, "9" * 400), ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_typed_words_are_yes_or_no_a_number_or_text(typed: str, value: Any) -> None:
    assert Attribute("a", value_from(typed)) == Attribute("a", value)


def test_what_is_text_elsewhere_is_text_here() -> None:
    assert value_from("12", "a") == "12"
    assert value_from("yes", "a") == "yes"
    assert value_from("12", 3) == 12


def test_yes_is_not_one_but_one_is_one() -> None:
    assert Attribute("a", True) != Attribute("a", 1)
    assert Attribute("a", 1) == Attribute("a", 1.0)
    assert len({Attribute("a", True), Attribute("a", 1), Attribute("a", 1.0)}) == 2
    assert Attribute("a", 1) != "a"


@given(ATTRIBUTES, TEXT.filter(bool), VALUE)
def test_one_attribute_changes_and_the_others_stay_where_they_are(
    attributes: Any, name: str, value: Any
) -> None:
    changed = with_value(attributes, name, value)
    assert value_of(changed, name) == value
    assert without(changed, name) == without(attributes, name)
    assert value_of(without(changed, name), name) is None
    order = names_of([attributes])
    assert names_of([changed]) == (order if name in order else [*order, name])


def test_names_come_once_in_their_order() -> None:
    colour, size = Attribute("colour", "red"), Attribute("size", 2)
    assert names_of([(colour,), (), (size, colour)]) == ["colour", "size"]


def test_a_file_says_attributes_entry_by_entry() -> None:
    said = {
        "colour": "red", "occluded": False, "speed": 1.5, "track": [1, 2], "none": None,
        "nan": float("nan"), "": "no name", "\ud800": "half", "half": "\ud800", "deep": {"a": 1},
    }  # fmt: skip
    assert attributes_of(said) == (
        Attribute("colour", "red"),
        Attribute("occluded", False),
        Attribute("speed", 1.5),
    )


@pytest.mark.parametrize("said", [None, [], ["a"], "a", 3, True])
def test_another_form_says_no_attributes(said: object) -> None:
    assert attributes_of(said) == ()


def test_notes_and_groups_of_another_form_say_nothing() -> None:
    assert [note_of(v) for v in ("by the door", "", None, 3, ["a"], "\ud800")] == [
        "by the door", "", "", "", "", ""]  # fmt: skip
    assert [group_of(v) for v in (4, 0, -1, 4.0, True, "4", None, 2**63)] == [
        4, 0, -1, None, None, None, None, None]  # fmt: skip

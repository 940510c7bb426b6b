"""Edits, forwards and backwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.edits import Edit, apply, key_of
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Decision,
    ImageState,
    Review,
    Verdict,
)

BOXES = st.builds(Box, *[st.floats(0, 100)] * 4)
OBJECTS = st.builds(Annotation, st.just(7), st.just(1), st.just(2), BOXES)
SIDES = st.one_of(st.none(), OBJECTS)


def test_an_edit_without_sides_is_none() -> None:
    with pytest.raises(ValueError, match="changes something"):
        Edit(None, None)


def test_an_edit_is_about_one_subject() -> None:
    with pytest.raises(ValueError, match="one subject"):
        Edit(Annotation(1, 1, 1), Annotation(2, 1, 1))


def test_every_subject_has_a_key_and_maybe_an_image() -> None:
    subjects = {
        ("annotation", 4): Annotation(4, 1, 2),
        ("category", 4): Category(4, "cat"),
        ("decision", 4): Decision(4, 1, Verdict.REJECTED),
        ("review", 1): Review(1, ImageState.NEW, False),
    }
    for key, subject in subjects.items():
        assert key_of(subject) == key
        assert Edit(None, subject).image_id == (None if key[0] == "category" else 1)


@given(SIDES, SIDES)
def test_the_inverse_takes_an_edit_back(
    before: Annotation | None, after: Annotation | None
) -> None:
    if before is None and after is None:
        return
    edit = Edit(before, after)
    values = {} if before is None else {key_of(before): before}
    assert edit.inverse().inverse() == edit
    assert apply(apply(values, edit), edit.inverse()) == values


def test_an_edit_of_something_else_is_told() -> None:
    one = Annotation(1, 1, 1)
    with pytest.raises(ValueError, match="not what the edit expects"):
        apply({}, Edit(one, None))

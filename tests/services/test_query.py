"""What is typed into the filter, read."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import RefusedError
from annotator.domain.query import Field, Order, Query, Sign, Term
from annotator.services.query import EXAMPLES, STATE_WORDS, Vocabulary, complete, parse, token_at

WORDS = Vocabulary(("dog", "traffic light", "door"), ("left_wrist", "nose"))


def test_the_example_of_the_guide_is_read_term_by_term() -> None:
    text = (
        "category:dog score<0.4 reviewed:no predictions:0 objects>5 flag:missed "
        "joint:left_wrist<0.4 name:*.png"
    )
    assert parse(text) == Query(
        (
            Term(Field.CATEGORY, words=("dog",)),
            Term(Field.SCORE, Sign.LESS, number=0.4),
            Term(Field.REVIEWED, is_not=True),
            Term(Field.PREDICTIONS, number=0),
            Term(Field.OBJECTS, Sign.MORE, number=5),
            Term(Field.FLAG, words=("missed",)),
            Term(Field.JOINT, Sign.LESS, ("left_wrist",), 0.4),
            Term(Field.NAME, words=("*.png",)),
        )
    )


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ('category:"Traffic light",dog', Term(Field.CATEGORY, words=("traffic light", "dog"))),
        ("-category:dog", Term(Field.CATEGORY, words=("dog",), is_not=True)),
        ("score>=40%", Term(Field.SCORE, Sign.LEAST, number=0.4)),
        ("-reviewed:no", Term(Field.REVIEWED)),
        ("REVIEWED=Yes", Term(Field.REVIEWED)),
        ("state:progress", Term(Field.STATE, words=("in_progress",))),
        ("flag:yes", Term(Field.FLAG)),
        ("flag:no", Term(Field.FLAG, is_not=True)),
        ("uncertainty<=0.5", Term(Field.UNSURE, Sign.MOST, number=0.5)),
        ("IMG_2", Term(Field.TEXT, words=("img_2",))),
        ("-night", Term(Field.TEXT, words=("night",), is_not=True)),
        ("-", Term(Field.TEXT, words=("-",))),
        ("http://x", Term(Field.TEXT, words=("http://x",))),
        ("missing", Term(Field.TEXT, words=("missing",), other=STATE_WORDS["missing"])),
    ],
)
def test_a_term_is_read(text: str, term: Term) -> None:
    assert parse(text) == Query((term,))


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_nothing_typed_asks_for_nothing(text: str) -> None:
    assert not parse(text)


def test_an_order_is_read_wherever_it_stands() -> None:
    assert parse("sort:-objects dog") == Query(
        (Term(Field.TEXT, words=("dog",)),), Order.OBJECTS, is_descending=True
    )
    assert parse("sort:uncertainty") == Query((), Order.UNSURE)


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("score<", "is not finished"),
        ("score<high", "“high” is no number"),
        ("score<nan", "no number"),
        ("reviewed:maybe", "yes or no"),
        ("category<3", "Try category:3"),
        ("state:done", "new, progress or reviewed"),
        ("joint:nose", "joint:nose<0.4"),
        ("sort:colour", "Sort by added, name"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(text: str, say: str) -> None:
    with pytest.raises(RefusedError, match=say):
        parse(text)


@given(st.text(max_size=30))
def test_anything_typed_is_read_or_refused(text: str) -> None:
    with suppress(RefusedError):
        assert isinstance(parse(text), Query)
    for suggestion in complete(text, len(text), WORDS):
        assert suggestion


def test_every_example_can_be_typed() -> None:
    for example, meaning in EXAMPLES:
        assert parse(example)
        assert meaning


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cat", ["category:", "category:dog"]),
        ("category:d", ["category:dog", "category:door"]),
        ("category:tr", ['category:"traffic light"']),
        ("reviewed:no sc", ["score<"]),
        ("-categ", ["-category:"]),
        ("joint:n", ["joint:nose<"]),
        ("sort:-o", ["sort:-objects"]),
    ],
)
def test_the_term_at_the_cursor_is_completed(typed: str, first: list[str]) -> None:
    assert complete(typed, len(typed), WORDS)[: len(first)] == first


def test_a_new_term_begins_with_a_field_and_a_finished_one_is_left_alone() -> None:
    assert "category:" in complete("dog ", 4, WORDS)
    assert complete("category:dog", 12, WORDS) == []
    assert token_at("a bc d", 3) == (2, 4)
    assert token_at("a ", 2) == (2, 2)

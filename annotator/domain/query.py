"""What a person may ask of all images: terms that must all hold, and an order. Only values.

``services/query.py`` reads them from what was typed, ``store/search.py`` answers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """What a term is about."""

    TEXT = "text"
    NAME = "name"
    CATEGORY = "category"
    SCORE = "score"
    JOINT = "joint"
    OBJECTS = "objects"
    PREDICTIONS = "predictions"
    UNSURE = "unsure"
    WIDTH = "width"
    HEIGHT = "height"
    REVIEWED = "reviewed"
    STATE = "state"
    FLAG = "flag"
    MISSING = "missing"
    HELD = "held"
    PREDICTED = "predicted"


class Sign(StrEnum):
    """How a term compares."""

    IS = ":"
    LESS = "<"
    MOST = "<="
    MORE = ">"
    LEAST = ">="


NUMBERS: Final = frozenset(
    (Field.SCORE, Field.OBJECTS, Field.PREDICTIONS, Field.UNSURE, Field.WIDTH, Field.HEIGHT)
)
"""Fields that compare with a number."""
SWITCHES: Final = frozenset((Field.REVIEWED, Field.MISSING, Field.HELD, Field.PREDICTED))
"""Fields that are yes or no."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        field: what it is about.
        sign: how it compares.
        words: any of these; for a number field and a joint its name aside, empty.
        number: what is compared with; None where the field has none.
        is_not: the opposite is asked for.
        other: this may hold instead; only of a word without a field.
    """

    field: Field
    sign: Sign = Sign.IS
    words: tuple[str, ...] = ()
    number: float | None = None
    is_not: bool = False
    other: Term | None = None


class Order(StrEnum):
    """What a result can be sorted by."""

    ADDED = "added"
    NAME = "name"
    OBJECTS = "objects"
    PREDICTIONS = "predictions"
    UNSURE = "unsure"
    STATE = "state"
    WIDTH = "width"
    HEIGHT = "height"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Query:
    """All of it.

    Attributes:
        order: None for the order of the list.
        is_descending: the largest first.
    """

    terms: tuple[Term, ...] = ()
    order: Order | None = None
    is_descending: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms) or self.order is not None

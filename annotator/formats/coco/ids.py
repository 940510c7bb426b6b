"""Ids as files have them: numbers, texts, zero, 2**40, twice."""

from __future__ import annotations

import json
from typing import Any, Final

_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode


def to_text(value: object) -> str:
    """Compact JSON in ASCII; NaN and infinities as Python writes and reads them."""
    return _ENCODE(value)


def kept(value: object, text: str) -> str:
    """How a row is kept: to the letter, unless it is spread over lines or not in ASCII.

    Args:
        value: the row.
        text: how a file said it.
    """
    return text if text.isascii() and "\n" not in text else to_text(value)


def key_of(value: object) -> str:
    """What makes two ids the same id: 5 and 5.0 are, 5, "5" and true are three."""
    if type(value) is int:
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return to_text(value)


def are_same(one: object, other: object) -> bool:
    """Whether two values are the same id."""
    return (one == other and type(one) is type(other)) or key_of(one) == key_of(other)


def key_of_text(text: str | None) -> str | None:
    """The same for an id kept as JSON text."""
    return None if text is None else key_of(json.loads(text))


def text_of(row: dict[str, Any]) -> str | None:
    """The id of a row as JSON text; None where it has none."""
    if "id" not in row:
        return None
    told = row["id"]
    return str(told) if type(told) is int else to_text(told)


def largest(texts: list[str | None]) -> int:
    """The largest whole number among ids in JSON text, 0 where there is none."""
    numbers = (json.loads(text) for text in texts if text is not None)
    return max((n for n in numbers if isinstance(n, int) and not isinstance(n, bool)), default=0)
